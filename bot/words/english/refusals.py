"""What the bot refuses to do, in English."""

import re
from collections.abc import Sequence
from datetime import UTC

from bot.rules.policy import Denial, Denied
from bot.rules.quota import Quota
from bot.rules.redaction import shown
from bot.rules.refusals import (
    STATUS,
    DayFull,
    DraftGone,
    FarTime,
    HeldUp,
    ListTooLong,
    ListUnit,
    MayNotDecide,
    NotAllowed,
    NothingToDecide,
    NothingToSend,
    NotSentAgain,
    OwnCard,
    PastTime,
    PayloadUnreadable,
    PlanChanged,
    QuotaExceeded,
    RequestUnknown,
    Undecidable,
)
from bot.rules.schedule import FARTHEST
from bot.words.english import phrases
from bot.words.english.grammar import any_of, number
from bot.words.english.quota import until_reset
from bot.words.mrkdwn import code, mentions, reset_clock, spoken

TASK_ID = re.compile(r"[0-9a-f]{32}")
UNDECIDABLE = {
    Undecidable.ALL_SENT: "Everything of this request has been sent already.",
    Undecidable.CANCELLED: "The rest of this request has been cancelled already.",
    Undecidable.NEVER_SENT: "What is not sent of this request will not be sent. The card says why.",
    Undecidable.DECIDED: "Somebody has decided about these calls already.",
    Undecidable.STILL_RUNS: "The rest of this request still runs. Decide when it has ended.",
    Undecidable.NOTHING_FAILED: "Nothing of this request has failed.",
    Undecidable.NOTHING_CANCELLED: "Nothing of this request was cancelled.",
    Undecidable.NO_CALL_CHOSEN: "Choose at least one call.",
}


def not_allowed(refused: NotAllowed) -> str:
    return (
        f"*Not sent: you may not prefetch here.* {_denied(refused.denied)}"
        f" Ask {whom(refused.ask)} to change it."
    )


def may_not_decide(refused: MayNotDecide) -> str:
    return f"*Nothing was done.* {_denied(refused.denied)} Ask {whom(refused.ask)}."


def not_sent_again(refused: NotSentAgain) -> str:
    return (
        f"*Not sent again: it is no longer allowed.* {_denied(refused.denied)}"
        f" Ask {whom(refused.ask)} to change it."
    )


def nothing_to_send(refused: NothingToSend) -> str:
    if refused.rejected:
        return "*Not sent: nothing here can be prefetched.*"
    return (
        "*Not sent: no link and no asset ID found.* Give playback URLs"
        " (http or https) or asset IDs (32 hexadecimal characters)."
    )


def list_too_long(refused: ListTooLong) -> str:
    found = f"{number(refused.found)} {refused.unit}"
    limit = number(refused.limit)
    advice = f"A day holds {limit} files. Send {limit} or fewer."
    if refused.unit is ListUnit.CHARACTERS:
        advice = f"The most is {limit}. Split the list."
    return f"*Not sent: {found} are too many for one request.* {advice}"


def own_card(refused: OwnCard) -> str:
    return (
        "*Not sent: this is the bot's own card.* Use its buttons, or type"
        f" `{refused.command}` with what you want to prefetch."
    )


def quota_exceeded(refused: QuotaExceeded) -> str:
    quota = refused.quota
    until = f"{reset_clock(quota.day.ends_at)} (in {until_reset(quota, refused.now)})"
    advice = f"{_less(quota)}, or wait" if quota.left else "Wait"
    advice = f"{advice} for the reset at {until}"
    if refused.files > quota.limit:
        advice = _over_days(quota)
    return (
        f"*Not sent: {phrases.files(refused.files)}, but {_shortage(quota)}.*"
        f" {advice}. Ask {whom(refused.ask)} if the files are urgent."
    )


def past_time(refused: PastTime) -> str:
    return (
        f"*Not scheduled:* {spoken(refused.moment, refused.zone)} is past."
        " Choose a later time, or none to send at once."
    )


def far_time(refused: FarTime) -> str:
    return (
        f"*Not scheduled:* {spoken(refused.moment, refused.zone)} is more than"
        f" {FARTHEST.days} days ahead. Choose an earlier time."
    )


def day_full(refused: DayFull) -> str:
    quota = refused.quota
    left = f"has about {number(quota.left)} left" if quota.left else "is used up"
    less = ", or send less" if quota.left else ""
    another = _over_days(quota) if refused.files > quota.limit else f"Choose another day{less}"
    return (
        f"*Not scheduled:* {phrases.files(refused.files)}, but the quota of {quota.day.date}"
        f" {left}. {another}."
    )


def draft_gone(refused: DraftGone) -> str:
    return (
        "*Not sent: this modal is no longer valid.*"
        f" Type `{refused.command}` again to start afresh."
    )


def plan_changed(refused: PlanChanged) -> str:
    return (
        "*Not sent: what would run has changed since this modal was shown.*"
        f" Type `{refused.command}` again and look at the new plan."
    )


def request_unknown(refused: RequestUnknown) -> str:
    gone = ""
    if refused.restored_at is not None:
        restored_at = f"{refused.restored_at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
        gone = (
            f" The bot's database was restored at {restored_at} from an older copy: what was"
            " confirmed after that copy is gone, although its card stands; look in the VOD console."
        )
    if refused.word != STATUS:
        return (
            f"*No request found for {code(shown(refused.reference))}*, among yours and those of"
            " this channel. Use the ID on the card, for"
            f" instance `{refused.command} {refused.word} R-7F3K2`; `{refused.command} status`"
            f" lists your latest requests.{gone}"
        )
    is_whole = TASK_ID.fullmatch(refused.reference)
    a_task_id = "the task_id of a call that this bot sent" if is_whole else "a task_id in full"
    return (
        f"*No request found for {code(shown(refused.reference))}.* Use the ID on the card, for"
        f" instance `{refused.command} status R-7F3K2`, or {a_task_id}.{gone}"
    )


def nothing_to_decide(refused: NothingToDecide) -> str:
    return f"*Nothing was done.* {UNDECIDABLE[refused.why]}"


def held_up(_: HeldUp) -> str:
    return (
        "*Nothing was done: another program holds the bot's database, perhaps a backup.*"
        " Try again in a minute."
    )


def payload_unreadable(refused: PayloadUnreadable) -> str:
    return (
        f"*Nothing was done: Slack's message lacked `{refused.missing}`.* Try again;"
        " if it comes back, tell whoever runs this bot."
    )


def whom(operators: Sequence[str]) -> str:
    """The operators that the settings name, else whoever they may be."""
    return any_of(mentions(operators)) if operators else "whoever runs this bot"


def _denied(denied: Denied) -> str:
    return f"{_why_denied(denied)} Setting: `{denied.setting}`."


def _why_denied(denied: Denied) -> str:
    match denied.why:
        case Denial.NOT_LISTED:
            return "You are not on the list of people who may."
        case Denial.EXCLUDED:
            return "You are on the list of people who may not."
        case Denial.CHANNEL:
            # A direct message has no name that Slack could show.
            is_direct = denied.name.startswith("D")
            place = "a direct message" if is_direct else f"<#{denied.name}>"
            return f"Prefetching from {place} is not allowed; use a channel that is."
        case Denial.HOST:
            return f"{denied.name} is no longer on the list of domains."
        case Denial.NOT_THE_ASKER:
            return "Only the person who asked, or an operator, may cancel."
        case Denial.NOT_AN_OPERATOR:
            return "Only an operator may decide what became of a call."


def _over_days(quota: Quota) -> str:
    """For more files than any reset can bring."""
    today = f"{_less(quota)}; a" if quota.left else "A"
    return (
        f"{today} whole day holds {number(quota.limit)}, so split the list, and schedule the rest"
        " for another day: write `tomorrow at 09:00` at the end, or choose *Send at*"
    )


def _shortage(quota: Quota) -> str:
    if quota.exhausted:
        return "the cloud says that today's quota is used up"
    if quota.left <= 1:
        return "about 1 is left today" if quota.left else "none is left today"
    return f"about {number(quota.left)} are left today"


def _less(quota: Quota) -> str:
    return f"Send {number(quota.left)} or fewer" if quota.left > 1 else "Send 1"
