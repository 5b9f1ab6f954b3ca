"""The form, the confirmation and the details, in English."""

from datetime import datetime
from zoneinfo import ZoneInfo

from bot.rules.draft import Overlap, Proposal
from bot.rules.schedule import FARTHEST
from bot.rules.states import CallStatus
from bot.words.english import phrases
from bot.words.english.grammar import counted, number
from bot.words.mrkdwn import code, date_and_clock, offset_words, reset_clock, spoken

TITLE_LABEL = "Prefetch"
CANCEL_LABEL = "Cancel"
CLOSE_LABEL = "Close"
NEXT_LABEL = "Next"
TARGETS_LABEL = "Playback URLs or asset IDs, one a line"
TARGETS_HINT = "An asset ID is 32 hexadecimal characters. Send longer lists in parts."
CHANNEL_LABEL = "Where should the result be posted?"
SEND_AT_LABEL = "Send at, on your own clock"
BLANK_IN_QUERY = "with a blank in its query"
OVERLAPS = "*Asked for already* (what is sent again counts again)"
TAKES_MINUTES = (
    "Prefetch takes three to five minutes. It does not replace a file that a node already holds."
)
AN_OPERATOR = "an operator of the bot"
THAT_CHANNEL = "that channel"


def plan(files: int, calls: int, channel_id: str) -> str:
    # Whether the bot is part of a direct or group message cannot be seen from its ID.
    is_among_people = channel_id.startswith(("D", "G"))
    place = (
        "this conversation, or to you alone where the bot is no member"
        if is_among_people
        else phrases.channel(channel_id)
    )
    return f"*{phrases.files(files)}* in *{phrases.calls(calls)}* · posted to {place}"


def to_be_sent(run_at: datetime, zone: ZoneInfo) -> str:
    """On the reader's own clock, and on that of the quota."""
    return f"To be sent *{date_and_clock(run_at)}* ({spoken(run_at, zone)})"


def quota_change(proposal: Proposal) -> str:
    quota, left = proposal.quota, proposal.left_after
    day = "today" if proposal.draft.run_at is None else f"of {quota.day.date}"
    after = f"*{number(left)} left after this*" if left >= 0 else "*not enough*"
    return (
        f"Quota {day}: {number(quota.used)} used, {number(quota.left)} left → {after}"
        f" (bot's count, resets {reset_clock(quota.day.ends_at)})"
    )


def alike(addresses: int) -> str:
    return f"{number(addresses)} addresses that differ in what is left out here"


def overlaps(overlap: Overlap) -> str:
    when = "" if overlap.run_at is None else f", to be sent {date_and_clock(overlap.run_at)}"
    return (
        f"*{overlap.request_id}* of <@{overlap.user_id}>, {date_and_clock(overlap.confirmed_at)}:"
        f" {', '.join(phrases.outcomes(overlap.counts))}{when}"
    )


def send_at_hint(ends_at: datetime) -> str:
    return (
        f"Empty: at once. At most {FARTHEST.days} days ahead; the files are charged to the"
        f" quota of that day, 00:00 to 24:00 {offset_words(ends_at)}."
    )


def not_sent(items: int) -> str:
    return f"*Not sent ({number(items)})*"


def merged(duplicates: int) -> str:
    return f"{counted(duplicates, one='duplicate', other='duplicates')} merged."


def submit_label(files: int, *, is_scheduled: bool) -> str:
    return f"{'Schedule' if is_scheduled else 'Prefetch'} {phrases.files(files)}"


def no_card(refusal: str) -> str:
    return f"No card of this request could be posted: Slack answers {code(refusal)}."


def file_status(status: str, call: CallStatus) -> str:
    """The service's word in ours; a word that is new is shown as it came, escaped."""
    unsent = {
        CallStatus.REJECTED: "not sent",
        CallStatus.UNKNOWN: "may have been sent",
        CallStatus.SENT: "marked as sent, not followed",
        CallStatus.CANCELLED: "cancelled",
    }
    known = {
        "succeed": "ready",
        "pending": "waiting",
        "processing": "processing",
        "failed": "failed",
    }
    return unsent.get(call) or known.get(status) or code(status).strip("`")
