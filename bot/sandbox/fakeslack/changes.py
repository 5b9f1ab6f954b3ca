"""Waiting for the sandbox to change, without polling."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class _Waiter:
    look: Callable[[], Any]
    found: asyncio.Future[Any]


class Changes:
    def __init__(self) -> None:
        self._waiters: list[_Waiter] = []
        self._watchers: list[Callable[[], None]] = []

    def watch(self, told: Callable[[], None]) -> None:
        """Call `told` at every change from now on; it must be quick."""
        self._watchers.append(told)

    def announce(self) -> None:
        """Let everyone who waits look again."""
        for told in self._watchers:
            told()
        if self._waiters:
            self._waiters = [waiter for waiter in self._waiters if not _answered(waiter)]

    async def wait_until(self, look: Callable[[], Found | None], within_s: float) -> Found:
        """Return the first truthy thing that `look` sees; TimeoutError when it sees none."""
        if seen := look():
            return seen
        waiter = _Waiter(look, asyncio.get_running_loop().create_future())
        self._waiters.append(waiter)
        async with asyncio.timeout(within_s):
            found: Found = await waiter.found
        return found


def _answered(waiter: _Waiter) -> bool:
    if waiter.found.done():
        return True
    try:
        seen = waiter.look()
    except Exception as error:  # noqa: BLE001 - it belongs to the one who waits
        waiter.found.set_exception(error)
        return True
    if seen:
        waiter.found.set_result(seen)
    return bool(seen)
