"""Turns are shared between requests: the one that was served least recently comes first."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field

import pytest

from bot.workflows.cloud_pacing import NEW_COMES_BEFORE, Operation, Turns
from storage.database import Database
from tests.helpers.databases import migrated
from tests.helpers.workflow_harness import quick_pace, utc_now

A_MINUTE = 300
INTERVAL_S = 60 / A_MINUTE
REPLICAS = {"sqlite": 1, "postgresql": 4}


@dataclass
class Shared:
    """Replicas with turns of one pace, and who took them, in this order."""

    replicas: list[Turns]
    taken: list[str] = field(default_factory=list)
    moved: asyncio.Event = field(default_factory=asyncio.Event)

    async def send(self, replica: int, request_id: str, calls: int) -> None:
        for _ in range(calls):
            await self.replicas[replica].take(Operation.CREATE, request_id)
            self.taken.append(request_id)
            self.moved.set()

    def begin(self, replica: int, request_id: str, calls: int) -> asyncio.Task[None]:
        return asyncio.create_task(self.send(replica, request_id, calls))

    async def until_taken(self, count: int) -> None:
        async with asyncio.timeout(60):
            while len(self.taken) < count:
                self.moved.clear()
                await self.moved.wait()


@pytest.fixture
async def shared(database_url: str) -> AsyncIterator[Shared]:
    async with sharing(database_url, REPLICAS[database_url.partition(":")[0]]) as shared:
        yield shared


@asynccontextmanager
async def sharing(database_url: str, replicas: int) -> AsyncIterator[Shared]:
    async with AsyncExitStack() as stack:
        first = await stack.enter_async_context(migrated(database_url))
        databases = [first, *(Database(database_url) for _ in range(replicas - 1))]
        for database in databases[1:]:
            stack.push_async_callback(database.close)
        pace = quick_pace(creates_per_minute=A_MINUTE)
        yield Shared([Turns(it, tenant="t", pace=pace, now=utc_now) for it in databases])


async def test_request_of_one_call_is_among_the_next_two_in_the_middle_of_a_large_one(
    shared: Shared,
) -> None:
    large = shared.begin(0, "large", 100)
    for number, replica in enumerate((0, -1, len(shared.replicas) // 2)):
        await shared.until_taken(6 * (number + 1))
        before = len(shared.taken)

        await shared.send(replica, f"small {number}", 1)

        assert f"small {number}" in shared.taken[before : before + 2]
    await _stop(large)


async def test_request_of_one_call_is_among_the_next_two_of_many_large_ones(
    shared: Shared,
) -> None:
    large = [
        shared.begin(number % len(shared.replicas), f"large {number}", 100) for number in range(8)
    ]
    await shared.until_taken(10)

    await shared.send(-1, "small", 1)

    assert "small" in shared.taken[10:12]
    await _stop(*large)


async def test_large_requests_share_the_turns_evenly(shared: Shared) -> None:
    large = [shared.begin(number % len(shared.replicas), f"{number}", 100) for number in range(4)]
    await shared.until_taken(24)
    await _stop(*large)

    # A process that wakes late misses its turn, and has the next one.
    assert all(5 <= count <= 7 for count in Counter(shared.taken[:24]).values())


async def test_stream_of_new_requests_stops_none_that_is_at_work(shared: Shared) -> None:
    large = shared.begin(0, "large", 100)
    await shared.until_taken(1)
    stream = [shared.begin(-1, f"new {number}", 1) for number in range(NEW_COMES_BEFORE + 10)]
    later = asyncio.create_task(_more(shared, 40))
    await shared.until_taken(2 * NEW_COMES_BEFORE + 20)
    await _stop(large, later, *stream)

    assert shared.taken.count("large") > 1


async def test_turn_that_stands_free_is_taken_at_once(shared: Shared) -> None:
    assert await shared.replicas[0].take_if_free(Operation.CREATE, "a")
    assert not await shared.replicas[-1].take_if_free(Operation.CREATE, "b")


async def test_turn_that_stands_free_is_not_taken_from_one_who_waits(shared: Shared) -> None:
    await shared.send(0, "a", 1)
    waiting = shared.begin(0, "b", 1)
    await asyncio.sleep(0)

    assert not await shared.replicas[0].take_if_free(Operation.CREATE, "c")
    await waiting
    assert shared.taken == ["a", "b"]


async def test_one_who_waits_no_longer_blocks_nobody(shared: Shared) -> None:
    """The replica says no word of it, as when its process is killed."""
    await shared.send(0, "first", 1)
    gone = shared.begin(0, "gone", 1)
    await asyncio.sleep(INTERVAL_S / 4)
    await _stop(gone)

    began = asyncio.get_running_loop().time()
    await shared.send(-1, "other", 5)

    took_s = asyncio.get_running_loop().time() - began
    assert shared.taken == ["first", *["other"] * 5]
    # Each turn is left to the dead for a fifth of the time between two, at most.
    assert took_s < 5 * INTERVAL_S * 1.2 + 0.5


async def _more(shared: Shared, count: int) -> None:
    """One new request for each turn: as many as there are turns."""
    for number in range(count):
        await shared.send(-1, f"later {number}", 1)


async def _stop(*tasks: asyncio.Task[None]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
