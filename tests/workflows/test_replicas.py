"""Several replicas on one PostgreSQL: whatever happens to one, the others carry its work on."""

import asyncio
from datetime import UTC, datetime

import pytest
from sqlmodel import select

from bot.workflows.recovery import SILENT_S
from storage.tables import AuditRow
from tests.helpers.bot_replicas import PACE, BotReplicas, bot_replicas
from tests.helpers.ledger_sums import Sums
from tests.helpers.postgresql import OwnPostgreSql
from tests.helpers.slack_people import cards, words
from tests.helpers.stored_rows import check_books, reading, until_cards_are_known

pytestmark = pytest.mark.integration

CARRIED_ON_WITHIN_S = SILENT_S + 5
WINDOW_S = 5
STOPPED_S = 3
SCHEDULES, DUE_IN_S = 4, 12
DECLARED_DEAD = 3


async def test_others_carry_on_at_once_what_one_leaves_and_soon_what_one_had_when_it_died(
    postgresql_url: str,
) -> None:
    async with bot_replicas(postgresql_url, 3) as bots:
        await bots.confirm(120)
        await bots.creates(3)

        stopped = bots.sender()
        code = await stopped.stop()
        stopped_at, before = datetime.now(UTC), len(bots.sent())
        after_stop = (await bots.creates(before + 1))[before]
        await bots.sender().kill()
        killed_at, before = datetime.now(UTC), len(bots.sent())
        after_kill = (await bots.creates(before + 1))[before]
        await bots.final_card()

        assert code == 0
        said = [line for line in stopped.log if " accepted as " not in line]
        assert said[-1].endswith(": stopping")
        assert (after_stop.time - stopped_at).total_seconds() < SILENT_S / 2
        assert (after_kill.time - killed_at).total_seconds() < CARRIED_ON_WITHIN_S
        assert sum(replica.is_running for replica in bots.replicas) == 1
        _check_end(bots, calls=12)


async def test_replica_that_comes_back_after_its_death_sends_nothing_and_stops(
    postgresql_url: str,
) -> None:
    async with bot_replicas(postgresql_url, 2) as bots:
        await bots.confirm(150)
        await bots.creates(3)
        paused = bots.sender()
        paused.pause()
        begun = bots.begun_by(paused)
        await bots.creates(len(bots.sent()) + 2)

        # There is plenty left to send for whoever thinks that it may.
        paused.go_on()
        code = await asyncio.wait_for(paused.ended(), 30)
        await bots.final_card()

        assert code == DECLARED_DEAD
        assert "start it again" in paused.log[-1]
        assert bots.begun_by(paused) == begun
        _check_end(bots, calls=15)


async def test_answer_that_a_paused_replica_had_not_read_yet_is_told_in_the_end(
    postgresql_url: str,
) -> None:
    async with bot_replicas(postgresql_url, 2, PREFETCH_REQUEST_TIMEOUT_S="60") as bots:
        bots.stage.vod.levers.slow_seconds = 60.0
        bots.stage.vod.set_fault("vod-slow", times=1, only="create")
        await bots.confirm(30)
        await bots.creates(1)
        await until_cards_are_known(bots.stage)
        paused = bots.sender()
        paused.pause()
        # However busy the machine is, the cloud answers while the replica is paused.
        bots.stage.vod.answer_slow_calls()
        unsure = await bots.final_card()
        known_before = words(unsure)

        paused.go_on()
        code = await asyncio.wait_for(paused.ended(), 30)
        await bots.stage.slack.wait_until(
            lambda: "(succeeded): 30 of 30 ready" in cards(bots.stage)[0].text, 30
        )

        assert "may have been sent" in known_before
        assert code == DECLARED_DEAD
        assert bots.sent_twice() == []
        assert len(bots.sent()) == 3


async def test_replicas_share_one_pace(postgresql_url: str) -> None:
    async with bot_replicas(postgresql_url, 2) as bots:
        for number in range(8):
            await bots.confirm(20, str(number))
        calls = await bots.creates(16)

        times = [call.time.timestamp() for call in calls]
        each_window = PACE * WINDOW_S // 60
        spans = [
            later - earlier for earlier, later in zip(times, times[each_window:], strict=False)
        ]
        assert len(bots.sent_by()) == 2
        assert min(spans) >= WINDOW_S


async def test_schedules_that_fall_due_together_start_once_each(postgresql_url: str) -> None:
    async with bot_replicas(postgresql_url, 2) as bots:
        run_at = int(datetime.now(UTC).timestamp()) + DUE_IN_S
        for number in range(SCHEDULES):
            await bots.confirm(1, str(number), run_at)
        await bots.stage.slack.wait_until(lambda: _succeeded(bots) == SCHEDULES, 60)

        assert min(call.time.timestamp() for call in bots.sent()) >= run_at
        assert len(bots.sent()) == SCHEDULES
        assert _starts(bots) == SCHEDULES
        sums = _check_end(bots, calls=SCHEDULES, requests=SCHEDULES)
        assert sums == Sums(settled=SCHEDULES)


async def test_schedule_of_replicas_that_were_all_away_starts_once_when_they_are_back(
    postgresql_url: str,
) -> None:
    async with bot_replicas(postgresql_url, 2) as bots:
        run_at = int(datetime.now(UTC).timestamp()) + DUE_IN_S
        await bots.confirm(12, run_at=run_at)
        await until_cards_are_known(bots.stage)
        await bots.dismiss()
        await asyncio.sleep(run_at - datetime.now(UTC).timestamp())
        meanwhile = len(bots.sent())

        await bots.start()
        await bots.stage.slack.wait_until(lambda: _succeeded(bots), 60)

        assert meanwhile == 0
        assert _starts(bots) == 1
        assert len(bots.sent()) == 2
        assert _check_end(bots, calls=2) == Sums(settled=12)


async def test_database_that_crashes_and_comes_back_costs_nothing_but_time() -> None:
    with OwnPostgreSql() as server, server.fresh_database() as url:
        async with bot_replicas(url, 2) as bots:
            bots.stage.vod.levers.slow_seconds = 1.0
            await bots.confirm(50)
            await bots.creates(2)
            bots.stage.vod.set_fault("vod-slow", times=1, only="create")
            # The third call is accepted, and its answer comes when there is no database.
            await bots.creates(3)
            server.crash()
            await asyncio.sleep(STOPPED_S)
            meanwhile = len(bots.sent())
            server.start()
            card = await bots.final_card()

            assert meanwhile == 3
            assert "(succeeded): 50 of 50 ready" in card.text
            assert all(replica.is_running for replica in bots.replicas)
            assert _check_end(bots, calls=5) == Sums(settled=50)


def _check_end(bots: BotReplicas, *, calls: int, requests: int = 1) -> Sums:
    """Each file went out at most once, one card a request tells of it, and all books agree."""
    assert bots.sent_twice() == []
    assert len(bots.sent()) <= calls
    assert len(cards(bots.stage)) == requests
    return check_books(bots.stage)


def _succeeded(bots: BotReplicas) -> int:
    return sum("(succeeded)" in card.text for card in cards(bots.stage))


def _starts(bots: BotReplicas) -> int:
    """How many schedules were started, by whichever replica."""
    with reading(bots.stage) as session:
        started = select(AuditRow).where(AuditRow.action == "schedule.started")
        return len(session.exec(started).all())
