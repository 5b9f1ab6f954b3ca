"""`prefetch-bot demo` without --headless, as a shell and a browser meet it."""

import asyncio
import os
import re
import signal
import socket
import sqlite3
import sys
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import aiohttp
import pytest

from bot.sandbox.page.uptime import seconds_since_start
from tests.helpers.running_bot import ROOT

WITHIN_S = 90.0
ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+/")
READY = re.compile(r"ready in (\d+\.\d) s")


class Demo:
    """The command, running; `lines` are what it has printed so far."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process
        self.lines: list[str] = []

    async def says(self, pattern: re.Pattern[str]) -> re.Match[str]:
        assert self.process.stdout is not None
        async with asyncio.timeout(WITHIN_S):
            async for line in self.process.stdout:
                self.lines.append(line.decode().rstrip())
                if found := pattern.search(self.lines[-1]):
                    return found
        pytest.fail(f"the demo never said {pattern.pattern}, but {self.lines}")

    async def ended(self) -> int:
        async with asyncio.timeout(WITHIN_S):
            output, _ = await self.process.communicate()
        self.lines += output.decode().splitlines()
        assert self.process.returncode is not None
        return self.process.returncode


async def started(folder: Path, *arguments: str, **environment: str) -> Demo:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot",
        "demo",
        *arguments,
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    return Demo(process)


@pytest.fixture
async def demo(tmp_path: Path) -> AsyncIterator[Demo]:
    demo = await started(tmp_path, "--port", "0")
    yield demo
    if demo.process.returncode is None:
        demo.process.kill()
        await demo.ended()


def children(pid: int) -> list[int]:
    """Processes that this one started; the parent is the second field after the name."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == pid:
            found.append(int(stat.parent.name))
    return found


async def gone(pid: int) -> None:
    """Return when the process has ended."""
    try:
        watched = os.pidfd_open(pid)
    except ProcessLookupError:
        return
    over = asyncio.Event()
    asyncio.get_running_loop().add_reader(watched, over.set)
    try:
        async with asyncio.timeout(WITHIN_S):
            await over.wait()
    finally:
        asyncio.get_running_loop().remove_reader(watched)
        os.close(watched)


@pytest.mark.integration
@pytest.mark.parametrize("by", [signal.SIGINT, signal.SIGTERM])
async def test_demo_prints_its_address_and_when_it_is_ready_and_stops_cleanly(
    demo: Demo, by: signal.Signals
) -> None:
    address = (await demo.says(ADDRESS))[0]
    ready_s = float((await demo.says(READY))[1])
    async with aiohttp.ClientSession() as session, session.get(address) as answer:
        page = await answer.text()
    (bot,) = children(demo.process.pid)
    demo.process.send_signal(by)

    assert await demo.ended() == 0
    await gone(bot)
    assert "<html" in page
    assert 0 < ready_s < WITHIN_S
    assert len(demo.lines) == 2


@pytest.mark.integration
async def test_demo_stops_while_the_bot_is_starting(demo: Demo) -> None:
    await demo.says(ADDRESS)
    demo.process.terminate()

    assert await demo.ended() == 0
    assert len(demo.lines) == 1


@pytest.mark.integration
async def test_open_tab_does_not_keep_the_demo_from_stopping(demo: Demo) -> None:
    address = (await demo.says(ADDRESS))[0]
    async with (
        aiohttp.ClientSession() as session,
        session.ws_connect(f"{address}live") as tab,
    ):
        demo.process.terminate()
        while not tab.closed:
            await tab.receive()

        assert await demo.ended() == 0
        assert tab.close_code == aiohttp.WSCloseCode.GOING_AWAY


@pytest.mark.integration
async def test_no_bot_is_left_behind_when_the_demo_is_killed(demo: Demo) -> None:
    await demo.says(READY)
    (bot,) = children(demo.process.pid)
    demo.process.kill()

    await demo.ended()
    await gone(bot)


@pytest.mark.integration
async def test_taken_port_ends_the_demo_in_one_line(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        demo = await started(tmp_path, "--port", str(port))

        assert await demo.ended() == 2
    words = f"--port {port}: another program listens there; choose another one, or 0 for any"
    assert demo.lines == [words]


@pytest.mark.integration
@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["https://v.example.com/a.mp4"], "what to type goes with --headless"),
        (["--keep", "nowhere/prefetch.db"], "--keep nowhere/prefetch.db: there is no folder"),
        (["--fault", "moon"], "--fault moon: there is none of this name"),
        (["--port", "70000"], "65535"),
    ],
)
async def test_wrong_usage_is_told_before_anything_starts(
    tmp_path: Path, arguments: list[str], words: str
) -> None:
    demo = await started(tmp_path, *arguments)

    assert await demo.ended() == 2
    assert words in "\n".join(demo.lines)


@pytest.mark.integration
async def test_kept_file_holds_the_bots_tables_afterwards(tmp_path: Path) -> None:
    demo = await started(tmp_path, "--port", "0", "--keep", "kept.db")
    await demo.says(READY)
    demo.process.terminate()

    assert await demo.ended() == 0
    with closing(sqlite3.connect(tmp_path / "kept.db")) as kept:
        assert kept.execute("SELECT count(*) FROM request").fetchone() == (0,)


@pytest.mark.integration
async def test_faults_of_the_command_line_hold_in_the_page(tmp_path: Path) -> None:
    demo = await started(tmp_path, "--port", "0", "--fault", "vod-500", "--fault", "not-in-channel")
    address = (await demo.says(ADDRESS))[0]
    async with (
        aiohttp.ClientSession() as session,
        session.ws_connect(f"{address}live") as tab,
    ):
        while (frame := await tab.receive_json())["type"] != "status":
            pass
    demo.process.terminate()

    assert await demo.ended() == 0
    assert {fault["name"] for fault in frame["faults"]} == {"vod-500", "not-in-channel"}
    assert frame["levers"]["task_seconds"] == 8.0


@pytest.mark.integration
async def test_browser_is_opened_at_the_address(tmp_path: Path) -> None:
    browser = tmp_path / "browser"
    browser.write_text('#!/bin/sh\necho "opened $1"\n')
    browser.chmod(0o755)
    demo = await started(tmp_path, "--port", "0", "--open", BROWSER=str(browser))
    address = (await demo.says(ADDRESS))[0]
    opened = await demo.says(re.compile(r"opened (.*)"))
    demo.process.terminate()

    assert await demo.ended() == 0
    assert opened[1] == address


def test_uptime_counts_from_the_start_of_the_process() -> None:
    first = seconds_since_start()

    assert 0 < first <= seconds_since_start()
