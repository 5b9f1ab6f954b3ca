"""Outcomes: each written once, whoever writes it again."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlmodel import Session

from bot.rules.causes import FreeText
from bot.rules.states import CallState, CallStatus, RequestStatus
from bot.rules.target import Asset
from bot.workflows.outcomes import Outcomes
from tests.helpers.ledger_sums import Sums, check_ledger
from tests.helpers.workflow_harness import Workshop, urls, utc_now

pytestmark = pytest.mark.integration

Write = Callable[[Outcomes, Session, str, CallState], None]


def _accept(outcomes: Outcomes, session: Session, request_id: str, call: CallState) -> None:
    outcomes.accept(session, request_id, call, task_id="5" * 32, now=utc_now())


def _reject(outcomes: Outcomes, session: Session, request_id: str, call: CallState) -> None:
    outcomes.reject(session, request_id, call, cause=FreeText("no"), now=utc_now())


def _hold(outcomes: Outcomes, session: Session, request_id: str, call: CallState) -> None:
    outcomes.hold(session, request_id, call, cause=FreeText("no answer"), now=utc_now())


def _put_back(outcomes: Outcomes, session: Session, request_id: str, call: CallState) -> None:
    outcomes.put_back(session, request_id, call, cause=FreeText("not sent"), now=utc_now())


def _exhaust(outcomes: Outcomes, session: Session, request_id: str, call: CallState) -> None:
    outcomes.exhausted(session, request_id, call, cause=FreeText("used up"), now=utc_now())


ENDS: list[tuple[Write, CallStatus, Sums]] = [
    (_accept, CallStatus.PROCESSING, Sums(settled=3)),
    (_reject, CallStatus.REJECTED, Sums()),
    (_hold, CallStatus.UNKNOWN, Sums(held=3)),
    (_exhaust, CallStatus.REJECTED, Sums()),
]


@pytest.mark.parametrize(("first", "status", "sums"), ENDS)
@pytest.mark.parametrize("second", [_reject, _hold, _put_back, _exhaust])
async def test_first_outcome_of_a_call_stands(
    shop: Workshop, first: Write, status: CallStatus, sums: Sums, second: Write
) -> None:
    request_id, call = await _being_sent(shop)
    await _write(shop, first, request_id, call)
    audit = await shop.audit(request_id)

    await _write(shop, second, request_id, call)

    assert await shop.statuses(request_id) == [status]
    assert await _used(shop) == sums.used
    assert await shop.audit(request_id) == audit


async def test_answer_is_written_once(shop: Workshop) -> None:
    request_id, call = await _being_sent(shop)
    await _write(shop, _accept, request_id, call)
    audit = await shop.audit(request_id)

    await _write(shop, _accept, request_id, call)

    assert await _used(shop) == 3
    assert await shop.audit(request_id) == audit


async def test_answer_that_comes_after_all_settles_what_was_held(shop: Workshop) -> None:
    request_id, call = await _being_sent(shop)
    await _write(shop, _hold, request_id, call)

    await _write(shop, _accept, request_id, call)

    assert await shop.statuses(request_id) == [CallStatus.PROCESSING]
    found = await shop.database.transaction(check_ledger)
    assert list(found.values()) == [Sums(settled=3)]
    assert (await shop.row(request_id)).task_id == "5" * 32


async def test_late_answer_is_told_but_not_taken_for_that_of_another_attempt(
    shop: Workshop,
) -> None:
    request_id, call = await _being_sent(shop)
    await _write(shop, _put_back, request_id, call)
    await shop.claim(request_id, 0)

    await _write(shop, _accept, request_id, call)

    assert await shop.statuses(request_id) == [CallStatus.SUBMITTING]
    assert await shop.sums() == Sums(reserved=3)
    assert (await shop.audit(request_id))[-1] == "task.answered_late"


async def test_call_that_is_put_back_keeps_its_reservation(shop: Workshop) -> None:
    request_id, call = await _being_sent(shop)

    await _write(shop, _put_back, request_id, call)

    assert await shop.statuses(request_id) == [CallStatus.QUEUED]
    assert await shop.sums() == Sums(reserved=3)


async def test_used_up_day_is_the_day_of_the_answer(shop: Workshop) -> None:
    request_id, call = await _being_sent(shop)
    tomorrow = utc_now() + timedelta(days=1)

    await shop.database.transaction(
        shop.outcomes.exhausted, request_id, call, cause=FreeText("used up"), now=tomorrow
    )

    assert not (await shop.service.asking.quota()).exhausted
    assert await shop.sums() == Sums()


async def test_end_is_written_once(shop: Workshop) -> None:
    request_id, call = await _being_sent(shop)
    await _write(shop, _reject, request_id, call)
    ended_at = utc_now()

    for minutes in range(3):
        now = ended_at + timedelta(minutes=minutes)
        await shop.database.transaction(shop.outcomes.end, request_id, run=1, now=now)

    assert (await shop.state(request_id)).status is RequestStatus.FAILED
    assert (await shop.audit(request_id)).count("request.failed") == 1


async def test_request_of_which_a_part_is_in_doubt_has_partly_failed(shop: Workshop) -> None:
    request_id = await shop.confirm(Asset("1" * 32), *urls(3))
    await shop.claim(request_id, 0)

    await shop.send_and_follow(request_id)
    await shop.end(request_id)

    assert await shop.statuses(request_id) == [CallStatus.UNKNOWN, CallStatus.SUCCEEDED]
    assert (await shop.state(request_id)).status is RequestStatus.PARTLY_FAILED
    assert await shop.sums() == Sums(settled=3, held=1)


@pytest.mark.parametrize(
    ("sender", "made", "taken_back"),
    [("local", 0, True), ("other", 0, False), ("local", 1, False)],
)
async def test_marker_is_taken_back_by_the_one_who_set_it(
    shop: Workshop, sender: str, made: int, *, taken_back: bool
) -> None:
    """`made` is how many attempts the one who takes it back knows of, before that marker."""
    request_id, call = await _being_sent(shop)

    await shop.database.transaction(
        shop.outcomes.unclaim,
        request_id,
        replace(call, attempts=made),
        sender=sender,
        now=utc_now(),
    )

    after = CallStatus.QUEUED if taken_back else CallStatus.SUBMITTING
    assert await shop.statuses(request_id) == [after]
    assert await shop.sums() == Sums(reserved=3)


async def test_claim_is_a_marker_of_the_attempt(shop: Workshop) -> None:
    request_id, call = await _being_sent(shop)
    await _write(shop, _put_back, request_id, call)
    began = utc_now()

    await shop.claim(request_id, 0, sender="another")

    row = await shop.row(request_id)
    assert (row.status, row.attempts, row.sender) == (CallStatus.SUBMITTING, 2, "another")
    assert row.submitted_at is not None
    assert began <= row.submitted_at <= utc_now()


async def test_files_beyond_the_charge_are_counted_once(shop: Workshop) -> None:
    request_id = await shop.confirm(Asset("1" * 32))
    await shop.claim(request_id, 0)
    (call,) = (await shop.state(request_id)).calls
    await _write(shop, _accept, request_id, call)
    listed = [(f"https://v.example.com/{number}.mp4", "processing") for number in range(3)]

    for _ in range(2):
        (call,) = (await shop.state(request_id)).calls
        await shop.database.transaction(
            shop.outcomes.listed, request_id, call, listed, now=utc_now()
        )

    (found,) = (await shop.state(request_id)).calls
    assert (found.files, len(found.targets)) == (3, 3)
    sums = await shop.database.transaction(check_ledger)
    assert list(sums.values()) == [Sums(settled=3)]


async def _being_sent(shop: Workshop) -> tuple[str, CallState]:
    request_id = await shop.confirm(*urls(3))
    await shop.claim(request_id, 0)
    return request_id, (await shop.state(request_id)).calls[0]


async def _write(shop: Workshop, write: Write, request_id: str, call: CallState) -> None:
    await shop.database.transaction(lambda session: write(shop.outcomes, session, request_id, call))


async def _used(shop: Workshop) -> int:
    """These tests write answers that FakeVod never gave, so only the bot's side is compared."""
    found = await shop.database.transaction(check_ledger)
    return sum(sums.used for sums in found.values())
