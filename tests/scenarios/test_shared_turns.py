"""Somebody asks for one file while a thousand are sent: it goes out with the next two calls."""

import pytest

from bot.sandbox.fakevod import Levers
from tests.helpers.bot_replicas import BotReplicas, bot_replicas

pytestmark = pytest.mark.integration

SPEED = 4
A_MINUTE = 10 * SPEED
"""The pace of ten calls a minute, in minutes of 15 s."""

FILES, SMALL = 1000, "one"


async def test_file_in_the_middle_of_a_thousand_on_one_process(database_url: str) -> None:
    await _check_next_two(database_url, 1)


async def test_file_in_the_middle_of_a_thousand_on_four_replicas(postgresql_url: str) -> None:
    await _check_next_two(postgresql_url, 4)


async def _check_next_two(database_url: str, replicas: int) -> None:
    async with bot_replicas(
        database_url,
        replicas,
        Levers(creates_per_minute=6000, daily_limit=2 * FILES),
        PREFETCH_CREATES_PER_MINUTE=str(A_MINUTE),
        PREFETCH_DAILY_LIMIT=str(2 * FILES),
    ) as bots:
        await bots.confirm(FILES)
        for number in range(3):
            before = len(await bots.creates(len(bots.sent()) + 2))
            await bots.confirm(1, f"{SMALL}/{number}")
            await bots.creates(before + 2)
            assert number in [_small(bots, call) for call in (before, before + 1)]
        assert bots.sent_twice() == []


def _small(bots: BotReplicas, call: int) -> int | None:
    """Which of the small requests it was; None for a call of the large one."""
    found = bots.stage.vod.books.tasks[call].urls[0].split("/")
    return int(found[-2]) if SMALL in found else None
