"""Starting what was scheduled: once, at its time, and only what may still be sent."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlmodel import Session, col, select

from bot.rules.states import RequestStatus
from bot.rules.target import Targets, Url
from bot.workflows.outcomes import Outcomes
from bot.workflows.starting import Starter
from storage.tables import AuditRow
from tests.helpers.ledger_sums import Sums
from tests.helpers.service_harness import LAUNCH, MEI, Desk
from tests.helpers.workflow_harness import Workshop, quick_pace, urls, utc_now

HOUR = timedelta(hours=1)
AT_ONCE = 8
FILMS = tuple(Url(f"https://v.example.com/{number}.mp4") for number in range(12))


@pytest.mark.integration
async def test_whoever_is_woken_too_early_waits_for_the_time(shop: Workshop) -> None:
    run_at = utc_now() + timedelta(seconds=2)
    request_id = await shop.confirm(*urls(3), run_at=run_at)

    await shop.starter.start(request_id)

    assert utc_now() >= run_at
    assert (await shop.state(request_id)).status is RequestStatus.RUNNING


async def test_many_who_start_one_request_at_once_start_it_once(desk: Desk) -> None:
    request_id = await _due(desk)

    await asyncio.gather(*(_starter(desk).start(request_id) for _ in range(AT_ONCE)))

    assert await _actions(desk) == ["request.confirmed", "schedule.started"]
    assert await desk.sums() == Sums(reserved=12)


async def test_many_who_refuse_one_request_at_once_free_its_files_once(desk: Desk) -> None:
    request_id = await _due(desk)
    desk.policy = replace(desk.policy, denied_users=frozenset({MEI.user_id}))

    await asyncio.gather(*(_starter(desk).start(request_id) for _ in range(AT_ONCE)))

    assert await _actions(desk) == ["request.confirmed", "schedule.refused", *["task.rejected"] * 2]
    assert await desk.sums() == Sums()


@pytest.mark.parametrize(
    "order", [slice(None), slice(None, None, -1)], ids=["cancel first", "start first"]
)
async def test_cancelled_at_the_moment_of_its_start_it_is_not_sent(
    desk: Desk, order: slice
) -> None:
    request_id = await _due(desk)
    steps = [
        desk.service.deciding.cancel(request_id, MEI),
        _starter(desk).start(request_id),
    ]

    await asyncio.gather(*steps[order])
    # The workflow comes to its end in either case.
    await desk.database.transaction(
        Outcomes(desk.terms, quick_pace()).end, request_id, run=1, now=desk.now
    )

    state = await desk.service.asking.status(request_id, MEI)
    assert state.status is RequestStatus.CANCELLED
    assert (await _actions(desk)).count("request.cancelled") == 1
    assert await desk.sums() == Sums()


async def _due(desk: Desk) -> str:
    """A request whose time has just come."""
    proposal = await desk.service.drafting.draft(
        Targets(FILMS),
        actor=MEI,
        channel_id=LAUNCH,
        trigger_key=None,
        run_at=desk.now + HOUR,
    )
    assert proposal is not None
    receipt = await desk.service.confirming.confirm(proposal.draft.id, MEI, proposal.draft.run_at)
    desk.now += HOUR
    return receipt.request_id


def _starter(desk: Desk) -> Starter:
    return Starter(
        desk.database, Outcomes(desk.terms, quick_pace()), policy=desk.policy, now=lambda: desk.now
    )


async def _actions(desk: Desk) -> list[str]:
    """All of the audit trail, oldest first."""
    return await desk.database.transaction(_trail)


def _trail(session: Session) -> list[str]:
    return list(session.exec(select(AuditRow.action).order_by(col(AuditRow.id))))
