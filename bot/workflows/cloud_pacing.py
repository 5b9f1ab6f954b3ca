"""Waiting for a turn to call the cloud: all replicas share one pace, and all requests its turns."""

import asyncio
from bisect import insort
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import count
from uuid import uuid4

from sqlmodel import Session

from bot.rules.deployment import Pace
from bot.vod.client import VodClient
from storage import pacing
from storage.database import Database
from storage.turn_lines import TurnLine


class Operation(StrEnum):
    """What the cloud limits by the minute."""

    CREATE = "create"
    QUERY = "query"


SPARE = 60 / 61
"""Calls up to a second after their turn was due still fit the minute."""

LOOK_AGAIN_S = 5.0
"""The row may be pushed back meanwhile, so a long wait looks again."""

NEW_COMES_BEFORE = 10
"""A new request counts as served so many turns before it asked.

So it comes before those at work, and yet no stream of new requests keeps these waiting for ever.
"""

YIELD_OF_INTERVAL, LONGEST_YIELD_S = 0.2, 1.0
"""A turn is left so long to another replica whose request comes first; should it be dead, no longer
than that."""

Place = tuple[float, int]
"""When the request was last served, in seconds since the epoch; then the order of asking."""


@dataclass(slots=True)
class _Line:
    """Those of this process who wait for turns of one kind, the first to be served in front."""

    shared: TurnLine
    per_minute: float
    waiting: list[Place] = field(default_factory=list)
    served: dict[str, float] = field(default_factory=dict)
    moved: asyncio.Event = field(default_factory=asyncio.Event)
    is_told: bool = False
    ahead_s: float = 0.0

    @property
    def yield_s(self) -> float:
        return min(YIELD_OF_INTERVAL * 60 / self.per_minute, LONGEST_YIELD_S)

    def served_at(self, request_id: str, now: datetime) -> float:
        newest = now.timestamp() + self.ahead_s - NEW_COMES_BEFORE * 60 / self.per_minute
        return max(self.served.get(request_id, newest), newest)

    def serve(self, request_id: str, now: datetime) -> None:
        """Remember the turn; what lies longer back than a new request counts is forgotten."""
        oldest = now.timestamp() - NEW_COMES_BEFORE * 60 / self.per_minute
        # Served again, a request goes to the end, so the oldest stand in front.
        self.served.pop(request_id, None)
        self.served[request_id] = now.timestamp()
        while (first := next(iter(self.served))) != request_id and self.served[first] < oldest:
            del self.served[first]


class Turns:
    """Gives each turn to the request that was served least recently, in whichever replica it waits.

    Only the request in front of this process asks for the turn. On PostgreSQL it also tells the
    other replicas when it was served, and lets a turn pass for a moment where theirs comes first.
    """

    def __init__(
        self, database: Database, *, tenant: str, pace: Pace, now: Callable[[], datetime]
    ) -> None:
        self._database = database
        self._tenant = tenant
        self._now = now
        self._order = count()
        replica = uuid4().hex
        per_minute = {
            Operation.CREATE: pace.creates_per_minute * SPARE,
            Operation.QUERY: pace.queries_per_minute * SPARE,
        }
        self._lines = {
            operation: _Line(TurnLine(tenant, operation, replica), per_minute[operation])
            for operation in Operation
        }

    async def take(self, operation: Operation, request_id: str) -> None:
        """Return when the call of the request may go out."""
        line = self._lines[operation]
        with self._standing(line, request_id) as place:
            while True:
                if line.waiting[0] != place:
                    line.moved.clear()
                    await line.moved.wait()
                elif (wait_s := await self._try(line, place, request_id)) <= 0:
                    return
                else:
                    await asyncio.sleep(min(wait_s, LOOK_AGAIN_S))  # the row has no event

    async def take_if_free(self, operation: Operation, request_id: str) -> bool:
        """Take the turn that has come already; False when there is none, or others wait for it."""
        line = self._lines[operation]
        if line.waiting:
            return False
        with self._standing(line, request_id) as place:
            return await self._try(line, place, request_id, waits=False) <= 0

    @contextmanager
    def _standing(self, line: _Line, request_id: str) -> Iterator[Place]:
        place = (line.served_at(request_id, self._now()), next(self._order))
        insort(line.waiting, place)
        try:
            yield place
        finally:
            line.waiting.remove(place)
            line.moved.set()

    async def _try(
        self, line: _Line, place: Place, request_id: str, *, waits: bool = True
    ) -> float:
        own = self._now()
        wait_s, now = await self._database.transaction(self._take, line, place, own, waits=waits)
        line.ahead_s = (now - own).total_seconds()
        line.is_told = wait_s > 0 and (waits or line.is_told)
        if wait_s <= 0:
            line.serve(request_id, now)
        return wait_s

    def _take(
        self, session: Session, line: _Line, place: Place, own: datetime, *, waits: bool
    ) -> tuple[float, datetime]:
        served_at, _ = place
        now, is_other_first = line.shared.look(session, served_at=served_at, own=own)
        wait_s = pacing.take_turn(
            session,
            self._tenant,
            line.shared.kind,
            per_minute=line.per_minute,
            now=now,
            yield_s=line.yield_s if is_other_first else 0.0,
        )
        if wait_s > 0 and waits:
            sleep_s = min(wait_s, LOOK_AGAIN_S)
            line.shared.stand(session, served_at=served_at, now=now, wait_s=sleep_s)
        elif wait_s <= 0 and line.is_told:
            # Whoever is next here tells of itself; until then nobody waits for this replica.
            line.shared.leave(session)
        return wait_s, now

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
