"""Which test may start a process or a server, and what befalls the others."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.helpers.quick_guard import MARKS
from tests.helpers.running_bot import ROOT

pytestmark = pytest.mark.integration

CONFTEST = """
from tests.helpers.quick_guard import Guard

def pytest_configure(config):
    for mark in {marks}:
        config.addinivalue_line("markers", mark)
    config.pluginmanager.register(Guard())
"""
STARTS = {
    "a process": "subprocess.run(['true'])",
    "a shell": "os.system('true')",
    "a fork": "os.fork() or os._exit(0)",
    "a process of asyncio": "asyncio.run(asyncio.create_subprocess_exec('true'))",
    "a server": "socket.create_server(('127.0.0.1', 0)).close()",
    "a server of asyncio": (
        "asyncio.run(asyncio.start_server(lambda reader, writer: None, '127.0.0.1', 0))"
    ),
}
IMPORTS = "import asyncio, contextlib, os, pytest, socket, subprocess\n"


def outcome(folder: Path, test: str) -> str:
    """What pytest says in the end of a file with one test."""
    (folder / "conftest.py").write_text(CONFTEST.format(marks=MARKS))
    (folder / "test_it.py").write_text(IMPORTS + test)
    ended = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", folder],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    return ended.stdout


@pytest.mark.parametrize("start", STARTS.values(), ids=STARTS)
def test_start_without_a_mark_fails_with_the_mark_that_is_needed(
    tmp_path: Path, start: str
) -> None:
    said = outcome(tmp_path, f"def test_it():\n    {start}\n")

    assert "1 failed" in said
    assert f"needs @pytest.mark.{MARKS[0]}" in said


def test_start_fails_the_test_also_where_the_refusal_is_caught(tmp_path: Path) -> None:
    start = f"with contextlib.suppress(BaseException):\n        {STARTS['a process']}"

    said = outcome(tmp_path, f"def test_it():\n    {start}\n")

    assert "1 passed, 1 error" in said


def test_start_in_a_fixture_for_many_tests_is_refused(tmp_path: Path) -> None:
    fixture = f"@pytest.fixture(scope='session')\ndef one():\n    {STARTS['a server']}\n"

    said = outcome(tmp_path, f"{fixture}\ndef test_it(one):\n    pass\n")

    assert f"needs @pytest.mark.{MARKS[0]}" in said
    assert "passed" not in said


@pytest.mark.parametrize("mark", MARKS)
def test_marked_test_starts_what_it_likes(tmp_path: Path, mark: str) -> None:
    starts = "\n    ".join(STARTS.values())

    said = outcome(tmp_path, f"@pytest.mark.{mark}\ndef test_it():\n    {starts}\n")

    assert "1 passed" in said


def test_test_that_starts_nothing_needs_no_mark(tmp_path: Path) -> None:
    said = outcome(tmp_path, "def test_it():\n    asyncio.run(asyncio.sleep(0))\n")

    assert "1 passed" in said
