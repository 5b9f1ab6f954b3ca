"""What one request costs, from its draft to its last card: statements, commits, fsyncs, CPU."""

import asyncio
import os
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, event, text

from bot.rules.target import Targets, Url
from bot.sandbox.fakeslack import LAUNCH
from bot.service.prefetch_service import PrefetchService
from storage.group_commit import GroupCommit
from storage.pooled_commits import PooledCommits
from tests.helpers.bench_report import at_most, check, show
from tests.helpers.engine_harness import served
from tests.helpers.workflow_harness import ACTOR, BotParts, open_parts

REQUESTS = 20
TAIL_S = 0.7
"""By then the queue of DBOS has been looked into, and the end of the workflow is written down."""

TICKS_MS = 1000 / os.sysconf("SC_CLK_TCK")
DBOS_TABLES = ("workflow_status", "operation_outputs")
BOT, DBOS = "bot", "DBOS"


class Costs:
    """Counted over all requests: by name, and by the function that ran in a transaction."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.cpu_ms: defaultdict[str, float] = defaultdict(float)
        self._wrote = threading.local()

    def executed(
        self, _connection: Connection, _cursor: object, statement: str, *_: object
    ) -> None:
        self.counts[f"statements, {_whose()}"] += 1
        if statement.lstrip().startswith(("INSERT", "UPDATE", "DELETE")):
            self._wrote.anything = True

    def committed(self, _: Connection) -> None:
        self.counts[f"commits, {_whose()}"] += 1
        if getattr(self._wrote, "anything", False):
            # SQLite's WAL with synchronous=FULL, and the server of PostgreSQL.
            self.counts[f"commits that wrote, one fsync each, {_whose()}"] += 1
        self._wrote.anything = False

    def synced(self, original: Callable[[int], None]) -> Callable[[int], None]:
        def fsync(file: int) -> None:
            self.counts["fsyncs of the mark beside the file"] += 1
            original(file)

        return fsync

    def submitted(self, original: Callable[..., Any]) -> Callable[..., Any]:
        def submit(writer: object, fn: Callable[..., Any]) -> Any:  # noqa: ANN401
            return original(writer, self._timed(fn))

        return submit

    def _timed(self, fn: Callable[..., Any]) -> Callable[..., Any]:
        def run(session: object) -> Any:  # noqa: ANN401
            began = time.thread_time()
            try:
                return fn(session)
            finally:
                self.cpu_ms[_asked(fn)] += (time.thread_time() - began) * 1000

        return run


@pytest.mark.bench
async def test_cost_of_a_request(
    tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    costs = Costs()
    for writer in (GroupCommit, PooledCommits):
        monkeypatch.setattr(writer, "submit", costs.submitted(writer.submit))
    monkeypatch.setattr(os, "fsync", costs.synced(os.fsync))
    async with (
        open_parts(tmp_path, database_url=database_url) as parts,
        served(parts, begins_at_once=True) as service,
    ):
        await _carry(parts, service, "warm")
        costs.counts.clear()
        costs.cpu_ms.clear()
        with _counted(costs):
            before, records = _cpu_ms(), _records(parts)
            for number in range(REQUESTS):
                await _carry(parts, service, str(number))
            after, recorded = _cpu_ms(), _records(parts)

    kind = database_url.partition(":")[0]
    each = {name: count / REQUESTS for name, count in sorted(costs.counts.items())}
    rows = {table: (recorded[table] - records[table]) / REQUESTS for table in DBOS_TABLES}
    show(
        f"one request of one call on {kind}",
        [
            *([name, f"{count:.1f}"] for name, count in each.items()),
            *([f"rows of DBOS, {name}", f"{count:.1f}"] for name, count in rows.items()),
        ],
    )
    threads = {name: (ms - before.get(name, 0)) / REQUESTS for name, ms in after.items()}
    _show_cpu(f"CPU ms by thread, {kind}; MainThread holds the stand-ins too", threads)
    asked = {name: ms / REQUESTS for name, ms in costs.cpu_ms.items()}
    _show_cpu(f"CPU ms in transactions, {kind}, by the function that ran", asked)
    check(
        at_most("commits of the bot for a request", each["commits, bot"], 25),
        at_most("statements of the bot for a request", each["statements, bot"], 130),
        at_most("rows of DBOS for a request", sum(rows.values()), 1),
    )


async def _carry(parts: BotParts, service: PrefetchService, name: str) -> None:
    """One request, until its card is final."""
    proposal = await service.drafting.draft(
        Targets((Url(f"https://v.example.com/{name}.mp4"),)),
        actor=ACTOR,
        channel_id=LAUNCH,
        trigger_key=None,
    )
    assert proposal is not None
    receipt = await service.confirming.confirm(proposal.draft.id, ACTOR)
    await parts.slack.wait_until(
        lambda: any(
            receipt.request_id in message.text and "1 of 1 ready" in str(message.blocks)
            for message in parts.slack.workspace.seen_by(ACTOR.user_id, LAUNCH)
        ),
        30,
    )
    # What comes after that card: the workflow writes down that it has ended.
    await asyncio.sleep(TAIL_S)


@contextmanager
def _counted(costs: Costs) -> Iterator[None]:
    """Statements and commits of every engine in the process."""
    event.listen(Engine, "before_cursor_execute", costs.executed)
    event.listen(Engine, "commit", costs.committed)
    try:
        yield
    finally:
        event.remove(Engine, "before_cursor_execute", costs.executed)
        event.remove(Engine, "commit", costs.committed)


def _whose() -> str:
    return BOT if threading.current_thread().name.startswith("database") else DBOS


def _asked(fn: Callable[..., Any]) -> str:
    """The function that `Database.transaction` and its like were given."""
    for cell in fn.__closure__ or ():
        if callable(cell.cell_contents) and hasattr(cell.cell_contents, "__qualname__"):
            return str(cell.cell_contents.__qualname__)
    return fn.__qualname__


def _show_cpu(title: str, found: dict[str, float]) -> None:
    ordered = sorted(found.items(), key=lambda item: item[1], reverse=True)
    rows = [[name, f"{ms:.1f}"] for name, ms in ordered if ms >= 0.05]
    show(title, [*rows, ["in all", f"{sum(found.values()):.1f}"]])


def _records(parts: BotParts) -> dict[str, int]:
    schema = "" if parts.database.is_sqlite else "dbos."
    with parts.database.engine.connect() as connection:
        return {
            table: int(
                connection.execute(text(f"SELECT count(*) FROM {schema}{table}")).scalar_one()  # noqa: S608
            )
            for table in DBOS_TABLES
        }


def _cpu_ms() -> dict[str, float]:
    """CPU of each kind of thread up to now; Linux tells it by the ID of the thread."""
    used: dict[str, float] = {}
    for thread in threading.enumerate():
        try:
            stat = Path(f"/proc/self/task/{thread.native_id}/stat").read_text()
        except FileNotFoundError:
            continue
        user, system = stat.rpartition(")")[2].split()[11:13]
        name = thread.name.rstrip("0123456789_-").split("_")[0]
        used[name] = used.get(name, 0.0) + (int(user) + int(system)) * TICKS_MS
    return used
