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
    if is_new_file:
        _path(url).write_bytes(await _migrated_sqlite())
    database = Database(url)
    try:
        if not is_new_file:
            migrate(database)
        yield database
    finally:
        await database.close()


def _is_new_file(url: str) -> bool:
    return url.startswith("sqlite") and not _path(url).exists()


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
