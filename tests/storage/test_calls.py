"""Calls as they are stored: in which order they are sent and asked about, what is known of them."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import Connection, event, update
from sqlmodel import Session, col

from bot.rules.causes import StillProcessing
from bot.rules.lifecycle import Event, EventKind
from bot.rules.states import CallId, CallStatus, RequestStatus, TargetState, TargetStatus
from bot.rules.target import Url
from storage import calls, following, requests, steps
from storage.database import Database
from storage.tables import CallRow
from tests.helpers.stored_requests import NOON, asset, make_request, urls, work_of

REQUEST = "R-00001"
CALL = CallId(REQUEST, 0)
EVERY = tuple(CallStatus)
SENT_BY_NOBODY = set(RequestStatus) - {RequestStatus.RUNNING}


@pytest.mark.parametrize("status", EVERY)
async def test_only_a_processing_call_is_asked_for(database: Database, status: CallStatus) -> None:
    await database.transaction(_make_call, status)

    found, _ = await database.transaction(following.followed, REQUEST)

    assert len(found) == (status is CallStatus.PROCESSING)


@pytest.mark.parametrize("status", EVERY)
async def test_call_that_may_yet_be_sent_is_waited_for(
    database: Database, status: CallStatus
) -> None:
    await database.transaction(_make_call, status)

    waited_for = await database.transaction(calls.has_unanswered, REQUEST)
    _, more_may_come = await database.transaction(following.followed, REQUEST)

    assert waited_for == more_may_come == (status in {CallStatus.QUEUED, CallStatus.SUBMITTING})


async def test_call_followed_no_longer_is_not_among_the_followed(database: Database) -> None:
    await database.transaction(_make_call, CallStatus.PROCESSING)

    await database.transaction(following.follow_no_longer, CALL, cause=StillProcessing(3600))

    assert await database.transaction(following.followed, REQUEST) == ([], False)
    found = await database.transaction(calls.one, CALL)
    assert (found.followed_no_longer, found.causes) == (True, (StillProcessing(3600),))
    assert not found.is_open


@pytest.mark.parametrize("status", [status for status in EVERY if status != "processing"])
async def test_call_that_has_ended_meanwhile_keeps_what_is_known_of_it(
    database: Database, status: CallStatus
) -> None:
    await database.transaction(_make_call, status)

    await database.transaction(following.follow_no_longer, CALL, cause=StillProcessing(3600))
    await database.transaction(following.poll_again, CALL, at=NOON)

    found = await database.transaction(calls.one, CALL)
    assert (found.status, found.followed_no_longer, found.causes) == (status, False, ())


async def test_most_urgent_call_is_asked_for_first(database: Database) -> None:
    await database.transaction(make_request, REQUEST, urls(30))
    for position, seconds in enumerate((30, 10, 20)):
        await database.transaction(_send, position, NOON + timedelta(seconds=seconds))

    found, _ = await database.transaction(following.followed, REQUEST)

    assert [each.call_id.position for each in found] == [1, 2, 0]


async def test_calls_are_sent_in_their_order(database: Database) -> None:
    await database.transaction(make_request, REQUEST, [asset("1"), *urls(11)])

    sent = []
    while (call := await database.transaction(calls.next_queued, REQUEST)) is not None:
        await database.transaction(_claim, call.position)
        sent.append((call.position, len(call.targets)))

    assert sent == [(0, 1), (1, 10), (2, 1)]


async def test_what_the_cloud_lists_takes_the_place_of_what_was_stored(database: Database) -> None:
    await database.transaction(make_request, REQUEST, [asset("1"), *urls(1)])
    listed = [TargetState(Url(f"https://v.example.com/{n}.mp4"), "processing") for n in range(3)]

    for _ in range(2):
        await database.transaction(calls.store_targets, CALL, listed)

    first, second = await database.transaction(calls.every, REQUEST)
    assert first.targets == tuple(listed)
    assert [state.target for state in second.targets] == urls(1)


async def test_accepted_call_shows_each_target_as_processing(database: Database) -> None:
    await database.transaction(make_request, REQUEST, urls(11))

    await database.transaction(calls.mark_processing, CALL)

    first, second = await database.transaction(calls.every, REQUEST)
    assert {state.status for state in first.targets} == {TargetStatus.PROCESSING}
    assert {state.status for state in second.targets} == {TargetStatus.PENDING}


@pytest.mark.parametrize("files", [1, 95, 895])
async def test_all_calls_of_a_request_are_read_with_two_statements(
    database: Database, files: int
) -> None:
    await database.transaction(make_request, REQUEST, urls(files))
    asked: list[str] = []
    event.listen(database.engine, "before_cursor_execute", _note_into(asked))

    found = await database.transaction(calls.every, REQUEST)

    assert sum(call.files for call in found) == files
    assert len([statement for statement in asked if statement.startswith("SELECT")]) == 2


@pytest.mark.parametrize("status", sorted(SENT_BY_NOBODY))
async def test_nothing_is_next_unless_the_request_runs(
    database: Database, status: RequestStatus
) -> None:
    await database.transaction(make_request, REQUEST, urls(3))
    await database.transaction(_set_request_status, status)

    assert await database.transaction(calls.next_queued, REQUEST) is None


async def test_nothing_is_next_before_the_time_of_the_request(database: Database) -> None:
    await database.transaction(make_request, REQUEST, urls(3))
    await database.transaction(_set_request_status, RequestStatus.SCHEDULED)
    before = await database.transaction(calls.next_queued, REQUEST)
    started = [await database.transaction(_start) for _ in range(2)]
    after = await database.transaction(calls.next_queued, REQUEST)

    assert before is None
    assert started == [True, False]
    assert after is not None


def _make_call(session: Session, status: CallStatus) -> None:
    make_request(session, REQUEST, urls(1))
    session.exec(update(CallRow).where(col(CallRow.request_id) == REQUEST).values(status=status))


def _claim(session: Session, position: int) -> None:
    assert steps.apply(work_of(session), CallId(REQUEST, position), Event(EventKind.CLAIMED))


def _send(session: Session, position: int, next_poll_at: object) -> None:
    _claim(session, position)
    accepted = {"task_id": "5" * 32, "next_poll_at": next_poll_at}
    steps.apply(
        work_of(session), CallId(REQUEST, position), Event(EventKind.ACCEPTED), values=accepted
    )


def _set_request_status(session: Session, status: RequestStatus) -> None:
    requests.row(session, REQUEST).status = status


def _start(session: Session) -> bool:
    return requests.start(session, REQUEST) is not None


def _note_into(asked: list[str]) -> Callable[..., None]:
    def note(_: Connection, __: object, statement: str, *___: object) -> None:
        asked.append(statement)

    return note
