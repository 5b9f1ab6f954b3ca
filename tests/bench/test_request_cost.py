"""What one request costs on SQLite, from its draft to its last card: statements, commits, CPU."""

import asyncio
import os
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, event, text

from bot.rules.target import Targets, Url
from bot.sandbox.fakeslack import LAUNCH
from bot.service.prefetch_service import PrefetchService
from tests.helpers.bench_report import at_most, check, show
from tests.helpers.engine_harness import served
from tests.helpers.workflow_harness import ACTOR, Workshop, open_workshop

REQUESTS = 20
TAIL_S = 0.5
TICKS_MS = 1000 / os.sysconf("SC_CLK_TCK")
DBOS_TABLES = ("workflow_status", "operation_outputs")


@pytest.mark.bench
async def test_cost_of_a_request(tmp_path: Path) -> None:
    async with open_workshop(tmp_path) as shop, served(shop, begins_at_once=True) as service:
        await _carry(shop, service, "warm")
        with _counted() as counts:
            before, records = _cpu_ms(), _records(shop)
            for number in range(REQUESTS):
                await _carry(shop, service, str(number))
            after, recorded = _cpu_ms(), _records(shop)

    each = {name: count / REQUESTS for name, count in sorted(counts.items())}
    show(
        "one request of one call on SQLite, the stand-ins in the same process",
        [
            *([name, f"{count:.1f}"] for name, count in each.items()),
            *(
                [f"DBOS rows in {table}", f"{(recorded[table] - records[table]) / REQUESTS:.1f}"]
                for table in DBOS_TABLES
            ),
            *(
                [f"CPU ms, {name}", f"{(ms - before.get(name, 0)) / REQUESTS:.1f}"]
                for name, ms in sorted(after.items())
                if ms - before.get(name, 0) >= REQUESTS * 0.05
            ),
        ],
    )
    check(at_most("commits of the bot for a request", each["commits, bot"], 25))


async def _carry(shop: Workshop, service: PrefetchService, name: str) -> None:
    """One request, until its card is final."""
    proposal = await service.drafting.draft(
        Targets((Url(f"https://v.example.com/{name}.mp4"),)),
        actor=ACTOR,
        channel_id=LAUNCH,
        trigger_key=None,
    )
    assert proposal is not None
    receipt = await service.confirming.confirm(proposal.draft.id, ACTOR)
    await shop.slack.wait_until(
        lambda: any(
            receipt.request_id in message.text and "1 of 1 ready" in str(message.blocks)
            for message in shop.slack.workspace.seen_by(ACTOR.user_id, LAUNCH)
        ),
        30,
    )
    # What comes after that card: the workflow writes down that it has ended.
    await asyncio.sleep(TAIL_S)


@contextmanager
def _counted() -> Iterator[Counter[str]]:
    """Statements and commits of every engine in the process."""
    counts: Counter[str] = Counter()

    def whose() -> str:
        return "bot" if threading.current_thread().name == "database" else "DBOS"

    def executed(*_: object) -> None:
        counts[f"statements, {whose()}"] += 1

    def committed(_: Connection) -> None:
        counts[f"commits, {whose()}"] += 1

    event.listen(Engine, "before_cursor_execute", executed)
    event.listen(Engine, "commit", committed)
    try:
        yield counts
    finally:
        event.remove(Engine, "before_cursor_execute", executed)
        event.remove(Engine, "commit", committed)


def _records(shop: Workshop) -> dict[str, int]:
    with shop.database.engine.connect() as connection:
        return {
            table: int(connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one())  # noqa: S608
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
