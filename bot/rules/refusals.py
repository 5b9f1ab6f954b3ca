"""What the bot refuses to do, each with words for the person who asked.

Refusal
├── NotAllowed          ask the person named
├── NothingToSend       send something else
├── QuotaExceeded       send less, or wait for the reset
├── DraftGone           start again
├── PlanChanged         look at the new plan, confirm again
├── RequestUnknown      check the ID
└── PayloadUnreadable   try again; report it when it comes back
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.rules.policy import Denied
from bot.rules.quota import Quota
from bot.rules.request import Rejected


class Refusal(Exception):  # noqa: N818  # a refusal is an answer, not a fault
    """A definite no; `str()` is Slack mrkdwn, safe to show to the person who asked."""


class NotAllowed(Refusal):
    """A setting denies it."""

    def __init__(self, denied: Denied, *, ask: str) -> None:
        self.denied = denied
        super().__init__(
            f"*Not sent: you may not prefetch here.* {denied.sentence}"
            f" Setting: `{denied.setting}`. Ask {ask} to change it."
        )


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


class QuotaExceeded(Refusal):
    """More files than the day has left, by the bot's own count or by the service's word."""

    def __init__(self, *, files: int, quota: Quota, now: datetime, ask: str) -> None:
        self.files = files
        self.quota = quota
        wait = f"wait for the reset at {reset_clock(quota)} (in {duration(quota, now)})"
        if quota.exhausted:
            why = "the cloud says that today's quota is used up"
        else:
            why = f"about {quota.left:,} are left today"
        less = (
            f"Send {quota.left:,} or fewer, or {wait}." if quota.left else f"{wait.capitalize()}."
        )
        super().__init__(
            f"*Not sent: {files:,} {'file' if files == 1 else 'files'}, but {why}.*"
            f" {less} Ask {ask} if this is a launch."
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

    def __init__(self, reference: str, *, command: str) -> None:
        super().__init__(
            f"*No request found for `{reference}`.* Use the ID on the card, for instance"
            f" `{command} status R-7F3K2`, or a task_id in full."
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
    offset = quota.day.ends_at.utcoffset() or timedelta()
    hours = offset.total_seconds() / 3600
    return f"00:00 UTC{hours:+g}" if hours else "00:00 UTC"


def duration(quota: Quota, now: datetime) -> str:
    """Time until the reset, to the minute."""
    minutes = max(0, round((quota.day.ends_at - now).total_seconds() / 60))
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes:02} min" if hours else f"{minutes} min"
