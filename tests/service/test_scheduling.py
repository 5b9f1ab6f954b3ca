"""Asking for a later time: which moments are taken, and which day's quota they take."""

from datetime import date, timedelta

import pytest
from sqlmodel import select

from bot.rules.draft import Proposal, Receipt
from bot.rules.refusals import DayFull, FarTime, NothingToDecide, PastTime, QuotaExceeded
from bot.rules.states import RequestStatus
from bot.rules.target import Targets, Url
from bot.service.deciding import Cancelled
from storage.tables import AuditRow, RequestRow
from tests.helpers.ledger_sums import Sums, check_ledger
from tests.helpers.said_words import saying
from tests.helpers.service_harness import LAUNCH, MEI, NOON, ServiceHarness

DAY = timedelta(days=1)
TODAY, TOMORROW = date(2024, 2, 29), date(2024, 3, 1)
MINUTE = timedelta(minutes=1)


def urls(count: int, folder: str = "a") -> tuple[Url, ...]:
    return tuple(Url(f"https://v.example.com/{folder}/{number}.mp4") for number in range(count))


async def propose(
    harness: ServiceHarness, count: int, after: timedelta | None, folder: str = "a"
) -> Proposal:
    proposal = await harness.service.drafting.draft(
        Targets(urls(count, folder)),
        actor=MEI,
        channel_id=LAUNCH,
        trigger_key=None,
        run_at=None if after is None else harness.now + after,
    )
    assert proposal is not None
    return proposal


async def schedule(
    harness: ServiceHarness, count: int, after: timedelta, folder: str = "a"
) -> Receipt:
    proposal = await propose(harness, count, after, folder)
    return await harness.service.confirming.confirm(proposal.draft.id, MEI, proposal.draft.run_at)


async def days(harness: ServiceHarness) -> dict[date, Sums]:
    found = await harness.database.transaction(check_ledger)
    return {day: sums for (_, day), sums in found.items() if sums.used}


async def test_later_day_is_charged_and_shown(harness: ServiceHarness) -> None:
    await harness.request(*urls(30, "now"))

    proposal = await propose(harness, 12, DAY)
    receipt = await harness.service.confirming.confirm(
        proposal.draft.id, MEI, proposal.draft.run_at
    )

    state = await harness.service.asking.status(receipt.request_id, MEI)
    assert (proposal.quota.day.date, proposal.left_after) == (TOMORROW, 88)
    assert (state.status, state.run_at) == (RequestStatus.SCHEDULED, NOON + DAY)
    assert state.quota.left == 70
    assert await days(harness) == {TODAY: Sums(reserved=30), TOMORROW: Sums(reserved=12)}


async def test_moment_of_the_modal_wins_over_that_of_the_draft(harness: ServiceHarness) -> None:
    proposal = await propose(harness, 12, DAY)

    receipt = await harness.service.confirming.confirm(
        proposal.draft.id, MEI, harness.now + 2 * DAY
    )

    assert (await harness.service.asking.status(receipt.request_id, MEI)).run_at == NOON + 2 * DAY
    assert await days(harness) == {TOMORROW + DAY: Sums(reserved=12)}


async def test_no_later_promise_overruns_a_day_that_is_promised(harness: ServiceHarness) -> None:
    await schedule(harness, 95, DAY)

    with pytest.raises(DayFull, check=saying("the quota of 2024-03-01 has about 5 left")):
        await propose(harness, 6, DAY, "more")
    late = await propose(harness, 6, None, "more")
    with pytest.raises(DayFull):
        await harness.service.confirming.confirm(late.draft.id, MEI, harness.now + DAY)
    await schedule(harness, 5, DAY, "fits")
    harness.now += DAY
    with pytest.raises(QuotaExceeded):
        await propose(harness, 1, None, "tomorrow")


async def test_later_today_that_does_not_fit_is_refused_as_today_is(
    harness: ServiceHarness,
) -> None:
    with pytest.raises(QuotaExceeded, check=saying("are left today")):
        await propose(harness, 101, timedelta(hours=1))


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
    harness: ServiceHarness, after: timedelta, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        await propose(harness, 1, after)
    proposal = await propose(harness, 1, None)
    with pytest.raises(refusal):
        await harness.service.confirming.confirm(proposal.draft.id, MEI, harness.now + after)

    assert await harness.left_behind() == [0, 0, 0]


async def test_last_moment_that_is_taken_is_seven_days_ahead(harness: ServiceHarness) -> None:
    await schedule(harness, 1, 7 * DAY)

    assert harness.enqueued


async def test_second_click_after_the_time_has_passed_is_the_same_request(
    harness: ServiceHarness,
) -> None:
    proposal = await propose(harness, 2, MINUTE)
    first = await harness.service.confirming.confirm(proposal.draft.id, MEI, proposal.draft.run_at)
    harness.now += 2 * MINUTE

    again = await harness.service.confirming.confirm(proposal.draft.id, MEI, proposal.draft.run_at)

    assert again == Receipt(first.request_id, repeated=True)
    assert len(harness.enqueued) == 1


async def test_cancelled_schedule_ends_at_once_and_frees_its_day(harness: ServiceHarness) -> None:
    receipt = await schedule(harness, 12, DAY)
    cancelled = await harness.service.deciding.cancel(receipt.request_id, MEI)
    with pytest.raises(NothingToDecide):
        await harness.service.deciding.cancel(receipt.request_id, MEI)

    row = await harness.database.transaction(lambda s: s.get_one(RequestRow, receipt.request_id))
    assert cancelled == Cancelled(12, goes_on=False)
    assert (row.status, row.ended_at) == (RequestStatus.CANCELLED, NOON)
    assert await days(harness) == {}
    # Once to run it, once to show that it never will.
    assert harness.enqueued == [receipt.request_id] * 2


async def test_audit_says_for_when_it_was_confirmed(harness: ServiceHarness) -> None:
    await schedule(harness, 1, DAY)

    facts = await harness.database.transaction(lambda s: s.exec(select(AuditRow)).one().facts)
    assert facts["run_at"] == (NOON + DAY).isoformat()
