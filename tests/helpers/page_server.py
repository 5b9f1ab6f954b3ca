"""The sandbox page with the real bot behind it, or with none."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from bot.sandbox.page import SandboxPage
from bot.sandbox.stage import Stage
from tests.helpers.running_bot import MANIFEST, QUICK, bot_on, quick_levers


@asynccontextmanager
async def page_with_bot(
    folder: Path, *, with_optional_scopes: bool = False
) -> AsyncIterator[SandboxPage]:
    """The bot runs in the test's own process, so the page believes it to be down."""
    database = folder / "prefetch.db"
    stage = Stage(MANIFEST, database=database, levers=quick_levers())
    if with_optional_scopes:
        stage.slack.grant_optional_scopes()
    async with (
        stage,
        bot_on(stage, database),
        SandboxPage(stage, port=0) as page,
    ):
        yield page


@asynccontextmanager
async def page_with_process(*, with_optional_scopes: bool = False) -> AsyncIterator[SandboxPage]:
    """The bot is a process, started already."""
    async with page_alone() as page:
        if with_optional_scopes:
            page.scene.slack.grant_optional_scopes()
        await page.scene.bot.start()
        yield page


@asynccontextmanager
async def page_alone() -> AsyncIterator[SandboxPage]:
    """Nobody answers what people do."""
    async with (
        Stage(MANIFEST, environment=QUICK, levers=quick_levers()) as stage,
        SandboxPage(stage, port=0) as page,
    ):
        yield page
