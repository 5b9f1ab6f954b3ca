"""Waiting for a turn to call Slack: all replicas and all requests share one pace a method."""

import asyncio
from bisect import insort
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import IntEnum
from itertools import count

from sqlmodel import Session

from bot.rules.deployment import SlackPace
from storage import pacing
from storage.database import Database

EDIT = "chat.update"
POST = "chat.postMessage"
DELETE = "chat.delete"

LOOK_AGAIN_S = 5.0
"""The row may be pushed back meanwhile, so a long wait looks again."""

YIELD_OF_INTERVAL = 0.2
"""Progress takes a turn that stood free for so much of the time between two turns: what is urgent
comes first, also on other replicas, and some turns of each minute are left for it."""

FARTHEST_S = 600.0


class Urgency(IntEnum):
    """Who comes first among those who wait."""

    LAST = 0  # a request that has ended, or that needs a person
    PROGRESS = 1


@dataclass(slots=True)
class _Line:
    """Those of this process who wait for turns of one kind, the first to be served in front."""

    waiting: list[tuple[Urgency, int]] = field(default_factory=list)
    moved: asyncio.Event = field(default_factory=asyncio.Event)

    def leave(self, place: tuple[Urgency, int]) -> None:
        self.waiting.remove(place)
        self.moved.set()


class SlackTurns:
    """Gives out turns by urgency, then in the order of asking; `workspace` has one pace of edits.

    The kind of a post holds its channel, because Slack counts posts by channel.
    """

    def __init__(
        self, database: Database, *, workspace: str, pace: SlackPace, now: Callable[[], datetime]
    ) -> None:
        self._database = database
        self._workspace = workspace
        self._per_minute = {
            EDIT: pace.edits_per_minute,
            POST: pace.posts_per_minute,
            # Slack counts deletions apart from edits, and allows as many.
            DELETE: pace.edits_per_minute,
        }
        self._now = now
        self._order = count()
        self._lines: defaultdict[str, _Line] = defaultdict(_Line)

    async def take(
        self, method: str, *, channel: str = "", urgency: Urgency = Urgency.LAST
    ) -> bool:
        """Return when the call may go out: whether that had to be waited for."""
        kind = _kind(method, channel)
        line, place = self._lines[kind], (urgency, next(self._order))
        insort(line.waiting, place)
        has_waited = False
        try:
            while True:
                if line.waiting[0] != place:
                    has_waited = True
                    line.moved.clear()
                    await line.moved.wait()
                    continue
                wait_s = await self._database.transaction(
                    self._take, kind, self._per_minute[method], urgency, self._now()
                )
                if wait_s <= 0:
                    return has_waited
                has_waited = True
                await asyncio.sleep(min(wait_s, LOOK_AGAIN_S))
        finally:
            line.leave(place)
            if not line.waiting:
                self._lines.pop(kind, None)

    async def push_back(self, method: str, *, channel: str = "", wait_s: float) -> None:
        """Slack said that it was called too often."""
        await self._database.transaction(
            self._push_back, _kind(method, channel), min(wait_s, FARTHEST_S), self._now()
        )

    def _take(
        self, session: Session, kind: str, per_minute: float, urgency: Urgency, now: datetime
    ) -> float:
        return pacing.take_turn(
            session,
            self._workspace,
            kind,
            per_minute=per_minute,
            now=pacing.shared_clock(session, now),
            yield_s=YIELD_OF_INTERVAL * 60 / per_minute if urgency is Urgency.PROGRESS else 0.0,
        )

    def _push_back(self, session: Session, kind: str, wait_s: float, now: datetime) -> None:
        until = pacing.shared_clock(session, now) + timedelta(seconds=wait_s)
        pacing.push_back(session, self._workspace, kind, until=until)


def _kind(method: str, channel: str) -> str:
    return f"{method} {channel}".rstrip()
