"""Bears bots for the tests: a fork of what is loaded already costs a tenth of a start.

What it bears are processes like any other: each has its own environment, log and end, and dies of
`kill -9`. `python -m tests.nursery DESCRIPTOR` bears one for each message on that socket.
"""

import asyncio
import gc
import importlib
import inspect
import json
import os
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy.orm import configure_mappers

from bot.sandbox import leash
from bot.sandbox.bot_process import LONGEST_LINE

ROOT = Path(__file__).parent.parent
LOADED = (
    "anyio._backends._asyncio",
    "bot.__main__",
    "bot.app",
    "dbos._sys_db_sqlite",
    "h11",
    "httpcore",
    "psycopg",
)
"""What a bot imports when it starts, and when it runs."""

LONGEST_MESSAGE = 2**17
DESCRIPTORS = 4


class Born:
    """A process of the nursery, used like one of `asyncio.subprocess`."""

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


class Nursery:
    """Begins with the first bot that is asked for; ends with the process that asks."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._door: socket.socket | None = None

    async def bear(self, environment: Mapping[str, str]) -> Born:
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
        return Born(pid, held, reader, ours)

    def close(self) -> None:
        if self._door is not None and self._process is not None:
            self._door.close()
            self._process.wait()

    def _open(self) -> socket.socket:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.nursery", str(theirs.fileno())],
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
            )
        return ours


@dataclass
class Cradle:
    """In the nursery's own process: those who live, and who is told of their end."""

    door: socket.socket
    lives: dict[int, tuple[int, socket.socket]] = field(default_factory=dict)
    """By a descriptor that becomes readable with the end of the process."""

    def watch_until_a_birth(self) -> dict[str, str] | None:
        """The environment of the bot that this process now is; None: nobody asks any longer."""
        while True:
            ready, _, _ = select.select([self.door.fileno(), *self.lives], [], [])
            for death in self.lives.keys() & set(ready):
                self._tell_of_the_end(death)
            if self.door.fileno() in ready:
                message, given, _, _ = socket.recv_fds(self.door, LONGEST_MESSAGE, DESCRIPTORS)
                if not message:
                    return None
                if (child := os.fork()) == 0:
                    self._leave(given)
                    environment: dict[str, str] = json.loads(message)
                    return environment
                self._watch_over(child, given)

    def _watch_over(self, child: int, given: list[int]) -> None:
        life = socket.socket(fileno=given[0])
        for descriptor in given[1:]:
            os.close(descriptor)
        self.lives[os.pidfd_open(child)] = child, life
        life.sendall(child.to_bytes(4, "big"))

    def _tell_of_the_end(self, death: int) -> None:
        child, life = self.lives.pop(death)
        _, status = os.waitpid(child, 0)
        os.close(death)
        with life, suppress(OSError):  # of one for which nobody waits any longer
            life.sendall(str(os.waitstatus_to_exitcode(status)).encode())

    def _leave(self, given: list[int]) -> None:
        """In the child: what the nursery holds open is none of a bot's."""
        _, leash, log = given
        for source, target in ((leash, 0), (log, 1), (log, 2)):
            os.dup2(source, target)
        self.door.close()
        for death, (_, life) in self.lives.items():
            os.close(death)
            life.close()
        for descriptor in given:
            os.close(descriptor)


def load() -> None:
    """Do what every bot would do first, once for all that are forked from now on."""
    for module in LOADED:
        importlib.import_module(module)
    configure_mappers()
    inspect.stack()  # Bolt asks who has made it, and the first answer takes 0.1 s.
    gc.collect()
    gc.freeze()


def main() -> None:
    load()
    environment = Cradle(socket.socket(fileno=int(sys.argv[1]))).watch_until_a_birth()
    if environment is not None:
        os.environ.clear()
        os.environ.update(environment)
        time.tzset()
        sys.argv = ["leash", "bot", "run"]
        leash.main()


if __name__ == "__main__":
    main()
