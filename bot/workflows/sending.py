"""Sending the tasks of a request, one call at a time and none of them twice."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from bot.rules.request import Asset, Url
from bot.rules.retry import gives_up_unreachable, throttled_until, unreachable_wait_s
from bot.rules.task import TaskState
from bot.rules.terms import Pace
from bot.vod.client import VodClient
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
from bot.workflows.cards import Cards
from bot.workflows.outcomes import Books
from bot.workflows.turns import Call, Turns
from bot.workflows.uninterrupted import uninterrupted
from storage import tasks
from storage.database import Database

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

INTERRUPTED = (
    "The bot was stopped while it was sending this. It may have been sent; look in the VOD"
    " console before sending it again."
)
NEVER_REACHED = (
    "The cloud could not be reached for half an hour. Nothing was sent; try again later."
)


class Sender:
    """A marker is committed before each POST; a marker without an answer is *unknown*."""

    def __init__(
        self,
        database: Database,
        vod: VodClient,
        cards: Cards,
        turns: Turns,
        books: Books,
        *,
        pace: Pace,
        now: Callable[[], datetime],
    ) -> None:
        self._database = database
        self._vod = vod
        self._cards = cards
        self._turns = turns
        self._books = books
        self._pace = pace
        self._now = now

    async def send(self, request_id: str) -> None:
        """Send all that is queued; whoever runs this after a crash goes on where it stopped."""
        await self._write(self._books.hold_interrupted, request_id, reason=INTERRUPTED)
        unreachable = 0
        while True:
            task = await self._database.transaction(tasks.next_queued, request_id)
            if task is None:
                return
            await self._turns.take(Call.CREATE)
            error = await uninterrupted(self._send_one(request_id, task))
            self._cards.changed(request_id)
            unreachable = unreachable + 1 if isinstance(error, NotSent) else 0
            if unreachable:
                await self._wait_for_the_cloud(request_id, unreachable)

    async def _send_one(self, request_id: str, task: TaskState) -> VodError | None:
        attempt = await self._database.transaction(
            tasks.claim, request_id, task.position, now=self._now()
        )
        if attempt is None:
            return None
        task = replace(task, attempts=attempt)
        try:
            task_id = await self._create(task)
        except VodError as error:
            log.warning("request %s call %d: %s", request_id, task.position, error)
            await self._settle_error(request_id, task, error)
            return error
        # Before it is written down: should that fail, the task_id is known at least here.
        log.info("request %s call %d accepted as %s", request_id, task.position, task_id)
        await self._write(
            self._books.accept,
            request_id,
            task,
            attempt=attempt,
            task_id=task_id,
            poll_after_s=self._pace.poll_first_s,
        )
        return None

    async def _create(self, task: TaskState) -> str:
        targets = [state.target for state in task.targets]
        urls = [target.address for target in targets if isinstance(target, Url)]
        if urls:
            return await self._vod.create_prefetch_of_urls(urls)
        (asset,) = (target for target in targets if isinstance(target, Asset))
        return await self._vod.create_prefetch_of_asset(asset.id)

    async def _settle_error(self, request_id: str, task: TaskState, error: VodError) -> None:
        reason = _words(error)
        match error:
            case NotSent():
                await self._put_back(request_id, task, reason)
            case Throttled():
                until = throttled_until(self._now(), error.retry_after)
                await self._put_back(request_id, task, reason)
                await self._turns.push_back(Call.CREATE, until=until)
            case DailyQuotaExhausted():
                await self._write(self._books.exhausted, request_id, task, reason=reason)
            case OutcomeUnknown():
                await self._write(self._books.hold, request_id, task, reason=reason)
            case _:
                await self._write(self._books.reject, request_id, task, reason=reason)
                if isinstance(error, CONCERNS_EVERY_CALL):
                    await self._write(self._books.reject_rest, request_id, reason=reason)

    async def _wait_for_the_cloud(self, request_id: str, unreachable: int) -> None:
        if gives_up_unreachable(unreachable):
            await self._write(self._books.reject_rest, request_id, reason=NEVER_REACHED)
        else:
            await asyncio.sleep(unreachable_wait_s(unreachable))

    async def _put_back(self, request_id: str, task: TaskState, reason: str) -> None:
        await self._database.transaction(self._books.put_back, request_id, task, reason=reason)

    async def _write(
        self, write: Callable[..., None], request_id: str, *args: object, **facts: object
    ) -> None:
        await self._database.transaction(write, request_id, *args, now=self._now(), **facts)


def _words(error: VodError) -> str:
    code = f" ({error.code})" if error.code else ""
    return f"{error.message.rstrip('.')}{code}. {error.advice}"
