"""Sending the calls of a request, one at a time and none of them twice."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import replace
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
from bot.rules.target import Asset, Url
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
from bot.workflows.outcomes import Outcomes
from storage import calls, executors, life, requests
from storage.database import Database
from storage.mark import MarkNotWritten

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


class TakenForDead(Exception):  # noqa: N818
    """The process was silent for so long that others carry on what it had begun."""


class Sender:
    """A marker is committed before each POST; a marker without an answer is *unknown*.

    On SQLite the mark beside the file is written in between: see `storage.life.advance`.
    """

    def __init__(
        self,
        database: Database,
        cloud: PacedCloud,
        cards: Cards,
        outcomes: Outcomes,
        *,
        executor_id: str,
        enqueue: Callable[[Session, str], None],
        now: Callable[[], datetime],
    ) -> None:
        self._database = database
        self._vod = cloud.client
        self._cards = cards
        self._turns = cloud.turns
        self._outcomes = outcomes
        self._executor_id = executor_id
        self._enqueue = enqueue
        self._now = now
        self._in_flight: set[tuple[str, int]] = set()
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def begin(self, request_id: str) -> None:
        """Send the first call if its turn has come; all else is left to `send`.

        Nobody waits for a turn here: another replica might wait for the same call.
        """
        async with self._lock(request_id):
            call = await self._database.transaction(calls.next_queued, request_id)
            if call is not None and await self._turns.take_if_free(Operation.CREATE):
                await self._send_now(request_id, call)

    async def send(self, request_id: str) -> None:
        """Send all that is queued; whoever runs this after a crash goes on where it stopped."""
        while True:
            async with self._lock(request_id):
                await self._hold_interrupted(request_id)
                await self._send_queued(request_id)
            if not await self._database.transaction(calls.is_sending, request_id):
                return
            # Another replica has a call under way; should it die with it, this one has to know.
            await asyncio.sleep(LOOK_AGAIN_S)

    def _lock(self, request_id: str) -> asyncio.Lock:
        """One sender a request in this process: two would each take a turn for the same call."""
        return self._locks.setdefault(request_id, asyncio.Lock())

    async def _hold_interrupted(self, request_id: str) -> None:
        await self._write(
            self._outcomes.hold_interrupted,
            request_id,
            me=self._executor_id,
            in_flight={place for sent, place in self._in_flight if sent == request_id},
        )

    async def _send_queued(self, request_id: str) -> None:
        troubles, wait_s = 0, 0.0
        while call := await self._database.transaction(calls.next_queued, request_id):
            await asyncio.sleep(wait_s)
            await self._turns.take(Operation.CREATE)
            match await self._send_now(request_id, call):
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

    async def _send_now(self, request_id: str, call: CallState) -> VodError | None:
        error = await uninterrupted(self._send_one(request_id, call))
        self._cards.changed(request_id)
        return error

    async def _send_one(self, request_id: str, call: CallState) -> VodError | None:
        self._in_flight.add((request_id, call.position))
        try:
            claimed = await self._claim(request_id, call)
            return None if claimed is None else await self._call(request_id, claimed)
        finally:
            self._in_flight.discard((request_id, call.position))

    async def _claim(self, request_id: str, call: CallState) -> CallState | None:
        """Commit the marker; None when the call is not to be sent any longer."""
        try:
            return await self._database.transaction(
                self._set_marker, request_id, call, now=self._now()
            )
        except (DBAPIError, MarkNotWritten):
            # The marker may stand although its commit was not answered or its mark not written.
            await self._write(self._outcomes.unclaim, request_id, call, sender=self._executor_id)
            raise

    def _set_marker(
        self, session: Session, request_id: str, call: CallState, *, now: datetime
    ) -> CallState | None:
        if not executors.stays_alive(session, self._executor_id):
            message = f"{self._executor_id} was taken for dead; others send now"
            raise TakenForDead(message)
        # A database that is older than this call must not send it again.
        life.advance(session)
        return self._outcomes.claim(session, request_id, call, sender=self._executor_id, now=now)

    async def _call(self, request_id: str, call: CallState) -> VodError | None:
        try:
            task_id = await self._create(call)
        except VodError as error:
            log.warning("request %s call %d: %s", request_id, call.position, error)
            await self._settle_error(request_id, call, error)
            return error
        # Before it is written down: should that fail, the task_id is known at least here.
        log.info("request %s call %d accepted as %s", request_id, call.position, task_id)
        await self._write(self._accept, request_id, call, task_id=task_id)
        return None

    def _accept(
        self, session: Session, request_id: str, call: CallState, *, task_id: str, now: datetime
    ) -> None:
        request = requests.lock(session, request_id)
        late = self._outcomes.accept(session, request_id, call, task_id=task_id, now=now)
        # The request may have ended without this answer; then it goes on, to follow the call.
        if late and request.ended_at is not None:
            requests.reopen(session, request_id)
            self._enqueue(session, request_id)

    async def _create(self, call: CallState) -> str:
        targets = [state.target for state in call.targets]
        urls = [target.address for target in targets if isinstance(target, Url)]
        if urls:
            return await self._vod.create_prefetch_of_urls(urls)
        (asset,) = (target for target in targets if isinstance(target, Asset))
        return await self._vod.create_prefetch_of_asset(asset.id)

    async def _settle_error(self, request_id: str, call: CallState, error: VodError) -> None:
        cause = _cause(error)
        match error:
            case NotSent():
                await self._put_back(request_id, call, error)
            case DailyQuotaExhausted() if not self._outcomes.day_has_just_begun(self._now()):
                await self._write(self._outcomes.exhausted, request_id, call, cause=cause)
            case Throttled() | DailyQuotaExhausted():
                await self._put_back(request_id, call, error)
                await self._turns.push_back(
                    Operation.CREATE, wait_s=throttled_wait_s(error.retry_after)
                )
            case OutcomeUnknown():
                await self._write(self._outcomes.hold, request_id, call, cause=cause)
            case _:
                await self._write(self._outcomes.reject, request_id, call, cause=cause)
                if isinstance(error, CONCERNS_EVERY_CALL):
                    await self._write(self._outcomes.reject_rest, request_id, cause=cause)

    async def _put_back(self, request_id: str, call: CallState, error: VodError) -> None:
        cause = _cause(error, is_tried_again=True)
        await self._write(self._outcomes.put_back, request_id, call, cause=cause)

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
