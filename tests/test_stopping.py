"""How the bot ends when somebody or something else holds it up."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from aiohttp import web

from bot.sandbox.bot_process import BotProcess
from bot.sandbox.fakeslack import LAUNCH, MEI
from bot.sandbox.stage import Stage
from tests.helpers.running_bot import MANIFEST

pytestmark = pytest.mark.integration

WITHIN_S = 60.0
NOBODY_LISTENS = "ws://127.0.0.1:9/"


async def test_sigterm_ends_a_start_that_slack_holds_up() -> None:
    async with Stage(MANIFEST) as stage:
        stage.slack.fail("auth.test", "ratelimited", retry_after=60)
        await stage.bot.start()
        await stage.slack.wait_until(lambda: stage.slack.log.of("call"), WITHIN_S)

        assert await stage.bot.stop() == 0

    assert "Traceback" not in "\n".join(stage.bot.log)


async def test_sigterm_does_not_wait_for_a_modal_that_slack_never_opens() -> None:
    async with Stage(MANIFEST) as stage:
        await stage.start_bot()
        stage.slack.fail("views.open", "ratelimited", retry_after=60)
        await stage.slack.person(MEI).command(LAUNCH, "/prefetch", "https://v.example.com/a.mp4")
        await stage.slack.wait_until(
            lambda: [call for call in stage.slack.log.of("call") if call.name == "views.open"],
            WITHIN_S,
        )

        assert await stage.bot.stop() == 0

    assert "Traceback" not in "\n".join(stage.bot.log)


async def test_socket_that_cannot_be_opened_ends_the_start_with_3() -> None:
    async with Stage(MANIFEST) as stage, _slack_without_sockets() as url:
        settings = stage.environment(stage.database)
        async with BotProcess({**settings, "SLACK_API_URL": url}) as bot:
            code = await asyncio.wait_for(bot.ended(), WITHIN_S)

    assert code == 3
    assert bot.log[-1].startswith(f"Slack cannot be reached at {url}")
    assert bot.log[-1].endswith("no connection to 127.0.0.1:9: Connection refused")


async def test_longest_line_of_the_log_is_read() -> None:
    async with Stage(MANIFEST) as stage:
        settings = stage.environment(stage.database)
        long = f"sqlite:///{'x' * 100_000}.db"
        async with BotProcess({**settings, "DATABASE_URL": long}) as bot:
            code = await bot.ended()

    assert code == 3
    assert long in bot.log[-1]


@asynccontextmanager
async def _slack_without_sockets() -> AsyncIterator[str]:
    """Answers every call, and sends the bot to an address where nobody listens."""

    async def answer(_: web.Request) -> web.Response:
        return web.json_response({"ok": True, "url": NOBODY_LISTENS})

    app = web.Application()
    app.add_routes([web.post("/api/{method}", answer)])
    runner = web.AppRunner(app)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/api"
    finally:
        await runner.cleanup()
