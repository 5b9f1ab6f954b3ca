"""The database file: who may open it, what it accepts, what it refuses."""

import asyncio
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, select

from storage.database import (
    NOTICED_WITHIN,
    Database,
    database_url,
    insert_missing,
)
from storage.database_file import DatabaseBusy, DatabaseUnreadable
from storage.tables import CallRow, PacingRow


async def test_second_process_on_the_same_file_is_refused(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'prefetch.db'}"
    first = Database(url)

    with pytest.raises(DatabaseBusy, match="another process is using"):
        Database(url)
    await first.close()


async def test_file_is_free_again_after_closing(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'prefetch.db'}"
    await Database(url).close()

    second = Database(url)

    await second.close()


async def test_file_that_is_no_database_is_free_again_after_the_refusal(tmp_path: Path) -> None:
    file = tmp_path / "prefetch.db"
    file.write_text("not a database, but a text that is long enough to be taken for one" * 20)
    with pytest.raises(DatabaseUnreadable, match="not a database"):
        Database(f"sqlite:///{file}")
    file.unlink()

    database = Database(f"sqlite:///{file}")

    await database.close()


async def test_folder_in_the_place_of_the_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DatabaseUnreadable, match="unable to open"):
        Database(f"sqlite:///{tmp_path}")


@pytest.mark.parametrize(
    ("given", "used"),
    [
        ("sqlite:///prefetch.db", "sqlite:///prefetch.db"),
        ("postgresql://bot@db/prefetch", "postgresql+psycopg://bot@db/prefetch"),
        ("postgres://bot@db/prefetch", "postgresql+psycopg://bot@db/prefetch"),
        ("postgresql+psycopg2://bot@db/prefetch", "postgresql+psycopg://bot@db/prefetch"),
    ],
)
def test_url_names_the_driver_that_the_bot_ships(given: str, used: str) -> None:
    assert database_url(given).set(query={}).render_as_string() == used


def test_server_that_vanishes_is_noticed_unless_the_url_says_otherwise() -> None:
    url = database_url("postgresql://bot@db/prefetch?tcp_user_timeout=500")

    assert url.query == {**NOTICED_WITHIN, "tcp_user_timeout": "500"}


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "mysql://bot@db/prefetch"])
def test_database_that_cannot_be_used_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="sqlite:///"):
        database_url(url)


async def test_every_commit_reaches_the_disk(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'prefetch.db'}")
    names = ("journal_mode", "synchronous", "foreign_keys")

    pragmas = await database.transaction(
        lambda session: [session.execute(text(f"PRAGMA {name}")).scalar() for name in names]
    )
    await database.close()

    assert pragmas == ["wal", 2, 1]


async def test_row_is_inserted_once(database: Database) -> None:
    first = await database.transaction(_insert, kind="create", next_at=1.0)
    second = await database.transaction(_insert, kind="create", next_at=2.0)

    assert (first, second) == (True, False)
    assert await database.transaction(_next_at) == [1.0]


async def test_one_of_many_who_insert_at_once_is_told_that_it_did(database: Database) -> None:
    told = await asyncio.gather(
        *(database.transaction(_insert, kind="create", next_at=float(n)) for n in range(50))
    )

    assert sorted(told) == [False] * 49 + [True]


async def test_only_a_standing_key_is_passed_over(database: Database) -> None:
    with pytest.raises(IntegrityError):
        await database.transaction(_insert_task_of_nobody)


async def test_exception_rolls_everything_back(database: Database) -> None:
    def insert_then_fail(session: Session) -> None:
        _insert(session, kind="create", next_at=1.0)
        raise LookupError

    with pytest.raises(LookupError):
        await database.transaction(insert_then_fail)

    assert await database.transaction(_next_at) == []


def _insert(session: Session, *, kind: str, next_at: float) -> bool:
    return insert_missing(session, PacingRow, tenant="default", kind=kind, next_at=next_at)


def _insert_task_of_nobody(session: Session) -> bool:
    return insert_missing(
        session,
        CallRow,
        request_id="R-UNKNOWN",
        position=0,
        status="queued",
        files=1,
        quota_date=date(2026, 11, 24),
        attempts=0,
        let_go=False,
        polls=0,
    )


def _next_at(session: Session) -> list[float]:
    return list(session.exec(select(PacingRow.next_at)))
