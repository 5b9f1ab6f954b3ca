"""A stop that hangs is cut off, and no other stop is."""

import subprocess
import sys
import threading

import pytest

from bot.app.stopping import UNREACHABLE, StopWatch

HANGING_STOP = """
import logging, threading
from bot.app.stopping import StopWatch

logging.basicConfig()
threading.Thread(target=threading.Event().wait).start()
StopWatch(within_s=0.2).begin()
"""
"""A process whose last thread never ends, as one that waits for a database."""


def test_stop_that_hangs_is_cut_off() -> None:
    cut_off = threading.Event()
    watch = StopWatch(within_s=0.05, end=cut_off.set)

    watch.begin()

    assert cut_off.wait(60.0)


def test_stop_that_has_ended_is_not_cut_off() -> None:
    cut_off = threading.Event()
    watch = StopWatch(within_s=0.2, end=cut_off.set)
    watch.begin()

    watch.cancel()

    assert not cut_off.wait(0.5)


def test_watch_of_a_bot_that_did_not_start_is_cancelled_unused() -> None:
    cut_off = threading.Event()
    watch = StopWatch(within_s=0.05, end=cut_off.set)

    watch.cancel()

    assert not cut_off.wait(0.2)


@pytest.mark.integration
def test_process_ends_with_3_although_a_thread_of_it_hangs() -> None:
    ended = subprocess.run(
        [sys.executable, "-c", HANGING_STOP],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )

    assert ended.returncode == UNREACHABLE
    assert "the stop hangs" in ended.stderr
    assert "Traceback" not in ended.stderr
