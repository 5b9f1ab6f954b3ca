"""In whose time zone a typed time is read: asked for once, within bounds, and never waited for."""

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.service.clocks import ASKED_AGAIN_AFTER, KEPT_FOR, MOST_PEOPLE, Clocks

BERLIN = ZoneInfo("Europe/Berlin")
SECOND = timedelta(seconds=1)


@dataclass
class Told:
    """What is told of everybody, and of whom it was asked."""

    name: str = "Europe/Berlin"
    is_granted: bool = True
    is_silent: bool = False
    now: datetime = datetime(2026, 11, 30, tzinfo=UTC)
    asked: list[str] = field(default_factory=list)

    async def name_of(self, user_id: str) -> str:
        self.asked.append(user_id)
        if self.is_silent:
            await asyncio.Event().wait()
        return self.name

    def clocks(self) -> Clocks:
        return Clocks(self, now=lambda: self.now, within_s=0.01 if self.is_silent else 60)


async def test_zone_is_asked_for_once_an_hour_and_known_meanwhile() -> None:
    told = Told()
    clocks = told.clocks()
    before = clocks.known("U1")

    found = [await clocks.of("U1"), await clocks.of("U1"), clocks.known("U1"), clocks.known("U2")]
    told.now += KEPT_FOR
    later = clocks.known("U1")
    await clocks.of("U1")

    assert before is None
    assert found == [BERLIN, BERLIN, BERLIN, None]
    assert later is None
    assert told.asked == ["U1", "U1"]


async def test_without_the_scope_nobody_is_asked() -> None:
    told = Told(is_granted=False)

    assert await told.clocks().of("U1") is None
    assert await Clocks(None, now=lambda: told.now).of("U1") is None
    assert told.asked == []


@pytest.mark.parametrize(
    "name", ["", "Mars/Olympus", "../../etc/passwd", "/etc/passwd", "Europe", "a\x00b", "x" * 5000]
)
async def test_what_is_no_zone_counts_as_not_told(name: str) -> None:
    assert await Told(name).clocks().of("U1") is None


async def test_silence_is_not_waited_for_again_at_once() -> None:
    told = Told(is_silent=True)
    clocks = told.clocks()

    found = [await clocks.of("U1"), await clocks.of("U1")]
    told.now += ASKED_AGAIN_AFTER
    await clocks.of("U1")

    assert found == [None, None]
    assert told.asked == ["U1", "U1"]


async def test_only_the_latest_people_are_remembered() -> None:
    told = Told()
    clocks = told.clocks()

    for number in range(MOST_PEOPLE + 1):
        await clocks.of(f"U{number}")

    assert clocks.known("U0") is None
    assert clocks.known("U1") == BERLIN
    assert clocks.known(f"U{MOST_PEOPLE}") == BERLIN
