"""What people can decide about a request on its way: cancel, send again, mark as sent."""

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlmodel import Session

from bot.promises import Promises
from bot.rules.draft import ASKED_BEFORE, Earlier
from bot.rules.free_text import as_text
from bot.rules.lifecycle import Event, EventKind
from bot.rules.policy import Actor, Denied
from bot.rules.refusals import MayNotDecide, NothingToDecide, NotSentAgain, RequestUnknown
from bot.rules.target import Target, Targets, Url, host
from bot.rules.task import (
    GOING_ON,
    CallId,
    RequestStatus,
    TargetStatus,
    TaskState,
    TaskStatus,
)
from storage import asking_again, audit, calls, earlier, life, requests, steps
from storage.database import Database
from storage.tables import RequestRow
from storage.unit_of_work import UnitOfWork

Enqueue = Callable[[Session, str], None]
"""Hands a request, as its row now is, to the workflow, inside the caller's transaction."""

AttemptId = tuple[int, int]
"""Position of a call and number of its attempt: a submission that comes twice means one attempt."""

ASK_AGAIN_AFTER = timedelta(minutes=1)
"""Looking again and again does not ask the cloud again and again."""

OPERATORS = "PREFETCH_OPERATORS"
DOMAINS = "PREFETCH_ALLOWED_DOMAINS"
ALL_SENT = "Everything of this request has been sent already."
CANCELLED = "What had not been sent of this request has been cancelled already."
REFUSED = "What is not sent of this request will not be; its card says why."
NOT_AGAIN = "Sending it again was cancelled."
DECIDED = "Somebody has decided about these calls already."


class GivenUp(NamedTuple):
    """So many files will not be sent; `goes_on` when others of the request are on their way."""

    files: int
    goes_on: bool


class InDoubt(NamedTuple):
    """Calls that may have been sent, and the other requests that hold some of their files."""

    tasks: list[TaskState]
    elsewhere: tuple[Earlier, ...]


class Choices:
    """Each choice is one transaction, checked, audited, and without effect the second time."""

    def __init__(
        self,
        database: Database,
        *,
        promises: Promises,
        enqueue: Enqueue,
        changed: Callable[[str], None],
        now: Callable[[], datetime],
    ) -> None:
        self._database = database
        self._policy = promises.policy
        self._terms = promises.terms
        self._promises = promises
        self._enqueue = enqueue
        self._changed = changed
        self._now = now

    async def cancel(self, request_id: str, actor: Actor) -> GivenUp:
        """Give up what was not sent."""
        given_up = await self._database.promptly(self._cancel, request_id, actor)
        self._changed(request_id)
        return given_up

    async def failed(self, request_id: str, actor: Actor) -> tuple[Targets, str]:
        """What failed or was not sent, to be drafted anew, and the request's channel."""
        return await self._database.promptly(self._failed, request_id, actor)

    async def cancelled(self, request_id: str, actor: Actor) -> tuple[Targets, str]:
        """What somebody has cancelled, to be drafted anew, and the request's channel."""
        return await self._database.promptly(self._cancelled, request_id, actor)

    async def unknown(self, request_id: str, actor: Actor, *, again: bool) -> InDoubt:
        """What may have been sent, for those who may decide about it.

        Asked for to send it `again`, it raises as `send_again` does when none of it may be sent.
        """
        return await self._database.promptly(self._in_doubt, request_id, actor, again=again)

    async def mark_as_sent(
        self, request_id: str, attempts: Sequence[AttemptId], actor: Actor, *, reason: str
    ) -> None:
        """A person has seen that these calls went out: their files are spent."""
        await self._database.promptly(
            self._mark_as_sent, request_id, attempts, actor, reason=reason
        )
        self._changed(request_id)

    async def send_again(
        self, request_id: str, attempts: Sequence[AttemptId], actor: Actor, *, reason: str
    ) -> None:
        """A person wants these calls sent once more: their files are reserved once more.

        Person, channel and domains are asked about anew, as for what is confirmed now.
        """
        await self._database.promptly(self._send_again, request_id, attempts, actor, reason=reason)
        self._changed(request_id)

    def ask_again(self, session: Session, request_id: str, actor: Actor) -> None:
        """A person wants to know: what the bot had stopped asking about it asks once more."""
        now = self._now()
        before = now - ASK_AGAIN_AFTER
        if not asking_again.is_let_go(session, request_id, asked_before=before):
            return
        row = requests.lock(session, request_id)
        if not asking_again.follow_again(session, request_id, asked_before=before, now=now):
            return
        audit.record(self._work(session, actor), "status.asked_again", request_id)
        # A run that has not ended looks for itself.
        if row.ended_at is not None:
            self._run_again(session, request_id)

    def _cancel(self, session: Session, request_id: str, actor: Actor) -> GivenUp:
        row = self._find(session, request_id, actor)
        if denied := self._policy.denial(actor):
            raise MayNotDecide(denied, ask=self._policy.whom_to_ask)
        if row.user_id != actor.user_id:
            self._check_operator(actor, "Only the person who asked, or an operator, may cancel.")
        files, work = 0, self._work(session, actor)
        for task in calls.with_status(session, request_id, TaskStatus.QUEUED):
            call = CallId(request_id, task.position)
            if steps.give_up(work, call, Event(EventKind.CANCELLED), reason=None, again=NOT_AGAIN):
                files += task.files
        found = calls.statuses(session, request_id)
        if not files:
            raise NothingToDecide(_why_nothing_waits(found))
        if row.status == RequestStatus.SCHEDULED:
            self._end_unsent(session, row, actor)
        # A database that is older than this must not send what was cancelled.
        life.advance(session)
        return GivenUp(files, goes_on=not GOING_ON.isdisjoint(found))

    def _end_unsent(self, session: Session, row: RequestRow, actor: Actor) -> None:
        """No workflow is at it yet that would end it."""
        requests.end(session, row.id, RequestStatus.CANCELLED, run=row.runs, now=self._now())
        audit.record(self._work(session, actor), "request.cancelled", row.id)
        self._enqueue(session, row.id)

    def _failed(self, session: Session, request_id: str, actor: Actor) -> tuple[Targets, str]:
        row = self._find(session, request_id, actor)
        again = (
            state.target
            for task in calls.every(session, request_id)
            for state in task.targets
            if state.status == TargetStatus.FAILED or task.status is TaskStatus.REJECTED
        )
        return _once_more(again, "Nothing of this request has failed."), row.channel_id

    def _cancelled(self, session: Session, request_id: str, actor: Actor) -> tuple[Targets, str]:
        row = self._find(session, request_id, actor)
        found = calls.with_status(session, request_id, TaskStatus.CANCELLED)
        again = (state.target for task in found for state in task.targets)
        return _once_more(again, "Nothing of this request was cancelled."), row.channel_id

    def _in_doubt(self, session: Session, request_id: str, actor: Actor, *, again: bool) -> InDoubt:
        found = self._unknown(session, request_id, actor)
        if again:
            self._check_place(session, request_id, actor)
            refusals = [self._foreign_host(task) for task in found]
            if refused := next(filter(None, refusals), None) if all(refusals) else None:
                raise NotSentAgain(refused, ask=self._policy.whom_to_ask)
        holding = earlier.holding(
            session,
            [state.target for task in found for state in task.targets],
            team_id=actor.team_id,
            since=self._now() - ASKED_BEFORE,
        )
        others = tuple(item for item in holding if item.request_id != request_id)
        return InDoubt(found, others)

    def _unknown(self, session: Session, request_id: str, actor: Actor) -> list[TaskState]:
        row = self._find(session, request_id, actor)
        self._check_operator(actor, "Only an operator may decide what became of a call.")
        found = calls.with_status(session, request_id, TaskStatus.UNKNOWN)
        if not found:
            raise NothingToDecide(DECIDED)
        if row.ended_at is None:
            raise NothingToDecide("The rest of this request still runs. Decide when it has ended.")
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
        work = self._work(session, actor)
        _decide(work, request_id, chosen, Event(EventKind.MARKED_AS_SENT), reason=reason)
        self._run_again(session, request_id)

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
            raise NotSentAgain(refused, ask=self._policy.whom_to_ask)
        work = self._work(session, actor)
        files = sum(task.files for task in chosen)
        self._promises.reserve(session, files, moment=work.now, now=work.now)
        again = Event(EventKind.SENT_AGAIN, today=self._promises.day(work.now).date)
        _decide(work, request_id, chosen, again, reason=reason)
        self._run_again(session, request_id)

    def _chosen(
        self, session: Session, request_id: str, attempts: Sequence[AttemptId], actor: Actor
    ) -> list[TaskState]:
        found = self._unknown(session, request_id, actor)
        chosen = [task for task in found if (task.position, task.attempts) in attempts]
        if not chosen:
            raise NothingToDecide(DECIDED)
        return chosen

    def _check_place(self, session: Session, request_id: str, actor: Actor) -> None:
        channel_id = requests.row(session, request_id).channel_id
        if denied := self._policy.refusal(actor, channel_id):
            raise NotSentAgain(denied, ask=self._policy.whom_to_ask)

    def _foreign_host(self, task: TaskState) -> Denied | None:
        """The first host of the call that was taken off the list of domains."""
        for state in task.targets:
            target = state.target
            if isinstance(target, Url) and not self._policy.allows_host(host(target)):
                return Denied(DOMAINS, f"{host(target)} is no longer on the list of domains.")
        return None

    def _run_again(self, session: Session, request_id: str) -> None:
        requests.reopen(session, request_id)
        self._enqueue(session, request_id)

    def _find(self, session: Session, request_id: str, actor: Actor) -> RequestRow:
        found = requests.id_by_reference(session, request_id, team_id=actor.team_id)
        if found is None:
            raise RequestUnknown(
                request_id, command=self._terms.command, restored_at=life.restored_at(session)
            )
        # Two who decide at the same moment decide one after the other.
        return requests.lock(session, found)

    def _check_operator(self, actor: Actor, sentence: str) -> None:
        if not self._policy.is_operator(actor):
            raise MayNotDecide(Denied(OPERATORS, sentence), ask=self._policy.whom_to_ask)

    def _work(self, session: Session, actor: Actor) -> UnitOfWork:
        return UnitOfWork(session, self._terms.tenant, self._now(), actor)


def _decide(
    work: UnitOfWork, request_id: str, chosen: Iterable[TaskState], event: Event, *, reason: str
) -> None:
    for task in chosen:
        steps.apply(
            work,
            CallId(request_id, task.position),
            event,
            values={"reason": None},
            facts={"reason": as_text(reason)},
        )


def _once_more(again: Iterable[Target], nothing: str) -> Targets:
    """Each target once; raises `NothingToDecide` with the sentence when there is none."""
    targets = tuple(dict.fromkeys(again))
    if not targets:
        raise NothingToDecide(nothing)
    return Targets(targets)


def _why_nothing_waits(found: Collection[TaskStatus]) -> str:
    if TaskStatus.CANCELLED in found:
        return CANCELLED
    return REFUSED if TaskStatus.REJECTED in found else ALL_SENT
