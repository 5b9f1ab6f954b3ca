"""Waiting for a turn to call the cloud: all replicas and all requests share one pace."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlmodel import Session

from bot.rules.deployment import Pace
from bot.vod.client import VodClient
from storage import pacing
from storage.database import Database


class Operation(StrEnum):
    """What the cloud limits by the minute."""

    CREATE = "create"
    QUERY = "query"


SPARE = 60 / 61
"""Calls up to a second after their turn was due still fit the minute."""


class Turns:
    """Gives out turns in the order of asking, within this process."""

    def __init__(
        self, database: Database, *, tenant: str, pace: Pace, now: Callable[[], datetime]
    ) -> None:
        self._database = database
        self._tenant = tenant
        self._now = now
        self._per_minute = {
            Operation.CREATE: pace.creates_per_minute * SPARE,
            Operation.QUERY: pace.queries_per_minute * SPARE,
        }
        self._queues = {operation: asyncio.Lock() for operation in Operation}

    async def take(self, operation: Operation) -> None:
        """Return when the call may go out."""
        async with self._queues[operation]:
            while (wait_s := await self._try(operation)) > 0:  # noqa: ASYNC110  # the row has no event
                # The row may be pushed back meanwhile, so a long wait looks again.
                await asyncio.sleep(min(wait_s, 5.0))  # the row has no event

    async def take_if_free(self, operation: Operation) -> bool:
        """Take the turn that has come already; False when there is none, or others wait for it."""
        queue = self._queues[operation]
        if queue.locked():
            return False
        async with queue:
            return await self._try(operation) <= 0

    async def _try(self, operation: Operation) -> float:
        return await self._database.transaction(self._take, operation, self._now())

    def _take(self, session: Session, operation: Operation, now: datetime) -> float:
        return pacing.take_turn(
            session,
            self._tenant,
            operation,
            per_minute=self._per_minute[operation],
            now=pacing.shared_clock(session, now),
        )

    async def push_back(self, operation: Operation, *, wait_s: float) -> None:
        """The cloud said that it was called too often."""
        await self._database.transaction(self._push_back, operation, self._now(), wait_s=wait_s)

    def _push_back(
        self, session: Session, operation: Operation, now: datetime, *, wait_s: float
    ) -> None:
        until = pacing.shared_clock(session, now) + timedelta(seconds=wait_s)
        pacing.push_back(session, self._tenant, operation, until=until)


@dataclass(frozen=True, slots=True)
class PacedCloud:
    """The client of the cloud, and the turns that its calls wait for."""

    client: VodClient
    turns: Turns
