"""Deciding about a request on its way: cancel, send again, mark as sent."""

from collections.abc import Callable, Collection, Iterable, Sequence
from typing import NamedTuple

from sqlmodel import Session

from bot.rules.causes import SendingAgainCancelled
from bot.rules.draft import OVERLAPS_WITHIN, Overlap
from bot.rules.free_text import as_text
from bot.rules.lifecycle import Event, EventKind
from bot.rules.policy import Actor, Denial, Denied
from bot.rules.refusals import MayNotDecide, NothingToDecide, NotSentAgain, Undecidable
from bot.rules.states import GOING_ON, CallId, CallState, CallStatus, RequestStatus
from bot.rules.target import Url, host
from bot.service.context import Context
from storage import calls, database_identity, endings, overlaps, requests, steps
from storage.tables import RequestRow
from storage.unit_of_work import UnitOfWork

AttemptId = tuple[int, int]
"""Position of a call and number of its attempt: a submission that comes twice means one attempt."""

OPERATORS = "PREFETCH_OPERATORS"
DOMAINS = "PREFETCH_ALLOWED_DOMAINS"


class Cancelled(NamedTuple):
    """So many files will not be sent; `goes_on` when others of the request are on their way."""

    files: int
    goes_on: bool


class InDoubt(NamedTuple):
    """Calls that may have been sent, and the other requests that hold some of their files."""

    calls: list[CallState]
    overlaps: tuple[Overlap, ...]


class Deciding:
    """Each decision is one transaction, checked, audited, and without effect the second time.

    `changed` is told of each request whose card shows the decision.
    """

    def __init__(self, context: Context, *, changed: Callable[[str], None]) -> None:
        self._context = context
        self._changed = changed

    async def cancel(self, request_id: str, actor: Actor) -> Cancelled:
        """Cancel what is not sent."""
        cancelled = await self._context.database.promptly(self._cancel, request_id, actor)
        self._changed(request_id)
        return cancelled

    async def in_doubt(self, request_id: str, actor: Actor, *, again: bool) -> InDoubt:
        """What may have been sent, for those who may decide about it.

        Asked for to send it `again`, it raises as `send_again` does when none of it may be sent.
        """
        return await self._context.database.promptly(self._in_doubt, request_id, actor, again=again)

    async def mark_as_sent(
        self, request_id: str, attempts: Sequence[AttemptId], actor: Actor, *, reason: str
    ) -> None:
        """A person has seen that these calls went out: their files are spent."""
        await self._context.database.promptly(
            self._mark_as_sent, request_id, attempts, actor, reason=reason
        )
        self._changed(request_id)

    async def send_again(
        self, request_id: str, attempts: Sequence[AttemptId], actor: Actor, *, reason: str
    ) -> None:
        """A person wants these calls sent once more: their files are reserved once more.

        Person, channel and domains are asked about anew, as for what is confirmed now.
        """
        await self._context.database.promptly(
            self._send_again, request_id, attempts, actor, reason=reason
        )
        self._changed(request_id)

    def _cancel(self, session: Session, request_id: str, actor: Actor) -> Cancelled:
        row = self._context.lock(session, request_id, actor)
        if denied := self._context.policy.denial(actor):
            raise MayNotDecide(denied, ask=self._context.policy.whom_to_ask)
        if row.user_id != actor.user_id:
            self._check_operator(actor, Denial.NOT_THE_ASKER)
        files, work = 0, self._context.work(session, actor)
        for call in calls.with_status(session, request_id, CallStatus.QUEUED):
            call_id = CallId(request_id, call.position)
            if steps.give_up(
                work, call_id, Event(EventKind.CANCELLED), cause=None, again=SendingAgainCancelled()
            ):
                files += call.files
        found = calls.statuses(session, request_id)
        if not files:
            raise NothingToDecide(_why_nothing_waits(found))
        if row.status == RequestStatus.SCHEDULED:
            self._end_unsent(session, row, actor)
        # A database that is older than this must not send what was cancelled.
        database_identity.advance(session)
        return Cancelled(files, goes_on=not GOING_ON.isdisjoint(found))

    def _end_unsent(self, session: Session, row: RequestRow, actor: Actor) -> None:
        """End a scheduled request that was cancelled: no workflow has begun that would end it."""
        endings.end(self._context.work(session, actor), row, RequestStatus.CANCELLED, run=row.runs)
        self._context.enqueue(session, row.id)

    def _in_doubt(self, session: Session, request_id: str, actor: Actor, *, again: bool) -> InDoubt:
        found = self._unknown(session, request_id, actor)
        if again:
            self._check_place(session, request_id, actor)
            refusals = [self._foreign_host(call) for call in found]
            if refused := next(filter(None, refusals), None) if all(refusals) else None:
                raise NotSentAgain(refused, ask=self._context.policy.whom_to_ask)
        holding = overlaps.of(
            session,
            [state.target for call in found for state in call.targets],
            team_id=actor.team_id,
            since=self._context.now() - OVERLAPS_WITHIN,
        )
        others = tuple(item for item in holding if item.request_id != request_id)
        return InDoubt(found, others)

    def _unknown(self, session: Session, request_id: str, actor: Actor) -> list[CallState]:
        row = self._context.lock(session, request_id, actor)
        self._check_operator(actor, Denial.NOT_AN_OPERATOR)
        found = calls.with_status(session, request_id, CallStatus.UNKNOWN)
        if not found:
            raise NothingToDecide(Undecidable.DECIDED)
        if row.ended_at is None:
            raise NothingToDecide(Undecidable.STILL_RUNS)
        return found

    def _mark_as_sent(
        self,
        session: Session,
        request_id: str,
        attempts: Sequence[AttemptId],
        actor: Actor,
        *,
        reason: str,
    ) -> None:
        chosen = self._chosen(session, request_id, attempts, actor)
        work = self._context.work(session, actor)
        _decide(work, request_id, chosen, Event(EventKind.MARKED_AS_SENT), reason=reason)
        self._context.reopen(session, request_id)

    def _send_again(
        self,
        session: Session,
        request_id: str,
        attempts: Sequence[AttemptId],
        actor: Actor,
        *,
        reason: str,
    ) -> None:
        chosen = self._chosen(session, request_id, attempts, actor)
        self._check_place(session, request_id, actor)
        if refused := next(filter(None, map(self._foreign_host, chosen)), None):
            raise NotSentAgain(refused, ask=self._context.policy.whom_to_ask)
        work = self._context.work(session, actor)
        files = sum(call.files for call in chosen)
        self._context.reservations.reserve(session, files, moment=work.now, now=work.now)
        again = Event(EventKind.SENT_AGAIN, today=self._context.reservations.day(work.now).date)
        _decide(work, request_id, chosen, again, reason=reason)
        self._context.reopen(session, request_id)

    def _chosen(
        self, session: Session, request_id: str, attempts: Sequence[AttemptId], actor: Actor
    ) -> list[CallState]:
        found = self._unknown(session, request_id, actor)
        chosen = [call for call in found if (call.position, call.attempts) in attempts]
        if not chosen:
            raise NothingToDecide(Undecidable.DECIDED)
        return chosen

    def _check_place(self, session: Session, request_id: str, actor: Actor) -> None:
        channel_id = requests.row(session, request_id).channel_id
        if denied := self._context.policy.refusal(actor, channel_id):
            raise NotSentAgain(denied, ask=self._context.policy.whom_to_ask)

    def _foreign_host(self, call: CallState) -> Denied | None:
        """The first host of the call that was taken off the list of domains."""
        for state in call.targets:
            target = state.target
            if isinstance(target, Url) and not self._context.policy.allows_host(host(target)):
                return Denied(DOMAINS, Denial.HOST, host(target))
        return None

    def _check_operator(self, actor: Actor, why: Denial) -> None:
        if not self._context.policy.is_operator(actor):
            raise MayNotDecide(Denied(OPERATORS, why), ask=self._context.policy.whom_to_ask)


def _decide(
    work: UnitOfWork, request_id: str, chosen: Iterable[CallState], event: Event, *, reason: str
) -> None:
    for call in chosen:
        step = steps.apply(
            work,
            CallId(request_id, call.position),
            event,
            values={"reason": ()},
            facts={"reason": as_text(reason)},
        )
        if step is None:
            raise AssertionError("unreachable: the lock of the request keeps its calls in doubt")


def _why_nothing_waits(found: Collection[CallStatus]) -> Undecidable:
    if CallStatus.CANCELLED in found:
        return Undecidable.CANCELLED
    is_refused = CallStatus.REJECTED in found
    return Undecidable.NEVER_SENT if is_refused else Undecidable.ALL_SENT
