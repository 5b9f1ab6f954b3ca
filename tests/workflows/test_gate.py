"""While the cloud refuses every call, requests wait, and one call at a time goes out to see."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.rules.causes import StayedRefused, WaitsForOperator
from bot.rules.obstacles import Obstacle
from bot.rules.states import CallStatus
from storage import obstacles
from tests.helpers.defaults import TERMS
from tests.helpers.ledger_sums import Sums
from tests.helpers.workflow_harness import BotParts, open_parts, quick_pace, replica_of, urls

pytestmark = pytest.mark.integration

PATIENT = quick_pace(wait_s=3600.0)


@dataclass
class Clock:
    """Real time, which the test moves ahead: turns to call the cloud come with time."""

    ahead: timedelta = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    def go(self, seconds: float) -> None:
        self.ahead += timedelta(seconds=seconds)


async def standing(parts: BotParts) -> Obstacle | None:
    return await parts.database.transaction(obstacles.standing, TERMS.tenant)


async def until(parts: BotParts, found: Callable[[], object]) -> None:
    """Return once the stand-in has seen so much."""
    while not found():
        await parts.vod.next_call(within=10)


async def shut(parts: BotParts, *, after: int = 0) -> Obstacle:
    """The obstacle, once so many probes were refused as well."""
    while (found := await standing(parts)) is None or found.probes < after:  # noqa: ASYNC110
        await asyncio.sleep(0)  # what is waited for stands in the database
    return found


async def sent_until_shut(parts: BotParts, request_id: str) -> asyncio.Task[None]:
    """A sender at work, once its first call was refused and the gate is shut."""
    sending = asyncio.create_task(parts.sender.send(request_id))
    await until(parts, parts.creates)
    await shut(parts)
    return sending


@pytest.mark.parametrize("fault", ["vod-401", "vod-403-arrears", "VOD.10057"])
async def test_refused_key_makes_requests_wait_and_not_fail(
    tmp_path: Path, database_url: str, fault: str
) -> None:
    clock = Clock()
    async with open_parts(tmp_path, database_url=database_url, pace=PATIENT, now=clock) as parts:
        first, second = await parts.confirm(*urls(12)), await parts.confirm(*urls(2, "b"))
        parts.vod.set_fault(fault)
        tasks = [await sent_until_shut(parts, first)]
        tasks.append(asyncio.create_task(parts.sender.send(second)))
        while not (await parts.state(second)).calls[0].causes:  # noqa: ASYNC110
            await asyncio.sleep(0)  # what is waited for stands in the database

        assert await parts.statuses(first) == [CallStatus.QUEUED] * 2
        assert await parts.statuses(second) == [CallStatus.QUEUED]
        assert isinstance((await parts.state(second)).calls[0].causes[0], WaitsForOperator)
        assert len(parts.creates()) == 1
        assert await parts.sums() == Sums(reserved=14)

        parts.vod.clear_fault(fault)
        clock.go(61)
        await asyncio.gather(*tasks)

        assert await parts.statuses(first) == [CallStatus.PROCESSING] * 2
        assert await parts.statuses(second) == [CallStatus.PROCESSING]
        assert await standing(parts) is None
        assert await parts.sums() == Sums(settled=14)
        assert not any(call.causes for call in (await parts.state(first)).calls)


async def test_probes_come_at_growing_intervals(tmp_path: Path) -> None:
    clock = Clock()
    async with open_parts(tmp_path, pace=PATIENT, now=clock) as parts:
        request_id = await parts.confirm(*urls(30))
        parts.vod.set_fault("vod-403-arrears")
        sending = await sent_until_shut(parts, request_id)
        at = []
        for probes in range(1, 5):
            found = await shut(parts)
            clock.go((found.next_probe_at - clock()).total_seconds())
            at.append(round((found.next_probe_at - found.since).total_seconds(), -1))
            await shut(parts, after=probes)

        assert at == [60, 180, 480, 1080]
        sending.cancel()


async def test_request_is_given_up_after_the_bound_with_its_cause(tmp_path: Path) -> None:
    clock = Clock()
    async with open_parts(tmp_path, pace=PATIENT, now=clock) as parts:
        request_id = await parts.confirm(*urls(12))
        parts.vod.set_fault("vod-401")
        sending = await sent_until_shut(parts, request_id)
        await parts.database.transaction(
            obstacles.way, TERMS.tenant, now=clock() + timedelta(seconds=3595)
        )
        clock.go(3600)
        await sending

        calls = (await parts.state(request_id)).calls
        assert [call.status for call in calls] == [CallStatus.REJECTED] * 2
        assert isinstance(calls[1].causes[0], StayedRefused)
        assert calls[1].causes[0].seconds in {3600, 3601}
        assert await parts.sums() == Sums()


async def test_what_was_confirmed_later_waits_its_own_time(tmp_path: Path) -> None:
    clock = Clock()
    async with open_parts(tmp_path, pace=PATIENT, now=clock) as parts:
        first = await parts.confirm(*urls(2))
        parts.vod.set_fault("vod-401")
        sending = await sent_until_shut(parts, first)
        clock.go(3000)
        later = await parts.confirm(*urls(2, "b"))
        await parts.database.transaction(
            obstacles.way, TERMS.tenant, now=clock() + timedelta(seconds=595)
        )
        clock.go(601)
        waiting = asyncio.create_task(parts.sender.send(later))
        await sending

        assert await parts.statuses(first) == [CallStatus.REJECTED]
        assert await parts.statuses(later) == [CallStatus.QUEUED]
        waiting.cancel()


async def test_person_who_tries_again_is_obeyed_at_once_and_not_over_and_over(
    tmp_path: Path, database_url: str
) -> None:
    clock = Clock()
    async with open_parts(tmp_path, database_url=database_url, pace=PATIENT, now=clock) as parts:
        request_id = await parts.confirm(*urls(2))
        parts.vod.set_fault("vod-401")
        sending = await sent_until_shut(parts, request_id)
        clock.go(5)
        for _ in range(20):
            await parts.database.transaction(
                obstacles.try_now, TERMS.tenant, by="U0SAM", now=clock()
            )
        await until(parts, lambda: len(parts.creates()) == 2)
        await shut(parts, after=1)
        await parts.database.transaction(obstacles.try_now, TERMS.tenant, by="U0SAM", now=clock())

        found = await standing(parts)
        assert found is not None
        assert 0 < (found.next_probe_at - clock()).total_seconds() <= 10
        assert found.tried_by == "U0SAM"
        parts.vod.clear_fault("vod-401")
        clock.go(10)
        await sending
        assert len(parts.creates()) == 3
        assert await parts.statuses(request_id) == [CallStatus.PROCESSING]


async def test_one_probe_goes_out_whatever_the_number_of_replicas(
    tmp_path: Path, postgresql_url: str
) -> None:
    clock = Clock()
    async with (
        open_parts(tmp_path, database_url=postgresql_url, pace=PATIENT, now=clock) as parts,
        replica_of(parts) as other,
    ):
        ids = [await parts.confirm(*urls(2, f"f{number}")) for number in range(6)]
        parts.vod.set_fault("vod-403-arrears")
        tasks = [await sent_until_shut(parts, ids[0])]
        tasks += [
            asyncio.create_task((parts, other)[number % 2].sender.send(one))
            for number, one in enumerate(ids[1:])
        ]
        clock.go(60)
        await until(parts, lambda: len(parts.creates()) == 2)
        await shut(parts, after=1)
        assert len(parts.creates()) == 2

        parts.vod.clear_fault("vod-403-arrears")
        clock.go(120)
        await asyncio.gather(*tasks)
        assert await parts.sums() == Sums(settled=12)
