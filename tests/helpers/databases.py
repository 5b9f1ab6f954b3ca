"""An empty database with the current schema, of each kind that the bot runs on."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import event, inspect

from storage.database import Database
from storage.schema import migrate

KINDS = ("sqlite", "postgresql")

# The migrations run once a process; from then on their result is copied.
_migrated_file: list[bytes] = []
_statements: list[tuple[str, Any]] = []


def sqlite_url(folder: Path) -> str:
    return f"sqlite:///{folder / 'prefetch.db'}"


@asynccontextmanager
async def migrated(url: str) -> AsyncIterator[Database]:
    """A database that was empty, or has an older schema, or the current one."""
    is_new_file = _is_new_file(url)
    if is_new_file:
        _path(url).write_bytes(await _migrated_sqlite())
    database = Database(url)
    try:
        if not database.is_sqlite and _is_empty(database):
            _migrate_postgresql(database)
        elif not is_new_file:
            migrate(database)
        yield database
    finally:
        await database.close()


def _is_new_file(url: str) -> bool:
    return url.startswith("sqlite") and not _path(url).exists()


def _is_empty(database: Database) -> bool:
    return not inspect(database.engine).get_table_names()


def _migrate_postgresql(database: Database) -> None:
    """What the migrations once said to an empty database, said again at one go."""
    if not _statements:
        event.listen(database.engine, "before_cursor_execute", _note)
        migrate(database)
        event.remove(database.engine, "before_cursor_execute", _note)
        return
    with database.engine.begin() as connection:
        for statement, parameters in _statements:
            connection.exec_driver_sql(statement, parameters)


def _note(_: object, _cursor: object, statement: str, parameters: Any, *_more: object) -> None:  # noqa: ANN401
    if not statement.lstrip().startswith("SELECT"):
        _statements.append((statement, parameters))


async def _migrated_sqlite() -> bytes:
    if not _migrated_file:
        with TemporaryDirectory() as folder:
            url = sqlite_url(Path(folder))
            database = Database(url)
            migrate(database)
            await database.close()
            _migrated_file.append(_path(url).read_bytes())
    return _migrated_file[0]


def _path(url: str) -> Path:
    return Path(url.removeprefix("sqlite:///"))
