"""Wakes every open tab when something may have changed."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

TOGETHER_S = 0.03
"""Changes that follow each other this closely are told as one."""


class Pulse:
    def __init__(self) -> None:
        self._sleepers: set[asyncio.Event] = set()

    def beat(self) -> None:
        for sleeper in self._sleepers:
            sleeper.set()

    @contextmanager
    def felt(self) -> Iterator[asyncio.Event]:
        """An event that each beat sets, and that is set at first."""
        sleeper = asyncio.Event()
        sleeper.set()
        self._sleepers.add(sleeper)
        try:
            yield sleeper
        finally:
            self._sleepers.discard(sleeper)
