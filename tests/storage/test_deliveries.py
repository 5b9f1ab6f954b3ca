"""Each signed request of Slack's is taken once, until its signature is too old for anybody."""

import asyncio
from datetime import timedelta

from storage import deliveries
from storage.database import Database
from storage.deliveries import Deliveries
from tests.helpers.stored_requests import NOON


def memory(database: Database) -> Deliveries:
    return Deliveries(database, now=lambda: NOON)


async def test_one_of_many_copies_at_once_is_taken(database: Database) -> None:
    taken = await asyncio.gather(*(memory(database).take("a") for _ in range(20)))

    assert sorted(taken) == [False] * 19 + [True]


async def test_another_request_is_taken_beside_it(database: Database) -> None:
    assert [await memory(database).take(key) for key in ("a", "b", "a")] == [True, True, False]


async def test_taken_is_not_answered_until_it_is_said(database: Database) -> None:
    await memory(database).take("a")
    before = await memory(database).is_answered("a")

    await memory(database).answered("a")

    assert (before, await memory(database).is_answered("a")) == (False, True)
    assert not await memory(database).is_answered("b")


async def test_old_ones_are_deleted_a_few_at_a_time(database: Database) -> None:
    for key in "abc":
        await memory(database).take(key)

    later = NOON + timedelta(seconds=1)
    gone = [
        await database.transaction(deliveries.delete, before=before, at_most=2)
        for before in (NOON, later, later)
    ]

    assert gone == [0, 2, 1]
