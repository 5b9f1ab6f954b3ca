"""Forks a bot for each message on a socket: `python -m tests.helpers.fork_server DESCRIPTOR`."""

import gc
import importlib
import json
import os
import select
import socket
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, field

from sqlalchemy.orm import configure_mappers

from bot.sandbox import leash
from bot.vod.connecting import open_http

LOADED = (
    "anyio._backends._asyncio",
    "bot.__main__",
    "bot.app.running",
    "dbos._sys_db_sqlite",
    "h11",
    "httpcore",
    "psycopg",
)
"""What a bot imports when it starts, and when it runs."""

PROGRAM = "FORKED_PROGRAM"
"""The variable that names another module to run than the bot, with its arguments."""

LONGEST_MESSAGE = 2**17
DESCRIPTORS = 4


@dataclass
class ForkServer:
    """The forks that run, and whom to tell of their end."""

    door: socket.socket
    lives: dict[int, tuple[int, socket.socket]] = field(default_factory=dict)
    """By a descriptor that becomes readable with the end of the process."""

    def watch_until_a_fork(self) -> dict[str, str] | None:
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
        """In the fork: close what only the fork server needs."""
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
    open_http(timeout_s=1.0)  # reads the certificates, which takes 40 ms
    gc.collect()
    gc.freeze()


def main() -> None:
    load()
    environment = ForkServer(socket.socket(fileno=int(sys.argv[1]))).watch_until_a_fork()
    if environment is not None:
        os.environ.clear()
        os.environ.update(environment)
        time.tzset()
        sys.argv = ["leash", *os.environ.pop(PROGRAM, "bot run").split()]
        leash.main()


if __name__ == "__main__":
    main()
