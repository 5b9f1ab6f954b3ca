"""Buttons, and the question that Slack asks before it cancels, in English; all plain text."""

from bot.words.english import phrases
from bot.words.english.grammar import number

DETAILS = "Details"
MARK_AS_SENT = "Mark as sent"
SEND_THE_REST_TOMORROW = "Send the rest tomorrow"
REVIEW = "Review and confirm"
PREFETCH = "Prefetch…"
CANCEL_THEM = "Cancel them"
KEEP_THEM = "Keep them"


def send_again(files: int) -> str:
    return f"Send again, may spend {number(files)} more"


def retry(files: int) -> str:
    return f"Retry {phrases.files(files)}"


def send_cancelled(files: int) -> str:
    return f"Send the {number(files)} cancelled"


def cancel(*, is_all: bool) -> str:
    return "Cancel" if is_all else "Cancel what is not sent"


def ask_to_cancel(*, is_all: bool) -> str:
    return "Cancel this request?" if is_all else "Cancel what is not sent?"


def what_cancelling_does(files: int, *, goes_on: bool) -> str:
    rest = " What has been sent goes on." if goes_on else ""
    return f"{phrases.files(files)} will not be sent.{rest}"
