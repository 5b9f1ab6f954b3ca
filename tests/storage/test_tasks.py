"""Tasks: claimed by one alone, and each change of status valid from one status only."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import update
from sqlmodel import Session, col

from bot.rules.target import Url
from bot.rules.task import RequestStatus, TargetState, TargetStatus, TaskStatus
from storage import requests, tasks
from storage.database import Database
from storage.tables import TaskRow
from tests.storage.requests_made import NOON, asset, make_request, urls

REQUEST = "R-00001"
EVERY = tuple(TaskStatus)


async def test_answer_to_an_earlier_attempt_is_not_taken_for_that_of_this_one(
    database: Database,
) -> None:
    await database.transaction(make_request, REQUEST, urls(3))
    for _ in range(2):
        await database.transaction(_claim)
        await database.transaction(_leave_submitting, TaskStatus.QUEUED)
    await database.transaction(_claim)

    left = await database.transaction(
        tasks.leave_submitting, REQUEST, 0, TaskStatus.PROCESSING, attempt=2
    )

    assert not left
    assert (await database.transaction(_row)).status == TaskStatus.SUBMITTING


@pytest.mark.parametrize(
    ("sender", "attempt", "taken_back"),
    [("local", 1, True), ("other", 1, False), ("local", 2, False)],
)
async def test_marker_is_taken_back_by_the_one_who_set_it(
    database: Database, sender: str, attempt: int, *, taken_back: bool
) -> None:
    await database.transaction(make_request, REQUEST, urls(3))
    await database.transaction(_claim)

    told = await database.transaction(tasks.unclaim, REQUEST, 0, sender=sender, attempt=attempt)

    assert told == taken_back
    after = TaskStatus.QUEUED if taken_back else TaskStatus.SUBMITTING
    assert (await database.transaction(_row)).status == after


async def test_one_of_two_claims_wins(database: Database) -> None:
    await database.transaction(make_request, REQUEST, urls(3))

    claims = await asyncio.gather(*(database.transaction(_claim) for _ in range(2)))

    assert sorted(claims, key=str) == [1, None]


async def test_claim_is_a_marker_of_the_attempt(database: Database) -> None:
    await database.transaction(make_request, REQUEST, urls(3))
    await database.transaction(_claim)
    await database.transaction(_leave_submitting, TaskStatus.QUEUED)

    assert await database.transaction(_claim) == 2
    row = await database.transaction(_row)
    assert (row.status, row.attempts, row.submitted_at) == (TaskStatus.SUBMITTING, 2, NOON)


@pytest.mark.parametrize("status", EVERY)
async def test_only_a_queued_task_can_be_claimed(database: Database, status: TaskStatus) -> None:
    await database.transaction(_make_task, status)

    claimed = await database.transaction(_claim)

    assert (claimed is not None) == (status is TaskStatus.QUEUED)
    after = TaskStatus.SUBMITTING if claimed else status
    assert (await database.transaction(_row)).status == after


@pytest.mark.parametrize("to", [s for s in EVERY if s is not TaskStatus.SUBMITTING])
@pytest.mark.parametrize("status", EVERY)
async def test_outcome_of_a_call_is_taken_from_a_task_being_sent_alone(
    database: Database, status: TaskStatus, to: TaskStatus
) -> None:
    await database.transaction(_make_task, status)

    left = await database.transaction(_leave_submitting, to)

    assert left == (status is TaskStatus.SUBMITTING)
    assert (await database.transaction(_row)).status == (to if left else status)


@pytest.mark.parametrize("status", EVERY)
async def test_only_a_queued_task_can_be_given_up_unsent(
    database: Database, status: TaskStatus
) -> None:
    await database.transaction(_make_task, status)

    left = await database.transaction(
        tasks.leave_queued, REQUEST, 0, TaskStatus.REJECTED, reason="no"
    )

    assert left == (status is TaskStatus.QUEUED)
    after = TaskStatus.REJECTED if left else status
    assert (await database.transaction(_row)).status == after


@pytest.mark.parametrize("status", EVERY)
async def test_late_answer_about_a_task_changes_only_one_that_is_processing(
    database: Database, status: TaskStatus
) -> None:
    await database.transaction(_make_task, status)

    await database.transaction(_record, [TargetState(Url("https://v.example.com/0.mp4"), "failed")])

    after = TaskStatus.FAILED if status is TaskStatus.PROCESSING else status
    assert (await database.transaction(_row)).status == after


@pytest.mark.parametrize("status", EVERY)
async def test_only_a_processing_task_is_asked_for(database: Database, status: TaskStatus) -> None:
    await database.transaction(_make_task, status)

    rows = await database.transaction(tasks.to_poll, REQUEST)

    assert len(rows) == (status is TaskStatus.PROCESSING)


@pytest.mark.parametrize("status", EVERY)
async def test_task_that_may_yet_be_sent_is_waited_for(
    database: Database, status: TaskStatus
) -> None:
    await database.transaction(_make_task, status)

    waited_for = await database.transaction(tasks.is_sending, REQUEST)

    assert waited_for == (status in {TaskStatus.QUEUED, TaskStatus.SUBMITTING})


async def test_task_that_was_let_go_is_asked_for_no_longer(database: Database) -> None:
    await database.transaction(_make_task, TaskStatus.PROCESSING)

    await database.transaction(tasks.let_go, REQUEST, 0, reason="too long")

    assert await database.transaction(tasks.to_poll, REQUEST) == []
    found = await database.transaction(tasks.one, REQUEST, 0)
    assert (found.let_go, found.reason, found.is_open) == (True, "too long", False)


async def test_most_urgent_task_is_asked_for_first(database: Database) -> None:
    await database.transaction(make_request, REQUEST, urls(30))
    for position, seconds in enumerate((30, 10, 20)):
        await database.transaction(_claim, position)
        await database.transaction(
            tasks.leave_submitting,
            REQUEST,
            position,
            TaskStatus.PROCESSING,
            attempt=1,
            task_id="5" * 32,
            next_poll_at=NOON + timedelta(seconds=seconds),
        )

    rows = await database.transaction(tasks.to_poll, REQUEST)

    assert [row.position for row in rows] == [1, 2, 0]


async def test_tasks_are_sent_in_their_order(database: Database) -> None:
    await database.transaction(make_request, REQUEST, [asset("1"), *urls(11)])

    sent = []
    while (task := await database.transaction(tasks.next_queued, REQUEST)) is not None:
        await database.transaction(_claim, task.position)
        sent.append((task.position, len(task.targets)))

    assert sent == [(0, 1), (1, 10), (2, 1)]


async def test_urls_beyond_the_charge_are_counted_once(database: Database) -> None:
    await database.transaction(make_request, REQUEST, [asset("1")])
    await database.transaction(_set_status, TaskStatus.PROCESSING)
    listed = [TargetState(Url(f"https://v.example.com/{n}.mp4"), "processing") for n in range(3)]

    first = await database.transaction(_record, listed)
    second = await database.transaction(_record, listed)

    assert (first, second) == (2, 0)
    found = await database.transaction(tasks.one, REQUEST, 0)
    assert (found.files, len(found.targets)) == (3, 3)


async def test_accepted_task_shows_each_target_as_processing(database: Database) -> None:
    await database.transaction(make_request, REQUEST, urls(11))

    await database.transaction(tasks.mark_sent, REQUEST, 0)

    first, second = await database.transaction(tasks.every, REQUEST)
    assert {state.status for state in first.targets} == {TargetStatus.PROCESSING}
    assert {state.status for state in second.targets} == {TargetStatus.PENDING}


def _make_task(session: Session, status: TaskStatus) -> None:
    make_request(session, REQUEST, urls(1))
    _set_status(session, status)


def _set_status(session: Session, status: TaskStatus) -> None:
    session.exec(update(TaskRow).where(col(TaskRow.request_id) == REQUEST).values(status=status))


def _claim(session: Session, position: int = 0) -> int | None:
    return tasks.claim(session, REQUEST, position, sender="local", now=NOON)


def _leave_submitting(session: Session, status: TaskStatus) -> bool:
    attempt = _row(session).attempts
    return tasks.leave_submitting(session, REQUEST, 0, status, attempt=attempt)


def _record(session: Session, listed: list[TargetState]) -> int | None:
    status = TaskStatus.FAILED if listed[0].status == "failed" else TaskStatus.PROCESSING
    return tasks.record_results(session, REQUEST, 0, status=status, targets=listed)


def _row(session: Session) -> TaskRow:
    return session.get_one(TaskRow, (REQUEST, 0))


async def test_nothing_is_next_before_the_time_of_the_request(database: Database) -> None:
    await database.transaction(make_request, REQUEST, urls(3))
    await database.transaction(_schedule)
    before = await database.transaction(tasks.next_queued, REQUEST)
    started = [await database.transaction(_start) for _ in range(2)]
    after = await database.transaction(tasks.next_queued, REQUEST)

    assert before is None
    assert started == [True, False]
    assert after is not None


def _schedule(session: Session) -> None:
    requests.row(session, REQUEST).status = RequestStatus.SCHEDULED


def _start(session: Session) -> bool:
    return requests.start(session, REQUEST) is not None
