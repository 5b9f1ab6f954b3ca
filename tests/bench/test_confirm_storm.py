"""Four hundred confirmations at once while the day's quota runs out."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any

import pytest
from dbos import DBOS

from storage.database import database_url as with_driver
from tests.helpers.bench_report import percentile, show
from tests.helpers.confirmation_load import FILES
from tests.helpers.databases import migrated
from tests.helpers.ledger_sums import Sums, check_ledger

CONFIRMS = 400
LIMIT = 1000


@pytest.mark.bench
async def test_storm_of_confirmations_is_granted_exactly_what_fits(database_url: str) -> None:
    kind = database_url.partition(":")[0]
    # An SQLite file takes one process, PostgreSQL any number.
    processes = 1 if kind == "sqlite" else 2
    async with migrated(database_url):
        DBOS.migrate(with_driver(database_url).render_as_string(hide_password=False))

    found = _storm(database_url, processes)

    seconds = [second for each in found for second in each["seconds"]]
    async with migrated(database_url) as database:
        ledger = await database.transaction(check_ledger)
    show(
        f"{CONFIRMS} confirmations at once, {processes} process(es), {kind}",
        [
            ["p50", f"{percentile(seconds, 0.5) * 1000:.0f} ms"],
            ["p99", f"{percentile(seconds, 0.99) * 1000:.0f} ms"],
        ],
    )
    assert len(seconds) == CONFIRMS
    assert sum(each["granted"] for each in found) == LIMIT // FILES
    assert list(ledger.values()) == [Sums(reserved=LIMIT // FILES * FILES)]


def _storm(url: str, processes: int) -> list[dict[str, Any]]:
    """All processes have drafted before any is given the word; the first error is raised."""
    with _started(url, processes) as started:
        for process in started:
            assert _pipe(process.stdout).readline() == "ready\n"
        for process in started:
            _pipe(process.stdin).write("go\n")
            _pipe(process.stdin).flush()
        told = [_pipe(process.stdout).readline() for process in started]
    assert [process.returncode for process in started] == [0] * processes
    return [json.loads(line) for line in told]


@contextmanager
def _started(url: str, processes: int) -> Iterator[list[subprocess.Popen[str]]]:
    count = str(CONFIRMS // processes)
    started = [
        subprocess.Popen(
            [
                sys.executable,
                "-m",
                "tests.helpers.confirmation_load",
                url,
                str(LIMIT),
                str(number),
                count,
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for number in range(processes)
    ]
    try:
        yield started
    finally:
        for process in started:
            process.communicate()


def _pipe(pipe: IO[str] | None) -> IO[str]:
    assert pipe is not None
    return pipe
