"""What one COMMIT for many transactions is worth: confirmations at once, on two kinds of disk."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from bot.rules.refusals import HeldUp
from bot.rules.target import Url
from storage.database import Database
from storage.group_commit import GroupCommit
from tests.helpers.bench_report import at_most, check, percentile, show
from tests.helpers.databases import migrated, sqlite_url
from tests.helpers.service_harness import ServiceHarness

CONFIRMATIONS = 100
SLOW_FSYNC_S = 0.008
AIM = 0.6
"""Of the time that single commits take on the slow disk."""


class SingleCommits(GroupCommit):
    """Commits each transaction alone, in all else like the writer of the product."""

    def _more(self, first: Any) -> tuple[list[Any], bool]:  # noqa: ANN401  # a job
        return [first], False


@dataclass(frozen=True)
class Measured:
    """Seconds of each confirmation and of all; how many people read that something holds it up."""

    each: list[float]
    in_all: float
    held_up: int


@pytest.mark.bench
async def test_group_commit_earns_its_place_on_a_slow_disk(tmp_path: Path) -> None:
    found: dict[tuple[float, bool], Measured] = {}
    for fsync_s in (0.0, SLOW_FSYNC_S):
        for in_groups in (False, True):
            folder = tmp_path / f"{fsync_s}-{in_groups}"
            folder.mkdir()
            async with _harness(folder, fsync_s=fsync_s, in_groups=in_groups) as harness:
                found[fsync_s, in_groups] = await _confirm_at_once(harness)

    _show(found)
    slow = found[SLOW_FSYNC_S, True].in_all / found[SLOW_FSYNC_S, False].in_all
    check(at_most("ratio of the time in all on the slow disk", slow, AIM))


@asynccontextmanager
async def _harness(
    folder: Path, *, fsync_s: float, in_groups: bool
) -> AsyncIterator[ServiceHarness]:
    """A service on SQLite whose every COMMIT takes `fsync_s` longer than on this machine.

    In WAL mode with `synchronous=FULL` a COMMIT is one fsync, so the wait stands for that.
    """
    async with migrated(sqlite_url(folder)) as database:
        if not in_groups:
            _commit_singly(database)
        harness = ServiceHarness(database)
        if fsync_s:
            event.listen(database.engine, "commit", lambda _connection: time.sleep(fsync_s))
        yield harness


def _commit_singly(database: Database) -> None:
    writer = database._writer
    assert isinstance(writer, GroupCommit)
    writer.close()
    database._writer = SingleCommits(
        database.engine, check=writer._check, write_mark=writer._write_mark
    )


async def _confirm_at_once(harness: ServiceHarness) -> Measured:
    service = harness.service
    proposals = [
        await harness.draft(Url(f"https://v.example.com/{number}.mp4"))
        for number in range(CONFIRMATIONS)
    ]

    async def confirm(draft_id: str) -> tuple[float, bool]:
        begun, held_up = time.perf_counter(), False
        while True:
            try:
                await service.confirming.confirm(draft_id, proposals[0].draft.actor)
            except HeldUp:
                held_up = True
            else:
                return time.perf_counter() - begun, held_up

    begun = time.perf_counter()
    each = await asyncio.gather(*(confirm(proposal.draft.id) for proposal in proposals))
    in_all = time.perf_counter() - begun
    assert (await harness.sums()).used == CONFIRMATIONS
    return Measured([s for s, _ in each], in_all, sum(held_up for _, held_up in each))


def _show(found: dict[tuple[float, bool], Measured]) -> None:
    rows = [["fsync", "commits", "in all", "p50", "p99", "held up"]]
    for (fsync_s, in_groups), measured in found.items():
        rows.append(
            [
                f"{fsync_s * 1000:.0f} ms more" if fsync_s else "of this machine",
                "in groups" if in_groups else "one by one",
                f"{measured.in_all:.2f} s",
                f"{percentile(measured.each, 0.50):.2f} s",
                f"{percentile(measured.each, 0.99):.2f} s",
                str(measured.held_up),
            ]
        )
    show(f"{CONFIRMATIONS} confirmations at once on SQLite", rows)
