"""Cancelling: obeyed, but not before what cannot be taken back is done."""

import asyncio

import pytest

from bot.workflows.cancellation import together, uninterrupted


class Call:
    """Something that takes as long as the test wants."""

    def __init__(self) -> None:
        self.begun, self.may_end, self.is_done = asyncio.Event(), asyncio.Event(), False

    async def go(self) -> None:
        self.begun.set()
        await self.may_end.wait()
        self.is_done = True


@pytest.fixture
def call() -> Call:
    return Call()


async def test_cancellation_is_obeyed_after_the_call(call: Call) -> None:
    task = asyncio.create_task(uninterrupted(call.go()))
    await call.begun.wait()

    for _ in range(3):
        task.cancel()
        await asyncio.sleep(0)
    call.may_end.set()
    await asyncio.wait({task})

    assert (call.is_done, task.cancelled()) == (True, True)


async def test_one_that_ends_at_once_does_not_cut_the_call_of_another_off(call: Call) -> None:
    task = asyncio.create_task(together(asyncio.sleep(60), uninterrupted(call.go())))
    await call.begun.wait()

    task.cancel()
    await asyncio.sleep(0.05)
    was_waited_for = not task.done()
    call.may_end.set()
    await asyncio.wait({task})

    assert was_waited_for
    assert (call.is_done, task.cancelled()) == (True, True)


async def test_failure_of_one_ends_the_others_after_their_call(call: Call) -> None:
    async def fail() -> None:
        await call.begun.wait()
        raise LookupError

    task = asyncio.create_task(together(fail(), uninterrupted(call.go()), asyncio.sleep(60)))
    await call.begun.wait()
    await asyncio.sleep(0.05)
    was_waited_for = not task.done()
    call.may_end.set()
    await asyncio.wait({task})

    assert was_waited_for
    assert call.is_done
    assert isinstance(task.exception(), LookupError)
