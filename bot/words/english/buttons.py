"""Buttons, and the question that Slack asks before it cancels, in English; all plain text."""

from bot.words.english import phrases
from bot.words.english.grammar import number

DETAILS = "Details"
MARK_AS_SENT = "Mark as sent"
REVIEW = "Review and confirm"
PREFETCH = "Prefetch…"
YES_CANCEL = "Yes, cancel"
NO_KEEP = "No, keep"
KEEP_THE_FIRST = "Keep the first of each"
LEAVE_THESE_OUT = "Leave these out"
PREVIOUS_PAGE = "Previous page"
NEXT_PAGE = "Next page"


def look_at_all(items: int) -> str:
    return f"Look at all {number(items)}"


def look_at_left_out(items: int) -> str:
    return f"Look at the {number(items)} not sent"


def leave_out(failing: int) -> str:
    return f"Leave out the {number(failing)} that failed"


def send_again(files: int) -> str:
    return f"Send again, may spend {number(files)} more"


def retry(files: int) -> str:
    return f"Retry {phrases.files(files)}"


def send_tomorrow(*, is_all: bool) -> str:
    return "Send tomorrow" if is_all else "Send the rest tomorrow"


def send_cancelled(files: int) -> str:
    return f"Send the {number(files)} cancelled"


def cancel(*, is_all: bool) -> str:
    return "Cancel" if is_all else "Cancel what is not sent"


def ask_to_cancel(*, is_all: bool) -> str:
    return "Cancel this request?" if is_all else "Cancel what is not sent?"


def what_cancelling_does(files: int, *, is_all: bool, goes_on: bool) -> str:
    # While a request runs, some of the files may go out before the answer.
    most = "" if is_all or files == 1 else "Up to "
    rest = " What has been sent goes on." if goes_on else ""
    return f"{most}{phrases.files(files)} will not be sent.{rest}"
