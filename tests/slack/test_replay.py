"""What somebody has recorded between Slack and the bot is acted on by no replica again."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web

from bot.sandbox.bot_process import BotProcess
from bot.sandbox.fakeslack import MEI
from bot.sandbox.stage import Stage
from storage.database import Database
from storage.schema import migrate
from tests.helpers.http_bot import (
    Answer,
    Headers,
    command,
    done,
    free_port,
    http_bot_on,
    http_environment,
    raw,
    send,
    signed,
    until_ready,
)
from tests.helpers.running_bot import HTTP_MANIFEST, quick_levers
from tests.helpers.slack_people import final_card, prefetch
from tests.helpers.stored_rows import check_books, requests_of

pytestmark = pytest.mark.integration

LONG_ENOUGH_S = 1.0
URL = "https://v.example.com/a.mp4"
SIGNED = ("Content-Type", "X-Slack-Request-Timestamp", "X-Slack-Signature")
RETRY: Headers = [("X-Slack-Retry-Num", "1"), ("X-Slack-Retry-Reason", "http_timeout")]


@dataclass
class Recorder:
    """A proxy between Slack and one bot that keeps every request, byte for byte."""

    bot_port: int
    kept: list[tuple[bytes, Headers]] = field(default_factory=list)

    async def pass_on(self, request: web.Request) -> web.Response:
        body = await request.read()
        headers = [(name, request.headers[name]) for name in SIGNED]
        self.kept.append((body, headers))
        async with (
            aiohttp.ClientSession() as session,
            session.post(
                f"http://127.0.0.1:{self.bot_port}{request.path}", data=body, headers=dict(headers)
            ) as response,
        ):
            return web.Response(
                status=response.status,
                body=await response.read(),
                content_type=response.content_type,
            )


@asynccontextmanager
async def recording(stage: Stage, bot_port: int) -> AsyncIterator[Recorder]:
    recorder = Recorder(bot_port)
    proxy = web.Application()
    proxy.router.add_post("/{path:.*}", recorder.pass_on)
    runner = web.AppRunner(proxy, access_log=None, shutdown_timeout=0.2)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    stage.slack.request_url = f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events"
    try:
        yield recorder
    finally:
        await runner.cleanup()


@asynccontextmanager
async def replica(stage: Stage, port: int) -> AsyncIterator[None]:
    health = free_port()
    environment = http_environment(stage, port) | {"HEALTH_PORT": str(health)}
    async with BotProcess(environment):
        await until_ready(health)
        yield


@pytest.fixture
async def stage(postgresql_url: str) -> AsyncIterator[Stage]:
    database = Database(postgresql_url)
    migrate(database)
    await database.close()
    environment = {"DATABASE_URL": postgresql_url}
    async with Stage(HTTP_MANIFEST, environment=environment, levers=quick_levers()) as stage:
        yield stage


async def test_recorded_requests_are_acknowledged_at_most_by_this_and_another_replica(
    stage: Stage,
) -> None:
    one, other = free_port(), free_port()
    async with replica(stage, one), replica(stage, other), recording(stage, one) as recorder:
        mei = stage.slack.person(MEI)
        card = await prefetch(stage, mei, URL)
        await mei.click(card, "show_details")
        await mei.next_view()
        await mei.open_home()
        await stage.slack.wait_until(lambda: mei.home)
        await mei.command(card.channel_id, "/prefetch", f"{URL}?again")
        await mei.submit(await mei.next_view())
        await final_card(stage)
        await asyncio.sleep(LONG_ENOUGH_S)
        before = done(stage)

        again = [
            await send(port, raw(body, [*headers, *retry]))
            for body, headers in recorder.kept
            for port in (one, other)
            for retry in ([], RETRY)
        ]
        await asyncio.sleep(LONG_ENOUGH_S)

    assert len(recorder.kept) == 6
    assert again == [Answer(200, b"")] * 24
    assert done(stage) == before
    assert len(requests_of(stage)) == 2
    check_books(stage)


async def test_request_of_the_life_before_is_acknowledged_at_most(tmp_path: Path) -> None:
    """A SQLite file serves one process at a time, so the other replica is the next life."""
    port = free_port()
    async with Stage(
        HTTP_MANIFEST, database=tmp_path / "prefetch.db", levers=quick_levers()
    ) as stage:
        body = command(stage)
        headers = signed(stage, body)
        async with http_bot_on(stage, port):
            first = await send(port, raw(body, headers))
            await stage.slack.wait_until(lambda: stage.slack.log.of("response_url", "stolen"))
        before = done(stage)
        async with http_bot_on(stage, port):
            said = len(stage.slack.log.of("response_url"))
            again = [await send(port, raw(body, [*headers, *retry])) for retry in ([], RETRY)]
            await asyncio.sleep(LONG_ENOUGH_S)

    assert first is not None
    assert (first.status, again) == (200, [Answer(200, b"")] * 2)
    assert len(stage.slack.log.of("response_url")) == said == before["response URLs"]
