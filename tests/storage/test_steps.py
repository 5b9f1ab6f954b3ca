"""Steps as they are stored: status, ledger and audit move together, on both databases."""

import asyncio
from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, select

from bot.rules.lifecycle import Event, EventKind, Standing, step
from bot.rules.movements import PROMISES
from bot.rules.states import CallId, CallStatus
from storage import ledger, steps
from storage.database import Database
from storage.tables import AuditRow, QuotaDayRow
from tests.helpers import call_events
from tests.helpers.databases import migrated
from tests.helpers.ledger_sums import check_ledger
from tests.helpers.stored_requests import TENANT, make_request, urls, work_of

REQUEST = "R-00001"
CALL = CallId(REQUEST, 0)

# From a queued call to each status, as it comes about.
WAYS: dict[CallStatus, tuple[EventKind, ...]] = {
    CallStatus.QUEUED: (),
    CallStatus.SUBMITTING: (EventKind.CLAIMED,),
    CallStatus.PROCESSING: (EventKind.CLAIMED, EventKind.ACCEPTED),
    CallStatus.SUCCEEDED: (EventKind.CLAIMED, EventKind.ACCEPTED, EventKind.ALL_READY),
    CallStatus.PARTLY_FAILED: (EventKind.CLAIMED, EventKind.ACCEPTED, EventKind.SOME_FAILED),
    CallStatus.FAILED: (EventKind.CLAIMED, EventKind.ACCEPTED, EventKind.ALL_FAILED),
    CallStatus.REJECTED: (EventKind.CLAIMED, EventKind.REFUSED),
    CallStatus.UNKNOWN: (EventKind.CLAIMED, EventKind.UNANSWERED),
    CallStatus.SENT: (EventKind.CLAIMED, EventKind.UNANSWERED, EventKind.MARKED_AS_SENT),
    CallStatus.CANCELLED: (EventKind.CANCELLED,),
}
NUMBERS = count()
INTO_DOUBT = (EventKind.CLAIMED, EventKind.UNANSWERED, EventKind.SENT_AGAIN)


@pytest.mark.parametrize("in_doubt", [False, True])
@pytest.mark.parametrize("status", CallStatus)
async def test_each_event_is_stored_as_the_table_says(
    database: Database, status: CallStatus, *, in_doubt: bool
) -> None:
    way = (*INTO_DOUBT, *WAYS[status]) if in_doubt else WAYS[status]
    for number, kind in enumerate(EventKind):
        call = CallId(f"R-{number:05}", 0)
        before = await database.transaction(_bring, call, way)
        event = call_events.told(kind)

        await database.transaction(_apply, call, event)

        expected = step(event, before)
        after = await database.transaction(steps.standing, call)
        assert after == (before if expected is None else expected.after)
    await database.transaction(check_ledger)


def test_any_sequence_of_events_is_stored_as_the_table_says(database_url: str) -> None:
    with asyncio.Runner() as runner:
        opened = migrated(database_url)
        database = runner.run(opened.__aenter__())

        @settings(max_examples=150, deadline=None)
        @given(events=st.lists(call_events.EVENTS, max_size=12))
        def play(events: list[Event]) -> None:
            runner.run(_play(events, database))

        try:
            play()
        finally:
            runner.run(opened.__aexit__(None, None, None))


async def test_one_of_two_claims_wins(database: Database) -> None:
    await database.transaction(make_request, REQUEST, urls(3))

    claims = await asyncio.gather(
        *(database.transaction(_apply, CALL, Event(EventKind.CLAIMED, attempt=0)) for _ in "ab")
    )

    assert sorted(claims) == [False, True]


async def test_answer_to_an_earlier_attempt_is_not_taken_for_that_of_this_one(
    database: Database,
) -> None:
    way = (EventKind.CLAIMED, EventKind.NOT_SENT, EventKind.CLAIMED)
    before = await database.transaction(_bring, CALL, way)

    taken = await database.transaction(_apply, CALL, Event(EventKind.ACCEPTED, attempt=1))

    assert not taken
    assert await database.transaction(steps.standing, CALL) == before


async def test_step_that_the_ledger_refuses_leaves_no_trace(database: Database) -> None:
    before = await database.transaction(_bring, CALL, WAYS[CallStatus.SUBMITTING])
    # Somebody has taken the reservation away by hand: the sums would fall below zero.
    await database.transaction(_forget_reservation)

    with pytest.raises(IntegrityError):
        await database.transaction(_apply, CALL, Event(EventKind.REFUSED))

    assert await database.transaction(steps.standing, CALL) == before
    assert await database.transaction(_actions) == []


def _bring(session: Session, call: CallId, way: tuple[EventKind, ...]) -> Standing:
    make_request(session, call.request_id, urls(call_events.FILES))
    for kind in way:
        assert _apply(session, call, Event(kind))
    return steps.standing(session, call)


def _apply(session: Session, call: CallId, event: Event) -> bool:
    """Carry the event out, its files promised before that as the callers of `apply` do."""
    expected = step(event, steps.standing(session, call))
    for line in () if expected is None else expected.lines:
        if line.movement in PROMISES:
            day = line.attempt.day
            assert ledger.reserve(session, TENANT, day, files=line.files, limit=100_000)
    return steps.apply(work_of(session), call, event) is not None


async def _play(events: list[Event], database: Database) -> None:
    """On a request of its own for each sequence: the database is the same for all of them."""
    call = CallId(f"R-{next(NUMBERS):05}", 0)
    stands = await database.transaction(_bring, call, ())
    for event in events:
        expected = step(event, stands)
        taken = await database.transaction(_apply, call, event)
        stands = stands if expected is None else expected.after
        assert taken == (expected is not None)
        assert await database.transaction(steps.standing, call) == stands
    await database.transaction(check_ledger)


def _forget_reservation(session: Session) -> None:
    session.exec(update(QuotaDayRow).values(reserved=0))


def _actions(session: Session) -> list[str]:
    return list(session.exec(select(AuditRow.action)))
