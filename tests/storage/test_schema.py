"""The schema: reached from nothing, equal to the tables, refusing to be rewritten."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import permutations
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, Delete, Update, delete, func, table, text, update
from sqlalchemy import select as select_rows
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session, SQLModel, select

import storage.notice_tables  # noqa: F401  # fills SQLModel.metadata
from bot.rules.movements import Movement
from storage import audit
from storage.database import Database
from storage.schema import UnknownSchema, is_current, migrate
from storage.tables import AuditRow, LedgerRow
from storage.unit_of_work import UnitOfWork
from tests.helpers.databases import migrated, sqlite_url
from tests.helpers.stored_requests import MEI, NOON, TENANT, make_request, move, urls

ROWS_OF_THE_FIRST_VERSION = """
INSERT INTO request (id, draft_id, tenant, team_id, user_id, channel_id, status, quota_date,
    confirmed_at, runs)
VALUES ('R-00001', 'd', 'default', 'T1', 'U1', 'C1', 'running', '2026-11-24',
    '2026-11-24 04:00:00', 1);
INSERT INTO task (request_id, position, status, files, attempts, let_go, polls)
VALUES ('R-00001', 0, 'queued', 1, 0, false, 0);
INSERT INTO target (request_id, task_position, position, kind, name, status)
VALUES ('R-00001', 0, 0, 'url', 'a.mp4', 'pending')
"""
A_REQUEST_OF_0018 = """
INSERT INTO request (id, draft_id, tenant, team_id, user_id, channel_id, status, quota_date,
    confirmed_at, runs, cards_posted, card_refusals, card_given_up)
VALUES ('R-00001', 'd', 'default', 'T1', 'U1', 'C1', 'failed', '2026-11-24',
    '2026-11-24 04:00:00', 1, 0, 0, false)
"""
A_CALL_OF_0018 = """
INSERT INTO task (request_id, position, status, files, quota_date, attempts, let_go, polls, reason)
VALUES ('R-00001', :position, 'rejected', 1, '2026-11-24', 1, false, 0, 'The account is in debt.')
"""
# SQLModel's metadata knows our tables alone; the migration table is Alembic's own.
OURS = frozenset(SQLModel.metadata.tables)


def test_migration_from_nothing_makes_exactly_the_tables(database: Database) -> None:
    with database.engine.begin() as connection:
        differences = compare_metadata(_context(connection), SQLModel.metadata)

    assert differences == []


def test_comparison_would_notice_a_missing_column(database: Database) -> None:
    with database.engine.begin() as connection:
        connection.execute(text("ALTER TABLE task DROP COLUMN polls"))
        differences = compare_metadata(_context(connection), SQLModel.metadata)

    assert [(kind, table) for kind, _, table, _ in differences] == [("add_column", "task")]


async def test_second_migration_changes_nothing(database: Database) -> None:
    await database.transaction(make_request, "R-00001", urls(3))

    revision = migrate(database)

    assert revision == "0025"
    assert is_current(database)
    assert await database.transaction(_lines) == 1


async def test_schema_of_each_older_version_is_brought_up_with_its_rows(
    database_url: str,
) -> None:
    database = Database(database_url)
    migrate(database, to="0001")
    with database.engine.begin() as connection:
        for statement in ROWS_OF_THE_FIRST_VERSION.split(";"):
            connection.execute(text(statement))

    revisions = [
        migrate(database, to=f"{number:04}")
        for number in (*range(2, 10), 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25)
    ]

    with database.engine.begin() as connection:
        rows = [
            connection.scalar(select_rows(func.count()).select_from(table(name)))
            for name in ("request", "task", "target")
        ]
        differences = compare_metadata(_context(connection), SQLModel.metadata)
    await database.close()
    assert revisions == [
        "0002",
        "0003",
        "0004",
        "0005",
        "0006",
        "0007",
        "0008",
        "0009",
        "0014",
        "0015",
        "0016",
        "0017",
        "0018",
        "0019",
        "0020",
        "0021",
        "0022",
        "0023",
        "0024",
        "0025",
    ]
    assert rows == [1, 1, 1]
    assert differences == []


@pytest.mark.integration
@pytest.mark.parametrize(("first", "second"), [*permutations(("request", "task", "target"), 2)])
def test_replica_at_work_and_migration_never_wait_for_each_other(
    postgresql_url: str, first: str, second: str
) -> None:
    database = Database(postgresql_url)
    migrate(database, to="0005")
    with ThreadPoolExecutor() as threads, database.engine.connect() as replica:
        replica.execute(text(f"LOCK TABLE {first} IN ROW EXCLUSIVE MODE"))
        migrating = threads.submit(migrate, database)
        while not _somebody_waits(database):
            time.sleep(0.01)
        replica.execute(text(f"LOCK TABLE {second} IN ROW EXCLUSIVE MODE"))
        replica.commit()

        assert migrating.result(60) == "0025"
    database.engine.dispose()


@pytest.mark.integration
def test_replica_and_migration_take_the_rows_of_a_request_in_one_order(postgresql_url: str) -> None:
    database = Database(postgresql_url)
    migrate(database, to="0018")
    with database.engine.begin() as connection:
        connection.execute(text(A_REQUEST_OF_0018))
        # The last call lies first in the table.
        for position in (1, 0):
            connection.execute(text(A_CALL_OF_0018), {"position": position})
    with ThreadPoolExecutor() as threads, database.engine.connect() as replica:
        replica.execute(text("UPDATE task SET attempts = 1 WHERE position = 0"))
        migrating = threads.submit(migrate, database)
        while not _somebody_waits_for_a_row(database):
            time.sleep(0.01)
        replica.execute(text("UPDATE task SET attempts = 1 WHERE position = 1"))
        replica.commit()

        assert migrating.result(60) == "0025"
    database.engine.dispose()


def _somebody_waits_for_a_row(database: Database) -> bool:
    waiting = text("SELECT 1 FROM pg_locks WHERE NOT granted AND locktype = 'transactionid'")
    with database.engine.begin() as connection:
        return connection.execute(waiting).first() is not None


def _somebody_waits(database: Database) -> bool:
    waiting = text(
        "SELECT 1 FROM pg_locks JOIN pg_class ON pg_class.oid = relation WHERE NOT granted"
        " AND relname IN ('request', 'task', 'target')"
    )
    with database.engine.begin() as connection:
        return connection.execute(waiting).first() is not None


@pytest.mark.integration
def test_replicas_that_migrate_at_the_same_time_do_it_one_after_another(
    postgresql_url: str,
) -> None:
    databases = [Database(postgresql_url) for _ in range(4)]
    with ThreadPoolExecutor() as threads:
        revisions = list(threads.map(migrate, databases))
    for database in databases:
        database.engine.dispose()

    assert revisions == ["0025"] * 4


@pytest.mark.parametrize("look", [migrate, is_current])
@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("UPDATE alembic_version SET version_num = '9999'", "9999"),
        ("INSERT INTO alembic_version VALUES ('0001')", "more than one"),
    ],
    ids=["a later version's", "two at once"],
)
def test_schema_that_this_version_does_not_know_is_left_alone(
    database: Database, look: Callable[[Database], object], change: str, said: str
) -> None:
    with database.engine.begin() as connection:
        connection.execute(text(change))

    with pytest.raises(UnknownSchema, match=rf"not one that this version knows.*{said}"):
        look(database)


def test_empty_database_is_not_current(database: Database) -> None:
    with database.engine.begin() as connection:
        connection.execute(text("DELETE FROM alembic_version"))

    assert not is_current(database)


@pytest.mark.parametrize(
    "change",
    [
        update(LedgerRow).values(files=0),
        delete(LedgerRow),
        update(AuditRow).values(actor="somebody else"),
        delete(AuditRow),
    ],
    ids=["ledger update", "ledger delete", "audit update", "audit delete"],
)
async def test_ledger_and_audit_trail_only_grow(
    database: Database, change: Update | Delete
) -> None:
    await database.transaction(_write_one_of_each)

    with pytest.raises(DBAPIError, match="only grows"):
        await database.transaction(lambda session: session.exec(change))

    assert await database.transaction(_lines) == 1
    assert await database.transaction(_count(AuditRow)) == 1


@pytest.mark.parametrize("table", ["ledger_entry", "audit_event"])
async def test_line_cannot_be_replaced(tmp_path: Path, table: str) -> None:
    """SQLite alone knows INSERT OR REPLACE, which asks no trigger on DELETE."""
    async with migrated(sqlite_url(tmp_path)) as database:
        await database.transaction(_write_one_of_each)
        replace = text(f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}")  # noqa: S608

        with pytest.raises(DBAPIError, match="only grows"):
            await database.transaction(lambda session: session.execute(replace))


async def test_movement_can_be_written_once(database: Database) -> None:
    await database.transaction(make_request, "R-00001", urls(3))
    await database.transaction(move, Movement.SETTLE, "R-00001", files=3, attempt=1)

    with pytest.raises(DBAPIError):
        await database.transaction(move, Movement.SETTLE, "R-00001", files=3, attempt=1)


async def test_moments_come_back_with_their_zone(database: Database) -> None:
    await database.transaction(_write_one_of_each)

    event = await database.transaction(lambda session: session.exec(select(AuditRow)).one())

    assert event.at == NOON
    assert event.at.utcoffset() is not None


def _context(connection: Connection) -> MigrationContext:
    def is_ours(name: str | None, kind: str, _parents: object) -> bool:
        return kind != "table" or name in OURS

    return MigrationContext.configure(
        connection, opts={"include_name": is_ours, "compare_type": True}
    )


def _write_one_of_each(session: Session) -> None:
    make_request(session, "R-00001", urls(3))
    work = UnitOfWork(session, TENANT, NOON, MEI)
    audit.record(work, "tried", "R-00001", files=3)


def _count(row: type[SQLModel]) -> Callable[[Session], int]:
    return lambda session: len(session.exec(select(row)).all())


def _lines(session: Session) -> int:
    return _count(LedgerRow)(session)
