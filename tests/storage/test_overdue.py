"""Which request waits although the next call could go out."""

from datetime import datetime, timedelta

from sqlalchemy import update
from sqlmodel import Session, col

from bot.rules.states import CallStatus, RequestStatus
from storage import audit, overdue, pacing
from storage.database import Database
from storage.overdue import Overdue
from storage.tables import CallRow, RequestRow
from storage.unit_of_work import UnitOfWork
from tests.helpers.stored_requests import MEI, NOON, TENANT, make_request, urls

LATER = NOON + timedelta(hours=1)
CREATE = "create"


async def test_nothing_waits_in_an_empty_database(database: Database) -> None:
    assert await database.transaction(overdue.oldest, TENANT, CREATE, now=LATER) is None


async def test_request_waits_since_it_was_confirmed(database: Database) -> None:
    await database.transaction(make_request, "R-00001", urls(3))

    found = await database.transaction(overdue.oldest, TENANT, CREATE, now=LATER)

    assert found == Overdue("R-00001", NOON)


async def test_turn_that_lies_ahead_is_waited_for(database: Database) -> None:
    await database.transaction(make_request, "R-00001", urls(3))
    until = LATER + timedelta(seconds=1)
    await database.transaction(pacing.push_back, TENANT, CREATE, until=until)

    assert await database.transaction(overdue.oldest, TENANT, CREATE, now=LATER) is None


async def test_turn_that_came_since_is_when_it_could_have_moved(database: Database) -> None:
    await database.transaction(make_request, "R-00001", urls(3))
    moved = NOON + timedelta(minutes=5)
    await database.transaction(pacing.push_back, TENANT, CREATE, until=moved)

    found = await database.transaction(overdue.oldest, TENANT, CREATE, now=LATER)

    assert found == Overdue("R-00001", moved)


async def test_pace_of_other_calls_says_nothing(database: Database) -> None:
    await database.transaction(make_request, "R-00001", urls(3))
    await database.transaction(pacing.push_back, TENANT, "query", until=LATER + timedelta(hours=1))

    found = await database.transaction(overdue.oldest, TENANT, CREATE, now=LATER)

    assert found == Overdue("R-00001", NOON)


async def test_what_was_done_with_a_request_counts_as_a_move(database: Database) -> None:
    """As *Retry* does, which queues calls of a request that was confirmed long ago."""
    moved = NOON + timedelta(minutes=30)
    await database.transaction(make_request, "R-00001", urls(3))
    await database.transaction(_note, "R-00001", moved)

    found = await database.transaction(overdue.oldest, TENANT, CREATE, now=LATER)

    assert found == Overdue("R-00001", moved)


async def test_of_several_the_one_that_waits_longest_is_named(database: Database) -> None:
    for request_id in ("R-00001", "R-00002"):
        await database.transaction(make_request, request_id, urls(3))
    await database.transaction(_note, "R-00001", NOON + timedelta(minutes=30))

    found = await database.transaction(overdue.oldest, TENANT, CREATE, now=LATER)

    assert found == Overdue("R-00002", NOON)


async def test_ended_request_waits_for_nothing(database: Database) -> None:
    await database.transaction(make_request, "R-00001", urls(3))
    found = []
    for status in {*RequestStatus} - {RequestStatus.SCHEDULED}:
        await database.transaction(_change, status=status)
        if await database.transaction(overdue.oldest, TENANT, CREATE, now=LATER):
            found.append(status)

    assert found == [RequestStatus.RUNNING]


async def test_only_a_queued_call_waits_for_a_turn(database: Database) -> None:
    await database.transaction(make_request, "R-00001", urls(3))
    found = []
    for status in CallStatus:
        await database.transaction(_change_calls, status=status)
        if await database.transaction(overdue.oldest, TENANT, CREATE, now=LATER):
            found.append(status)

    assert found == [CallStatus.QUEUED]


async def test_schedule_waits_from_its_own_time_on(database: Database) -> None:
    run_at = NOON + timedelta(minutes=20)
    await database.transaction(make_request, "R-00001", urls(3))
    await database.transaction(_change, status=RequestStatus.SCHEDULED, run_at=run_at)

    before = await database.transaction(
        overdue.oldest, TENANT, CREATE, now=run_at - timedelta(seconds=1)
    )
    after = await database.transaction(overdue.oldest, TENANT, CREATE, now=LATER)

    assert before is None
    assert after == Overdue("R-00001", run_at)


def _note(session: Session, request_id: str, at: datetime) -> None:
    audit.record(UnitOfWork(session, TENANT, at, MEI), "tried", request_id)


def _change(session: Session, /, **values: object) -> None:
    session.exec(update(RequestRow).where(col(RequestRow.id) == "R-00001").values(**values))


def _change_calls(session: Session, /, **values: object) -> None:
    session.exec(update(CallRow).values(**values))
