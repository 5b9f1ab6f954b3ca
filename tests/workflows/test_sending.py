"""Sending: a marker before each call, nothing sent twice, every outcome in the ledger."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from bot.rules import retry
from bot.rules.causes import Interrupted, Unreachable
from bot.rules.states import CallStatus
from bot.rules.target import Asset, Url
from bot.workflows.cloud_pacing import Operation
from storage.tables import PacingRow
from tests.helpers.defaults import TERMS
from tests.helpers.ledger_sums import Sums
from tests.helpers.said_words import told
from tests.helpers.workflow_harness import Workshop, open_workshop, quick_pace, urls, utc_now

pytestmark = pytest.mark.integration

REJECTED, UNKNOWN = CallStatus.REJECTED, CallStatus.UNKNOWN


async def test_accepted_calls_are_settled_under_their_task_ids(shop: Workshop) -> None:
    request_id = await shop.confirm(Asset("1" * 32), *urls(12))

    await shop.sender.send(request_id)

    state = await shop.state(request_id)
    assert [call.task_id for call in state.calls] == [t.task_id for t in shop.vod.books.tasks]
    assert {call.status for call in state.calls} == {CallStatus.PROCESSING}
    assert await shop.sums() == Sums(settled=13)
    assert await shop.audit(request_id) == ["request.confirmed", *["task.accepted"] * 3]


async def test_calls_hold_exactly_what_was_planned(shop: Workshop) -> None:
    request_id = await shop.confirm(Asset("1" * 32), *urls(12))

    await shop.sender.send(request_id)

    planned = [
        tuple(state.target for state in call.targets)
        for call in (await shop.state(request_id)).calls
    ]
    assert planned == [(Asset("1" * 32),), tuple(urls(12)[:10]), tuple(urls(12)[10:])]
    assert [(call.asset_id, len(call.urls)) for call in shop.vod.books.tasks] == [
        ("1" * 32, 1),
        (None, 10),
        (None, 2),
    ]


async def test_marker_is_committed_before_the_call_goes_out(hasty_shop: Workshop) -> None:
    request_id = await hasty_shop.confirm(*urls(3))
    hasty_shop.vod.set_fault("vod-timeout")

    sending = asyncio.create_task(hasty_shop.sender.send(request_id))
    await hasty_shop.vod.next_call(operation="create")
    # Another connection sees only what is committed.
    with hasty_shop.database.engine.connect() as connection:
        row = connection.exec_driver_sql("SELECT status, attempts, task_id FROM task").one()
    await sending

    assert tuple(row) == ("submitting", 1, None)


async def test_call_without_an_answer_is_held_and_not_repeated(hasty_shop: Workshop) -> None:
    request_id = await hasty_shop.confirm(*urls(12))
    hasty_shop.vod.set_fault("vod-timeout", times=1)

    await hasty_shop.sender.send(request_id)
    await hasty_shop.sender.send(request_id)

    assert await hasty_shop.statuses(request_id) == [UNKNOWN, CallStatus.PROCESSING]
    assert len(hasty_shop.creates()) == 2
    assert await hasty_shop.sums() == Sums(settled=2, held=10)
    assert "task.unknown" in await hasty_shop.audit(request_id)
    causes = (await hasty_shop.state(request_id)).calls[0].causes
    assert "did not answer in time" in told(causes)


@pytest.mark.parametrize(
    ("fault", "status", "calls"),
    [
        ("vod-500", UNKNOWN, 2),
        ("vod-500-after", UNKNOWN, 2),
        ("vod-502-html", UNKNOWN, 2),
        ("vod-reset", UNKNOWN, 2),
        ("vod-reset-after", UNKNOWN, 2),
        ("vod-empty", UNKNOWN, 2),
        ("vod-garbage", UNKNOWN, 2),
        ("vod-huge", UNKNOWN, 2),
        ("vod-redirect", UNKNOWN, 2),
        ("vod-unknown-code", REJECTED, 2),
        ("vod-not-published", REJECTED, 2),
        # The next call would meet these as well.
        ("vod-401", REJECTED, 1),
        ("vod-token-expired", REJECTED, 1),
        ("vod-403-arrears", REJECTED, 1),
        ("quota-exhausted", REJECTED, 1),
    ],
)
async def test_trouble_ends_every_task_with_the_ledger_right(
    shop: Workshop, fault: str, status: CallStatus, calls: int
) -> None:
    request_id = await shop.confirm(*urls(12))
    shop.vod.set_fault(fault)

    await shop.sender.send(request_id)

    assert await shop.statuses(request_id) == [status] * 2
    assert len(shop.creates()) == calls
    assert await shop.sums() == (Sums(held=12) if status is UNKNOWN else Sums())
    assert await shop.audit(request_id) == ["request.confirmed", *[f"task.{status}"] * 2]
    assert all(call.causes for call in (await shop.state(request_id)).calls)


async def test_refusal_of_one_asset_leaves_the_others_alone(shop: Workshop) -> None:
    request_id = await shop.confirm(Asset("1" * 32), Asset("2" * 32), *urls(2))
    shop.vod.set_fault("vod-not-published", times=1)

    await shop.sender.send(request_id)

    assert await shop.statuses(request_id) == [REJECTED, *[CallStatus.PROCESSING] * 2]
    assert await shop.sums() == Sums(settled=3)


async def test_used_up_day_releases_the_rest_and_promises_nothing_more(shop: Workshop) -> None:
    shop.vod.levers.daily_limit = 10
    request_id = await shop.confirm(*urls(32))

    await shop.sender.send(request_id)

    assert await shop.statuses(request_id) == [CallStatus.PROCESSING, *[REJECTED] * 3]
    assert len(shop.creates()) == 2
    assert await shop.sums() == Sums(settled=10)
    quota = await shop.service.asking.quota()
    assert (quota.exhausted, quota.left) == (True, 0)


async def test_throttled_call_pushes_everybodys_turn_back_and_is_sent_again(
    shop: Workshop,
) -> None:
    request_id = await shop.confirm(*urls(3))
    shop.vod.set_fault("vod-429", times=1)

    await shop.sender.send(request_id)

    first, second = shop.creates()
    assert (first.status, second.status) == (429, 202)
    # FakeVod's Retry-After is one second.
    assert (second.time - first.time).total_seconds() >= 1
    assert await shop.statuses(request_id) == [CallStatus.PROCESSING]
    assert (await shop.row(request_id)).attempts == 2
    assert await shop.sums() == Sums(settled=3)


async def test_throttled_call_leaves_a_pushed_back_pacing_row(shop: Workshop) -> None:
    shop.vod.levers.retry_after_s = 300
    request_id = await shop.confirm(*urls(3))
    shop.vod.set_fault("vod-429", times=1)
    before = utc_now().timestamp()

    sending = asyncio.create_task(shop.sender.send(request_id))
    await shop.vod.next_call(operation="create")
    pushed_back = await _pacing_beyond(shop, before + 299)
    await _cancel(sending)

    assert pushed_back
    assert await shop.statuses(request_id) == [CallStatus.QUEUED]
    assert await shop.sums() == Sums(reserved=3)


async def test_call_that_never_reached_the_cloud_is_sent_once_it_can_be(shop: Workshop) -> None:
    request_id = await shop.confirm(*urls(3))
    shop.vod.set_fault("vod-refused")

    sending = asyncio.create_task(shop.sender.send(request_id))
    while not (row := await shop.row(request_id)).reason:
        assert row.status in {CallStatus.QUEUED, CallStatus.SUBMITTING}
    shop.vod.clear_fault("vod-refused")
    await sending

    assert row.status == CallStatus.QUEUED
    assert len(shop.creates()) == 1
    assert await shop.sums() == Sums(settled=3)
    assert (await shop.row(request_id)).reason == ()


async def test_cloud_out_of_reach_for_half_an_hour_releases_everything(
    shop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retry, "UNREACHABLE_GIVE_UP_S", 1.0)
    request_id = await shop.confirm(*urls(12))
    shop.vod.set_fault("vod-refused")

    await shop.sender.send(request_id)

    assert await shop.statuses(request_id) == [REJECTED] * 2
    assert {call.causes for call in (await shop.state(request_id)).calls} == {(Unreachable(),)}
    assert await shop.sums() == Sums()


async def test_outage_does_not_put_the_whole_list_in_doubt(
    shop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retry, "UNREACHABLE_GIVE_UP_S", 1.0)
    request_id = await shop.confirm(*urls(32))
    shop.vod.set_fault("vod-502-html")

    await shop.sender.send(request_id)

    first, *rest = await shop.statuses(request_id)
    assert first is CallStatus.UNKNOWN
    assert rest == [REJECTED] * 3
    assert await shop.sums() == Sums(held=10)


async def test_call_that_will_be_repeated_asks_nobody_to_repeat_it(shop: Workshop) -> None:
    request_id = await shop.confirm(*urls(3))
    shop.vod.set_fault("vod-refused")

    sending = asyncio.create_task(shop.sender.send(request_id))
    while not (row := await shop.row(request_id)).reason:
        assert row.status in {CallStatus.QUEUED, CallStatus.SUBMITTING}
    await _cancel(sending)

    assert told(row.reason).endswith("Nothing was sent; the bot tries again by itself.")


async def test_call_of_an_earlier_life_is_held_and_never_sent_again(shop: Workshop) -> None:
    request_id = await shop.confirm(*urls(12))
    await shop.claim(request_id, 0)

    await shop.sender.send(request_id)
    await shop.sender.send(request_id)

    assert await shop.statuses(request_id) == [UNKNOWN, CallStatus.PROCESSING]
    assert (await shop.state(request_id)).calls[0].causes == (Interrupted(),)
    (create,) = shop.creates()
    assert all(target.address not in create.body for target in _first_ten())
    assert await shop.sums() == Sums(settled=2, held=10)


async def test_call_in_flight_is_finished_and_recorded_when_the_bot_stops(
    shop: Workshop,
) -> None:
    request_id = await shop.confirm(*urls(12))
    shop.vod.set_fault("vod-slow")

    sending = asyncio.create_task(shop.sender.send(request_id))
    await shop.vod.next_call(operation="create")
    await _cancel(sending)

    assert await shop.statuses(request_id) == [CallStatus.PROCESSING, CallStatus.QUEUED]
    assert len(shop.creates()) == 1
    assert await shop.sums() == Sums(settled=10, reserved=2)


async def test_beginning_sends_the_first_call_alone(shop: Workshop) -> None:
    request_id = await shop.confirm(*urls(25))

    await shop.sender.begin(request_id)

    assert [len(call.urls) for call in shop.vod.books.tasks] == [10]
    assert await shop.statuses(request_id) == [
        CallStatus.PROCESSING,
        CallStatus.QUEUED,
        CallStatus.QUEUED,
    ]
    assert await shop.sums() == Sums(reserved=15, settled=10)


async def test_beginning_leaves_what_would_have_to_wait_to_the_queue(tmp_path: Path) -> None:
    async with open_workshop(tmp_path, pace=quick_pace(creates_per_minute=1)) as shop:
        first, second = await shop.confirm(*urls(1)), await shop.confirm(*urls(1, "b"))

        await shop.sender.begin(first)
        await shop.sender.begin(second)

        assert await shop.statuses(first) == [CallStatus.PROCESSING]
        assert await shop.statuses(second) == [CallStatus.QUEUED]


async def test_first_call_goes_out_beside_the_queue_and_nothing_twice(shop: Workshop) -> None:
    request_id = await shop.confirm(*urls(25))

    await asyncio.gather(shop.sender.begin(request_id), shop.sender.send(request_id))

    assert len(shop.creates()) == 3
    assert [len(call.urls) for call in shop.vod.books.tasks] == [10, 10, 5]
    assert await shop.statuses(request_id) == [CallStatus.PROCESSING] * 3
    assert (await shop.sums()).settled == 25


async def test_first_call_of_a_schedule_waits_for_its_time(shop: Workshop) -> None:
    request_id = await shop.confirm(*urls(1), run_at=shop.now() + timedelta(hours=1))

    await shop.sender.begin(request_id)

    assert shop.creates() == []


async def test_second_sender_of_a_request_sends_nothing_twice(shop: Workshop) -> None:
    request_id = await shop.confirm(*urls(3))
    shop.vod.set_fault("vod-slow", times=1)

    first = asyncio.create_task(shop.sender.send(request_id))
    await shop.vod.next_call(operation="create")
    await shop.sender.send(request_id)
    await first

    assert len(shop.creates()) == 1
    assert (await shop.sums()).used == 3


async def test_requests_that_are_sent_at_once_share_one_pace(tmp_path: Path) -> None:
    async with open_workshop(tmp_path, pace=quick_pace(creates_per_minute=300)) as shop:
        request_ids = [await shop.confirm(*urls(2, folder)) for folder in "abcd"]

        await asyncio.gather(*(shop.sender.send(request_id) for request_id in request_ids))

        creates = shop.creates()
        # Turns are 0.2 s apart; what happens after a turn may take a little more or less.
        assert (creates[-1].time - creates[0].time).total_seconds() > 0.5
        assert await shop.sums() == Sums(settled=8)


async def _pacing_beyond(shop: Workshop, moment: float) -> bool:
    """Whether the turn of creating comes after the moment, within ten seconds of looking."""
    async with asyncio.timeout(10):
        while True:
            row = await shop.database.transaction(
                lambda session: session.get(PacingRow, (TERMS.tenant, Operation.CREATE))
            )
            if row is not None and row.next_at >= moment:
                return True


async def _cancel(call: asyncio.Task[None]) -> None:
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call


def _first_ten() -> list[Url]:
    return [target for target in urls(10) if isinstance(target, Url)]
