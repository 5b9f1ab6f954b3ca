"""An empty database with the current schema, of each kind that the bot runs on."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from storage.database import Database
from storage.schema import migrate

KINDS = ("sqlite",)


@asynccontextmanager
async def fresh_database(kind: str, folder: Path) -> AsyncIterator[Database]:
    database = Database(_url(kind, folder))
    try:
        migrate(database)
        yield database
    finally:
        await database.close()


def _url(kind: str, folder: Path) -> str:
    if kind == "sqlite":
        return f"sqlite:///{folder / 'prefetch.db'}"
    message = f"no test database is known for {kind}"
    raise LookupError(message)
