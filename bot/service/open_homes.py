"""Homes that somebody has open: published when they are opened, and when they are outdated."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from slack_sdk.web.async_client import AsyncWebClient

from bot.blocks.home import home
from bot.blocks.text import Block
from bot.rules.desk import Desk
from bot.rules.policy import Actor
from bot.slack.rich_blocks import RichBlocks
from bot.words.language import Words

log = logging.getLogger(__name__)

LOOK_EVERY_S = 10.0
OPEN_FOR = timedelta(minutes=10)
"""Slack says when a home is opened, and never that it is left."""

MOST_OPEN = 30
"""Homes that one process keeps true: with as many, each look costs the database a third of a
second."""

Version = object
"""Differs from the last one when a home may show something else."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where homes read from, and how they wait for the turn to publish one."""

    desk: Callable[[Actor], Awaitable[Desk]]
    version: Callable[[], Awaitable[Version]]
    turn: Callable[[Actor], Awaitable[None]]


@dataclass(slots=True)
class _Home:
    viewer: Actor
    words: Words
    client: AsyncWebClient
    opened_at: datetime
    shown: Desk | None = None


class OpenHomes:
    """Only this process knows which homes were opened here; after a restart each is opened anew."""

    def __init__(
        self,
        source: Source,
        rich: RichBlocks,
        *,
        now: Callable[[], datetime],
        look_every_s: float = LOOK_EVERY_S,
    ) -> None:
        self._source = source
        self._rich = rich
        self._now = now
        self._look_every_s = look_every_s
        self._open: dict[Actor, _Home] = {}
        self._version: Version = None
        self._task: asyncio.Task[None] | None = None

    async def opened(self, viewer: Actor, words: Words, client: AsyncWebClient) -> None:
        """Publish the viewer's home, and keep it true for a while; raises as `desk` does."""
        found = _Home(viewer, words, client, self._now())
        self._open.pop(viewer, None)
        while len(self._open) >= MOST_OPEN:
            # Whoever opened theirs first is most likely to have left.
            del self._open[next(iter(self._open))]
        self._open[viewer] = found
        await self._publish(found, await self._source.desk(viewer))
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._keep_true())

    async def close(self) -> None:
        """Publish nothing more."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def look(self) -> None:
        """Publish anew every open home that is outdated."""
        version = await self._source.version()
        if version == self._version:
            return
        for found in list(self._open.values()):
            desk = await self._source.desk(found.viewer)
            if desk != found.shown:
                await self._source.turn(found.viewer)
                await self._publish(found, desk)
        # Should one of them fail, the next look tries all of them once more.
        self._version = version

    async def _keep_true(self) -> None:
        while self._forget_old():
            await asyncio.sleep(self._look_every_s)
            try:
                await self.look()
            except Exception:  # Slack or the database is away; a home is opened anew at any time.
                log.warning("open homes: not brought up to date", exc_info=True)

    def _forget_old(self) -> bool:
        """Whether any home is still open."""
        before = self._now() - OPEN_FOR
        old = [viewer for viewer, found in self._open.items() if found.opened_at < before]
        for viewer in old:
            del self._open[viewer]
        return bool(self._open)

    async def _publish(self, found: _Home, desk: Desk) -> None:
        now = self._now()

        def view(*, is_rich: bool) -> Block:
            return home(found.words, desk, now=now, is_rich=is_rich)

        viewer = found.viewer
        await self._rich.publish(found.client, view, user_id=viewer.user_id, team_id=viewer.team_id)
        found.shown = desk
