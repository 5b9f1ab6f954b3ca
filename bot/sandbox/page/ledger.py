"""The bot's SQLite file, read as an outsider may read it."""

import asyncio
import sqlite3
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

Row = dict[str, Any]

DAYS = "SELECT day, settled, reserved, held, exhausted_at FROM quota_day ORDER BY day DESC LIMIT 7"
ENTRIES = (
    "SELECT id, at, day, request_id, task_position, kind, attempt, files"
    " FROM ledger_entry ORDER BY id DESC LIMIT 100"
)
REQUESTS = (
    'SELECT id, status, user_id AS "user", channel_id AS channel, confirmed_at, ended_at,'
    " (SELECT coalesce(sum(files), 0) FROM task WHERE request_id = request.id) AS files"
    " FROM request ORDER BY confirmed_at DESC LIMIT 20"
)
TASKS = (
    "SELECT request_id, position, status, files, task_id, attempts, reason FROM task"
    " WHERE request_id IN (SELECT id FROM request ORDER BY confirmed_at DESC LIMIT 20)"
    " ORDER BY request_id, position LIMIT 300"
)


class LedgerReader:
    """`shown` is None until the bot has made its tables; reads only when the file has changed."""

    def __init__(self, database: Path, *, limit: int) -> None:
        self._database = database
        self._limit = limit
        self._stamp: tuple[tuple[int, int], ...] = ()
        self.shown: Row | None = None

    async def look(self) -> bool:
        """Read the file again; whether it says something else than before."""
        stamp = _stamp(self._database)
        if not stamp or stamp == self._stamp:
            return False
        read = await asyncio.to_thread(self._read)
        if read is None:
            return False
        self._stamp = stamp
        changed, self.shown = read != self.shown, read
        return changed

    def _read(self) -> Row | None:
        address = f"{self._database.absolute().as_uri()}?mode=ro"
        try:
            with closing(sqlite3.connect(address, uri=True, timeout=0.2)) as connection:
                return self._tables(connection)
        except sqlite3.Error:
            # No tables yet, or a moment at which nobody may read; the next look tries again.
            return None

    def _tables(self, connection: sqlite3.Connection) -> Row:
        connection.execute("BEGIN")
        days = [
            {**day, "limit": self._limit, "exhausted": day["exhausted_at"] is not None}
            for day in _rows(connection, DAYS)
        ]
        tasks: dict[str, list[Row]] = {}
        for task in _rows(connection, TASKS):
            tasks.setdefault(task.pop("request_id"), []).append(task)
        requests = [
            {**request, "tasks": tasks.get(request["id"], [])}
            for request in _rows(connection, REQUESTS)
        ]
        return {"days": days, "entries": _rows(connection, ENTRIES), "requests": requests}


def _rows(connection: sqlite3.Connection, query: str) -> list[Row]:
    found = connection.execute(query)
    names = [column[0] for column in found.description]
    return [dict(zip(names, row, strict=True)) for row in found]


def _stamp(database: Path) -> tuple[tuple[int, int], ...]:
    """What tells one state of the file and its write-ahead log from the next."""
    stamps = []
    for path in (database, database.with_name(f"{database.name}-wal")):
        # The bot removes its log when it stops.
        with suppress(FileNotFoundError):
            status = path.stat()
            stamps.append((status.st_mtime_ns, status.st_size))
    return tuple(stamps)
