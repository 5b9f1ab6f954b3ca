"""The card of a request, in English."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.rules.free_text import as_text
from bot.rules.quota import quota_day
from bot.rules.states import CallState, CallStatus, Choice, Decision, RequestState
from bot.words.english import phrases
from bot.words.english.grammar import counted, number
from bot.words.mrkdwn import clock, code, date_and_clock, escape, spoken

NO_TASK_ID = "`no task_id`"
WHY = "Why"
FAILED = "Failed"
DECIDED = "Decided"
SECOND_CARD = (
    "Another card of this request may stand above: Slack did not answer once, or the bot was"
    " stopped. Only this card is updated. A click on the other card removes it."
)

NOT_INVITED = "The bot is not a member there; type `/invite @prefetch-bot` in that channel."
PRIVATE_OR_GROUP = (
    "The bot is not a member there. If it is a private channel, type `/invite @prefetch-bot` in"
    " that channel. A message among people takes no bot."
)
"""Slack says the same of a private channel and of a message among people."""

NOT_THERE = {
    "not_in_channel": NOT_INVITED,
    "channel_not_found": PRIVATE_OR_GROUP,
    "is_archived": "The channel is archived.",
    "restricted_action": "The workspace lets the bot post there no longer.",
    "restricted_action_read_only_channel": "The channel is read-only.",
    "restricted_action_thread_only_channel": "The channel takes replies only.",
    "restricted_action_non_threadable_channel": "The channel takes no replies.",
    "restricted_action_thread_locked": "The thread is locked.",
    "no_permission": "The workspace lets the bot post there no longer.",
    "access_denied": "The workspace lets the bot post there no longer.",
    "team_access_not_granted": "The workspace lets the bot post there no longer.",
}
BETWEEN_PEOPLE = "It was asked for in a direct message between people, and no bot can join one."


def title(state: RequestState) -> str:
    return (
        f"*Prefetch {state.id}* · {phrases.files(state.files)} · asked by <@{state.user_id}>"
        f" · {clock(state.confirmed_at)}"
    )


def scheduled(run_at: datetime, zone: ZoneInfo) -> str:
    """When it will be sent, on the reader's own clock and on that of the quota."""
    return (
        f"Waits until *{date_and_clock(run_at)}*"
        f" ({spoken(run_at, zone)}). Charged to the quota of {quota_day(run_at, zone).date}."
    )


def call_status(status: CallStatus) -> str:
    return {
        CallStatus.QUEUED: "waiting to be sent",
        CallStatus.SUBMITTING: "being sent",
        CallStatus.PROCESSING: "processing",
        CallStatus.SUCCEEDED: "ready",
        CallStatus.PARTLY_FAILED: "partly failed",
        CallStatus.FAILED: "failed",
        CallStatus.REJECTED: "*not sent*",
        CallStatus.UNKNOWN: "*may have been sent*",
        CallStatus.SENT: "sent, not followed",
        CallStatus.CANCELLED: "cancelled",
    }[status]


def call_progress(call: CallState) -> str:
    """`processing: 1 of 2 ready, 1 processing`."""
    return f"{call_status(call.status)}: {phrases.outcome(call.files, call.counts)}"


def same_reason(calls: int, reason: str) -> str:
    each = phrases.calls(calls) if calls == 1 else f"Each of {phrases.calls(calls)}"
    return f"{each}: {reason}"


def decision(decision: Decision) -> str:
    done = {
        Choice.CANCELLED: "cancelled",
        Choice.SENT_AGAIN: "sent again",
        Choice.MARKED_AS_SENT: "marked as sent",
    }[decision.choice]
    # In code style, where Slack formats nothing, links nothing and mentions nobody.
    because = "" if decision.reason is None else f": {code(as_text(decision.reason))}"
    files = phrases.files(decision.files)
    return f"{files} {done} by <@{decision.user_id}> at {clock(decision.at)}{because}"


def checks(unsigned: int, failed: int) -> str:
    """What to look at when files have failed, as Huawei Cloud lists it in its FAQ of VOD and CDN.

    The cloud itself says of no file why it failed.
    """
    return (
        "*What to check* (the cloud does not say why a file failed)"
        "\n• Does the domain check signatures (key validation)? Then an address has to be signed,"
        f" and its signature has to be valid still.{_unsigned(unsigned, failed)}"
        "\n• Does the domain check the referer? Then *Include blank referer* has to be on."
        "\n• Is the domain enabled, and does it belong to this account?"
        "\n• Does the origin answer, and does it have the file?"
        "\n• May the CDN keep the file? Not with `Cache-Control: no-store`, `no-cache` or"
        " `private`, and not with a cache time of 0."
    )


def _unsigned(unsigned: int, failed: int) -> str:
    return f" Not signed: {number(unsigned)} of {number(failed)}." if unsigned else ""


def also_in(request_ids: Sequence[str]) -> str:
    others = ", ".join(request_ids)
    return f"Some of these files are in {others} as well. They count in each request."


def more_calls(left: int) -> str:
    return f"… and {counted(left, one='more call', other='more calls')}, see Details"


def elsewhere(refusal: str, channel_id: str) -> str:
    # A direct or group message has no name to link.
    is_named = not channel_id.startswith(("D", "G"))
    there = phrases.channel(channel_id) if is_named else "the conversation of the request"
    return f"This card is here and not in {there}. {_why_not_there(refusal, channel_id)}"


def _why_not_there(refusal: str, channel_id: str) -> str:
    if refusal.endswith("."):
        # An earlier version stored the sentence itself.
        return refusal
    if refusal in NOT_THERE and channel_id.startswith("D"):
        return BETWEEN_PEOPLE
    return NOT_THERE.get(refusal, f"Slack takes no message of the bot there (`{refusal}`).")


def no_card(refusal: str) -> str:
    return (
        f"No card of this request could be posted: Slack answers {code(refusal)}."
        " The request itself was carried out as shown here."
    )


def summary(state: RequestState) -> str:
    """The whole outcome, for notifications and screen readers, behind the request's ID."""
    ids = [call.task_id for call in state.calls if call.task_id][:20]
    listed = f" task_id {escape(', '.join(ids))}." if ids else ""
    return f"{phrases.outcome(state.files, state.counts)}.{listed}{_left_today(state)}"


def _left_today(state: RequestState) -> str:
    if state.waits_for_another_day:
        return ""
    left = "None" if state.quota.exhausted else f"About {number(state.quota.left)}"
    return f" {left} of {number(state.quota.limit)} left today."
