"""Waiting for a turn to call the cloud: all replicas and all requests share one pace."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from enum import StrEnum

from sqlmodel import Session

from bot.rules.terms import Pace
from storage import pacing
from storage.database import Database


class Call(StrEnum):
    """What the service limits by the minute."""

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
            Call.CREATE: pace.creates_per_minute * SPARE,
            Call.QUERY: pace.queries_per_minute * SPARE,
        }
        self._queues = {call: asyncio.Lock() for call in Call}

    async def take(self, call: Call) -> None:
        """Return when the call may go out."""
        async with self._queues[call]:
            while (wait_s := await self._try(call)) > 0:  # noqa: ASYNC110  # the row has no event
                # The row may be pushed back meanwhile, so a long wait looks again.
                await asyncio.sleep(min(wait_s, 5.0))  # the row has no event

    async def take_if_free(self, call: Call) -> bool:
        """Take the turn that has come already; False when there is none, or others wait for it."""
        queue = self._queues[call]
        if queue.locked():
            return False
        async with queue:
            return await self._try(call) <= 0

    async def _try(self, call: Call) -> float:
        return await self._database.transaction(self._take, call, self._now())

    def _take(self, session: Session, call: Call, now: datetime) -> float:
        return pacing.take_turn(
            session,
            self._tenant,
            call,
            per_minute=self._per_minute[call],
            now=pacing.shared_clock(session, now),
        )

    async def push_back(self, call: Call, *, wait_s: float) -> None:
        """The service said that it was called too often."""
        await self._database.transaction(self._push_back, call, self._now(), wait_s=wait_s)

    def _push_back(self, session: Session, call: Call, now: datetime, *, wait_s: float) -> None:
        until = pacing.shared_clock(session, now) + timedelta(seconds=wait_s)
        pacing.push_back(session, self._tenant, call, until=until)
