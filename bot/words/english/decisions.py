"""The modal that asks about calls whose outcome is not known, in English."""

from bot.words.english import phrases
from bot.words.english.grammar import number, plural

CALLS_LABEL = "Calls"
REASON_LABEL = "Reason"
REASON_HINT = "Your reason stands on the card and in the audit trail, with your name."
REASON_MISSING = "Write a reason in a few words. It stands on the card, with your name."
SEND_AGAIN_LABEL = "Send again"
MARK_AS_SENT_LABEL = "Mark as sent"


def sending_again(files: int, calls: int) -> str:
    these = plural(calls, one="This call", other="These calls")
    them = plural(calls, one="it", other="them")
    return (
        f"{these} may have been sent already. Sending {them} again may spend up to"
        f" *{phrases.files(files)} more* of the day's quota."
    )


def marking_as_sent(files: int, calls: int) -> str:
    this = plural(calls, one="this call was", other="these calls were")
    them = plural(calls, one="it", other="them")
    count = plural(files, one="counts", other="count")
    return (
        f"You say that {this} sent: {phrases.files(files)} {count} as sent, and nothing is sent"
        f" again. The bot cannot follow {them}: the cloud gave no task_id."
    )


def only_some(shown: int, calls: int) -> str:
    return f"These are {number(shown)} of {number(calls)}; decide about the others next."


def call_label(files: int, name: str) -> str:
    return f"{phrases.files(files)}: {name}"
