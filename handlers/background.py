"""Work that goes on after the acknowledgement."""

import asyncio
from collections.abc import Coroutine
from typing import Any


class Background:
    """Holds on to running tasks: the event loop itself would let them be collected."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()

    def start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        """Let what was acknowledged come to its end."""
        await asyncio.gather(*self._tasks, return_exceptions=True)
