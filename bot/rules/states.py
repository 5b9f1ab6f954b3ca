"""States of a request, of its calls and of their targets, and what follows from them."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from operator import add, attrgetter
from typing import NamedTuple

from bot.rules.causes import Cause
from bot.rules.quota import Quota
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
    """What the service says of one URL."""

    PENDING = "pending"
    PROCESSING = "processing"
    SUCCEED = "succeed"
    FAILED = "failed"


GOING_ON = frozenset({CallStatus.SUBMITTING, CallStatus.PROCESSING})
"""The service has such a call, or may get it in a moment, and nobody can take it back."""

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
    """One target; `status` is the service's word, kept as it came when it is a new one."""

    target: Target
    status: str


@dataclass(frozen=True, slots=True)
class CallState:
    """One API call; `causes` are why it was rejected, is unknown, or was let go."""

    position: int
    status: CallStatus
    files: int
    targets: tuple[TargetState, ...]
    task_id: str | None = None
    causes: tuple[Cause, ...] = ()
    let_go: bool = False
    attempts: int = 0

    @property
    def is_open(self) -> bool:
        """Whether the workflow still has work with it."""
        return self.status not in ENDED and not self.let_go

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


def match_results(
    sent: Sequence[TargetState], listed: Sequence[tuple[str, str]]
) -> tuple[TargetState, ...]:
    """What is known of each target, given the `(url, status)` pairs that the service lists.

    An asset stands for whatever URLs are listed; URLs are found by their text, those that the
    service writes in a form of its own by their place. An empty list changes nothing, and a URL
    that is listed twice counts once.
    """
    known = dict(listed)
    if not known:
        return tuple(sent)
    if any(isinstance(state.target, Asset) for state in sent) or len(sent) < len(known):
        return tuple(TargetState(Url(url), status) for url, status in known.items())
    known.update(_by_place(sent, known))
    return tuple(
        TargetState(state.target, known.get(_address(state), state.status)) for state in sent
    )


def _by_place(sent: Sequence[TargetState], listed: Mapping[str, str]) -> dict[str, str]:
    addresses = [_address(state) for state in sent]
    unmatched = [address for address in addresses if address not in listed]
    spare = [status for url, status in listed.items() if url not in addresses]
    return dict(zip(unmatched, spare, strict=True)) if len(unmatched) == len(spare) else {}


def _address(state: TargetState) -> str:
    return state.target.address if isinstance(state.target, Url) else ""
