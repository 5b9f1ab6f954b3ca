"""States of a request, of its calls and of their targets, and what follows from them."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from operator import add, attrgetter
from typing import NamedTuple

from bot.rules.causes import Cause, CloudError, hosts
from bot.rules.quota import Quota, quota_day
from bot.rules.target import Asset, Target, Url


class RequestStatus(StrEnum):
    """A confirmed request; drafts live apart."""

    SCHEDULED = "scheduled"  # its time has not come
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    PARTLY_FAILED = "partly_failed"
    FAILED = "failed"
    CANCELLED = "cancelled"


class CallStatus(StrEnum):
    """One API call on its way."""

    QUEUED = "queued"  # waits to be sent, perhaps once more
    SUBMITTING = "submitting"  # the intent is stored, the call may be out
    PROCESSING = "processing"  # the cloud gave a task_id
    SUCCEEDED = "succeeded"
    PARTLY_FAILED = "partly_failed"
    FAILED = "failed"  # every target failed at the cloud
    REJECTED = "rejected"  # proved that the cloud took nothing
    UNKNOWN = "unknown"  # may have been sent; a person decides
    SENT = "sent"  # a person says so; without a task_id it cannot be followed
    CANCELLED = "cancelled"  # a person gave it up before it was sent


class CallId(NamedTuple):
    """Names a call: its request, and its place in the request's plan, from 0."""

    request_id: str
    position: int


class TargetStatus(StrEnum):
    """What the cloud says of one URL."""

    PENDING = "pending"
    PROCESSING = "processing"
    SUCCEED = "succeed"
    FAILED = "failed"


GOING_ON = frozenset({CallStatus.SUBMITTING, CallStatus.PROCESSING})
"""The cloud has such a call, or may get it in a moment, and nobody can take it back."""

ENDED = frozenset(
    {
        CallStatus.SUCCEEDED,
        CallStatus.PARTLY_FAILED,
        CallStatus.FAILED,
        CallStatus.REJECTED,
        CallStatus.UNKNOWN,
        CallStatus.SENT,
        CallStatus.CANCELLED,
    }
)


@dataclass(frozen=True, slots=True)
class TargetState:
    """One target; `status` is the cloud's word, kept as it came when it is a new one."""

    target: Target
    status: str


@dataclass(frozen=True, slots=True)
class CallState:
    """One API call; `causes` are why it was rejected, is unknown, or is followed no longer."""

    position: int
    status: CallStatus
    files: int
    targets: tuple[TargetState, ...]
    task_id: str | None = None
    causes: tuple[Cause, ...] = ()
    followed_no_longer: bool = False
    attempts: int = 0

    @property
    def urls(self) -> list[str]:
        """The addresses that the call is for; none when it is for an asset."""
        return [one.target.address for one in self.targets if isinstance(one.target, Url)]

    @property
    def asset_id(self) -> str:
        """The ID of the asset that the call is for; empty when it is for addresses."""
        found = (one.target.id for one in self.targets if isinstance(one.target, Asset))
        return next(found, "")

    @property
    def may_hold_a_bad_target(self) -> bool:
        """Whether the cloud has refused the call for what may be the fault of one target."""
        return any(
            len(self.targets) == 1 or it.may_concern_some(self.urls) for it in self._refusals
        )

    @property
    def refused_address(self) -> str | None:
        """The one address of the call, where the cloud has refused it for what it is."""
        return self.urls[0] if self._refusals and len(self.urls) == 1 else None

    @property
    def refused_host(self) -> str | None:
        """The host of all addresses of the call, where the cloud has refused it for its domain."""
        found = hosts(self.urls) if any(it.concerns_a_domain for it in self._refusals) else ()
        return next(iter(found)) if len(found) == 1 else None

    @property
    def _refusals(self) -> list[CloudError]:
        """With what the cloud has refused the call, where that may be for what is in it."""
        if self.status is not CallStatus.REJECTED:
            return []
        return [it for it in self.causes if isinstance(it, CloudError) and it.concerns_targets]

    @property
    def is_open(self) -> bool:
        """Whether the workflow still has work with it."""
        return self.status not in ENDED and not self.followed_no_longer

    @property
    def counts(self) -> "Counts":
        """Files by outcome; files beyond the listed URLs share the outcome of the rest."""
        match self.status:
            case CallStatus.QUEUED | CallStatus.SUBMITTING:
                return Counts(waiting=self.files)
            case CallStatus.REJECTED:
                return Counts(not_sent=self.files)
            case CallStatus.UNKNOWN:
                return Counts(unknown=self.files)
            case CallStatus.SENT:
                return Counts(sent=self.files)
            case CallStatus.CANCELLED:
                return Counts(cancelled=self.files)
        share = Counter(state.status for state in self.targets)
        ready, failed = share[TargetStatus.SUCCEED], share[TargetStatus.FAILED]
        if ready + failed < len(self.targets):
            return Counts(ready, failed, processing=self.files - ready - failed)
        return Counts(self.files - failed, failed) if ready else Counts(failed=self.files)


@dataclass(frozen=True, slots=True)
class Counts:
    """Files by outcome, in the order in which a card tells them."""

    ready: int = 0
    failed: int = 0
    processing: int = 0
    waiting: int = 0
    not_sent: int = 0
    unknown: int = 0
    sent: int = 0
    cancelled: int = 0

    @property
    def ended(self) -> int:
        """Files of which nothing more will be heard by itself."""
        return self.files - self.processing - self.waiting

    @property
    def files(self) -> int:
        return sum(self._each)

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(*map(add, self._each, other._each))

    @property
    def _each(self) -> tuple[int, ...]:
        # Not astuple, which copies each number deeply: half of the cost of a large card (seen on
        # 2026-11-25 with Python 3.11).
        return _numbers_of(self)


_numbers_of: Callable[[Counts], tuple[int, ...]] = attrgetter(*Counts.__slots__)


class Choice(StrEnum):
    """What people decide about calls, in the words of the audit trail."""

    CANCELLED = "task.cancelled"
    SENT_AGAIN = "task.sent_again"
    MARKED_AS_SENT = "task.marked_as_sent"


@dataclass(frozen=True, slots=True)
class Decision:
    """One person's choice about so many files, and the reason if one was asked for."""

    choice: Choice
    user_id: str
    files: int
    at: datetime
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class RequestState:
    """All that a card, a status answer or a details view shows of one request.

    `overlaps` are IDs of requests that held some of its files when it was confirmed;
    `decisions` are in the order in which people made them; `no_card` is the code with which Slack
    refused the card for good.
    """

    id: str
    status: RequestStatus
    user_id: str
    channel_id: str
    confirmed_at: datetime
    calls: tuple[CallState, ...]
    quota: Quota
    run_at: datetime | None = None
    overlaps: tuple[str, ...] = ()
    decisions: tuple[Decision, ...] = ()
    no_card: str | None = None

    @property
    def files(self) -> int:
        return sum(call.files for call in self.calls)

    @property
    def counts(self) -> Counts:
        return sum((call.counts for call in self.calls), Counts())

    @property
    def queued(self) -> int:
        """Files that wait to be sent."""
        return sum(call.files for call in self.calls if call.status is CallStatus.QUEUED)

    @property
    def goes_on(self) -> bool:
        """Whether the cloud has a call of it, or may get it in a moment."""
        return any(call.status in GOING_ON for call in self.calls)

    @property
    def waits_for_another_day(self) -> bool:
        """Whether the request is scheduled for a later quota day than that of `quota`."""
        if self.status is not RequestStatus.SCHEDULED or self.run_at is None:
            return False
        return quota_day(self.run_at, self.quota.day.zone).date > self.quota.day.date


def call_status(statuses: Iterable[str]) -> CallStatus:
    """The status of a call whose targets are reported like this; none reported is not done."""
    found = set(statuses)
    if not found or found - {TargetStatus.SUCCEED, TargetStatus.FAILED}:
        return CallStatus.PROCESSING
    if found == {TargetStatus.SUCCEED}:
        return CallStatus.SUCCEEDED
    return CallStatus.FAILED if found == {TargetStatus.FAILED} else CallStatus.PARTLY_FAILED


def request_status(calls: Iterable[CallState]) -> RequestStatus:
    """The status of a request; still running while any call is."""
    every = tuple(calls)
    if any(call.is_open for call in every):
        return RequestStatus.RUNNING
    found = {call.status for call in every}
    if found == {CallStatus.CANCELLED}:
        return RequestStatus.CANCELLED
    found.discard(CallStatus.CANCELLED)
    if found == {CallStatus.SUCCEEDED}:
        return RequestStatus.SUCCEEDED
    if found <= {CallStatus.FAILED, CallStatus.REJECTED}:
        return RequestStatus.FAILED
    return RequestStatus.PARTLY_FAILED
