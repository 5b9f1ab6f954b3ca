"""How long `--help` takes, beside the import of what the bot itself needs."""

import subprocess
import sys
import time
from statistics import median

import pytest

from tests.helpers.bench_report import at_most, check, show

RUNS = 9
FLOOR = ("-c", "import slack_bolt, dbos, sqlmodel")
HELP = ("-m", "bot", "--help")


@pytest.mark.bench
def test_help_imports_nothing_heavy() -> None:
    pairs = [(_seconds(FLOOR), _seconds(HELP)) for _ in range(RUNS)]

    baseline, ours = (median(times) for times in zip(*pairs, strict=True))
    rows = [["import slack_bolt, dbos, sqlmodel", f"{baseline * 1000:.0f} ms"]]
    show("python -m bot --help", [*rows, ["--help", f"{ours * 1000:.0f} ms"]])
    check(at_most(f"ratio, median of {RUNS},", ours / baseline, 0.5))


def _seconds(arguments: tuple[str, ...]) -> float:
    start = time.perf_counter()
    subprocess.run([sys.executable, *arguments], check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start
