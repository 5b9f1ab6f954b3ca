"""The demo in the browser, from the command to its end by Ctrl-C."""

import asyncio
import signal
import threading
import webbrowser
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp

from bot.sandbox.fakeslack import CannotDoError
from bot.sandbox.fakevod import Levers
from bot.sandbox.page.server import SandboxPage
from bot.sandbox.page.uptime import seconds_since_start
from bot.sandbox.play import bring_about
from bot.sandbox.stage import Stage

TASK_SECONDS = 8.0
"""Long enough to watch the card move."""

BOT_SETTINGS = {"PREFETCH_POLL_GIVE_UP_S": "600"}
"""The lever may make tasks take minutes."""

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Demo:
    manifest: Mapping[str, Any]
    port: int
    database: Path | None
    faults: Sequence[str]
    opens_browser: bool

    async def run(self, tell: Tell) -> list[str]:
        """Until SIGTERM or Ctrl-C; returns the bot's log."""
        stopped = asyncio.Event()
        for name in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(name, stopped.set)
        async with self._stage() as stage:
            async with SandboxPage(stage, port=self.port) as page:
                await self._show(page, stage, stopped, tell)
            await stage.bot.stop()
            return stage.bot.log

    def _stage(self) -> Stage:
        levers = Levers(
            task_seconds=TASK_SECONDS,
            creates_per_minute=600,
            queries_per_minute=600,
            slow_seconds=1.0,
        )
        stage = Stage(
            self.manifest, database=self.database, environment=BOT_SETTINGS, levers=levers
        )
        # A demo shows what there is.
        stage.slack.grant_optional_scopes()
        return stage

    async def _show(
        self, page: SandboxPage, stage: Stage, stopped: asyncio.Event, tell: Tell
    ) -> None:
        tell(f"{page.url}  (Ctrl-C stops it)")
        bring_about(stage, self.faults)
        starting = asyncio.create_task(_get_ready(page, tell))
        if self.opens_browser:
            # Some browsers only return when they are closed; the demo stops all the same.
            threading.Thread(target=_open_browser, args=(page.url, tell), daemon=True).start()
        await stopped.wait()
        starting.cancel()
        await asyncio.gather(starting, return_exceptions=True)


async def _get_ready(page: SandboxPage, tell: Tell) -> None:
    try:
        await page.scene.bot.start()
    except CannotDoError as error:
        tell(str(error))
        return
    async with aiohttp.ClientSession() as session, session.get(page.url) as answer:
        await answer.read()
    tell(f"ready in {seconds_since_start():.1f} s")


def _open_browser(url: str, tell: Tell) -> None:
    if not webbrowser.open(url):
        tell("There is no browser to open; open the address yourself.")
