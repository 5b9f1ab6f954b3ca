"""A kept release: its rows, put into the schema of that time, and what people read of them then."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Date, DateTime, MetaData, Table, func, insert, select
from sqlalchemy.types import TypeEngine

from storage.database import Database
from storage.schema import migrate
from tests.helpers.release_dump import RELEASES
from tests.helpers.release_readings import Readings

NUMBERED = ("ledger_entry", "audit_event")
"""Tables whose next number PostgreSQL counts beside them."""


@dataclass(frozen=True)
class StoredRelease:
    """`requests` holds the ID of each request by what is told of it; `at` is when it was read."""

    revision: str
    at: datetime
    requests: Mapping[str, str]
    readings: Readings
    tables: Mapping[str, list[Any]]

    async def restore(self, url: str) -> None:
        """Make the schema of that release in the empty database, and put the rows into it."""
        database = Database(url)
        try:
            migrate(database, to=self.revision)
            with database.engine.begin() as connection:
                metadata = MetaData()
                metadata.reflect(connection)
                for name, (common, names, *rows) in self.tables.items():
                    found = [common | dict(zip(names, row, strict=True)) for row in rows]
                    _fill(connection, metadata.tables[name], found)
        finally:
            await database.close()


def stored_release(revision: str, folder: Path = RELEASES) -> StoredRelease:
    read = json.loads((folder / f"{revision}_readings.json").read_text())
    return StoredRelease(
        revision,
        datetime.fromisoformat(read["at"]),
        read["requests"],
        read["readings"],
        json.loads((folder / f"{revision}_rows.json").read_text()),
    )


def stored_revisions() -> list[str]:
    """The last migration of each kept release."""
    return sorted(path.name.partition("_")[0] for path in RELEASES.glob("*_rows.json"))


def _fill(connection: Connection, table: Table, rows: list[dict[str, Any]]) -> None:
    if table.name == "life":
        # The migration has put its own row there.
        connection.execute(table.delete())
    if rows:
        connection.execute(insert(table), [_typed(table, row) for row in rows])
    if table.name in NUMBERED and connection.dialect.name == "postgresql":
        sequence = func.pg_get_serial_sequence(table.name, "id")
        connection.execute(
            select(func.setval(sequence, select(func.max(table.c.id)).scalar_subquery()))
        )


def _typed(table: Table, row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: value if value is None else _reader(table.c[name].type)(value)
        for name, value in row.items()
    }


def _reader(kind: TypeEngine[Any]) -> Callable[[Any], object]:
    if isinstance(kind, DateTime):
        return lambda text: datetime.fromisoformat(text).replace(tzinfo=UTC)
    return date.fromisoformat if isinstance(kind, Date) else lambda value: value
