"""Everything a play needs: both stand-ins and the real bot between them."""

import asyncio
import secrets
import tempfile
from collections.abc import Mapping
from contextlib import AsyncExitStack
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from bot.sandbox.bot_process import BotProcess
from bot.sandbox.fakeslack import SAM, FakeSlack, Tiers
from bot.sandbox.fakevod import Account, FakeVod, Levers

READY_WITHIN_S = 60.0
DAILY_LIMIT = 1000
TASK_SECONDS = 2.0
"""Real prefetching takes three to five minutes; a play should not."""

BOT_SPEED: Mapping[str, str] = {
    "PREFETCH_CREATES_PER_MINUTE": "600",
    "PREFETCH_QUERIES_PER_MINUTE": "600",
    "PREFETCH_POLL_FIRST_S": "0.5",
    "PREFETCH_POLL_EVERY_S": "0.5",
    "PREFETCH_POLL_GIVE_UP_S": "10",
    "PREFETCH_OPERATOR_WAIT_S": "5",
    "PREFETCH_REQUEST_TIMEOUT_S": "2",
}


class BotFailedToStart(Exception):  # noqa: N818
    """The bot gave up before it was connected; the message is what it said."""


class Stage:
    """`async with Stage(manifest)`: FakeSlack, FakeVod and, after `start_bot`, the bot."""

    def __init__(
        self,
        manifest: Mapping[str, Any],
        *,
        database: Path | None = None,
        environment: Mapping[str, str] | None = None,
        levers: Levers | None = None,
        tiers: Tiers | None = None,
    ) -> None:
        self._stack = AsyncExitStack()
        self._database = database
        self._extra = dict(environment or {})
        self.slack = FakeSlack(manifest, tiers=tiers)
        self.vod = FakeVod(
            Account(
                ak="AK" + secrets.token_hex(9).upper(),
                sk=secrets.token_hex(20),
                project_id=secrets.token_hex(16),
            ),
            levers=levers
            or Levers(
                task_seconds=TASK_SECONDS,
                creates_per_minute=600,
                queries_per_minute=600,
                slow_seconds=1.0,
            ),
        )
        self.bot = BotProcess({})

    async def __aenter__(self) -> Self:
        async with AsyncExitStack() as stack:
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="prefetch-bot-"))
            await stack.enter_async_context(self.slack)
            await stack.enter_async_context(self.vod)
            self._database = self._database or Path(folder) / "prefetch.db"
            self.bot = BotProcess(self.environment(self._database))
            stack.push_async_callback(self.bot.stop)
            self._stack = stack.pop_all()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._stack.__aexit__(kind, error, trace)

    @property
    def database(self) -> Path:
        """The bot's SQLite file; there is none before the stage is entered."""
        if self._database is None:
            message = "enter `async with Stage(...)` first"
            raise RuntimeError(message)
        return self._database

    @property
    def database_url(self) -> str:
        """Where the bot keeps its records; the SQLite file, unless the environment says another."""
        return self.environment(self.database)["DATABASE_URL"]

    @property
    def daily_limit(self) -> int:
        """What the bot believes the day to hold."""
        return int(self._extra.get("PREFETCH_DAILY_LIMIT", DAILY_LIMIT))

    def environment(self, database: Path) -> dict[str, str]:
        """The bot's settings, as a person would write them for these two services."""
        return {
            "SLACK_BOT_TOKEN": self.slack.bot_token,
            "SLACK_APP_TOKEN": self.slack.app_token,
            "SLACK_API_URL": self.slack.api_url,
            "HUAWEICLOUD_SDK_AK": self.vod.account.ak,
            "HUAWEICLOUD_SDK_SK": self.vod.account.sk,
            "HUAWEICLOUD_SDK_PROJECT_ID": self.vod.account.project_id,
            "VOD_ENDPOINT": self.vod.endpoint,
            "DATABASE_URL": f"sqlite:///{database}",
            "HEALTH_PORT": "0",
            "PREFETCH_ALLOWED_CHANNELS": "*",
            "PREFETCH_ALLOWED_USERS": "*",
            "PREFETCH_OPERATORS": SAM,
            "PREFETCH_DAILY_LIMIT": str(DAILY_LIMIT),
            **BOT_SPEED,
            **self._extra,
        }

    async def start_bot(self) -> None:
        """Return when the bot is connected, again after a stop; raises `BotFailedToStart`."""
        await self.slack.wait_until(lambda: not self.slack.connections)
        await self.bot.start()
        connecting = asyncio.create_task(self.slack.connected(READY_WITHIN_S))
        ending = asyncio.create_task(self.bot.ended())
        done, waiting = await asyncio.wait(
            {connecting, ending}, return_when=asyncio.FIRST_COMPLETED
        )
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)
        if ending in done:
            raise BotFailedToStart("\n".join(self.bot.log))
        try:
            await connecting
        except TimeoutError:
            said = "\n".join(self.bot.log)
            message = f"the bot did not connect within {READY_WITHIN_S:.0f} s\n{said}"
            raise BotFailedToStart(message) from None
