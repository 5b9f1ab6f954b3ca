"""Over midnight of the quota day: what is charged to which day."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import Session

from bot.rules.causes import FreeText
from bot.rules.quota import quota_day
from bot.rules.states import CallStatus, RequestStatus
from storage import calls
from tests.helpers.defaults import TERMS
from tests.helpers.ledger_sums import Sums, check_ledger
from tests.helpers.said_words import told
from tests.helpers.workflow_harness import ACTOR, Workshop, open_workshop, urls

pytestmark = pytest.mark.integration

NOON = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)
EVENING = NOON + timedelta(hours=6)
TODAY, TOMORROW = date(2026, 11, 24), date(2026, 11, 25)


@dataclass
class Clock:
    """Goes on by itself from where it was set."""

    now: datetime = NOON
    _set_at: datetime = field(default_factory=lambda: datetime.now(UTC))

    def __call__(self) -> datetime:
        return self.now + (datetime.now(UTC) - self._set_at)

    def set(self, now: datetime) -> None:
        self.now, self._set_at = now, datetime.now(UTC)


@dataclass
class Night:
    """A workshop with a clock that can be set."""

    shop: Workshop
    clock: Clock

    def strike(self, *, after: timedelta = timedelta(hours=1)) -> None:
        """Midnight has been, some time ago."""
        self.clock.set(quota_day(NOON, TERMS.zone).ends_at + after)

    async def days(self) -> dict[date, Sums]:
        found = await self.shop.database.transaction(check_ledger)
        return {day: sums for (_, day), sums in found.items() if sums.used}


@pytest.fixture
async def night(tmp_path: Path) -> AsyncIterator[Night]:
    clock = Clock()
    async with open_workshop(tmp_path, now=clock) as shop:
        yield Night(shop, clock)


async def test_call_is_charged_to_the_day_on_which_it_goes_out(night: Night) -> None:
    request_id = await night.shop.confirm(*urls(12))
    assert await night.days() == {TODAY: Sums(reserved=12)}
    night.strike()

    await night.shop.send_and_follow(request_id)

    assert await night.days() == {TOMORROW: Sums(settled=12)}


async def test_calls_on_both_sides_of_midnight_are_charged_to_both_days(night: Night) -> None:
    request_id = await night.shop.confirm(*urls(12))
    await night.shop.claim(request_id, 0)
    night.strike()

    await night.shop.send_and_follow(request_id)

    assert await night.days() == {TODAY: Sums(held=10), TOMORROW: Sums(settled=2)}


async def test_new_day_without_room_refuses_the_call_and_frees_the_old_day(night: Night) -> None:
    request_id = await night.shop.confirm(*urls(12))
    night.strike()
    await night.shop.confirm(*urls(999, "b"))

    await night.shop.send_and_follow(request_id)

    state = await night.shop.state(request_id)
    assert [call.status for call in state.calls] == [CallStatus.REJECTED] * 2
    assert "the new day has no room for it" in told(state.calls[0].causes)
    assert night.shop.creates() == []
    assert await night.days() == {TOMORROW: Sums(reserved=999)}


async def test_call_that_is_put_back_over_two_midnights_moves_twice(night: Night) -> None:
    request_id = await night.shop.confirm(*urls(3))
    night.strike()
    await night.shop.claim(request_id, 0)
    (call,) = (await night.shop.state(request_id)).calls
    await night.shop.database.transaction(
        night.shop.outcomes.put_back,
        request_id,
        call,
        cause=FreeText("not sent"),
        now=night.shop.now(),
    )
    night.strike(after=timedelta(hours=30))

    await night.shop.send_and_follow(request_id)

    assert await night.days() == {TOMORROW + timedelta(days=1): Sums(settled=3)}


async def test_schedule_that_fell_due_while_the_bot_was_down_is_charged_to_the_day_it_runs(
    night: Night,
) -> None:
    request_id = await night.shop.confirm(*urls(12), run_at=EVENING)
    promised = await night.days()
    night.strike()

    await night.shop.run_when_due(request_id)

    assert promised == {TODAY: Sums(reserved=12)}
    assert await night.days() == {TOMORROW: Sums(settled=12)}
    assert (await night.shop.state(request_id)).status is RequestStatus.SUCCEEDED


async def test_schedule_that_fell_due_before_a_day_without_room_is_refused_and_frees_its_own(
    night: Night,
) -> None:
    request_id = await night.shop.confirm(*urls(12), run_at=EVENING)
    night.strike()
    await night.shop.confirm(*urls(999, "b"))

    await night.shop.run_when_due(request_id)

    state = await night.shop.state(request_id)
    assert state.status is RequestStatus.FAILED
    assert "the new day has no room for it" in told(state.calls[0].causes)
    assert night.shop.creates() == []
    assert await night.days() == {TOMORROW: Sums(reserved=999)}


async def test_schedule_for_tomorrow_takes_nothing_from_today(night: Night) -> None:
    request_id = await night.shop.confirm(*urls(12), run_at=EVENING + timedelta(hours=10))
    promised = await night.days()
    night.strike(after=timedelta(hours=5))

    await night.shop.run_when_due(request_id)

    assert promised == {TOMORROW: Sums(reserved=12)}
    assert await night.days() == {TOMORROW: Sums(settled=12)}


async def test_sent_again_on_the_next_day_what_may_have_been_sent_stays_held(
    night: Night,
) -> None:
    request_id = await night.shop.confirm(*urls(3))
    await night.shop.claim(request_id, 0)
    await night.shop.send_and_follow(request_id)
    await night.shop.end(request_id)
    night.strike()

    await night.shop.service.deciding.send_again(request_id, [(0, 1)], ACTOR, reason="seen nothing")
    assert await night.days() == {TODAY: Sums(held=3), TOMORROW: Sums(reserved=3)}
    await night.shop.send_and_follow(request_id)

    assert await night.days() == {TODAY: Sums(held=3), TOMORROW: Sums(settled=3)}


async def test_used_up_just_after_midnight_may_mean_the_day_before(night: Night) -> None:
    request_id = await night.shop.confirm(*urls(3))
    night.strike(after=timedelta(seconds=20))
    night.shop.vod.set_fault("quota-exhausted", times=1)

    sending = asyncio.create_task(night.shop.sender.send(request_id))
    await _until_put_back(night.shop, request_id)
    exhausted = (await night.shop.service.asking.quota()).exhausted
    night.strike(after=timedelta(minutes=3))
    await sending
    await night.shop.follower.follow(request_id)

    assert not exhausted
    assert await night.days() == {TOMORROW: Sums(settled=3)}


async def test_used_up_later_in_the_day_is_believed(night: Night) -> None:
    request_id = await night.shop.confirm(*urls(3))
    night.strike(after=timedelta(minutes=3))
    night.shop.vod.set_fault("quota-exhausted", times=1)

    await night.shop.send_and_follow(request_id)
    await night.shop.end(request_id)

    assert (await night.shop.service.asking.quota()).exhausted
    assert (await night.shop.state(request_id)).status is RequestStatus.FAILED


async def _until_put_back(shop: Workshop, request_id: str) -> None:
    async with asyncio.timeout(10):
        while not await shop.database.transaction(_is_put_back, request_id):  # noqa: ASYNC110
            await asyncio.sleep(0.02)


def _is_put_back(session: Session, request_id: str) -> bool:
    call = calls.next_queued(session, request_id)
    return call is not None and call.attempts == 1
