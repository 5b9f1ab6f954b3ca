"""The real bot in a process of its own, known only by its command and its environment."""

import asyncio
import os
import signal
import sys
from collections.abc import Awaitable, Callable, Mapping
from types import TracebackType
from typing import Protocol, Self

STOP_WITHIN_S = 15.0
LONGEST_LINE = 2**24
"""Reading ends at a longer one, and the bot would then wait for its log to be read."""

OWN_VARIABLES = ("SLACK_", "HUAWEICLOUD_", "VOD_", "PREFETCH_", "DATABASE_URL", "PORT", "HEALTH_")


class Process(Protocol):
    """What is used of a process of `asyncio.subprocess`."""

    stdout: asyncio.StreamReader | None

    @property
    def pid(self) -> int: ...

    @property
    def returncode(self) -> int | None: ...

    async def wait(self) -> int: ...

    def send_signal(self, what: int, /) -> None: ...

    def kill(self) -> None: ...


async def launch(environment: Mapping[str, str]) -> Process:
    """Start `python -m bot run` with nothing but this environment.

    It ends with the caller, even if that one is killed: its standard input is the leash.
    """
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot.sandbox.leash",
        "bot",
        "run",
        env=environment,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        limit=LONGEST_LINE,
    )


class BotProcess:
    """A bot that runs; nothing of the caller's own bot settings reaches it."""

    launch: Callable[[Mapping[str, str]], Awaitable[Process]] = staticmethod(launch)
    """How every bot is started; the tests have a quicker way to the same process."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        inherited = {
            name: value for name, value in os.environ.items() if not name.startswith(OWN_VARIABLES)
        }
        self._environment = {**inherited, **environment}
        self._process: Process | None = None
        self._reading: asyncio.Task[None] | None = None
        self.log: list[str] = []

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        await self.stop()

    @property
    def pid(self) -> int:
        """Of the latest process; raises `RuntimeError` before the first start."""
        process, _ = self._started()
        return process.pid

    @property
    def exit_code(self) -> int | None:
        """None while it runs."""
        return self._process.returncode if self._process else None

    async def start(self) -> None:
        self._process = await self.launch(self._environment)
        self._reading = asyncio.create_task(self._read(self._process))

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.returncode is None

    async def stop(self) -> int | None:
        """SIGTERM, as a supervisor does; after a while SIGKILL. None: it was never started."""
        return await self._end(signal.SIGTERM)

    async def kill(self) -> int | None:
        """SIGKILL: the process gets no chance to do anything more."""
        return await self._end(signal.SIGKILL)

    def pause(self) -> None:
        """SIGSTOP: as on a machine that is suspended, or out of breath."""
        self._signal(signal.SIGSTOP)

    def go_on(self) -> None:
        self._signal(signal.SIGCONT)

    async def ended(self) -> int:
        """Wait until it stops by itself; returns the exit code."""
        process, reading = self._started()
        code = await process.wait()
        await reading
        return code

    def _started(self) -> tuple[Process, asyncio.Task[None]]:
        if self._process is None or self._reading is None:
            message = "start the process first"
            raise RuntimeError(message)
        return self._process, self._reading

    async def _end(self, by: signal.Signals) -> int | None:
        if self._process is None:
            return None
        if self._process.returncode is None:
            self._process.send_signal(by)
            try:
                await asyncio.wait_for(self._process.wait(), STOP_WITHIN_S)
            except TimeoutError:
                self._process.kill()
        return await self.ended()

    def _signal(self, what: signal.Signals) -> None:
        if self._process is not None:
            self._process.send_signal(what)

    async def _read(self, process: Process) -> None:
        if process.stdout is not None:
            async for line in process.stdout:
                self.log.append(line.decode(errors="replace").rstrip())
