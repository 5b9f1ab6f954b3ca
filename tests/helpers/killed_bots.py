"""The lives of a bot between the two stand-ins: each begins, and may end at a moment of its own."""

import asyncio
import json
import os
import signal
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import make_url

from bot.sandbox.bot_process import OWN_VARIABLES, BotProcess
from bot.sandbox.fakeslack import Tiers
from bot.sandbox.fakevod import Levers
from bot.sandbox.stage import Stage
from tests.helpers.databases import migrated
from tests.helpers.fork_server import PROGRAM
from tests.helpers.running_bot import MANIFEST, QUICK
from tests.helpers.traced_bot import LIFE

PATIENCE_S = 60.0
LOOK_AGAIN_S = 0.02
QUOTA = 1_000_000
SILENT_S = 1.0
NO_SETTINGS: Mapping[str, str] = {}
SETTINGS = {
    **QUICK,
    "PREFETCH_CARD_EDITS_PER_MINUTE": "6000",
    "PREFETCH_CARD_POSTS_PER_MINUTE": "6000",
    "PREFETCH_DAILY_LIMIT": str(QUOTA),
    "PREFETCH_POLL_FIRST_S": "0.1",
    "PREFETCH_POLL_EVERY_S": "0.1",
    "PREFETCH_POLL_GIVE_UP_S": "600",
}


Found = TypeVar("Found")


async def seen(look: Callable[[], Found | None]) -> Found:
    """The first truthy thing that `look` sees; for what no change in Slack need follow."""
    async with asyncio.timeout(PATIENCE_S):
        while not (found := look()):  # noqa: ASYNC110  # the database tells nobody
            await asyncio.sleep(LOOK_AGAIN_S)
    return found


@dataclass(frozen=True, slots=True)
class Reached:
    """A moment of a life; `is_own`: of a request that was born in it, or of none."""

    moment: str
    request_id: str
    is_own: bool


@dataclass
class Life:
    """One process of the bot."""

    pid: int
    trace: Path
    log: Path
    ended: asyncio.Task[int]

    @property
    def was_killed(self) -> bool:
        return self.ended.done() and self.ended.result() == -signal.SIGKILL

    def moments(self) -> list[Reached]:
        """What it has told so far; all of it, once it is over."""
        lines = self.trace.read_text("utf-8").splitlines() if self.trace.exists() else []
        told = [line.split("\t") for line in lines]
        return [Reached(moment, about, own == "1") for moment, about, own in told]


@dataclass
class Lives:
    """One after the other on the same database, with the same Slack and the same cloud."""

    stage: Stage
    folder: Path
    past: list[Life] = field(default_factory=list)
    gestures: set[asyncio.Task[Any]] = field(default_factory=set)

    @property
    def life(self) -> Life:
        return self.past[-1]

    @property
    def kind(self) -> str:
        """Of the database, as the tests call it."""
        return make_url(self.stage.database_url).get_backend_name()

    async def begin(
        self,
        last: str | None = None,
        *,
        of_any: bool = False,
        settings: Mapping[str, str] = NO_SETTINGS,
    ) -> None:
        """Return when the bot is connected, or has died at its `last` moment before that."""
        stage, number = self.stage, len(self.past)
        await stage.slack.wait_until(lambda: not stage.slack.connections, PATIENCE_S)
        trace, log = self.folder / f"{number}.trace", self.folder / f"{number}.log"
        life = {
            "last": last,
            "of_any": of_any,
            "silent_s": SILENT_S,
            "trace": str(trace),
            "log": str(log),
        }
        process = await BotProcess.launch(
            {
                **{name: value for name, value in os.environ.items() if not _is_own(name)},
                **stage.environment(stage.database),
                **settings,
                PROGRAM: "tests.helpers.traced_bot",
                LIFE: json.dumps(life),
            }
        )
        self.past.append(Life(process.pid, trace, log, asyncio.create_task(process.wait())))
        await self.until(stage.slack.connected(PATIENCE_S))
        assert not self.life.ended.done() or self.life.was_killed, log.read_text("utf-8")

    async def until(self, work: Coroutine[Any, Any, Any]) -> bool:
        """Whether the work came to its end; the death of the bot cuts it off."""
        doing = asyncio.ensure_future(work)
        await asyncio.wait({doing, self.life.ended}, return_when=asyncio.FIRST_COMPLETED)
        if doing.done():
            doing.result()
            return True
        doing.cancel()
        await asyncio.gather(doing, return_exceptions=True)
        return False

    async def does(self, gesture: Coroutine[Any, Any, Any]) -> None:
        """What a person does reaches Slack, whatever becomes of the bot and of this wait."""
        doing = asyncio.create_task(gesture)
        self.gestures.add(doing)
        await asyncio.shield(doing)

    async def kill(self) -> None:
        await self._end(signal.SIGKILL)

    async def stop(self) -> None:
        await self._end(signal.SIGTERM)

    def soon(self, by: signal.Signals, *, after_s: float) -> None:
        """Send the signal a moment later to the bot of now, unless that one has died by then."""
        asyncio.get_running_loop().call_later(after_s, self._signal, self.life, by)

    def _signal(self, life: Life, by: signal.Signals) -> None:
        if not life.ended.done():
            with suppress(ProcessLookupError):  # It has died, and the word of it is on its way.
                os.kill(life.pid, by)

    async def _end(self, by: signal.Signals) -> None:
        self._signal(self.life, by)
        await asyncio.wait_for(asyncio.shield(self.life.ended), PATIENCE_S)


@asynccontextmanager
async def lives_on(database_url: str, folder: Path) -> AsyncIterator[Lives]:
    """Nobody lives yet; the schema stands in the database, which was empty."""
    async with migrated(database_url):
        pass
    levers = Levers(
        task_seconds=0.05,
        creates_per_minute=60_000,
        queries_per_minute=60_000,
        daily_limit=QUOTA,
        empty_queries=1,
    )
    environment = {**SETTINGS, "DATABASE_URL": database_url}
    # Slack's rate limits have tests of their own; a hundred lives here take a moment each.
    tiers = Tiers(enforced=False)
    async with Stage(MANIFEST, levers=levers, environment=environment, tiers=tiers) as stage:
        lives = Lives(stage, folder)
        try:
            yield lives
        finally:
            if lives.past:
                await lives.kill()
            for gesture in lives.gestures:
                gesture.cancel()
            await asyncio.gather(*lives.gestures, return_exceptions=True)


def _is_own(variable: str) -> bool:
    """A setting of whoever runs the tests, which is nothing to these bots."""
    return variable.startswith(OWN_VARIABLES)
