"""What a supervisor is told of a bot that runs, of one that cannot work, and of none."""

import asyncio
import socket as sockets
import sqlite3
from contextlib import AsyncExitStack, closing
from pathlib import Path

import httpx
import pytest

from bot import health
from bot.slack.client import BotToken
from tests.running_bot import bot_on_stage
from tests.storage.databases import migrated, sqlite_url

WITHIN_S = 60.0
LOOK_EVERY_S = 0.05


@pytest.fixture
def port() -> int:
    with sockets.socket() as free:
        free.bind(("", 0))
        number: int = free.getsockname()[1]
        return number


async def test_running_bot_is_alive_and_ready(port: int, tmp_path: Path) -> None:
    async with bot_on_stage(tmp_path / "prefetch.db", HEALTH_PORT=str(port)):
        assert await _ask(port, "livez") == (200, {"alive": True})
        assert await _ask(port, "readyz") == (200, {"problems": []})


async def test_bot_without_slack_is_alive_but_not_ready_until_it_is_back(
    port: int, tmp_path: Path
) -> None:
    async with bot_on_stage(tmp_path / "prefetch.db", HEALTH_PORT=str(port)) as stage:
        stage.slack.fail("apps.connections.open", "internal_error", times=1)
        await stage.slack.drop_sockets()

        await _until(port, (503, {"problems": ["Slack: no live socket: Slack closed the socket"]}))
        assert await _ask(port, "livez") == (200, {"alive": True})
        await stage.slack.connected(WITHIN_S)
        await _until(port, (200, {"problems": []}))


async def test_refresh_of_the_socket_leaves_the_bot_ready(port: int, tmp_path: Path) -> None:
    async with bot_on_stage(tmp_path / "prefetch.db", HEALTH_PORT=str(port)) as stage:
        before = len(stage.slack.log.of("socket"))
        await stage.slack.disconnect_sockets("refresh_requested")
        await stage.slack.wait_until(
            lambda: any(it.name == "hello" for it in stage.slack.log.of("socket")[before:]),
            WITHIN_S,
        )

        await _until(port, (200, {"problems": []}))


async def test_bot_over_http_needs_no_socket(port: int, tmp_path: Path) -> None:
    async with migrated(sqlite_url(tmp_path)) as database, AsyncExitStack() as stack:
        await health.serve(stack, port, database=database, listening=None, bot_token=BotToken())

        assert await _ask(port, "readyz") == (200, {"problems": []})


async def test_locked_database_is_told_before_the_supervisor_gives_up(
    port: int, tmp_path: Path
) -> None:
    database = tmp_path / "prefetch.db"
    async with bot_on_stage(database, HEALTH_PORT=str(port)):
        with closing(sqlite3.connect(database, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")

            assert await _ask(port, "readyz") == (
                503,
                {"problems": ["the database does not answer"]},
            )
            assert await _ask(port, "livez") == (200, {"alive": True})
            other.execute("ROLLBACK")
        await _until(port, (200, {"problems": []}))


async def test_taken_port_is_named_with_its_setting(tmp_path: Path) -> None:
    with sockets.socket() as taken:
        taken.bind(("", 0))
        taken.listen()
        port = taken.getsockname()[1]
        async with migrated(sqlite_url(tmp_path)) as database, AsyncExitStack() as stack:
            with pytest.raises(health.PortTaken, match=f"HEALTH_PORT: port {port} cannot be"):
                await health.serve(
                    stack, port, database=database, listening=None, bot_token=BotToken()
                )


async def test_nobody_answers_once_the_bot_has_stopped(port: int, tmp_path: Path) -> None:
    async with bot_on_stage(tmp_path / "prefetch.db", HEALTH_PORT=str(port)):
        pass

    with pytest.raises(httpx.ConnectError):
        await _ask(port, "livez")


async def _ask(port: int, what: str) -> tuple[int, object]:
    async with httpx.AsyncClient(trust_env=False) as client:
        answer = await client.get(f"http://127.0.0.1:{port}/{what}", timeout=10)
    return answer.status_code, answer.json()


async def _until(port: int, expected: tuple[int, object]) -> None:
    """Ask again and again, as a supervisor does."""
    async with asyncio.timeout(WITHIN_S):
        while await _ask(port, "readyz") != expected:  # noqa: ASYNC110  # nothing tells it
            await asyncio.sleep(LOOK_EVERY_S)
