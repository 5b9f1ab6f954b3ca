"""Sending: a marker before each call, nothing sent twice, every outcome in the ledger."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import event, text
from sqlmodel import Session

from bot.rules import retry
from bot.rules.causes import Interrupted, Unreachable
from bot.rules.states import CallStatus
from bot.rules.target import Asset, Url
from bot.vod.errors import BadRequest, NotSent, Throttled, VodError
from bot.workflows.cloud_pacing import Operation
from bot.workflows.sending import STANDS_STILL_S
from storage import requests
from storage.tables import PacingRow
from tests.helpers.defaults import TERMS
from tests.helpers.ledger_sums import Sums
from tests.helpers.said_words import told
from tests.helpers.workflow_harness import BotParts, open_parts, quick_pace, urls, utc_now

pytestmark = pytest.mark.integration

REJECTED, UNKNOWN = CallStatus.REJECTED, CallStatus.UNKNOWN


async def test_accepted_calls_are_settled_under_their_task_ids(parts: BotParts) -> None:
    request_id = await parts.confirm(Asset("1" * 32), *urls(12))

    await parts.sender.send(request_id)

    state = await parts.state(request_id)
    assert [call.task_id for call in state.calls] == [t.task_id for t in parts.vod.books.tasks]
    assert {call.status for call in state.calls} == {CallStatus.PROCESSING}
    assert await parts.sums() == Sums(settled=13)
    assert await parts.audit(request_id) == ["request.confirmed", *["task.accepted"] * 3]


async def test_calls_hold_exactly_what_was_planned(parts: BotParts) -> None:
    request_id = await parts.confirm(Asset("1" * 32), *urls(12))

    await parts.sender.send(request_id)

    planned = [
        tuple(state.target for state in call.targets)
        for call in (await parts.state(request_id)).calls
    ]
    assert planned == [(Asset("1" * 32),), tuple(urls(12)[:10]), tuple(urls(12)[10:])]
    assert [(call.asset_id, len(call.urls)) for call in parts.vod.books.tasks] == [
        ("1" * 32, 1),
        (None, 10),
        (None, 2),
    ]


async def test_marker_is_committed_before_the_call_goes_out(
    parts_with_short_timeout: BotParts,
) -> None:
    request_id = await parts_with_short_timeout.confirm(*urls(3))
    parts_with_short_timeout.vod.set_fault("vod-timeout")

    sending = asyncio.create_task(parts_with_short_timeout.sender.send(request_id))
    await parts_with_short_timeout.vod.next_call(operation="create")
    # Another connection sees only what is committed.
    with parts_with_short_timeout.database.engine.connect() as connection:
        row = connection.exec_driver_sql("SELECT status, attempts, task_id FROM task").one()
    await sending

    assert tuple(row) == ("submitting", 1, None)


async def test_call_without_an_answer_is_held_and_not_repeated(
    parts_with_short_timeout: BotParts,
) -> None:
    request_id = await parts_with_short_timeout.confirm(*urls(12))
    parts_with_short_timeout.vod.set_fault("vod-timeout", times=1)

    await parts_with_short_timeout.sender.send(request_id)
    await parts_with_short_timeout.sender.send(request_id)

    assert await parts_with_short_timeout.statuses(request_id) == [UNKNOWN, CallStatus.PROCESSING]
    assert len(parts_with_short_timeout.creates()) == 2
    assert await parts_with_short_timeout.sums() == Sums(settled=2, held=10)
    assert "task.unknown" in await parts_with_short_timeout.audit(request_id)
    causes = (await parts_with_short_timeout.state(request_id)).calls[0].causes
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
        ("VOD.10058", REJECTED, 2),
        # The next call would meet these as well.
        ("vod-401", REJECTED, 1),
        ("vod-token-expired", REJECTED, 1),
        ("vod-403-arrears", REJECTED, 1),
    ],
)
async def test_trouble_ends_every_task_with_the_ledger_right(
    parts: BotParts, fault: str, status: CallStatus, calls: int
) -> None:
    request_id = await parts.confirm(*urls(12))
    parts.vod.set_fault(fault)

    await parts.sender.send(request_id)

    assert await parts.statuses(request_id) == [status] * 2
    assert len(parts.creates()) == calls
    assert await parts.sums() == (Sums(held=12) if status is UNKNOWN else Sums())
    assert await parts.audit(request_id) == ["request.confirmed", *[f"task.{status}"] * 2]
    assert all(call.causes for call in (await parts.state(request_id)).calls)


async def test_refusal_of_one_asset_leaves_the_others_alone(parts: BotParts) -> None:
    request_id = await parts.confirm(Asset("1" * 32), Asset("2" * 32), *urls(2))
    parts.vod.set_fault("vod-not-published", times=1)

    await parts.sender.send(request_id)

    assert await parts.statuses(request_id) == [REJECTED, *[CallStatus.PROCESSING] * 2]
    assert await parts.sums() == Sums(settled=3)


async def test_used_up_day_releases_the_rest_and_promises_nothing_more(parts: BotParts) -> None:
    parts.vod.levers.daily_limit = 10
    request_id = await parts.confirm(*urls(32))

    await parts.sender.send(request_id)

    first, *rest = await parts.statuses(request_id)
    assert (first, {*rest}) == (CallStatus.PROCESSING, {REJECTED})
    # The cloud is asked for ten files, five, three, two and one before the day counts as used up.
    assert len(parts.creates()) == 1 + 5
    assert await parts.sums() == Sums(settled=10)
    quota = await parts.service.asking.quota()
    assert (quota.exhausted, quota.left) == (True, 0)


async def test_throttled_call_pushes_everybodys_turn_back_and_is_sent_again(
    parts: BotParts,
) -> None:
    request_id = await parts.confirm(*urls(3))
    parts.vod.set_fault("vod-429", times=1)

    await parts.sender.send(request_id)

    first, second = parts.creates()
    assert (first.status, second.status) == (429, 202)
    # FakeVod's Retry-After is one second.
    assert (second.time - first.time).total_seconds() >= 1
    assert await parts.statuses(request_id) == [CallStatus.PROCESSING]
    assert (await parts.row(request_id)).attempts == 2
    assert await parts.sums() == Sums(settled=3)


async def test_throttled_call_leaves_a_pushed_back_pacing_row(parts: BotParts) -> None:
    parts.vod.levers.retry_after_s = 300
    request_id = await parts.confirm(*urls(3))
    parts.vod.set_fault("vod-429", times=1)
    before = utc_now().timestamp()

    sending = asyncio.create_task(parts.sender.send(request_id))
    await parts.vod.next_call(operation="create")
    pushed_back = await _pacing_beyond(parts, before + 299)
    await _cancel(sending)

    assert pushed_back
    assert await parts.statuses(request_id) == [CallStatus.QUEUED]
    assert await parts.sums() == Sums(reserved=3)


async def test_call_that_never_reached_the_cloud_is_sent_once_it_can_be(parts: BotParts) -> None:
    request_id = await parts.confirm(*urls(3))
    parts.vod.set_fault("vod-refused")

    sending = asyncio.create_task(parts.sender.send(request_id))
    while not (row := await parts.row(request_id)).reason:
        assert row.status in {CallStatus.QUEUED, CallStatus.SUBMITTING}
    parts.vod.clear_fault("vod-refused")
    await sending

    assert row.status == CallStatus.QUEUED
    assert len(parts.creates()) == 1
    assert await parts.sums() == Sums(settled=3)
    assert (await parts.row(request_id)).reason == ()


async def test_cloud_out_of_reach_for_half_an_hour_releases_everything(
    parts: BotParts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retry, "UNREACHABLE_GIVE_UP_S", 1.0)
    request_id = await parts.confirm(*urls(12))
    parts.vod.set_fault("vod-refused")

    await parts.sender.send(request_id)

    assert await parts.statuses(request_id) == [REJECTED] * 2
    assert {call.causes for call in (await parts.state(request_id)).calls} == {(Unreachable(),)}
    assert await parts.sums() == Sums()


async def test_outage_does_not_put_the_whole_list_in_doubt(
    parts: BotParts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retry, "UNREACHABLE_GIVE_UP_S", 1.0)
    request_id = await parts.confirm(*urls(32))
    parts.vod.set_fault("vod-502-html")

    await parts.sender.send(request_id)

    first, *rest = await parts.statuses(request_id)
    assert first is CallStatus.UNKNOWN
    assert rest == [REJECTED] * 3
    assert await parts.sums() == Sums(held=10)


async def test_call_that_will_be_repeated_asks_nobody_to_repeat_it(parts: BotParts) -> None:
    request_id = await parts.confirm(*urls(3))
    parts.vod.set_fault("vod-refused")

    sending = asyncio.create_task(parts.sender.send(request_id))
    while not (row := await parts.row(request_id)).reason:
        assert row.status in {CallStatus.QUEUED, CallStatus.SUBMITTING}
    await _cancel(sending)

    assert told(row.reason).endswith("Nothing was sent; the bot tries again by itself.")


async def test_call_of_an_earlier_life_is_held_and_never_sent_again(parts: BotParts) -> None:
    request_id = await parts.confirm(*urls(12))
    await parts.claim(request_id, 0)

    await parts.sender.send(request_id)
    await parts.sender.send(request_id)

    assert await parts.statuses(request_id) == [UNKNOWN, CallStatus.PROCESSING]
    assert (await parts.state(request_id)).calls[0].causes == (Interrupted(),)
    (create,) = parts.creates()
    assert all(target.address not in create.body for target in _first_ten())
    assert await parts.sums() == Sums(settled=2, held=10)


async def test_call_in_flight_is_finished_and_recorded_when_the_bot_stops(
    parts: BotParts,
) -> None:
    request_id = await parts.confirm(*urls(12))
    parts.vod.set_fault("vod-slow")

    sending = asyncio.create_task(parts.sender.send(request_id))
    await parts.vod.next_call(operation="create")
    await _cancel(sending)

    assert await parts.statuses(request_id) == [CallStatus.PROCESSING, CallStatus.QUEUED]
    assert len(parts.creates()) == 1
    assert await parts.sums() == Sums(settled=10, reserved=2)


async def test_answer_that_comes_after_the_end_opens_the_request_again(parts: BotParts) -> None:
    request_id = await parts.confirm(*urls(3))
    parts.vod.set_fault("vod-slow")
    sending = asyncio.create_task(parts.sender.send(request_id))
    await parts.vod.next_call(operation="create")

    known_before = await _declared_dead(parts, request_id)
    await sending

    row = await parts.database.transaction(requests.row, request_id)
    assert known_before == [UNKNOWN]
    assert (row.runs, row.ended_at) == (2, None)
    assert await parts.statuses(request_id) == [CallStatus.PROCESSING]
    assert await parts.sums() == Sums(settled=3)


@pytest.mark.parametrize("error", [NotSent("not reached"), BadRequest("no"), Throttled("slowly")])
async def test_refusal_that_comes_after_the_end_opens_the_request_again(
    parts: BotParts, error: VodError
) -> None:
    request_id = await parts.confirm(*urls(3))
    await parts.claim(request_id, 0)
    (call,) = (await parts.state(request_id)).calls
    known_before = await _declared_dead(parts, request_id)

    await parts.sender._take_error(request_id, call, error)

    row = await parts.database.transaction(requests.row, request_id)
    assert known_before == [UNKNOWN]
    assert (row.runs, row.ended_at) == (2, None)
    (found,) = (await parts.state(request_id)).calls
    assert found.status is REJECTED
    assert "tries again" not in told(found.causes)
    assert await parts.sums() == Sums()


async def test_beginning_sends_the_first_call_alone(parts: BotParts) -> None:
    request_id = await parts.confirm(*urls(25))

    await parts.sender.begin(request_id)

    assert [len(call.urls) for call in parts.vod.books.tasks] == [10]
    assert await parts.statuses(request_id) == [
        CallStatus.PROCESSING,
        CallStatus.QUEUED,
        CallStatus.QUEUED,
    ]
    assert await parts.sums() == Sums(reserved=15, settled=10)


async def test_beginning_leaves_what_would_have_to_wait_to_the_queue(tmp_path: Path) -> None:
    async with open_parts(tmp_path, pace=quick_pace(creates_per_minute=1)) as parts:
        first, second = await parts.confirm(*urls(1)), await parts.confirm(*urls(1, "b"))

        await parts.sender.begin(first)
        await parts.sender.begin(second)

        assert await parts.statuses(first) == [CallStatus.PROCESSING]
        assert await parts.statuses(second) == [CallStatus.QUEUED]


async def test_first_call_goes_out_beside_the_queue_and_nothing_twice(parts: BotParts) -> None:
    request_id = await parts.confirm(*urls(25))

    await asyncio.gather(parts.sender.begin(request_id), parts.sender.send(request_id))

    assert len(parts.creates()) == 3
    assert [len(call.urls) for call in parts.vod.books.tasks] == [10, 10, 5]
    assert await parts.statuses(request_id) == [CallStatus.PROCESSING] * 3
    assert (await parts.sums()).settled == 25


async def test_call_whose_answer_cannot_be_stored_beside_the_queue_is_in_doubt(
    tmp_path: Path,
) -> None:
    """On another replica `send` passes over the marker of a process that lives."""
    async with open_parts(tmp_path) as parts:
        request_id = await parts.confirm(*urls(1))
        await parts.database.transaction(_refuse_answers)

        await parts.sender.begin(request_id)

        assert len(parts.creates()) == 1
        assert await parts.statuses(request_id) == [UNKNOWN]
        assert await parts.sums() == Sums(held=1)


def _refuse_answers(session: Session) -> None:
    session.execute(
        text(
            "CREATE TRIGGER spoilt BEFORE UPDATE ON task WHEN NEW.status = 'processing'"
            " BEGIN SELECT RAISE(ABORT, 'no answer is stored'); END"
        )
    )


async def test_process_that_stood_still_before_its_call_does_not_make_it(tmp_path: Path) -> None:
    """Others may have declared it dead meanwhile, and an operator may have sent the call again."""
    late = timedelta()

    def stand_still(*_: object) -> None:
        nonlocal late
        late = timedelta(seconds=STANDS_STILL_S + 1)

    async with open_parts(tmp_path, now=lambda: utc_now() + late) as parts:
        request_id = await parts.confirm(*urls(1))
        (call,) = (await parts.state(request_id)).calls
        event.listen(parts.database.engine, "commit", stand_still)

        found = await parts.sender._send_one(request_id, call)

        assert isinstance(found, NotSent)
        assert parts.creates() == []
        assert await parts.statuses(request_id) == [CallStatus.QUEUED]
        await parts.sender.send(request_id)
        assert len(parts.creates()) == 1
        assert await parts.sums() == Sums(settled=1)


async def test_first_call_of_a_schedule_waits_for_its_time(parts: BotParts) -> None:
    request_id = await parts.confirm(*urls(1), run_at=parts.now() + timedelta(hours=1))

    await parts.sender.begin(request_id)

    assert parts.creates() == []


async def test_second_sender_of_a_request_sends_nothing_twice(parts: BotParts) -> None:
    request_id = await parts.confirm(*urls(3))
    parts.vod.set_fault("vod-slow", times=1)

    first = asyncio.create_task(parts.sender.send(request_id))
    await parts.vod.next_call(operation="create")
    await parts.sender.send(request_id)
    await first

    assert len(parts.creates()) == 1
    assert (await parts.sums()).used == 3


async def test_requests_that_are_sent_at_once_share_one_pace(tmp_path: Path) -> None:
    async with open_parts(tmp_path, pace=quick_pace(creates_per_minute=300)) as parts:
        request_ids = [await parts.confirm(*urls(2, folder)) for folder in "abcd"]

        await asyncio.gather(*(parts.sender.send(request_id) for request_id in request_ids))

        creates = parts.creates()
        # Turns are 0.2 s apart; what happens after a turn may take a little more or less.
        assert (creates[-1].time - creates[0].time).total_seconds() > 0.5
        assert await parts.sums() == Sums(settled=8)


async def _pacing_beyond(parts: BotParts, moment: float) -> bool:
    """Whether the turn of creating comes after the moment, within ten seconds of looking."""
    async with asyncio.timeout(10):
        while True:
            row = await parts.database.transaction(
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


async def _declared_dead(parts: BotParts, request_id: str) -> list[CallStatus]:
    """Another process declares this one dead and ends the request; the statuses after that."""
    await parts.database.transaction(
        parts.outcomes.hold_interrupted, request_id, me="another", in_flight=(), now=utc_now()
    )
    await parts.end(request_id)
    return await parts.statuses(request_id)
