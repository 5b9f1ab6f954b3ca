"""The file behind the database: who may hold it, who may read it, and when it counts as lost."""

import asyncio
import logging
import os
import sqlite3
import stat
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import closing
from pathlib import Path

import pytest
from sqlmodel import Session

from storage.database import Database, insert_missing
from storage.database_file import DatabaseLost, DatabaseUnreadable
from storage.tables import PacingRow
from tests.helpers.databases import migrated, sqlite_url
from tests.helpers.running_bot import ROOT

NOTICED_WITHIN_S = 5.0
REFUSED = 3
KEY = ("default", "create")
WRITES = """
import sqlite3, sys
sqlite3.connect(sys.argv[1], timeout=0).execute("BEGIN IMMEDIATE")
"""


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    async with migrated(sqlite_url(tmp_path)) as database:
        yield database


def _symlink(file: Path) -> str:
    link = file.with_name("link.db")
    link.symlink_to(file)
    return str(link)


def _hard_link(file: Path) -> str:
    link = file.with_name("hard.db")
    link.hardlink_to(file)
    return str(link)


def _linked_folder(file: Path) -> str:
    link = file.parent / "folder"
    link.symlink_to(file.parent, target_is_directory=True)
    return str(link / file.name)


def _roundabout(file: Path) -> str:
    return f"{file.parent}/../{file.parent.name}/./{file.name}"


def _without_lock_file(file: Path) -> str:
    file.with_name(f"{file.name}.lock").unlink()
    return str(file)


def _link_without_lock_file(file: Path) -> str:
    file.with_name(f"{file.name}.lock").unlink()
    return _symlink(file)


@pytest.mark.integration
@pytest.mark.parametrize(
    "other_name",
    [
        _symlink,
        _hard_link,
        _linked_folder,
        _roundabout,
        _without_lock_file,
        _link_without_lock_file,
    ],
)
async def test_second_process_is_refused_whatever_name_leads_to_the_file(
    other_name: Callable[[Path], str], database: Database, tmp_path: Path
) -> None:
    name = other_name(tmp_path / "prefetch.db")

    ended = await _migrate(name)

    assert ended.returncode == REFUSED
    assert ended.stderr == (
        f"DATABASE_URL: another process is using {name}; stop it, or use PostgreSQL for several\n"
    )
    await database.transaction(_write)


@pytest.mark.integration
async def test_refused_process_takes_no_lock_of_sqlite_away(
    database: Database, tmp_path: Path
) -> None:
    """It opens and closes the file, which drops the `fcntl` locks of its own process alone."""
    file = tmp_path / "prefetch.db"
    with closing(sqlite3.connect(file, isolation_level=None)) as ours:
        ours.execute("BEGIN IMMEDIATE")
        await _migrate(_hard_link(file))

        other = await asyncio.to_thread(
            subprocess.run,
            [sys.executable, "-c", WRITES, str(file)],
            capture_output=True,
            text=True,
        )
        ours.execute("ROLLBACK")

    assert "database is locked" in other.stderr


async def test_other_programs_read_the_file_while_it_is_held(
    database: Database, tmp_path: Path
) -> None:
    await database.transaction(_write)

    with closing(sqlite3.connect(tmp_path / "prefetch.db")) as backup:
        assert backup.execute("SELECT count(*) FROM pacing").fetchone() == (1,)


@pytest.mark.parametrize("suffix", ["", "-wal", "-shm"])
async def test_removed_file_takes_nothing_more(
    suffix: str, database: Database, tmp_path: Path
) -> None:
    (tmp_path / f"prefetch.db{suffix}").unlink()

    with pytest.raises(DatabaseLost, match=f"prefetch.db{suffix} is gone"):
        await database.transaction(_write)
    said = await asyncio.wait_for(database.lost(), NOTICED_WITHIN_S)
    assert f"{tmp_path}/prefetch.db{suffix} is gone" in said


@pytest.mark.parametrize("suffix", ["", "-wal", "-shm"])
async def test_replaced_file_takes_nothing_more(
    suffix: str, database: Database, tmp_path: Path
) -> None:
    file = tmp_path / f"prefetch.db{suffix}"
    copy = tmp_path / "copy"
    copy.write_bytes(file.read_bytes())
    copy.rename(file)

    with pytest.raises(DatabaseLost, match=f"prefetch.db{suffix} was replaced"):
        await database.transaction(_write)


async def test_file_that_goes_while_it_is_written_to_is_not_told_as_done(
    database: Database, tmp_path: Path
) -> None:
    def write_and_lose(session: Session) -> None:
        _write(session)
        (tmp_path / "prefetch.db").unlink()

    with pytest.raises(DatabaseLost):
        await database.transaction(write_and_lose)


@pytest.mark.parametrize("left", ["prefetch.db-wal", "prefetch.db.mark"])
async def test_missing_file_is_not_made_anew_beside_what_is_left_of_it(
    left: str, tmp_path: Path
) -> None:
    """SQLite would empty the `-wal`, and with it every commit that is not in the file yet."""
    (tmp_path / left).write_bytes(b"the last commits")

    with pytest.raises(DatabaseUnreadable, match=f"prefetch.db is missing, but {left} of it is"):
        Database(sqlite_url(tmp_path))

    assert (tmp_path / left).read_bytes() == b"the last commits"
    assert not (tmp_path / "prefetch.db").exists()
    (tmp_path / left).unlink()
    await Database(sqlite_url(tmp_path)).close()


@pytest.mark.integration
async def test_start_before_the_file_is_put_back_costs_nothing(tmp_path: Path) -> None:
    await _lose(tmp_path, _moved_away)

    ended = await _migrate(str(tmp_path / "prefetch.db"))
    (tmp_path / "moved.db").rename(tmp_path / "prefetch.db")

    assert ended.returncode == REFUSED
    assert "prefetch.db is missing, but prefetch.db-wal" in ended.stderr
    assert await _is_written(tmp_path)


@pytest.mark.integration
async def test_another_file_is_not_opened_beside_the_commits_of_the_one_before(
    tmp_path: Path,
) -> None:
    """SQLite would play them into it, and spoil both."""
    await _lose(tmp_path, _replaced)

    ended = await _migrate(str(tmp_path / "prefetch.db"))
    (tmp_path / "moved.db").replace(tmp_path / "prefetch.db")

    assert ended.returncode == REFUSED
    assert "prefetch.db-wal belongs to the earlier file; put that one back" in ended.stderr
    assert await _is_written(tmp_path)
    assert not (tmp_path / "prefetch.db.lost").exists()


@pytest.mark.integration
async def test_another_file_is_opened_once_the_commits_of_the_one_before_are_gone(
    tmp_path: Path,
) -> None:
    await _lose(tmp_path, _replaced)
    for suffix in ("-wal", "-shm"):
        (tmp_path / f"prefetch.db{suffix}").unlink()

    assert (await _migrate(str(tmp_path / "prefetch.db"))).returncode == 0
    assert not await _is_written(tmp_path)
    assert not (tmp_path / "prefetch.db.lost").exists()


def _moved_away(file: Path) -> None:
    file.rename(file.with_name("moved.db"))


def _replaced(file: Path) -> None:
    copy = file.read_bytes()
    _moved_away(file)
    file.write_bytes(copy)


async def _lose(folder: Path, gone: Callable[[Path], None]) -> None:
    """A commit stands in the `-wal` alone when the file goes away under the process."""
    async with migrated(sqlite_url(folder)) as database:
        await database.transaction(_write)
        gone(folder / "prefetch.db")
        with pytest.raises(DatabaseLost):
            await database.transaction(_write)


async def _is_written(folder: Path) -> bool:
    async with migrated(sqlite_url(folder)) as database:
        return await database.transaction(lambda session: session.get(PacingRow, KEY) is not None)


async def test_symbolic_link_that_is_pointed_elsewhere_is_noticed(tmp_path: Path) -> None:
    async with migrated(sqlite_url(tmp_path)):
        pass
    link = _symlink(tmp_path / "prefetch.db")
    database = Database(f"sqlite:///{link}")
    _point_elsewhere(Path(link))

    with pytest.raises(DatabaseLost, match=r"link\.db was replaced"):
        await database.transaction(_write)
    await database.close()


async def test_file_that_stays_is_never_lost(database: Database) -> None:
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(database.lost(), 1.5)

    await database.transaction(_write)


async def test_new_files_are_for_their_owner_alone(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    before = os.umask(0)
    try:
        database = Database(sqlite_url(tmp_path))
    finally:
        os.umask(before)

    modes = _modes(tmp_path)
    await database.close()

    assert modes == dict.fromkeys(
        ("prefetch.db", "prefetch.db-wal", "prefetch.db-shm", "prefetch.db.lock"), "0o600"
    )
    assert caplog.messages == []


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o602])
async def test_file_that_others_may_open_is_told_in_one_line(
    mode: int, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    file = tmp_path / "prefetch.db"
    await Database(sqlite_url(tmp_path)).close()
    file.chmod(mode)

    with caplog.at_level(logging.WARNING):
        await Database(sqlite_url(tmp_path)).close()

    assert len(caplog.messages) == 1
    assert f"chmod 600 {file}" in caplog.messages[0]


def _point_elsewhere(link: Path) -> None:
    other = link.with_name("other.db")
    other.touch()
    link.unlink()
    link.symlink_to(other)


def _modes(folder: Path) -> dict[str, str]:
    return {path.name: oct(stat.S_IMODE(path.stat().st_mode)) for path in folder.iterdir()}


async def _migrate(name: str) -> subprocess.CompletedProcess[str]:
    return await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-m", "bot", "migrate"],
        cwd=ROOT,
        env={"DATABASE_URL": f"sqlite:///{name}", "PATH": os.defpath},
        capture_output=True,
        text=True,
        timeout=60,
    )


def _write(session: Session) -> None:
    insert_missing(session, PacingRow, tenant="default", kind="create", next_at=1.0)
