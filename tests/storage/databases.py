"""An empty database with the current schema, of each kind that the bot runs on."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from storage.database import Database
from storage.schema import migrate

KINDS = ("sqlite", "postgresql")


def sqlite_url(folder: Path) -> str:
    return f"sqlite:///{folder / 'prefetch.db'}"


@asynccontextmanager
async def migrated(url: str) -> AsyncIterator[Database]:
    database = Database(url)
    try:
        migrate(database)
        yield database
    finally:
        await database.close()
