"""Work after the acknowledgement: none is lost, and a storm of it is slowed down."""

import asyncio

from handlers.background import MOST, WAIT_S, Background

TICKS = 20


async def ticks() -> None:
    """Let everything that is ready run."""
    for _ in range(TICKS):
        await asyncio.sleep(0)


def fill(background: Background, gate: asyncio.Event) -> None:
    for _ in range(MOST):
        background.start(wait_for(gate))


async def wait_for(gate: asyncio.Event) -> None:
    await gate.wait()


async def fail() -> None:
    message = "broken"
    raise RuntimeError(message)


async def test_there_is_room_up_to_the_most() -> None:
    background, gate = Background(), asyncio.Event()
    for _ in range(MOST - 1):
        background.start(wait_for(gate))

    await asyncio.wait_for(background.has_room(), timeout=WAIT_S / 2)

    gate.set()
    await background.close()


async def test_next_one_waits_until_some_work_has_ended() -> None:
    background, gate, first = Background(), asyncio.Event(), asyncio.Event()
    background.start(wait_for(first))
    for _ in range(MOST - 1):
        background.start(wait_for(gate))
    waiting = asyncio.create_task(background.has_room())
    await ticks()
    assert not waiting.done()

    first.set()
    await ticks()

    assert waiting.done()
    gate.set()
    await background.close()


async def test_nobody_waits_longer_than_slack_would() -> None:
    background, gate = Background(), asyncio.Event()
    fill(background, gate)

    await asyncio.wait_for(background.has_room(), timeout=2.5)

    gate.set()
    await background.close()


async def test_close_waits_for_all_that_was_acknowledged() -> None:
    background, gate = Background(), asyncio.Event()
    done: list[int] = []

    async def work(number: int) -> None:
        await gate.wait()
        done.append(number)

    for number in range(3):
        background.start(work(number))
    closing = asyncio.create_task(background.close())
    await ticks()
    assert not closing.done()
    gate.set()
    await closing

    assert sorted(done) == [0, 1, 2]


async def test_failed_work_makes_room_and_stops_nothing() -> None:
    background, gate = Background(), asyncio.Event()
    for _ in range(MOST):
        background.start(fail())
    await ticks()

    await asyncio.wait_for(background.has_room(), timeout=WAIT_S / 2)
    background.start(wait_for(gate))

    gate.set()
    await background.close()
