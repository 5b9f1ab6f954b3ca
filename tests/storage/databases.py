"""An empty database with the current schema, of each kind that the bot runs on."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from storage.database import Database
from storage.schema import migrate

KINDS = ("sqlite", "postgresql")

# The migrations run once a process; from then on their result is copied.
_migrated_file: list[bytes] = []


def sqlite_url(folder: Path) -> str:
    return f"sqlite:///{folder / 'prefetch.db'}"


@asynccontextmanager
async def migrated(url: str) -> AsyncIterator[Database]:
    is_new_file = _is_new_file(url)
    database = Database(url)
    try:
        if is_new_file:
            _fill(database, await _migrated_sqlite())
        else:
            migrate(database)
        yield database
    finally:
        await database.close()


def _is_new_file(url: str) -> bool:
    return url.startswith("sqlite") and not Path(url.removeprefix("sqlite:///")).exists()


async def _migrated_sqlite() -> bytes:
    if not _migrated_file:
        with TemporaryDirectory() as folder:
            database = Database(sqlite_url(Path(folder)))
            migrate(database)
            await database.close()
            _migrated_file.append(_file(database).read_bytes())
    return _migrated_file[0]


def _fill(database: Database, content: bytes) -> None:
    _file(database).write_bytes(content)


def _file(database: Database) -> Path:
    return Path(database.url.database or "")
