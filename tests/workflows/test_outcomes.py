"""Outcomes: each written once, whoever writes it again."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import update
from sqlmodel import Session

from bot.rules.causes import AnotherAccepted, FreeText, StillProcessing
from bot.rules.lifecycle import Event, EventKind
from bot.rules.quota import quota_day
from bot.rules.states import CallId, CallState, CallStatus, RequestStatus
from bot.rules.target import Asset
from bot.workflows.outcomes import Outcomes
from bot.workflows.restoring import LOST_LIFE
from storage import following, ledger, steps
from storage.tables import CallRow
from storage.unit_of_work import UnitOfWork
from tests.helpers.defaults import TERMS
from tests.helpers.ledger_sums import Sums, check_ledger
from tests.helpers.workflow_harness import BotParts, open_parts, urls, utc_now

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
    (_exhaust, CallStatus.REJECTED, Sums()),
]
PROOFS: list[Write] = [_reject, _put_back, _exhaust]
"""What is written when it is proved that the cloud took nothing."""


@pytest.fixture
async def parts(tmp_path: Path, database_url: str) -> AsyncIterator[BotParts]:
    """On a database of either kind."""
    async with open_parts(tmp_path, database_url=database_url) as parts:
        yield parts


@pytest.mark.parametrize(("first", "status", "sums"), ENDS)
@pytest.mark.parametrize("second", [_reject, _hold, _put_back, _exhaust])
async def test_first_outcome_of_a_call_stands(
    parts: BotParts, first: Write, status: CallStatus, sums: Sums, second: Write
) -> None:
    request_id, call = await _being_sent(parts)
    await _write(parts, first, request_id, call)
    audit = await parts.audit(request_id)

    await _write(parts, second, request_id, call)

    assert await parts.statuses(request_id) == [status]
    assert await _used(parts) == sums.used
    assert await parts.audit(request_id) == audit


async def test_doubt_is_written_once(parts: BotParts) -> None:
    request_id, call = await _being_sent(parts)
    await _write(parts, _hold, request_id, call)
    audit = await parts.audit(request_id)

    await _write(parts, _hold, request_id, call)

    assert await parts.statuses(request_id) == [CallStatus.UNKNOWN]
    assert await _used(parts) == 3
    assert await parts.audit(request_id) == audit


async def test_answer_is_written_once(parts: BotParts) -> None:
    request_id, call = await _being_sent(parts)
    await _write(parts, _accept, request_id, call)
    audit = await parts.audit(request_id)

    await _write(parts, _accept, request_id, call)

    assert await _used(parts) == 3
    assert await parts.audit(request_id) == audit


async def test_answer_that_comes_after_all_settles_what_was_held(parts: BotParts) -> None:
    request_id, call = await _being_sent(parts)
    await _write(parts, _hold, request_id, call)

    await _write(parts, _accept, request_id, call)

    assert await parts.statuses(request_id) == [CallStatus.PROCESSING]
    found = await parts.database.transaction(check_ledger)
    assert list(found.values()) == [Sums(settled=3)]
    assert (await parts.row(request_id)).task_id == "5" * 32


async def test_late_answer_is_told_but_not_taken_for_that_of_another_attempt(
    parts: BotParts,
) -> None:
    request_id, call = await _being_sent(parts)
    await _write(parts, _put_back, request_id, call)
    await parts.claim(request_id, 0)

    await _write(parts, _accept, request_id, call)

    assert await parts.statuses(request_id) == [CallStatus.SUBMITTING]
    assert await parts.sums() == Sums(reserved=3)
    assert (await parts.audit(request_id))[-1] == "task.answered_late"


@pytest.mark.parametrize("proof", PROOFS)
async def test_late_proof_ends_a_doubt_and_frees_its_files(parts: BotParts, proof: Write) -> None:
    request_id, call = await _being_sent(parts)
    await _write(parts, _hold, request_id, call)

    for _ in range(2):
        await _write(parts, proof, request_id, call)

    (found,) = (await parts.state(request_id)).calls
    assert found.status is CallStatus.REJECTED
    assert found.causes != (FreeText("no answer"),)
    assert await parts.sums() == Sums()
    assert (await parts.audit(request_id)).count("task.rejected") == 1


@pytest.mark.parametrize("proof", PROOFS)
async def test_late_proof_changes_nothing_of_what_a_person_has_marked_as_sent(
    parts: BotParts, proof: Write
) -> None:
    request_id, call = await _being_sent(parts)
    await _write(parts, _hold, request_id, call)
    await _decide(parts, request_id, EventKind.MARKED_AS_SENT)

    await _write(parts, proof, request_id, call)

    assert await parts.statuses(request_id) == [CallStatus.SENT]
    assert await _used(parts) == 3
    assert (await parts.audit(request_id))[-1] == "task.refused_late"


@pytest.mark.parametrize("proof", PROOFS)
async def test_late_proof_ends_no_doubt_that_came_of_a_restore(
    parts: BotParts, proof: Write
) -> None:
    request_id = await parts.confirm(*urls(3))
    await parts.claim(request_id, 0, sender=LOST_LIFE)
    (call,) = (await parts.state(request_id)).calls
    await _write(parts, _hold, request_id, call)

    await _write(parts, proof, request_id, call)

    assert await parts.statuses(request_id) == [CallStatus.UNKNOWN]
    assert await parts.sums() == Sums(held=3)
    assert (await parts.audit(request_id))[-1] == "task.refused_late"


@pytest.mark.parametrize("is_on_its_way", [False, True])
@pytest.mark.parametrize("proof", [_reject, _put_back])
async def test_late_proof_leaves_the_next_attempt_alone(
    parts: BotParts, proof: Write, *, is_on_its_way: bool
) -> None:
    request_id, call = await _sent_again(parts)
    if is_on_its_way:
        await parts.claim(request_id, 0)
    before = await parts.statuses(request_id)

    await _write(parts, proof, request_id, call)

    assert await parts.statuses(request_id) == before
    assert await parts.sums() == Sums(reserved=3)
    assert (await parts.audit(request_id))[-1] == "task.refused_late"


async def test_second_of_two_answers_settles_its_files_and_is_told(parts: BotParts) -> None:
    request_id, first = await _sent_again(parts)
    await parts.claim(request_id, 0)
    (second,) = (await parts.state(request_id)).calls
    await _answer(parts, request_id, second, "2" * 32)

    for _ in range(2):
        await _answer(parts, request_id, first, "1" * 32)
    await parts.database.transaction(
        following.follow_no_longer, CallId(request_id, 0), cause=StillProcessing(3600)
    )

    (found,) = (await parts.state(request_id)).calls
    assert (found.status, found.task_id) == (CallStatus.PROCESSING, "2" * 32)
    assert found.causes == (AnotherAccepted("1" * 32), StillProcessing(3600))
    sums = await parts.database.transaction(check_ledger)
    assert list(sums.values()) == [Sums(settled=6)]
    assert (await parts.audit(request_id)).count("task.accepted") == 2


@pytest.mark.parametrize(
    ("outcome", "sums"),
    [
        (_hold, Sums(settled=3, held=3)),
        (_accept, Sums(settled=6)),
        *((proof, Sums(settled=3)) for proof in PROOFS),
    ],
)
async def test_answer_to_the_first_attempt_while_the_second_is_on_its_way(
    parts: BotParts, outcome: Write, sums: Sums
) -> None:
    request_id, first = await _sent_again(parts)
    await parts.claim(request_id, 0)
    (second,) = (await parts.state(request_id)).calls

    await _answer(parts, request_id, first, "1" * 32)
    await _write(parts, outcome, request_id, second)

    (found,) = (await parts.state(request_id)).calls
    assert (found.status, found.task_id) == (CallStatus.PROCESSING, "1" * 32)
    found_sums = await parts.database.transaction(check_ledger)
    assert list(found_sums.values()) == [sums]


async def test_call_that_is_put_back_keeps_its_reservation(parts: BotParts) -> None:
    request_id, call = await _being_sent(parts)

    await _write(parts, _put_back, request_id, call)

    assert await parts.statuses(request_id) == [CallStatus.QUEUED]
    assert await parts.sums() == Sums(reserved=3)


async def test_used_up_day_is_the_day_on_which_the_call_went_out(parts: BotParts) -> None:
    request_id, call = await _being_sent(parts)
    tomorrow = utc_now() + timedelta(days=1)

    await parts.database.transaction(
        parts.outcomes.exhausted, request_id, call, cause=FreeText("used up"), now=tomorrow
    )

    assert await parts.database.transaction(_is_used_up, utc_now())
    assert not await parts.database.transaction(_is_used_up, tomorrow)
    assert await parts.sums() == Sums()


async def test_end_is_written_once(parts: BotParts) -> None:
    request_id, call = await _being_sent(parts)
    await _write(parts, _reject, request_id, call)
    ended_at = utc_now()

    for minutes in range(3):
        now = ended_at + timedelta(minutes=minutes)
        await parts.database.transaction(parts.outcomes.end, request_id, run=1, now=now)

    assert (await parts.state(request_id)).status is RequestStatus.FAILED
    assert (await parts.audit(request_id)).count("request.failed") == 1


async def test_request_of_which_a_part_is_in_doubt_has_partly_failed(parts: BotParts) -> None:
    request_id = await parts.confirm(Asset("1" * 32), *urls(3))
    await parts.claim(request_id, 0)

    await parts.send_and_follow(request_id)
    await parts.end(request_id)

    assert await parts.statuses(request_id) == [CallStatus.UNKNOWN, CallStatus.SUCCEEDED]
    assert (await parts.state(request_id)).status is RequestStatus.PARTLY_FAILED
    assert await parts.sums() == Sums(settled=3, held=1)


@pytest.mark.parametrize(
    ("sender", "made", "taken_back"),
    [("local", 0, True), ("other", 0, False), ("local", 1, False)],
)
async def test_marker_is_taken_back_by_the_one_who_set_it(
    parts: BotParts, sender: str, made: int, *, taken_back: bool
) -> None:
    """`made` is how many attempts the one who takes it back knows of, before that marker."""
    request_id, call = await _being_sent(parts)

    await parts.database.transaction(
        parts.outcomes.unclaim,
        request_id,
        replace(call, attempts=made),
        sender=sender,
        now=utc_now(),
    )

    after = CallStatus.QUEUED if taken_back else CallStatus.SUBMITTING
    assert await parts.statuses(request_id) == [after]
    assert await parts.sums() == Sums(reserved=3)


async def test_claim_is_a_marker_of_the_attempt(parts: BotParts) -> None:
    request_id, call = await _being_sent(parts)
    await _write(parts, _put_back, request_id, call)
    began = utc_now()

    await parts.claim(request_id, 0, sender="another")

    row = await parts.row(request_id)
    assert (row.status, row.attempts, row.sender) == (CallStatus.SUBMITTING, 2, "another")
    assert row.submitted_at is not None
    assert began <= row.submitted_at <= utc_now()


async def test_one_of_two_claims_at_once_sets_the_marker(parts: BotParts) -> None:
    request_id = await parts.confirm(*urls(3))
    (call,) = (await parts.state(request_id)).calls

    claims = await asyncio.gather(
        *(
            parts.database.transaction(
                parts.outcomes.claim, request_id, call, sender=sender, now=utc_now()
            )
            for sender in ("local", "another")
        )
    )

    assert sorted(claimed is not None for claimed in claims) == [False, True]
    row = await parts.row(request_id)
    assert (row.status, row.attempts) == (CallStatus.SUBMITTING, 1)


@pytest.mark.parametrize("status", CallStatus)
async def test_what_the_cloud_lists_changes_only_a_call_that_is_processing(
    parts: BotParts, status: CallStatus
) -> None:
    request_id = await parts.confirm(*urls(1))
    listed = [("https://v.example.com/a/0.mp4", "failed")]
    await parts.database.transaction(
        lambda session: session.exec(update(CallRow).values(status=status))
    )

    await parts.database.transaction(
        parts.outcomes.listed, CallId(request_id, 0), listed, now=utc_now()
    )

    (found,) = (await parts.state(request_id)).calls
    is_taken = status is CallStatus.PROCESSING
    assert found.status is (CallStatus.FAILED if is_taken else status)
    assert found.targets[0].status == ("failed" if is_taken else "pending")


async def test_files_beyond_the_charge_are_counted_once(parts: BotParts) -> None:
    request_id = await parts.confirm(Asset("1" * 32))
    await parts.claim(request_id, 0)
    (call,) = (await parts.state(request_id)).calls
    await _write(parts, _accept, request_id, call)
    listed = [(f"https://v.example.com/{number}.mp4", "processing") for number in range(3)]

    for _ in range(2):
        await parts.database.transaction(
            parts.outcomes.listed, CallId(request_id, 0), listed, now=utc_now()
        )

    (found,) = (await parts.state(request_id)).calls
    assert (found.files, len(found.targets)) == (3, 3)
    sums = await parts.database.transaction(check_ledger)
    assert list(sums.values()) == [Sums(settled=3)]


async def _sent_again(parts: BotParts) -> tuple[str, CallState]:
    """A call that waits to be sent once more, and its first attempt, which is in doubt."""
    request_id, call = await _being_sent(parts)
    await _write(parts, _hold, request_id, call)
    await _decide(parts, request_id, EventKind.SENT_AGAIN)
    return request_id, call


async def _decide(parts: BotParts, request_id: str, kind: EventKind) -> None:
    """What the service does for a person who decides about the call."""
    now = utc_now()
    day = quota_day(now, TERMS.zone).date

    def write(session: Session) -> None:
        if kind is EventKind.SENT_AGAIN:
            assert ledger.reserve(session, TERMS.tenant, day, files=3, limit=TERMS.daily_limit)
        work = UnitOfWork(session, TERMS.tenant, now)
        assert steps.apply(work, CallId(request_id, 0), Event(kind, today=day)) is not None

    await parts.database.transaction(write)


async def _answer(parts: BotParts, request_id: str, call: CallState, task_id: str) -> None:
    await parts.database.transaction(
        parts.outcomes.accept, request_id, call, task_id=task_id, now=utc_now()
    )


async def _being_sent(parts: BotParts) -> tuple[str, CallState]:
    request_id = await parts.confirm(*urls(3))
    await parts.claim(request_id, 0)
    return request_id, (await parts.state(request_id)).calls[0]


async def _write(parts: BotParts, write: Write, request_id: str, call: CallState) -> None:
    await parts.database.transaction(
        lambda session: write(parts.outcomes, session, request_id, call)
    )


async def _used(parts: BotParts) -> int:
    """These tests write answers that FakeVod never gave, so only the bot's side is compared."""
    found = await parts.database.transaction(check_ledger)
    return sum(sums.used for sums in found.values())


def _is_used_up(session: Session, moment: datetime) -> bool:
    day = quota_day(moment, TERMS.zone)
    return ledger.quota_of(session, TERMS.tenant, day, limit=TERMS.daily_limit).exhausted
