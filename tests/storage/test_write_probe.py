"""The write that tries the database: small, alone, and honest."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import Session, select

from storage import database_identity, write_probe
from storage.backup import copy_database
from storage.database import Database
from storage.mark_file import MarkNotWritten
from storage.tables import ProbeRow
from tests.helpers.databases import migrated, sqlite_url
from tests.helpers.stored_requests import NOON

OFTEN = 100


async def test_replica_has_one_row_however_often_it_writes(database: Database) -> None:
    for second in range(3):
        await database.transaction(write_probe.touch, "a", now=NOON + timedelta(seconds=second))
    await database.transaction(write_probe.touch, "b", now=NOON)

    assert await database.transaction(_rows) == {"a": NOON + timedelta(seconds=2), "b": NOON}


async def test_new_replica_clears_away_those_of_earlier_days(database: Database) -> None:
    await database.transaction(write_probe.touch, "long gone", now=NOON - timedelta(days=2))
    await database.transaction(write_probe.touch, "a moment ago", now=NOON - timedelta(seconds=1))

    await database.transaction(write_probe.touch, "new", now=NOON)

    assert set(await database.transaction(_rows)) == {"a moment ago", "new"}


async def test_file_does_not_grow_by_being_tried(tmp_path: Path) -> None:
    async with migrated(sqlite_url(tmp_path)) as database:
        await database.transaction(write_probe.touch, "local", now=NOON)
        before = await database.transaction(_pages)
        for second in range(OFTEN):
            await database.transaction(
                write_probe.touch, "local", now=NOON + timedelta(seconds=second)
            )

        assert await database.transaction(_pages) == before


async def test_mark_that_cannot_be_written_is_known_before_a_call(tmp_path: Path) -> None:
    async with migrated(sqlite_url(tmp_path)) as database:
        (tmp_path / "prefetch.db.mark.new").mkdir()

        with pytest.raises(MarkNotWritten, match="so nothing is sent"):
            await database.transaction(write_probe.touch, "local", now=NOON)


async def test_mark_is_neither_ahead_of_the_database_nor_behind_it(tmp_path: Path) -> None:
    async with migrated(sqlite_url(tmp_path)) as database:
        await database.transaction(database_identity.advance)
        assert database.mark is not None
        before = database.mark.read()

        await database.transaction(write_probe.touch, "local", now=NOON)
        tried = database.mark.read()
        await database.transaction(database_identity.advance)
        after = database.mark.read()

    assert before is not None
    assert tried == before
    assert after == before.model_copy(update={"steps": before.steps + 1})


async def test_copy_that_was_made_between_two_tries_is_whole(tmp_path: Path) -> None:
    async with migrated(sqlite_url(tmp_path)) as database:
        await database.transaction(write_probe.touch, "local", now=NOON)
        copy_database(str(database.url), tmp_path / "copy.db")
        await database.transaction(write_probe.touch, "local", now=NOON + timedelta(seconds=1))

    copy = Database(f"sqlite:///{tmp_path / 'copy.db'}")
    assert await copy.transaction(_rows) == {"local": NOON}
    await copy.close()


def _rows(session: Session) -> dict[str, object]:
    return {row.replica: row.at for row in session.exec(select(ProbeRow))}


def _pages(session: Session) -> int:
    return int(session.connection().exec_driver_sql("PRAGMA page_count").scalar_one())
