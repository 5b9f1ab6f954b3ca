"""Finishing what cannot be taken back before a cancellation is obeyed."""

import asyncio
from collections.abc import Collection, Coroutine
from contextlib import suppress
from typing import Any, TypeVar

R = TypeVar("R")


async def uninterrupted(work: Coroutine[Any, Any, R]) -> R:
    """A call in flight is finished before a cancellation: cut off, its outcome is unknown."""
    task = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(task)
    finally:
        await _end_of([task])


async def together(*works: Coroutine[Any, Any, None]) -> None:
    """All of them at once; when one fails or all are cancelled, return after the last has ended."""
    tasks = [asyncio.ensure_future(work) for work in works]
    try:
        # Cancelled, gather itself returns when the first of them has ended:
        # tests/workflows/test_cancellation.py.
        await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await _end_of(tasks)


async def _end_of(tasks: Collection[asyncio.Task[Any]]) -> None:
    """However often the one who waits is cancelled."""
    while waiting := [task for task in tasks if not task.done()]:
        with suppress(asyncio.CancelledError):
            await asyncio.wait(waiting)
