"""The reasons not to be ready, each brought about on a real database."""

import asyncio
import contextlib
import os
import resource
import sqlite3
import subprocess
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import psycopg
import pytest
from sqlalchemy import event

from bot.readiness import ANSWER_WITHIN_S, FRESH_S, UNMOVED_S, Checks, SlackAccess
from bot.slack.client import BotToken
from bot.vod.client import VodClient
from bot.vod.exchange import Authentication
from bot.workflows.engine import Engine
from storage.database import Database
from tests.helpers.databases import migrated, sqlite_url
from tests.helpers.postgresql import END_OTHER_SESSIONS
from tests.helpers.stored_requests import NOON, TENANT, make_request, urls

ANSWERED_WITHIN_S = 2.5
"""The promise is two seconds; the machine may have other work."""


def utc_now() -> datetime:
    return datetime.now(UTC)


HELD_UP = "database: locked by another program, perhaps a backup"


@asynccontextmanager
async def checks_of(
    database: Database, *, now: Callable[[], datetime] = utc_now
) -> AsyncIterator[Checks]:
    """The checks of a bot over HTTP that has just begun."""
    async with httpx.AsyncClient() as http, AsyncExitStack() as stack:
        checks = Checks(
            database=database,
            engine=Engine(database),
            slack=SlackAccess(None, BotToken()),
            vod=VodClient(
                http, endpoint="https://v", project_id="0", auth=Authentication(), now=now
            ),
            tenant=TENANT,
            now=now,
        )
        stack.push_async_callback(checks.close)
        yield checks


async def problems_of(database: Database) -> list[str]:
    async with checks_of(database) as checks:
        return list((await checks.readiness()).problems)


@pytest.fixture
async def file(tmp_path: Path) -> AsyncIterator[Database]:
    async with migrated(sqlite_url(tmp_path)) as database:
        yield database


async def test_bot_that_can_write_is_ready(database_url: str) -> None:
    async with migrated(database_url) as database:
        assert await problems_of(database) == []


def _unlink(file: Path) -> None:
    file.unlink()


def _replace(file: Path) -> None:
    copy = file.with_name("copy")
    copy.write_bytes(file.read_bytes())
    copy.rename(file)


def _unlink_log(file: Path) -> None:
    file.with_name(f"{file.name}-wal").unlink()


def _move_folder(file: Path) -> None:
    file.parent.rename(file.parent.with_name("elsewhere"))


def _link_elsewhere(file: Path) -> None:
    file.rename(file.with_name("moved.db"))
    file.with_name("empty.db").touch()
    file.symlink_to(file.with_name("empty.db"))


@pytest.mark.parametrize(
    ("trouble", "said"),
    [
        (_unlink, "prefetch.db is gone"),
        (_replace, "prefetch.db was replaced by another"),
        (_unlink_log, "prefetch.db-wal is gone"),
        (_move_folder, "prefetch.db is gone"),
        (_link_elsewhere, "prefetch.db was replaced by another"),
    ],
)
async def test_file_that_is_gone_is_a_reason(
    trouble: Callable[[Path], None], said: str, tmp_path: Path
) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    async with migrated(sqlite_url(folder)) as database:
        trouble(folder / "prefetch.db")

        (problem,) = await problems_of(database)

    assert said in problem
    assert "\n" not in problem


async def test_disk_that_takes_no_more_is_a_reason(file: Database, tmp_path: Path) -> None:
    with no_file_longer_than((tmp_path / "prefetch.db-wal").stat().st_size):
        problem = HELD_UP
        while problem == HELD_UP:  # as long as the machine is too busy to try at all
            (problem,) = await problems_of(file)

    assert problem == "database: it takes no write (disk I/O error)"
    assert await problems_of(file) == []


async def test_mark_that_the_full_disk_has_no_room_for_is_a_reason(
    file: Database, tmp_path: Path
) -> None:
    """The file itself is written in pages that it has already."""
    with no_file_longer_than(0):
        (problem,) = await problems_of(file)
    (tmp_path / "prefetch.db.mark.new").mkdir()
    (other,) = await problems_of(file)

    assert problem.startswith("database: ")
    assert "prefetch.db.mark cannot be written, so nothing is sent" in other


@pytest.mark.integration
@pytest.mark.skipif(os.geteuid() != 0, reason="only root can make a small disk")
@pytest.mark.parametrize("room", [0, 20_000])
async def test_full_disk_is_a_reason_and_room_again_ends_it(tmp_path: Path, room: int) -> None:
    with small_disk(tmp_path / "disk") as disk:
        async with migrated(sqlite_url(disk)) as database:
            ballast = fill(disk, leave=room)
            full = await until_not_ready(database)
            ballast.unlink()
            again = await problems_of(database)

    assert "full" in full or "No space left" in full
    assert again == []


async def test_read_only_file_is_a_reason(file: Database) -> None:
    """As after a remount: SQLite says the same of a file and of a connection."""
    event.listen(file.engine, "connect", lambda own, _: own.execute("PRAGMA query_only=ON"))
    file.engine.dispose()

    assert await problems_of(file) == [
        "database: it takes no write (attempt to write a readonly database)"
    ]


@pytest.mark.integration
async def test_read_only_server_is_a_reason(postgresql_url: str) -> None:
    """As after a failover to a standby."""
    async with migrated(postgresql_url) as database:
        set_read_only(postgresql_url, "on")
        problems = await problems_of(database)
        set_read_only(postgresql_url, "off")
        again = await problems_of(database)

    assert problems == [
        "database: it takes no write (cannot execute INSERT in a read-only transaction)"
    ]
    assert again == []


async def test_table_that_is_gone_is_a_reason(database_url: str) -> None:
    async with migrated(database_url) as database:
        with database.engine.begin() as connection:
            connection.exec_driver_sql("DROP TABLE probe")

        (problem,) = await problems_of(database)

    assert problem.startswith("database: it takes no write (")
    assert "\n" not in problem


async def test_locked_file_is_a_reason_in_time_and_is_not_written_later(
    file: Database, tmp_path: Path
) -> None:
    with closing(sqlite3.connect(tmp_path / "prefetch.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        begun = time.monotonic()
        problems = await problems_of(file)
        waited_s = time.monotonic() - begun
        other.execute("ROLLBACK")
        await file.transaction(lambda _: None)
        rows = other.execute("SELECT count(*) FROM probe").fetchone()

    assert problems == [HELD_UP]
    assert waited_s < ANSWERED_WITHIN_S
    assert rows == (0,)


@pytest.mark.integration
async def test_locked_table_is_a_reason_in_time(postgresql_url: str) -> None:
    async with migrated(postgresql_url) as database:
        with psycopg.connect(postgresql_url) as other:
            other.execute("LOCK TABLE probe")
            begun = time.monotonic()
            problems = await problems_of(database)
            waited_s = time.monotonic() - begun

        assert await problems_of(database) == []
    assert problems == [HELD_UP]
    assert waited_s < ANSWERED_WITHIN_S


@pytest.mark.integration
async def test_server_that_does_not_answer_is_a_reason_in_time_and_is_asked_once() -> None:
    """It takes the connection and says nothing, as behind a load balancer."""
    connected: list[asyncio.StreamWriter] = []
    server = await asyncio.start_server(lambda _, writer: connected.append(writer), "127.0.0.1")
    port = server.sockets[0].getsockname()[1]
    database = Database(f"postgresql://prefetch@127.0.0.1:{port}/prefetch")
    async with checks_of(database) as checks:
        begun = time.monotonic()
        first = await checks.readiness()
        waited_s = time.monotonic() - begun
        await asyncio.sleep(FRESH_S)
        second = await checks.readiness()
    server.close()
    for writer in connected:
        writer.close()
    await database.close()

    assert first.problems == second.problems == ["database: no answer within 2 s"]
    assert waited_s < ANSWERED_WITHIN_S
    assert len(connected) == 1


async def test_server_that_is_away_is_a_reason_in_one_line_without_a_password() -> None:
    database = Database("postgresql://prefetch:topsecret@127.0.0.1:9/prefetch")

    (problem,) = await problems_of(database)
    await database.close()

    assert problem.startswith("database: it takes no write (connection failed")
    assert "topsecret" not in problem
    assert "\n" not in problem


async def test_call_that_misses_its_turn_is_a_reason(database_url: str) -> None:
    async with migrated(database_url) as database:
        await database.transaction(make_request, "R-00001", urls(3))
        async with checks_of(database, now=clock(NOON, NOON + timedelta(minutes=10))) as checks:
            (problem,) = (await checks.readiness()).problems

    assert problem.startswith("request R-00001: a call waits although its turn came ")


async def test_call_that_waited_while_no_bot_ran_has_its_time(file: Database) -> None:
    await file.transaction(make_request, "R-00001", urls(3))
    night, short = NOON + timedelta(hours=9), timedelta(seconds=UNMOVED_S - 1)

    async with checks_of(file, now=clock(night, night + short)) as checks:
        assert list((await checks.readiness()).problems) == []
    async with checks_of(file, now=clock(night, night + short + timedelta(seconds=1))) as checks:
        assert list((await checks.readiness()).problems) == [
            "request R-00001: a call waits although its turn came 150 s ago"
        ]


async def test_askers_at_the_same_time_share_one_look(file: Database) -> None:
    looks: list[datetime] = []

    def now() -> datetime:
        looks.append(utc_now())
        return looks[-1]

    async with checks_of(file, now=now) as checks:
        looks.clear()
        await asyncio.gather(*(checks.readiness() for _ in range(50)))
        await checks.readiness()
        shared = len(looks)
        await asyncio.sleep(FRESH_S)
        await checks.readiness()

    assert shared == 1
    assert len(looks) == 2


async def test_asker_who_leaves_takes_nobody_else_along(file: Database) -> None:
    async with checks_of(file) as checks:
        leaving = asyncio.create_task(checks.readiness())
        staying = asyncio.create_task(checks.readiness())
        await asyncio.sleep(0)
        leaving.cancel()

        assert list((await staying).problems) == []


def test_question_to_the_database_leaves_time_for_the_answer() -> None:
    assert ANSWER_WITHIN_S < 2


def clock(*moments: datetime) -> Callable[[], datetime]:
    """The first moments once, the last one for ever."""
    left = list(moments)
    return lambda: left.pop(0) if len(left) > 1 else left[0]


@contextmanager
def no_file_longer_than(size: int) -> Iterator[None]:
    """Of this process; the system then refuses to make a file longer, as on a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@contextmanager
def small_disk(folder: Path) -> Iterator[Path]:
    folder.mkdir()
    mounted = subprocess.run(
        ["/bin/mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(folder)], check=False
    )
    if mounted.returncode:
        pytest.skip("this machine lets nobody mount")
    try:
        yield folder
    finally:
        subprocess.run(["/bin/umount", str(folder)], check=True)


def fill(disk: Path, *, leave: int) -> Path:
    ballast = disk / "ballast"
    with ballast.open("wb", buffering=0) as file, contextlib.suppress(OSError):
        while True:
            file.write(b"\0" * 4096)
    os.truncate(ballast, ballast.stat().st_size - leave)
    return ballast


async def until_not_ready(database: Database) -> str:
    """What is left of the disk is soon used up by the tries themselves."""
    for _ in range(100):
        if problems := await problems_of(database):
            return problems[0]
    raise AssertionError("the disk is not full")


def set_read_only(url: str, value: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("SET default_transaction_read_only = off")
        name = connection.info.dbname
        connection.execute(f'ALTER DATABASE "{name}" SET default_transaction_read_only = {value}')
        connection.execute(END_OTHER_SESSIONS)
