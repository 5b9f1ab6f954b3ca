"""Sending the calls of a request, one at a time and none of them twice."""

import asyncio
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from weakref import WeakValueDictionary

from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from bot.rules.causes import CloudError, Unreachable
from bot.rules.free_text import unformatted
from bot.rules.retry import (
    gives_up_unreachable,
    in_doubt_wait_s,
    throttled_wait_s,
    unreachable_wait_s,
)
from bot.rules.states import CallState
from bot.vod.errors import (
    AccountProblem,
    AuthenticationFailed,
    DailyQuotaExhausted,
    FeatureOffline,
    Forbidden,
    NotSent,
    OutcomeUnknown,
    ProjectMismatch,
    Throttled,
    TrialQuotaExhausted,
    VodError,
    WrongEndpoint,
)
from bot.workflows.cancellation import uninterrupted
from bot.workflows.cards import Cards
from bot.workflows.cloud_pacing import Operation, PacedCloud
from bot.workflows.outcomes import NoRoom, Outcomes
from storage import calls, database_identity, executors, requests
from storage.database import Database
from storage.mark_file import MarkNotWritten
from storage.tables import RequestRow

log = logging.getLogger(__name__)

CONCERNS_EVERY_CALL = (
    AccountProblem,
    AuthenticationFailed,
    FeatureOffline,
    Forbidden,
    ProjectMismatch,
    TrialQuotaExhausted,
    WrongEndpoint,
)
"""Refusals that the next call would meet as well; five of some kinds even lock the key."""

LOOK_AGAIN_S = 1.0

STANDS_STILL_S = 5.0
"""Half of the silence after which other replicas declare a process dead."""


class DeclaredDead(Exception):  # noqa: N818
    """The process was silent for so long that others carry on what it had begun."""


@dataclass(frozen=True, slots=True)
class Executor:
    """The process as the engine knows it; `enqueue` queues a request to be carried out."""

    id: str
    enqueue: Callable[[Session, str], None]


class Sender:
    """A marker is committed before each POST; a marker without an answer is *unknown*.

    On SQLite the mark beside the file is written in between, see `storage/database_identity.py`.
    """

    def __init__(
        self,
        database: Database,
        cloud: PacedCloud,
        cards: Cards,
        outcomes: Outcomes,
        executor: Executor,
        *,
        now: Callable[[], datetime],
    ) -> None:
        self._database = database
        self._vod = cloud.client
        self._cards = cards
        self._turns = cloud.turns
        self._outcomes = outcomes
        self._executor = executor
        self._now = now
        self._in_flight: set[tuple[str, int]] = set()
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def begin(self, request_id: str) -> None:
        """Send the first call if its turn has come; all else is left to `send`.

        Nobody waits for a turn here: another replica might wait for the same call.
        """
        try:
            async with self._lock(request_id):
                call = await self._database.transaction(calls.next_queued, request_id)
                if call is not None and await self._turns.take_if_free(
                    Operation.CREATE, request_id
                ):
                    await uninterrupted(self._send_one(request_id, call))
        except Exception:  # whatever it is, `send` meets it as well, and is patient
            log.warning("request %s is left to the queue", request_id, exc_info=True)
            # On another replica `send` passes over what a living process has begun.
            await self._hold_interrupted(request_id)

    async def send(self, request_id: str) -> None:
        """Send all that is queued; whoever runs this after a crash goes on where it stopped."""
        while True:
            async with self._lock(request_id):
                await self._hold_interrupted(request_id)
                await self._send_queued(request_id)
            if not await self._database.transaction(calls.has_unanswered, request_id):
                return
            # Another replica sends one of them; should it die with it, this one has to know.
            await asyncio.sleep(LOOK_AGAIN_S)

    def _lock(self, request_id: str) -> asyncio.Lock:
        """One sender a request in this process: two would each take a turn for the same call."""
        return self._locks.setdefault(request_id, asyncio.Lock())

    async def _hold_interrupted(self, request_id: str) -> None:
        await self._write(
            self._outcomes.hold_interrupted,
            request_id,
            me=self._executor.id,
            in_flight={place for sent, place in self._in_flight if sent == request_id},
        )

    async def _send_queued(self, request_id: str) -> None:
        troubles, wait_s = 0, 0.0
        while call := await self._database.transaction(calls.next_queued, request_id):
            await asyncio.sleep(wait_s)
            await self._turns.take(Operation.CREATE, request_id)
            match await uninterrupted(self._send_one(request_id, call)):
                case NotSent():
                    troubles += 1
                    wait_s = unreachable_wait_s(troubles)
                case OutcomeUnknown():
                    # An outage must not put the whole list in doubt, call by call.
                    troubles += 1
                    wait_s = in_doubt_wait_s(troubles)
                case _:
                    troubles, wait_s = 0, 0.0
            if gives_up_unreachable(troubles):
                await self._write(self._outcomes.reject_rest, request_id, cause=Unreachable())

    async def _send_one(self, request_id: str, call: CallState) -> VodError | None:
        """The marker, then the POST, then what came of it; the error that came, if one did."""
        found: VodError | None = None
        claimed_at = self._now()
        with self._counted_in_flight(request_id, call):
            if claimed := await self._claim(request_id, call):
                try:
                    self._check_prompt(claimed_at)
                    task_id = await self._vod.create_prefetch(
                        asset_id=claimed.asset_id, urls=claimed.urls
                    )
                except VodError as error:
                    found = error
                    await self._take_error(request_id, claimed, error)
                else:
                    await self._take_task_id(request_id, claimed, task_id)
        self._cards.changed(request_id)
        return found

    def _check_prompt(self, claimed_at: datetime) -> None:
        """Raise `NotSent` where this process stood still since it began to set the marker.

        Others may have declared it dead, and a person may have had the call sent again.
        """
        stood_still_s = (self._now() - claimed_at).total_seconds()
        if stood_still_s > STANDS_STILL_S:
            message = f"this process stood still for {stood_still_s:.0f} s before the call"
            raise NotSent(message)

    @contextmanager
    def _counted_in_flight(self, request_id: str, call: CallState) -> Iterator[None]:
        """Meanwhile the marker of the call is no marker that was left behind."""
        self._in_flight.add((request_id, call.position))
        try:
            yield
        finally:
            self._in_flight.discard((request_id, call.position))

    async def _claim(self, request_id: str, call: CallState) -> CallState | None:
        """Commit the marker; None when the call is not to be sent any longer."""
        try:
            return await self._database.transaction(
                self._set_marker, request_id, call, now=self._now()
            )
        except NoRoom:
            await self._write(self._outcomes.make_fit, request_id, call)
            return None
        except (DBAPIError, MarkNotWritten):
            # The marker may stand although its commit was not answered or its mark not written.
            await self._write(self._outcomes.unclaim, request_id, call, sender=self._executor.id)
            raise

    def _set_marker(
        self, session: Session, request_id: str, call: CallState, *, now: datetime
    ) -> CallState | None:
        if not executors.stays_alive(session, self._executor.id):
            message = f"{self._executor.id} was declared dead; others send now"
            raise DeclaredDead(message)
        # A database that is older than this call must not send it again.
        database_identity.advance(session)
        return self._outcomes.claim(session, request_id, call, sender=self._executor.id, now=now)

    async def _take_task_id(self, request_id: str, call: CallState, task_id: str) -> None:
        # Before it is written down: should that fail, the task_id is known at least here.
        log.info("request %s call %d accepted as %s", request_id, call.position, task_id)
        await self._write(self._accept, request_id, call, task_id=task_id)

    def _accept(
        self, session: Session, request_id: str, call: CallState, *, task_id: str, now: datetime
    ) -> None:
        request = requests.lock(session, request_id)
        if self._outcomes.accept(session, request_id, call, task_id=task_id, now=now):
            self._go_on(session, request)

    def _refuse(
        self,
        session: Session,
        request_id: str,
        call: CallState,
        *,
        refuse: Callable[..., bool],
        **facts: object,
    ) -> None:
        request = requests.lock(session, request_id)
        if refuse(session, request_id, call, **facts):
            self._go_on(session, request)

    def _go_on(self, session: Session, request: RequestRow) -> None:
        """A request that ended without this answer goes on: its call is followed, its card true."""
        if request.ended_at is not None:
            requests.reopen(session, request.id)
            self._executor.enqueue(session, request.id)

    async def _take_error(self, request_id: str, call: CallState, error: VodError) -> None:
        log.warning("request %s call %d: %s", request_id, call.position, error)
        cause = _cause(error)
        match error:
            case NotSent():
                await self._put_back(request_id, call, error)
            case DailyQuotaExhausted() if not self._outcomes.day_has_just_begun(self._now()):
                await self._write_refusal(self._outcomes.exhausted, request_id, call, cause)
            case Throttled() | DailyQuotaExhausted():
                await self._put_back(request_id, call, error)
                await self._turns.push_back(
                    Operation.CREATE, wait_s=throttled_wait_s(error.retry_after)
                )
            case OutcomeUnknown():
                await self._write(self._outcomes.hold, request_id, call, cause=cause)
            case _:
                await self._write_refusal(self._outcomes.reject, request_id, call, cause)
                if isinstance(error, CONCERNS_EVERY_CALL):
                    await self._write(self._outcomes.reject_rest, request_id, cause=cause)

    async def _put_back(self, request_id: str, call: CallState, error: VodError) -> None:
        cause = _cause(error, is_tried_again=True)
        await self._write_refusal(self._outcomes.put_back, request_id, call, cause)

    async def _write_refusal(
        self, refuse: Callable[..., bool], request_id: str, call: CallState, cause: CloudError
    ) -> None:
        await self._write(self._refuse, request_id, call, refuse=refuse, cause=cause)

    async def _write(
        self, write: Callable[..., None], request_id: str, *args: object, **facts: object
    ) -> None:
        await self._database.patiently(write, request_id, *args, now=self._now(), **facts)


def _cause(error: VodError, *, is_tried_again: bool = False) -> CloudError:
    # The cloud's words may quote what a person typed.
    message, code = unformatted(error.message), unformatted(error.code or "")
    found = CloudError(type(error).__name__, message, code, is_tried_again)
    wire = error.wire
    return found if wire is None else replace(found, wire=wire.fault.value, detail=wire.detail)
