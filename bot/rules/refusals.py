"""What the bot refuses to do, each with words for the person who asked.

Refusal
├── NotAllowed          ask the person named
│   ├── MayNotDecide    ask the person named, or leave it to an operator
│   └── NotSentAgain    ask the person named, or choose other calls
├── NothingToSend       send something else
├── OwnCard             use the card's buttons
├── QuotaExceeded       send less, or wait for the reset
├── NotThen             choose another time
├── DraftGone           start again
├── PlanChanged         look at the new plan, confirm again
├── RequestUnknown      check the ID
├── NothingToDecide     look at the card again
├── HeldUp              try again in a minute
└── PayloadUnreadable   try again; report it when it comes back
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import ClassVar

from bot.rules.policy import Denied
from bot.rules.quota import Quota
from bot.rules.redaction import shown
from bot.rules.schedule import FARTHEST, offset_words
from bot.rules.target import Rejected

# Slack's control characters, and the backtick that would end a piece of code.
_HARMLESS = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "`": "ˋ"})


class Refusal(Exception):  # noqa: N818  # a refusal is an answer, not a fault
    """A definite no; `str()` is Slack mrkdwn, safe to show to the person who asked."""


class NotAllowed(Refusal):
    """A setting denies it."""

    outcome: ClassVar[str] = "Not sent: you may not prefetch here."
    plea: ClassVar[str] = " to change it"

    def __init__(self, denied: Denied, *, ask: str) -> None:
        self.denied = denied
        super().__init__(
            f"*{self.outcome}* {denied.sentence} Setting: `{denied.setting}`. Ask {ask}{self.plea}."
        )


class MayNotDecide(NotAllowed):
    """The request of somebody else goes on as it was."""

    outcome = "Nothing was done."
    plea = ""


class NotSentAgain(NotAllowed):
    """What was allowed when the request was confirmed is allowed no longer."""

    outcome = "Not sent again: it is no longer allowed."


class NothingToSend(Refusal):
    """No target was accepted; `rejected` tells why each was not."""

    def __init__(self, rejected: Sequence[Rejected] = ()) -> None:
        self.rejected = tuple(rejected)
        super().__init__(
            "*Not sent: nothing here can be prefetched.*"
            if rejected
            else "*Not sent: no link and no asset ID found.* Give playback URLs"
            " (http or https) or asset IDs (32 hexadecimal characters)."
        )


class OwnCard(Refusal):
    """The message is a card of this bot: its task_ids look like asset IDs."""

    def __init__(self, *, command: str) -> None:
        super().__init__(
            "*Not sent: this is the bot's own card.* Use its buttons, or type"
            f" `{command}` with what you want to prefetch."
        )


class QuotaExceeded(Refusal):
    """More files than the day has left, by the bot's own count or by the service's word."""

    def __init__(self, *, files: int, quota: Quota, now: datetime, ask: str) -> None:
        self.files = files
        self.quota = quota
        until = f"for the reset at {reset_clock(quota)} (in {duration(quota, now)})"
        advice = f"{_less(quota)}, or wait {until}" if quota.left else f"Wait {until}"
        if files > quota.limit:
            advice = _over_days(quota)
        super().__init__(
            f"*Not sent: {files:,} {'file' if files == 1 else 'files'}, but {_shortage(quota)}.*"
            f" {advice}. Ask {ask} if this is a launch."
        )


class NotThen(Refusal):
    """The moment that was asked for cannot be promised; `sentence` says why."""

    def __init__(self, sentence: str) -> None:
        super().__init__(f"*Not scheduled:* {sentence}")


class PastTime(NotThen):
    """Perhaps only just: what was shown a minute ago may be over."""

    def __init__(self, moment: str) -> None:
        super().__init__(f"{moment} is past. Choose a later time, or none to send at once.")


class FarTime(NotThen):
    """Beyond it nobody can say what the quota will be."""

    def __init__(self, moment: str) -> None:
        super().__init__(
            f"{moment} is more than {FARTHEST.days} days ahead. Choose an earlier time."
        )


class DayFull(NotThen):
    """The quota of the day on which it would be sent holds fewer files."""

    def __init__(self, *, files: int, quota: Quota) -> None:
        left = "is used up" if not quota.left else f"has about {quota.left:,} left"
        less = ", or send less" if quota.left else ""
        another = _over_days(quota) if files > quota.limit else f"Choose another day{less}"
        super().__init__(
            f"{files:,} {'file' if files == 1 else 'files'}, but the quota of {quota.day.date}"
            f" {left}. {another}."
        )


class DraftGone(Refusal):
    """The dialog is older than its draft, or belongs to somebody else."""

    def __init__(self, *, command: str) -> None:
        super().__init__(
            f"*Not sent: this dialog is no longer valid.* Type `{command}` again to start afresh."
        )


class PlanChanged(Refusal):
    """What was shown is no longer what would run."""

    def __init__(self, *, command: str) -> None:
        super().__init__(
            "*Not sent: what would run has changed since this dialog was shown.*"
            f" Type `{command}` again and look at the new plan."
        )


class RequestUnknown(Refusal):
    """No request of this workspace has the ID."""

    def __init__(
        self, reference: str, *, command: str, restored_at: datetime | None = None
    ) -> None:
        harmless = shown(reference).translate(_HARMLESS)
        gone = (
            ""
            if restored_at is None
            else f" The bot's database was restored at {restored_at.astimezone(UTC):%Y-%m-%d %H:%M}"
            " UTC from an older copy: what was confirmed after that copy is gone, although its"
            " card stands; look in the VOD console."
        )
        super().__init__(
            f"*No request found for `{harmless}`.* Use the ID on the card, for instance"
            f" `{command} status R-7F3K2`, or a task_id in full.{gone}"
        )


class NothingToDecide(Refusal):
    """What the button was for is no longer so; `sentence` says what is."""

    def __init__(self, sentence: str) -> None:
        super().__init__(f"*Nothing was done.* {sentence}")


class HeldUp(Refusal):
    """Something else has locked the database, for instance a backup."""

    def __init__(self) -> None:
        super().__init__(
            "*Nothing was done: another program holds the bot's database, perhaps a backup.*"
            " Try again in a minute."
        )


class PayloadUnreadable(Refusal):
    """Slack sent a payload without something that it always has."""

    def __init__(self, missing: str) -> None:
        super().__init__(
            f"*Nothing was done: Slack's message lacked `{missing}`.* Try again;"
            " if it comes back, tell whoever runs this bot."
        )


def reset_clock(quota: Quota) -> str:
    """`00:00 UTC+8`, as people in the channel say it."""
    return f"00:00 {offset_words(quota.day.ends_at)}"


def duration(quota: Quota, now: datetime) -> str:
    """Time until the reset, to the minute."""
    # Two moments of one zone are subtracted by their clocks, which may change in between.
    left = quota.day.ends_at.astimezone(UTC) - now
    hours, minutes = divmod(max(0, round(left.total_seconds() / 60)), 60)
    return f"{hours} h {minutes:02} min" if hours else f"{minutes} min"


def _over_days(quota: Quota) -> str:
    """For more than any reset can bring."""
    today = f"{_less(quota)}; a" if quota.left else "A"
    return (
        f"{today} whole day holds {quota.limit:,}, so split the list, and schedule the rest for"
        " another day: write `tomorrow at 09:00` at the end, or choose *Send at*"
    )


def _shortage(quota: Quota) -> str:
    if quota.exhausted:
        return "the cloud says that today's quota is used up"
    if quota.left <= 1:
        return "about 1 is left today" if quota.left else "none is left today"
    return f"about {quota.left:,} are left today"


def _less(quota: Quota) -> str:
    return f"Send {quota.left:,} or fewer" if quota.left > 1 else "Send 1"
