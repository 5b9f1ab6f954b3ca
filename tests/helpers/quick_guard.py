"""Lets no test start a process or a server unless it carries the mark `integration`."""

import sys
from collections.abc import Generator

import pytest

MARKS = ("integration", "bench")
"""A test with one of these may start whatever it likes; `python -m tests quick` runs none."""

STARTS = {
    "os.exec": "a process",
    "os.fork": "a process",
    "os.forkpty": "a process",
    "os.posix_spawn": "a process",
    "os.system": "a process",
    "subprocess.Popen": "a process",
    "socket.bind": "a server",
}
"""Python's audit event of each start, and what is started."""


class StartWithoutMark(AssertionError):  # noqa: N818
    """A test without a mark starts a process or a server."""

    def __init__(self, event: str) -> None:
        message = f"the test starts {STARTS[event]} ({event}): it needs @pytest.mark.{MARKS[0]}"
        super().__init__(message)


class Guard:
    """A plugin of pytest that refuses every start in a test without a mark, and fails that test."""

    def __init__(self) -> None:
        self._is_refusing = False
        self._refused: list[StartWithoutMark] = []
        sys.addaudithook(self._hear)  # Python takes no audit hook away again.

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, object, object]:
        self._is_refusing = not any(map(item.get_closest_marker, MARKS))
        self._refused = []
        try:
            return (yield)
        finally:
            self._is_refusing = False

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_teardown(self) -> Generator[None, None, None]:
        """Fail also where the code under test has caught the refusal."""
        yield
        if self._refused:
            raise self._refused[0]

    def _hear(self, event: str, _arguments: tuple[object, ...]) -> None:
        if self._is_refusing and event in STARTS:
            refused = StartWithoutMark(event)
            self._refused.append(refused)
            raise refused
