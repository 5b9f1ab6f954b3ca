"""Starts bots for the tests: a fork of what is loaded already costs a tenth of a start.

The forks are processes like any other: each has its own environment, log and end, and dies of
`kill -9`. `tests/helpers/fork_server.py` is the process that forks.
"""

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from bot.sandbox.bot_process import LONGEST_LINE

ROOT = Path(__file__).parents[2]


class ForkedBot:
    """A bot that was forked, used like a process of `asyncio.subprocess`."""

    def __init__(self, pid: int, held: int, log: asyncio.StreamReader, life: socket.socket) -> None:
        self.pid = pid
        self.stdout: asyncio.StreamReader | None = log
        self.returncode: int | None = None
        self._held = held
        self._life = life
        self._ending = asyncio.create_task(self._ends())

    async def wait(self) -> int:
        return await asyncio.shield(self._ending)

    def send_signal(self, what: int) -> None:
        if self.returncode is None:
            with suppress(ProcessLookupError):  # It has died, and the word of it is on its way.
                os.kill(self.pid, what)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    async def _ends(self) -> int:
        try:
            said = await asyncio.get_running_loop().sock_recv(self._life, 64)
            self.returncode = int(said or -signal.SIGKILL)
        finally:
            os.close(self._held)
            self._life.close()
        return self.returncode


class ForkedBots:
    """Starts with the first bot that is asked for; ends with the process that asks."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._door: socket.socket | None = None

    async def fork(self, environment: Mapping[str, str]) -> ForkedBot:
        """`python -m bot.sandbox.leash bot run` with nothing but this environment."""
        door = self._door = self._door or self._open()
        ours, theirs = socket.socketpair()
        ours.settimeout(0)
        leash_end, held = os.pipe()
        log, log_end = os.pipe()
        message = json.dumps(dict(environment)).encode()
        socket.send_fds(door, [message], [theirs.fileno(), leash_end, log_end])
        for end in (leash_end, log_end):
            os.close(end)
        theirs.close()
        loop = asyncio.get_running_loop()
        reader = asyncio.StreamReader(limit=LONGEST_LINE)
        await loop.connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(log, "rb", 0)
        )
        pid = int.from_bytes(await loop.sock_recv(ours, 4), "big")
        return ForkedBot(pid, held, reader, ours)

    def close(self) -> None:
        if self._door is not None and self._process is not None:
            self._door.close()
            self._process.wait()

    def _open(self) -> socket.socket:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.helpers.fork_server", str(theirs.fileno())],
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
            )
        return ours
