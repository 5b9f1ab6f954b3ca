"""Over midnight of the quota day: what is charged to which day."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import Session

from bot.rules.causes import FreeText
from bot.rules.quota import quota_day
from bot.rules.states import CallState, CallStatus, RequestStatus
from bot.rules.target import Asset, Target, Url
from storage import calls
from tests.helpers.defaults import TERMS
from tests.helpers.ledger_sums import Sums, check_ledger
from tests.helpers.said_words import told
from tests.helpers.workflow_harness import ACTOR, BotParts, open_parts, urls

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
    """Bot parts with a clock that can be set."""

    parts: BotParts
    clock: Clock

    def strike(self, *, after: timedelta = timedelta(hours=1)) -> None:
        """Midnight has been, some time ago."""
        self.clock.set(quota_day(NOON, TERMS.zone).ends_at + after)

    async def days(self) -> dict[date, Sums]:
        found = await self.parts.database.transaction(check_ledger)
        return {day: sums for (_, day), sums in found.items() if sums.used}


@pytest.fixture
async def night(tmp_path: Path) -> AsyncIterator[Night]:
    clock = Clock()
    async with open_parts(tmp_path, now=clock) as parts:
        yield Night(parts, clock)


async def test_call_is_charged_to_the_day_on_which_it_goes_out(night: Night) -> None:
    request_id = await night.parts.confirm(*urls(12))
    assert await night.days() == {TODAY: Sums(reserved=12)}
    night.strike()

    await night.parts.send_and_follow(request_id)

    assert await night.days() == {TOMORROW: Sums(settled=12)}


async def test_calls_on_both_sides_of_midnight_are_charged_to_both_days(night: Night) -> None:
    request_id = await night.parts.confirm(*urls(12))
    await night.parts.claim(request_id, 0)
    night.strike()

    await night.parts.send_and_follow(request_id)

    assert await night.days() == {TODAY: Sums(held=10), TOMORROW: Sums(settled=2)}


async def test_new_day_without_room_refuses_the_call_and_frees_the_old_day(night: Night) -> None:
    request_id = await night.parts.confirm(*urls(12))
    night.strike()
    await night.parts.confirm(*urls(1000, "b"))

    await night.parts.send_and_follow(request_id)

    state = await night.parts.state(request_id)
    assert [call.status for call in state.calls] == [CallStatus.REJECTED] * 2
    assert "the new day has no room for it" in told(state.calls[0].causes)
    assert night.parts.creates() == []
    assert await night.days() == {TOMORROW: Sums(reserved=1000)}


@pytest.mark.parametrize("room", [7, 1, 9])
async def test_as_many_files_go_as_the_new_day_has_room_for(night: Night, room: int) -> None:
    targets = urls(12)
    request_id = await night.parts.confirm(*targets)
    night.strike()
    await night.parts.confirm(*urls(1000 - room, "b"))

    await night.parts.send_and_follow(request_id)

    (create,) = night.parts.creates()
    state = await night.parts.state(request_id)
    assert json.loads(create.body)["urls"] == [_address(each) for each in targets[:room]]
    assert [(call.files, call.status) for call in state.calls] == [
        (room, CallStatus.SUCCEEDED),
        (2, CallStatus.REJECTED),
        (10 - room, CallStatus.REJECTED),
    ]
    assert all("the new day has no room for it" in told(it.causes) for it in state.calls[1:])
    assert await night.days() == {TOMORROW: Sums(settled=room, reserved=1000 - room)}
    assert await night.parts.audit(request_id) == [
        "request.confirmed",
        "task.split",
        "task.accepted",
        "task.rejected",
        "task.rejected",
        "task.succeeded",
    ]
    again, _ = await night.parts.service.asking.targets_to_retry(request_id, ACTOR)
    assert len(again.accepted) == 12 - room
    assert again.alone == frozenset()


async def test_room_that_others_take_meanwhile_splits_the_call_once_more(night: Night) -> None:
    """As in a second process: the call was split for seven files, and then there is room for 4."""
    parts = night.parts
    request_id = await parts.confirm(*urls(10))
    night.strike()
    await parts.confirm(*urls(993, "b"))
    (read_before,) = (await parts.state(request_id)).calls
    await _make_fit(parts, request_id, read_before)
    await parts.confirm(*urls(3, "c"))

    await _make_fit(parts, request_id, read_before)
    stale = await parts.database.transaction(
        parts.outcomes.claim, request_id, read_before, sender="local", now=parts.now()
    )
    await parts.send_and_follow(request_id)

    assert stale is None
    assert [call.files for call in (await parts.state(request_id)).calls] == [4, 3, 3]
    assert len(json.loads(parts.creates()[0].body)["urls"]) == 4
    assert await night.days() == {TOMORROW: Sums(settled=4, reserved=996)}


async def test_call_with_an_attempt_in_doubt_is_not_split_for_room(night: Night) -> None:
    """The attempt before may have been sent with all of the files."""
    parts = night.parts
    request_id = await parts.confirm(*urls(3))
    await parts.claim(request_id, 0)
    await parts.send_and_follow(request_id)
    await parts.end(request_id)
    await parts.service.deciding.send_again(request_id, [(0, 1)], ACTOR, reason="seen nothing")
    night.strike()
    await parts.confirm(*urls(998, "b"))

    await parts.send_and_follow(request_id)

    (call,) = (await parts.state(request_id)).calls
    assert (call.status, call.files) == (CallStatus.UNKNOWN, 3)
    assert "the new day has no room for it" in told(call.causes)
    assert parts.creates() == []
    assert await night.days() == {TODAY: Sums(held=3), TOMORROW: Sums(reserved=998)}


async def test_asset_is_sent_whole_or_not_at_all(night: Night) -> None:
    request_id = await night.parts.confirm(Asset("4" * 32))
    night.strike()
    (call,) = (await night.parts.state(request_id)).calls
    await night.parts.confirm(*urls(999, "b"))

    await _make_fit(night.parts, request_id, replace(call, files=2))

    assert await night.parts.statuses(request_id) == [CallStatus.REJECTED]


async def test_call_that_is_put_back_over_two_midnights_moves_twice(night: Night) -> None:
    request_id = await night.parts.confirm(*urls(3))
    night.strike()
    await night.parts.claim(request_id, 0)
    (call,) = (await night.parts.state(request_id)).calls
    await night.parts.database.transaction(
        night.parts.outcomes.put_back,
        request_id,
        call,
        cause=FreeText("not sent"),
        now=night.parts.now(),
    )
    night.strike(after=timedelta(hours=30))

    await night.parts.send_and_follow(request_id)

    assert await night.days() == {TOMORROW + timedelta(days=1): Sums(settled=3)}


async def test_schedule_that_fell_due_while_the_bot_was_down_is_charged_to_the_day_it_runs(
    night: Night,
) -> None:
    request_id = await night.parts.confirm(*urls(12), run_at=EVENING)
    promised = await night.days()
    night.strike()

    await night.parts.run_when_due(request_id)

    assert promised == {TODAY: Sums(reserved=12)}
    assert await night.days() == {TOMORROW: Sums(settled=12)}
    assert (await night.parts.state(request_id)).status is RequestStatus.SUCCEEDED


async def test_schedule_that_fell_due_before_a_day_without_room_is_refused_and_frees_its_own(
    night: Night,
) -> None:
    request_id = await night.parts.confirm(*urls(12), run_at=EVENING)
    night.strike()
    await night.parts.confirm(*urls(1000, "b"))

    await night.parts.run_when_due(request_id)

    state = await night.parts.state(request_id)
    assert state.status is RequestStatus.FAILED
    assert "the new day has no room for it" in told(state.calls[0].causes)
    assert night.parts.creates() == []
    assert await night.days() == {TOMORROW: Sums(reserved=1000)}


async def test_schedule_for_tomorrow_takes_nothing_from_today(night: Night) -> None:
    request_id = await night.parts.confirm(*urls(12), run_at=EVENING + timedelta(hours=10))
    promised = await night.days()
    night.strike(after=timedelta(hours=5))

    await night.parts.run_when_due(request_id)

    assert promised == {TOMORROW: Sums(reserved=12)}
    assert await night.days() == {TOMORROW: Sums(settled=12)}


async def test_sent_again_on_the_next_day_what_may_have_been_sent_stays_held(
    night: Night,
) -> None:
    request_id = await night.parts.confirm(*urls(3))
    await night.parts.claim(request_id, 0)
    await night.parts.send_and_follow(request_id)
    await night.parts.end(request_id)
    night.strike()

    await night.parts.service.deciding.send_again(
        request_id, [(0, 1)], ACTOR, reason="seen nothing"
    )
    assert await night.days() == {TODAY: Sums(held=3), TOMORROW: Sums(reserved=3)}
    await night.parts.send_and_follow(request_id)

    assert await night.days() == {TODAY: Sums(held=3), TOMORROW: Sums(settled=3)}


async def test_used_up_just_after_midnight_may_mean_the_day_before(night: Night) -> None:
    request_id = await night.parts.confirm(*urls(3))
    night.strike(after=timedelta(seconds=20))
    night.parts.vod.set_fault("quota-exhausted", times=1)

    sending = asyncio.create_task(night.parts.sender.send(request_id))
    await _until_put_back(night.parts, request_id)
    exhausted = (await night.parts.service.asking.quota()).exhausted
    night.strike(after=timedelta(minutes=3))
    await sending
    await night.parts.follower.follow(request_id)

    assert not exhausted
    assert await night.days() == {TOMORROW: Sums(settled=3)}


async def test_used_up_later_in_the_day_is_believed(night: Night) -> None:
    request_id = await night.parts.confirm(*urls(3))
    night.strike(after=timedelta(minutes=3))
    night.parts.vod.set_fault("quota-exhausted")

    await night.parts.send_and_follow(request_id)
    await night.parts.end(request_id)

    assert (await night.parts.service.asking.quota()).exhausted
    assert (await night.parts.state(request_id)).status is RequestStatus.FAILED


def _address(target: Target) -> str:
    assert isinstance(target, Url)
    return target.address


async def _make_fit(parts: BotParts, request_id: str, call: CallState) -> None:
    await parts.database.transaction(parts.outcomes.make_fit, request_id, call, now=parts.now())


async def _until_put_back(parts: BotParts, request_id: str) -> None:
    async with asyncio.timeout(10):
        while not await parts.database.transaction(_is_put_back, request_id):  # noqa: ASYNC110
            await asyncio.sleep(0.02)


def _is_put_back(session: Session, request_id: str) -> bool:
    call = calls.next_queued(session, request_id)
    return call is not None and call.attempts == 1
