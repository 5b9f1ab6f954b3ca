"""What people are told once, in English."""

from bot.rules.notices import Ended, Welcome
from bot.rules.states import RequestStatus
from bot.words.english import phrases
from bot.words.english.refusals import whom
from bot.words.mrkdwn import code, mentions

MAY_REPEAT = "This may be a repetition: Slack did not answer when the bot said it first."


def ended(notice: Ended) -> str:
    """What became of the request: `*R-7F3K2* has ended: 8 of 10 ready, 2 failed`."""
    name = f" ({code(notice.name)})" if notice.name else ""
    return f"*{notice.request_id}*{name} {_what_became_of_it(notice)}"


def _what_became_of_it(notice: Ended) -> str:
    counts = notice.counts
    files = phrases.files(counts.files)
    if notice.status is RequestStatus.CANCELLED:
        return f"was cancelled{_by(notice)}: {files} not sent."
    if counts.ready == counts.files:
        return f"is ready: {files}."
    if counts.failed == counts.files:
        return f"has *failed*: {files}."
    if counts.not_sent == counts.files:
        return f"was *not sent*{' at its time' if notice.was_scheduled else ''}: {files}."
    if counts.unknown == counts.files:
        return f"has ended in doubt: {files} *may have been sent*."
    cancelled = f" Cancelled{_by(notice)}." if counts.cancelled and notice.cancelled_by else ""
    return f"has ended: {phrases.outcome(counts.files, counts)}.{cancelled}"


def _by(notice: Ended) -> str:
    return f" by {' and '.join(mentions(notice.cancelled_by))}" if notice.cancelled_by else ""


def welcome(notice: Welcome) -> list[str]:
    """What the bot is, how to begin, and who its operators are: three lines."""
    command = notice.command
    begin = f"Type `{command}` and playback URLs or asset IDs: nothing is sent before you confirm."
    if not notice.is_allowed:
        begin = "Prefetching from this channel is not allowed yet; an operator can change that."
    return [
        "I load files of Huawei Cloud VOD into the CDN before people ask for them.",
        f"{begin} `{command} help` says more.",
        f"My operators: {whom(notice.operators)}.",
    ]


def after_the_end(notice: Ended, *, is_direct: bool) -> list[str]:
    """What to do next; nothing where all is in order. `is_direct`: the card stands elsewhere."""
    counts, told = notice.counts, []
    if counts.failed:
        told.append("*Details* shows each file; *Retry* sends the failed ones again.")
    if counts.not_sent:
        told.append("What was not sent is not counted; *Retry* asks for it again.")
    if counts.unknown:
        told.append(
            "An operator decides about what may have been sent: *Mark as sent* or *Send again*."
            " Until then it stays counted; a new request for it may spend it twice."
        )
    if counts.processing:
        told.append(
            f"The cloud still works on {phrases.files(counts.processing)}, and the bot follows them"
            f" no longer. `/prefetch status {notice.request_id}` asks the cloud once more."
        )
    if notice.status is RequestStatus.CANCELLED or counts.cancelled:
        told.append("*Send the cancelled* on the card asks for them again.")
    if told and is_direct and not notice.channel_id.startswith("D"):
        told.append(f"Its card is in {phrases.channel(notice.channel_id)}.")
    return told
