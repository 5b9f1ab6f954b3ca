"""Work that goes on after the acknowledgement, no more of it than can be done in time."""

import asyncio
from collections import deque
from collections.abc import Coroutine
from typing import Any

MOST = 100
"""A modal must be opened within 3 s of its command; this many take about a third of that.

tests/bench/test_acknowledgement.py measures how many commands at once are answered in time.
"""

WAIT_S = 0.5
"""The longest that an acknowledgement waits among very many; Slack itself waits 3 s."""

CLOSE_WITHIN_S = 5.0
"""A supervisor kills what has not stopped after ten seconds or more."""


class Background:
    """Holds on to running tasks: the event loop itself would let them be collected."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()
        self._waiting: deque[asyncio.Future[None]] = deque()

    async def has_room(self) -> None:
        """Return at once; while much is at work only when some is done, so that less comes in."""
        if len(self._tasks) < MOST and not self._waiting:
            return
        # One is let in for each that ends. All at once, the last would wait twice as long.
        turn = asyncio.get_running_loop().create_future()
        self._waiting.append(turn)
        try:
            await asyncio.wait_for(turn, WAIT_S)
        except TimeoutError:
            return

    def start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._finish)

    async def close(self) -> None:
        """Let what was acknowledged come to its end, unless Slack holds it up."""
        if not self._tasks:
            return
        _, late = await asyncio.wait(self._tasks, timeout=CLOSE_WITHIN_S)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)

    def _finish(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        while self._waiting:
            turn = self._waiting.popleft()
            if not turn.done():
                turn.set_result(None)
                return
