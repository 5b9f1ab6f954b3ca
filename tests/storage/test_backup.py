"""The copy of the SQLite file: it replaces nothing, and stands whole or not at all."""

import os
import sqlite3
import stat
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from storage.backup import CopyFailed, NoSqliteFile, copy_database
from tests.helpers.databases import migrated, sqlite_url


def _file(target: Path) -> None:
    target.write_text("dear")


def _empty_file(target: Path) -> None:
    target.touch()


def _dangling_link(target: Path) -> None:
    target.symlink_to(target.with_name("nowhere"))


def _pipe(target: Path) -> None:
    os.mkfifo(target)


def _folder(target: Path) -> None:
    target.mkdir()


@pytest.mark.parametrize("stands", [_file, _empty_file, _dangling_link, _pipe, _folder])
async def test_copy_replaces_nothing(stands: Callable[[Path], None], tmp_path: Path) -> None:
    target = tmp_path / "copy.db"
    async with migrated(sqlite_url(tmp_path)):
        stands(target)
        before = target.lstat()

        with pytest.raises(CopyFailed, match=r"copy\.db cannot be made: File exists"):
            copy_database(sqlite_url(tmp_path), target)

    assert target.lstat() == before
    assert not (tmp_path / "nowhere").exists()


async def test_database_is_not_copied_onto_itself(tmp_path: Path) -> None:
    async with migrated(sqlite_url(tmp_path)):
        with pytest.raises(CopyFailed, match="File exists"):
            copy_database(sqlite_url(tmp_path), tmp_path / "prefetch.db")


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://bot:geheim@127.0.0.1:9/prefetch",
        "postgres://bot:geheim@db.example.com/prefetch",
        "postgresql+psycopg://bot:geheim@/prefetch?host=/run/postgresql",
    ],
)
def test_postgresql_is_left_to_its_own_tools(url: str, tmp_path: Path) -> None:
    with pytest.raises(NoSqliteFile) as refused:
        copy_database(url, tmp_path / "copy.db")

    assert str(refused.value) == "DATABASE_URL: this is a PostgreSQL database; copy it with pg_dump"
    assert [*tmp_path.iterdir()] == []


def test_file_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(CopyFailed, match="DATABASE_URL: there is no file"):
        copy_database(sqlite_url(tmp_path), tmp_path / "copy.db")

    assert [*tmp_path.iterdir()] == []


def test_empty_file_is_no_database_to_copy(tmp_path: Path) -> None:
    """SQLite would make a sound and empty database of it, which passes for a copy."""
    (tmp_path / "prefetch.db").touch()

    with pytest.raises(CopyFailed, match=r"DATABASE_URL: \S+prefetch\.db is empty"):
        copy_database(sqlite_url(tmp_path), tmp_path / "copy.db")

    assert [path.name for path in tmp_path.iterdir()] == ["prefetch.db"]


def test_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    (tmp_path / "prefetch.db").write_bytes(b"a database")

    with pytest.raises(CopyFailed, match="cannot be made: No such file or directory"):
        copy_database(sqlite_url(tmp_path), tmp_path / "nowhere" / "copy.db")


def test_copy_that_fails_leaves_no_half_of_it(tmp_path: Path) -> None:
    (tmp_path / "prefetch.db").write_text("no database, and longer than its header" * 100)

    with pytest.raises(CopyFailed, match="file is not a database"):
        copy_database(sqlite_url(tmp_path), tmp_path / "copy.db")

    assert not (tmp_path / "copy.db").exists()


async def test_copy_is_whole_and_for_its_owner_alone(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        async with migrated(sqlite_url(tmp_path)):
            copy_database(sqlite_url(tmp_path), tmp_path / "copy.db")
    finally:
        os.umask(before)

    assert stat.S_IMODE((tmp_path / "copy.db").stat().st_mode) == 0o600
    with closing(sqlite3.connect(tmp_path / "copy.db")) as copy:
        assert copy.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert copy.execute("SELECT count(*) FROM probe").fetchone() == (0,)
