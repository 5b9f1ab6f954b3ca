"""Asking for a later time: which moments are taken, and which day's quota they take."""

from datetime import date, timedelta

import pytest
from sqlmodel import select

from bot.rules.draft import Proposal, Receipt
from bot.rules.refusals import DayFull, FarTime, NothingToDecide, PastTime, QuotaExceeded
from bot.rules.states import RequestStatus
from bot.rules.target import Targets, Url
from bot.service.deciding import GivenUp
from storage.tables import AuditRow, RequestRow
from tests.helpers.ledger_sums import Sums, check_ledger
from tests.helpers.said_words import saying
from tests.helpers.service_harness import LAUNCH, MEI, NOON, Desk

DAY = timedelta(days=1)
TODAY, TOMORROW = date(2024, 2, 29), date(2024, 3, 1)
MINUTE = timedelta(minutes=1)


def urls(count: int, folder: str = "a") -> tuple[Url, ...]:
    return tuple(Url(f"https://v.example.com/{folder}/{number}.mp4") for number in range(count))


async def propose(desk: Desk, count: int, after: timedelta | None, folder: str = "a") -> Proposal:
    proposal = await desk.service.drafting.draft(
        Targets(urls(count, folder)),
        actor=MEI,
        channel_id=LAUNCH,
        trigger_key=None,
        run_at=None if after is None else desk.now + after,
    )
    assert proposal is not None
    return proposal


async def schedule(desk: Desk, count: int, after: timedelta, folder: str = "a") -> Receipt:
    proposal = await propose(desk, count, after, folder)
    return await desk.service.confirming.confirm(proposal.draft.id, MEI, proposal.draft.run_at)


async def days(desk: Desk) -> dict[date, Sums]:
    found = await desk.database.transaction(check_ledger)
    return {day: sums for (_, day), sums in found.items() if sums.used}


async def test_later_day_is_charged_and_shown(desk: Desk) -> None:
    await desk.request(*urls(30, "now"))

    proposal = await propose(desk, 12, DAY)
    receipt = await desk.service.confirming.confirm(proposal.draft.id, MEI, proposal.draft.run_at)

    state = await desk.service.asking.status(receipt.request_id, MEI)
    assert (proposal.quota.day.date, proposal.left_after) == (TOMORROW, 88)
    assert (state.status, state.run_at) == (RequestStatus.SCHEDULED, NOON + DAY)
    assert state.quota.left == 70
    assert await days(desk) == {TODAY: Sums(reserved=30), TOMORROW: Sums(reserved=12)}


async def test_moment_of_the_modal_wins_over_that_of_the_draft(desk: Desk) -> None:
    proposal = await propose(desk, 12, DAY)

    receipt = await desk.service.confirming.confirm(proposal.draft.id, MEI, desk.now + 2 * DAY)

    assert (await desk.service.asking.status(receipt.request_id, MEI)).run_at == NOON + 2 * DAY
    assert await days(desk) == {TOMORROW + DAY: Sums(reserved=12)}


async def test_no_later_promise_overruns_a_day_that_is_promised(desk: Desk) -> None:
    await schedule(desk, 95, DAY)

    with pytest.raises(DayFull, check=saying("the quota of 2024-03-01 has about 5 left")):
        await propose(desk, 6, DAY, "more")
    late = await propose(desk, 6, None, "more")
    with pytest.raises(DayFull):
        await desk.service.confirming.confirm(late.draft.id, MEI, desk.now + DAY)
    await schedule(desk, 5, DAY, "fits")
    desk.now += DAY
    with pytest.raises(QuotaExceeded):
        await propose(desk, 1, None, "tomorrow")


async def test_later_today_that_does_not_fit_is_refused_as_today_is(desk: Desk) -> None:
    with pytest.raises(QuotaExceeded, check=saying("are left today")):
        await propose(desk, 101, timedelta(hours=1))


@pytest.mark.parametrize(
    ("after", "refusal"),
    [
        (timedelta(), PastTime),
        (-MINUTE, PastTime),
        (7 * DAY + MINUTE, FarTime),
        (timedelta(days=900), FarTime),
    ],
)
async def test_moment_that_cannot_be_promised_leaves_nothing_behind(
    desk: Desk, after: timedelta, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        await propose(desk, 1, after)
    proposal = await propose(desk, 1, None)
    with pytest.raises(refusal):
        await desk.service.confirming.confirm(proposal.draft.id, MEI, desk.now + after)

    assert await desk.left_behind() == [0, 0, 0]


async def test_last_moment_that_is_taken_is_seven_days_ahead(desk: Desk) -> None:
    await schedule(desk, 1, 7 * DAY)

    assert desk.enqueued


async def test_second_click_after_the_time_has_passed_is_the_same_request(desk: Desk) -> None:
    proposal = await propose(desk, 2, MINUTE)
    first = await desk.service.confirming.confirm(proposal.draft.id, MEI, proposal.draft.run_at)
    desk.now += 2 * MINUTE

    again = await desk.service.confirming.confirm(proposal.draft.id, MEI, proposal.draft.run_at)

    assert again == Receipt(first.request_id, repeated=True)
    assert len(desk.enqueued) == 1


async def test_cancelled_schedule_ends_at_once_and_frees_its_day(desk: Desk) -> None:
    receipt = await schedule(desk, 12, DAY)
    given_up = await desk.service.deciding.cancel(receipt.request_id, MEI)
    with pytest.raises(NothingToDecide):
        await desk.service.deciding.cancel(receipt.request_id, MEI)

    row = await desk.database.transaction(lambda s: s.get_one(RequestRow, receipt.request_id))
    assert given_up == GivenUp(12, goes_on=False)
    assert (row.status, row.ended_at) == (RequestStatus.CANCELLED, NOON)
    assert await days(desk) == {}
    # Once to run it, once to show that it never will.
    assert desk.enqueued == [receipt.request_id] * 2


async def test_audit_says_for_when_it_was_confirmed(desk: Desk) -> None:
    await schedule(desk, 1, DAY)

    facts = await desk.database.transaction(lambda s: s.exec(select(AuditRow)).one().facts)
    assert facts["run_at"] == (NOON + DAY).isoformat()
