"""Starting what was scheduled: once, at its time, and only what may still be sent."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlmodel import Session, col, select

from bot.rules.states import RequestStatus
from bot.rules.target import Targets, Url
from bot.workflows.outcomes import Outcomes
from bot.workflows.scheduled_start import Starter
from storage.tables import AuditRow
from tests.helpers.ledger_sums import Sums
from tests.helpers.service_harness import LAUNCH, MEI, ServiceHarness
from tests.helpers.workflow_harness import BotParts, quick_pace, urls, utc_now

HOUR = timedelta(hours=1)
AT_ONCE = 8
FILMS = tuple(Url(f"https://v.example.com/{number}.mp4") for number in range(12))


@pytest.mark.integration
async def test_whoever_is_woken_too_early_waits_for_the_time(parts: BotParts) -> None:
    run_at = utc_now() + timedelta(seconds=2)
    request_id = await parts.confirm(*urls(3), run_at=run_at)

    await parts.starter.start(request_id)

    assert utc_now() >= run_at
    assert (await parts.state(request_id)).status is RequestStatus.RUNNING


async def test_many_who_start_one_request_at_once_start_it_once(harness: ServiceHarness) -> None:
    request_id = await _due(harness)

    await asyncio.gather(*(_starter(harness).start(request_id) for _ in range(AT_ONCE)))

    assert await _actions(harness) == ["request.confirmed", "schedule.started"]
    assert await harness.sums() == Sums(reserved=12)


async def test_many_who_refuse_one_request_at_once_free_its_files_once(
    harness: ServiceHarness,
) -> None:
    request_id = await _due(harness)
    harness.policy = replace(harness.policy, denied_users=frozenset({MEI.user_id}))

    await asyncio.gather(*(_starter(harness).start(request_id) for _ in range(AT_ONCE)))

    assert await _actions(harness) == [
        "request.confirmed",
        "schedule.refused",
        *["task.rejected"] * 2,
    ]
    assert await harness.sums() == Sums()


@pytest.mark.parametrize(
    "order", [slice(None), slice(None, None, -1)], ids=["cancel first", "start first"]
)
async def test_cancelled_at_the_moment_of_its_start_it_is_not_sent(
    harness: ServiceHarness, order: slice
) -> None:
    request_id = await _due(harness)
    steps = [
        harness.service.deciding.cancel(request_id, MEI),
        _starter(harness).start(request_id),
    ]

    await asyncio.gather(*steps[order])
    # The workflow comes to its end in either case.
    await harness.database.transaction(
        Outcomes(harness.terms, quick_pace()).end, request_id, run=1, now=harness.now
    )

    state = await harness.service.asking.status(request_id, MEI)
    assert state.status is RequestStatus.CANCELLED
    assert (await _actions(harness)).count("request.cancelled") == 1
    assert await harness.sums() == Sums()


async def _due(harness: ServiceHarness) -> str:
    """A request whose time has just come."""
    proposal = await harness.service.drafting.draft(
        Targets(FILMS),
        actor=MEI,
        channel_id=LAUNCH,
        trigger_key=None,
        run_at=harness.now + HOUR,
    )
    assert proposal is not None
    receipt = await harness.service.confirming.confirm(
        proposal.draft.id, MEI, proposal.draft.run_at
    )
    harness.now += HOUR
    return receipt.request_id


def _starter(harness: ServiceHarness) -> Starter:
    return Starter(
        harness.database,
        Outcomes(harness.terms, quick_pace()),
        policy=harness.policy,
        now=lambda: harness.now,
    )


async def _actions(harness: ServiceHarness) -> list[str]:
    """All of the audit trail, oldest first."""
    return await harness.database.transaction(_trail)


def _trail(session: Session) -> list[str]:
    return list(session.exec(select(AuditRow.action).order_by(col(AuditRow.id))))
