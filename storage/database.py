"""The engine and the only place that commits."""

import asyncio
import logging
import sqlite3
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

import psycopg
from sqlalchemy import Engine, Executable, create_engine, event, inspect, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL, Connection, make_url
from sqlalchemy.exc import (
    DataError,
    DBAPIError,
    IntegrityError,
    OperationalError,
    ProgrammingError,
)
from sqlalchemy.pool import ConnectionPoolEntry
from sqlmodel import Session, SQLModel

from bot.rules.refusals import HeldUp
from storage.database_file import DatabaseFile, DatabaseLost, check_is_filled
from storage.group_commit import GroupCommit
from storage.mark_file import MarkFile
from storage.pooled_commits import POSTGRESQL_CONNECTIONS, PooledCommits

log = logging.getLogger(__name__)

IDLE_IN_TRANSACTION_S = 5.0
"""A replica that was stopped in a transaction must not keep its locks from the others."""

CONNECT_WITHIN_S = 5
RETRY_S = 1.0
PATIENCE_S = 600.0
LOOK_EVERY_S = 1.0
NOTICED_WITHIN: dict[str, str] = {
    "keepalives_idle": "10",
    "keepalives_interval": "5",
    "keepalives_count": "3",
    "tcp_user_timeout": "10000",
}
"""A server that vanishes without a word is noticed in seconds; by itself TCP takes a quarter hour.

All in seconds but the last, which is in milliseconds.
"""

PROMPT_S = 1.5
"""Slack waits 3 s for an acknowledgement, and many requests at once may take half a second."""

_GIVE_UP_LOCKS = text(f"SET LOCAL lock_timeout = '{PROMPT_S * 1000:.0f}ms'")

P = ParamSpec("P")
R = TypeVar("R")


def check_file(url: str) -> None:
    """Raise `DatabaseUnreadable` where SQLite would begin a new database."""
    parsed = database_url(url)
    if parsed.get_backend_name() == "sqlite":
        check_is_filled(Path(str(parsed.database)))


class Database:
    """Runs functions of a session, each in one transaction, off the event loop.

    SQLite: one writer thread, `BEGIN IMMEDIATE`, WAL, `synchronous=FULL`, one process a file.
    An abandoned wait does not undo the transaction. Raises as `DatabaseFile` does.
    """

    def __init__(self, url: str) -> None:
        self.url = database_url(url)
        self._file = DatabaseFile(str(self.url.database)) if self.is_sqlite else None
        self.engine = (_sqlite_engine if self.is_sqlite else _postgresql_engine)(self.url)
        self.mark = None if self._file is None else MarkFile(self._file.path)
        self._writer = (
            PooledCommits(self.engine)
            if self._file is None or self.mark is None
            else GroupCommit(self.engine, check=self._file.check, write_mark=self.mark.write)
        )

    @property
    def is_sqlite(self) -> bool:
        return self.url.get_backend_name() == "sqlite"

    async def transaction(
        self, fn: Callable[Concatenate[Session, P], R], /, *args: P.args, **kwargs: P.kwargs
    ) -> R:
        """Run `fn(session, ...)` and commit; an exception from it rolls everything back."""

        def run(session: Session) -> R:
            return fn(session, *args, **kwargs)

        return await asyncio.wrap_future(self._writer.submit(run))

    async def promptly(
        self, fn: Callable[Concatenate[Session, P], R], /, *args: P.args, **kwargs: P.kwargs
    ) -> R:
        """Like `transaction`, for a person who waits: raises `HeldUp` while the database is locked.

        Then nothing was done, and nothing will be done later.
        """

        def run(session: Session) -> R:
            if not self.is_sqlite:
                session.execute(_GIVE_UP_LOCKS)
            return fn(session, *args, **kwargs)

        job = self._writer.submit(run)
        answer: asyncio.Future[R] = asyncio.wrap_future(job)
        begun, _ = await asyncio.wait({answer}, timeout=PROMPT_S)
        # What has not begun can be called back for certain; what has is done in a moment.
        if not begun and job.cancel():
            raise HeldUp
        try:
            return await answer
        except OperationalError as error:
            # The victim of a deadlock was rolled back, so nothing was done either.
            if isinstance(
                error.orig, psycopg.errors.LockNotAvailable | psycopg.errors.DeadlockDetected
            ):
                raise HeldUp from error
            raise

    async def patiently(
        self, fn: Callable[Concatenate[Session, P], R], /, *args: P.args, **kwargs: P.kwargs
    ) -> R:
        """Like `transaction`, for what cannot be asked anew: a database that is away is waited for.

        `fn` has to be safe to repeat, should the commit alone have been lost. Raises what the
        database said after ten minutes, or at once what will not pass.
        """
        for _ in range(round(PATIENCE_S / RETRY_S)):
            try:
                return await self.transaction(fn, *args, **kwargs)
            except DBAPIError as error:
                if not may_pass(error):
                    raise
                log.warning("%s: not written down yet: %s", fn.__name__, in_one_line(error))
                await asyncio.sleep(RETRY_S)
        return await self.transaction(fn, *args, **kwargs)

    async def lost(self) -> str:
        """Return, in words, once the file is no longer the one that was opened."""
        while True:
            if self._file is not None:
                try:
                    self._file.check()
                except DatabaseLost as error:
                    return str(error)
            await asyncio.sleep(LOOK_EVERY_S)

    async def close(self) -> None:
        """Let the transactions under way finish, then give the file up."""
        # Not in the loop's own executor: DBOS has taken that one down with itself by then.
        self._writer.close()
        self.engine.dispose()
        if self._file is not None:
            self._file.close()


def on_sqlite(session: Session) -> bool:
    """Whether the one process that has locked the file is asking."""
    return session.get_bind().dialect.name == "sqlite"


def insert_missing(session: Session, row: type[SQLModel], **values: object) -> bool:
    """Insert the row unless one with the same unique key stands; tells whether it was inserted."""
    statement = _insert_missing(row, session.get_bind().dialect.name)
    return session.execute(statement, values).first() is not None


@cache
def _insert_missing(row: type[SQLModel], dialect: str) -> Executable:
    insert = sqlite.insert if dialect == "sqlite" else postgresql.insert
    # The table, not the class: the ORM would work out anew each time how to insert one row.
    table = inspect(row).local_table
    key = next(iter(table.primary_key))
    # Only RETURNING tells whether a row was inserted: psycopg answers rowcount -1, see "Facts that
    # were measured" in ARCHITECTURE.md.
    return insert(table).on_conflict_do_nothing().returning(key)


def database_url(url: str) -> URL:
    """The URL with the driver that the bot ships; raises `ValueError` for other databases."""
    parsed = make_url(url)
    if parsed.drivername == "sqlite":
        more = parsed.query or parsed.host or parsed.username or parsed.password
        if not parsed.database or parsed.database == ":memory:" or more:
            message = "an SQLite database needs a file alone, for instance sqlite:///prefetch.db"
            raise ValueError(message)
        return parsed
    if parsed.get_backend_name() in {"postgresql", "postgres"}:
        if "@" in (parsed.host or ""):
            message = "an @ in the password is written %40"
            raise ValueError(message)
        own = {name: value for name, value in NOTICED_WITHIN.items() if name not in parsed.query}
        return parsed.set(drivername="postgresql+psycopg").update_query_dict(own)
    message = f"{parsed.drivername} is not supported; use sqlite:/// or postgresql://"
    raise ValueError(message)


def may_pass(error: DBAPIError) -> bool:
    """Whether the same statement may succeed later: after a restart, a failover, a full disk."""
    return not isinstance(error, IntegrityError | ProgrammingError | DataError)


def in_one_line(error: DBAPIError) -> str:
    """What the driver said, without the statement and its values."""
    return " ".join(str(error.orig).split())


def _sqlite_engine(url: URL) -> Engine:
    # What a failing statement carried may be a signed URL, and exceptions reach the log.
    engine = create_engine(url, connect_args={"timeout": 30}, hide_parameters=True)
    event.listen(engine, "connect", _set_pragmas)
    event.listen(engine, "begin", _begin_immediate)
    # SQLAlchemy compiles a savepoint anew each time: an eighth of the writer's time under load.
    engine.dialect.do_savepoint = _savepoint  # type: ignore[method-assign]
    engine.dialect.do_release_savepoint = _release_savepoint  # type: ignore[method-assign]
    return engine


def _set_pragmas(connection: sqlite3.Connection, _: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # sqlite3 would otherwise begin by itself, deferred
    for pragma in ("synchronous=FULL", "foreign_keys=ON", "busy_timeout=30000"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_immediate(connection: Connection) -> None:
    # A deferred BEGIN that reads first fails with "database is locked" under load: see "Facts that
    # were measured" in ARCHITECTURE.md.
    # By SQLAlchemy: who waits for a lock or for room on the disk expects its `DBAPIError`.
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _savepoint(connection: Connection, name: str) -> None:
    connection.exec_driver_sql(f"SAVEPOINT {name}")


def _release_savepoint(connection: Connection, name: str) -> None:
    connection.exec_driver_sql(f"RELEASE SAVEPOINT {name}")


def _postgresql_engine(url: URL) -> Engine:
    options = f"{url.query.get('options', '')} -c idle_in_transaction_session_timeout="
    engine = create_engine(
        url,
        pool_size=POSTGRESQL_CONNECTIONS,
        max_overflow=0,
        pool_pre_ping=True,
        connect_args={
            "options": f"{options}{IDLE_IN_TRANSACTION_S:.0f}s",
            "connect_timeout": CONNECT_WITHIN_S,
        },
        hide_parameters=True,
    )
    event.listen(engine, "connect", _commit_for_good)
    return engine


def _commit_for_good(connection: psycopg.Connection, _: ConnectionPoolEntry) -> None:
    # A server may be set to lose the last commits in a crash: with the marker of a call that went
    # out, which would then be sent twice. The server of tests/workflows/test_replicas.py is set so,
    # and crashes. Stricter settings stay as they are.
    connection.autocommit = True
    connection.execute(
        "SELECT set_config('synchronous_commit', 'on', false)"
        " WHERE current_setting('synchronous_commit') = 'off'"
    )
    connection.autocommit = False
