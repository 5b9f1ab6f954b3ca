"""What listens to a FakeSlack of its own through a wire, and what can be seen of it."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import aiohttp

from bot.sandbox.fakeslack import MEI, FakeSlack
from bot.sandbox.stage import Stage
from bot.slack.connection import Hear, Json
from bot.slack.listening import Listening
from bot.slack.opening import Opener
from tests.helpers.breakable_connection import Wire
from tests.helpers.http_bot import free_port
from tests.helpers.running_bot import MANIFEST, bot_on, quick_levers

LOOK_EVERY_S = 0.05
WITHIN_S = 60.0
GIVE_UP_S = 600.0

Problems = Callable[[], Awaitable[list[str]]]
"""Why nothing would be heard now; empty: all is well."""


@dataclass(slots=True)
class ListeningBot:
    """`acked`: when FakeSlack got an acknowledgement. `told`: when `problems` began or ended."""

    slack: FakeSlack
    wire: Wire
    problems: Problems
    acked: list[float] = field(default_factory=list)
    told: list[tuple[float, list[str]]] = field(default_factory=list)

    async def acks_after(self, moment: float, within_s: float = WITHIN_S) -> float:
        """The moment of the first acknowledgement after this one."""
        async with asyncio.timeout(within_s):
            while not self.acked or self.acked[-1] <= moment:  # noqa: ASYNC110  # nothing tells it
                await asyncio.sleep(LOOK_EVERY_S)
        return next(at for at in self.acked if at > moment)

    async def is_fine(self, within_s: float = WITHIN_S) -> None:
        """Wait until nothing is told."""
        async with asyncio.timeout(within_s):
            while await self.problems():  # noqa: ASYNC110  # nothing tells it
                await asyncio.sleep(LOOK_EVERY_S)

    async def ask(self, every_s: float) -> None:
        """Let FakeSlack deliver something again and again."""
        async with asyncio.TaskGroup() as asking:
            while True:
                asking.create_task(self._ask_once())
                await asyncio.sleep(every_s)

    async def watch(self) -> None:
        while True:
            problems = await self.problems()
            if not self.told or self.told[-1][1] != problems:
                self.told.append((time.monotonic(), problems))
            await asyncio.sleep(LOOK_EVERY_S)

    async def _ask_once(self) -> None:
        delivery = await self.slack.person(MEI).open_home()
        if delivery is not None and delivery.is_acked:
            self.acked.append(time.monotonic())


async def hear_at_once(envelope: Json) -> Json:
    return {"envelope_id": envelope["envelope_id"]}


@asynccontextmanager
async def listening_at(
    slack: FakeSlack, *, hear: Hear = hear_at_once, give_up_s: float = GIVE_UP_S
) -> AsyncIterator[Listening]:
    """The product's own parts that listen, without the rest of the bot."""
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=None)) as session:
        opener = Opener(
            session,
            api_url=slack.api_url,
            app_token=slack.app_token,
            proxy_for=lambda _: None,
            now=lambda: datetime.now(UTC),
        )
        listening = Listening(opener, hear, give_up_s=give_up_s)
        await listening.start()
        try:
            yield listening
        finally:
            await listening.close()


@asynccontextmanager
async def listening_bot(*, ask_every_s: float) -> AsyncIterator[ListeningBot]:
    """It is given something to hear again and again."""
    async with (
        FakeSlack(MANIFEST, retry_pauses=()) as slack,
        wire_to(slack) as wire,
        listening_at(slack) as listening,
    ):

        async def problems() -> list[str]:
            return listening.problems()

        async with _asked(ListeningBot(slack, wire, problems), ask_every_s) as heard:
            yield heard


@asynccontextmanager
async def whole_listening_bot(database: Path, *, ask_every_s: float) -> AsyncIterator[ListeningBot]:
    """A whole bot in this process that listens to the stand-in for Slack, asked by `/readyz`."""
    port = free_port()
    async with (
        Stage(MANIFEST, database=database, levers=quick_levers()) as stage,
        wire_to(stage.slack) as wire,
        bot_on(stage, database, HEALTH_PORT=str(port)),
        aiohttp.ClientSession() as session,
    ):

        async def problems() -> list[str]:
            async with session.get(f"http://127.0.0.1:{port}/readyz") as answer:
                return [] if answer.status == 200 else [await answer.text()]

        async with _asked(ListeningBot(stage.slack, wire, problems), ask_every_s) as heard:
            yield heard


@asynccontextmanager
async def wire_to(slack: FakeSlack) -> AsyncIterator[Wire]:
    async with Wire(urlsplit(slack.api_url).port or 0) as wire:
        slack.reached_at(wire.url)
        yield wire


@asynccontextmanager
async def _asked(heard: ListeningBot, every_s: float) -> AsyncIterator[ListeningBot]:
    tasks = [asyncio.create_task(heard.ask(every_s)), asyncio.create_task(heard.watch())]
    try:
        yield heard
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
