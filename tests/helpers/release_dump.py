"""Keeps a database of this version with requests in every state, and what people read of it.

`python -m tests.helpers.release_dump` writes both into `tests/storage/releases`; how the next
release is kept stands in the README of that folder.
"""

import asyncio
import json
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import Connection, MetaData, Table, select, text

from bot.rules.states import Choice
from tests.helpers.databases import migrated, sqlite_url
from tests.helpers.release_play import play
from tests.helpers.release_readings import readings
from tests.helpers.release_story import Clock

RELEASES = Path(__file__).parents[1] / "storage" / "releases"
LEFT_OUT = frozenset({"alembic_version", "draft"})
"""Alembic writes the one itself; a confirmed draft is read by nobody."""

READ_OF_THE_TRAIL = [*Choice]
"""The actions of the audit trail that a card tells."""

ABSENT = {"life": {"place": None}}
"""A path of the machine on which the database was made tells nothing here."""


@dataclass(frozen=True)
class Release:
    """`read` holds what people read at one moment, `tables` the rows that it was read from."""

    revision: str
    read: dict[str, Any]
    tables: dict[str, list[Any]]


async def dump() -> Release:
    """Play, read, and take the rows."""
    with TemporaryDirectory() as folder:
        clock = Clock()
        stories = await play(Path(folder), clock)
        async with migrated(sqlite_url(Path(folder))) as database:
            now = clock.now()
            found = await database.transaction(readings, now)
            with database.engine.connect() as connection:
                read = {"at": now.isoformat(), "requests": stories, "readings": found}
                return Release(_revision(connection), read, _tables(connection))


def _revision(connection: Connection) -> str:
    return str(connection.scalar(text("SELECT version_num FROM alembic_version")))


def _tables(connection: Connection) -> dict[str, Any]:
    metadata = MetaData()
    metadata.reflect(connection)
    return {
        table.name: rows_of(connection, table)
        for table in metadata.sorted_tables
        if table.name not in LEFT_OUT
    }


def rows_of(connection: Connection, table: Table) -> list[Any]:
    """What all rows have in common, then the names of the other columns, then row by row."""
    found = [
        {name: _plain(value) for name, value in row.items()} | ABSENT.get(table.name, {})
        for row in connection.execute(select(table).order_by(*table.primary_key)).mappings()
        if row.get("action", READ_OF_THE_TRAIL[0]) in READ_OF_THE_TRAIL
    ]
    common = {
        name: value
        for name, value in (found[0] if found[1:] else {}).items()
        if all(row[name] == value for row in found)
    }
    names = [column.name for column in table.columns if column.name not in common]
    return [common, names, *([row[name] for name in names] for row in found)]


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        # SQLite keeps no zone; what the bot stores is UTC.
        moment = value.astimezone(UTC) if value.tzinfo else value
        return f"{moment:%Y-%m-%d %H:%M:%S.%f}"[:-4]
    return value.isoformat() if isinstance(value, date) else value


def write(release: Release, folder: Path) -> None:
    """Two files of JSON with a line for each sentence and each row, which `diff` can compare."""
    folder.mkdir(exist_ok=True)
    read = json.dumps(release.read, ensure_ascii=False, indent=0)
    (folder / f"{release.revision}_readings.json").write_text(f"{read}\n")
    (folder / f"{release.revision}_rows.json").write_text(_as_lines(release.tables))


def _as_lines(tables: dict[str, list[Any]]) -> str:
    parts = []
    for name, rows in tables.items():
        lines = ",\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
        parts.append(f'"{name}": [\n{lines}\n]')
    return "{\n" + ",\n".join(parts) + "\n}\n"


if __name__ == "__main__":
    write(asyncio.run(dump()), RELEASES)
