"""What a supervisor is told of a bot that runs, of one that cannot work, and of none."""

import asyncio
import socket as sockets
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, closing, contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio

from bot import health
from bot.sandbox.fakeslack import MEI
from bot.sandbox.stage import Stage
from bot.workflows import engine, recovery
from tests.helpers.databases import migrated, sqlite_url
from tests.helpers.http_bot import free_port
from tests.helpers.running_bot import bot_on_stage
from tests.helpers.slack_people import prefetch
from tests.test_readiness import checks_of

pytestmark = [pytest.mark.integration, pytest.mark.asyncio(loop_scope="module")]

WITHIN_S = 15.0
LOOK_EVERY_S = 0.1
FILE = "https://v.example.com/a.mp4"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def bot(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[tuple[Stage, int]]:
    """One for all tests that leave it as they have found it."""
    port = free_port()
    database = tmp_path_factory.mktemp("health") / "prefetch.db"
    async with bot_on_stage(database, HEALTH_PORT=str(port)) as stage:
        yield stage, port


async def test_running_bot_is_alive_and_ready(bot: tuple[Stage, int]) -> None:
    _, port = bot
    assert await ask(port, "livez") == (200, {"alive": True})
    status, told = await ask(port, "readyz")

    assert (status, told["problems"]) == (200, [])
    assert set(told) == {"problems", "pong_age_s", "cloud"}
    assert 0 <= told["pong_age_s"] < WITHIN_S


async def test_last_answer_of_the_cloud_is_told_and_is_no_reason(bot: tuple[Stage, int]) -> None:
    stage, port = bot
    await prefetch(stage, stage.slack.person(MEI), FILE)
    told = await until_told(port, lambda told: told["cloud"] is not None)

    assert told["problems"] == []
    assert told["cloud"]["last_answer"] in {"202 accepted", "200 ok"}
    assert told["cloud"]["at"].endswith("+00:00")


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("token_revoked", "is refused by Slack (token_revoked)"),
        ("account_inactive", "is refused by Slack (account_inactive)"),
        ("invalid_auth", "is refused by Slack (invalid_auth)"),
        ("missing_scope", "lacks the scope"),
    ],
)
async def test_token_that_slack_does_not_take_is_a_reason_until_it_does(
    bot: tuple[Stage, int], code: str, said: str
) -> None:
    stage, port = bot
    mei = stage.slack.person(MEI)
    stage.slack.fail("views.publish", code, times=1)
    await mei.open_home()
    told = await until_told(port, lambda told: told["problems"])
    await mei.open_home()
    await until_ready(port)

    (problem,) = told["problems"]
    assert problem.startswith("SLACK_BOT_TOKEN ")
    assert said in problem


async def test_bot_without_slack_is_alive_but_not_ready_until_it_is_back(
    bot: tuple[Stage, int],
) -> None:
    stage, port = bot
    # As long as it takes to be seen: after one refusal the bot is back within a second.
    stage.slack.fail("apps.connections.open", "internal_error", times=1000)
    await stage.slack.drop_sockets()
    told = await until_told(port, lambda told: told["problems"])
    stage.slack.well_again("apps.connections.open")

    (problem,) = told["problems"]
    assert problem.startswith("Slack: no live socket: Slack ")
    assert await ask(port, "livez") == (200, {"alive": True})
    await stage.slack.connected(WITHIN_S)
    await until_ready(port)


async def test_refresh_of_the_socket_leaves_the_bot_ready(bot: tuple[Stage, int]) -> None:
    stage, port = bot
    before = len(stage.slack.log.of("socket"))
    await stage.slack.disconnect_sockets("refresh_requested")
    await stage.slack.wait_until(
        lambda: any(it.name == "hello" for it in stage.slack.log.of("socket")[before:]), WITHIN_S
    )

    await until_ready(port)


async def test_engine_that_takes_nothing_from_its_queue_is_a_reason(
    bot: tuple[Stage, int],
) -> None:
    """DBOS ends the thread of a queue whose row is gone."""
    stage, port = bot
    with changing(stage) as file:
        (row,) = file.execute("SELECT * FROM queues WHERE name = ?", (engine.QUEUE,)).fetchall()
        file.execute("DELETE FROM queues WHERE name = ?", (engine.QUEUE,))
    told = await until_told(port, lambda told: told["problems"])
    with changing(stage) as file:
        file.execute(f"INSERT INTO queues VALUES ({','.join('?' * len(row))})", row)  # noqa: S608
    await until_ready(port)

    assert told["problems"] == [
        "workflow engine: the thread that takes requests from the queue has ended"
    ]


async def test_locked_database_is_told_with_all_that_stands_still_for_it(
    bot: tuple[Stage, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    stage, port = bot
    monkeypatch.setattr(recovery, "LOOKED_WITHIN_S", 1.0)
    with changing(stage) as file:
        file.execute("BEGIN IMMEDIATE")
        told = await until_told(port, lambda told: len(told["problems"]) == 2)
        assert await ask(port, "livez") == (200, {"alive": True})
        file.execute("ROLLBACK")
    monkeypatch.undo()
    await until_ready(port)

    locked, ended = told["problems"]
    assert locked == "database: locked by another program, perhaps a backup"
    assert ended.startswith("workflow engine: no look for requests that nothing carries on for ")


async def test_bot_over_http_needs_no_socket(tmp_path: Path) -> None:
    port = free_port()
    async with (
        migrated(sqlite_url(tmp_path)) as database,
        checks_of(database) as checks,
        AsyncExitStack() as stack,
    ):
        await health.serve(stack, port, checks)
        told = await ask(port, "readyz")

    assert told == (200, {"problems": [], "pong_age_s": None, "cloud": None})


async def test_taken_port_is_named_with_its_setting(tmp_path: Path) -> None:
    with sockets.socket() as taken:
        taken.bind(("", 0))
        taken.listen()
        port = taken.getsockname()[1]
        async with (
            migrated(sqlite_url(tmp_path)) as database,
            checks_of(database) as checks,
            AsyncExitStack() as stack,
        ):
            with pytest.raises(health.PortTaken, match=f"HEALTH_PORT: port {port} cannot be"):
                await health.serve(stack, port, checks)


async def test_nobody_answers_once_the_bot_has_stopped(tmp_path: Path) -> None:
    port = free_port()
    async with (
        migrated(sqlite_url(tmp_path)) as database,
        checks_of(database) as checks,
        AsyncExitStack() as stack,
    ):
        await health.serve(stack, port, checks)
        assert (await ask(port, "livez"))[0] == 200

    with pytest.raises(httpx.ConnectError):
        await ask(port, "livez")


@contextmanager
def changing(stage: Stage) -> Iterator[sqlite3.Connection]:
    """The bot's file, as another program opens it."""
    with closing(sqlite3.connect(stage.database, isolation_level=None)) as file:
        yield file


async def ask(port: int, what: str) -> tuple[int, dict[str, Any]]:
    async with httpx.AsyncClient(trust_env=False) as client:
        answer = await client.get(f"http://127.0.0.1:{port}/{what}", timeout=10)
    return answer.status_code, answer.json()


async def until_told(port: int, is_so: Any) -> dict[str, Any]:  # noqa: ANN401
    """Ask again and again, as a supervisor does; 503 exactly where there is a reason."""
    async with asyncio.timeout(WITHIN_S):
        while True:
            status, told = await ask(port, "readyz")
            assert (status == 503) == bool(told["problems"])
            if is_so(told):
                return told
            await asyncio.sleep(LOOK_EVERY_S)


async def until_ready(port: int) -> None:
    await until_told(port, lambda told: not told["problems"])
