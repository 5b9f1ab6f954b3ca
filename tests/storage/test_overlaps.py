"""What was asked for before: who asks for a file again is told of the requests that hold it."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import update
from sqlmodel import Session, col

from bot.rules.draft import Overlap
from bot.rules.states import CallId, CallStatus, Counts, RequestStatus, TargetState, TargetStatus
from bot.rules.target import Target, Url
from storage import calls, overlaps, requests
from storage.database import Database
from storage.tables import CallRow, TargetRow
from tests.helpers.stored_requests import (
    MEI,
    NOON,
    asset,
    draft_of,
    end,
    make_request,
    urls,
    work_of,
)

REQUEST = "R-00001"
SPENT_NOTHING = (CallStatus.REJECTED, CallStatus.CANCELLED)


@pytest.mark.parametrize(
    ("status", "counts"),
    [
        (CallStatus.QUEUED, Counts(waiting=2)),
        (CallStatus.SUBMITTING, Counts(waiting=2)),
        (CallStatus.PROCESSING, Counts(processing=2)),
        (CallStatus.UNKNOWN, Counts(unknown=2)),
        (CallStatus.SENT, Counts(sent=2)),
    ],
)
async def test_files_of_another_request_are_counted_by_what_became_of_them(
    database: Database, status: CallStatus, counts: Counts
) -> None:
    await database.transaction(make_request, REQUEST, urls(3))
    await database.transaction(_set_status, status)

    found = await database.transaction(_holding, [*urls(2), Url("https://v.example.com/new.mp4")])

    assert found == (Overlap(REQUEST, MEI.user_id, NOON, counts),)


async def test_files_that_are_ready_are_told_beside_those_that_are_not(
    database: Database,
) -> None:
    await database.transaction(make_request, REQUEST, urls(3))
    await database.transaction(_set_status, CallStatus.PROCESSING)
    await database.transaction(_say, urls(1), TargetStatus.SUCCEED)

    found = await database.transaction(_holding, urls(2))

    assert [item.counts for item in found] == [Counts(ready=1, processing=1)]


@pytest.mark.parametrize("status", SPENT_NOTHING)
async def test_what_was_never_sent_is_not_held(database: Database, status: CallStatus) -> None:
    await database.transaction(make_request, REQUEST, [*urls(1), asset()])
    await database.transaction(_set_status, status)

    assert await database.transaction(_holding, [*urls(1), asset()]) == ()


async def test_file_that_failed_is_not_held_and_its_neighbour_is(database: Database) -> None:
    await database.transaction(make_request, REQUEST, urls(2))
    await database.transaction(_set_status, CallStatus.PARTLY_FAILED)
    await database.transaction(_say, urls(1), TargetStatus.FAILED)
    await database.transaction(_say, urls(2)[1:], TargetStatus.SUCCEED)

    found = await database.transaction(_holding, urls(2))

    assert [item.counts for item in found] == [Counts(ready=1)]


async def test_asset_is_known_by_its_id_when_its_urls_stand_in_its_place(
    database: Database,
) -> None:
    await database.transaction(make_request, REQUEST, [asset()])
    await database.transaction(_set_status, CallStatus.PROCESSING)
    said = (TargetStatus.SUCCEED, TargetStatus.FAILED, TargetStatus.FAILED)
    listed = list(map(TargetState, urls(3), said))
    await database.transaction(calls.store_targets, CallId(REQUEST, 0), listed)
    await database.transaction(_set_files, 3)
    await database.transaction(_set_status, CallStatus.PARTLY_FAILED)
    card = (await database.transaction(calls.one, CallId(REQUEST, 0))).counts

    by_asset = await database.transaction(_holding, [asset()])
    by_url = await database.transaction(_holding, urls(3))

    assert [item.counts for item in by_asset] == [card] == [Counts(ready=1, failed=2)]
    assert [item.counts for item in by_url] == [Counts(ready=1)]


async def test_asset_that_an_older_version_asked_for_is_known_as_well(database: Database) -> None:
    await database.transaction(make_request, REQUEST, [asset()])
    await database.transaction(lambda session: session.exec(update(CallRow).values(asset_id=None)))

    assert await database.transaction(_holding, [asset()])


async def test_newest_request_comes_first(database: Database) -> None:
    for minute, request_id in enumerate(("R-00002", "R-00003", "R-00001")):
        await database.transaction(make_request, request_id, [*urls(1), asset()])
        await database.transaction(_confirmed_at, request_id, NOON + timedelta(minutes=minute))

    found = await database.transaction(_holding, [*urls(1), asset()])

    assert [item.request_id for item in found] == ["R-00001", "R-00003", "R-00002"]
    assert {item.counts for item in found} == {Counts(waiting=2)}


@pytest.mark.parametrize(
    ("ended_after", "status", "is_told"),
    [
        (None, CallStatus.PROCESSING, True),
        (timedelta(days=3), CallStatus.SUCCEEDED, True),
        (timedelta(days=2), CallStatus.SUCCEEDED, False),
        (timedelta(days=2), CallStatus.UNKNOWN, True),
    ],
    ids=["has not ended", "ended lately", "ended long ago", "may have been sent"],
)
async def test_request_is_told_of_by_when_it_ended_not_by_when_it_was_confirmed(
    database: Database, ended_after: timedelta | None, status: CallStatus, *, is_told: bool
) -> None:
    await database.transaction(make_request, REQUEST, urls(1))
    await database.transaction(_set_status, status)
    if ended_after is not None:
        await database.transaction(
            end, REQUEST, RequestStatus.SUCCEEDED, run=1, now=NOON + ended_after
        )

    since = NOON + timedelta(days=2, seconds=1)
    found = await database.transaction(_holding, urls(1), since=since)
    ids = await database.transaction(_ids_holding, urls(1), since=since)

    assert bool(found) == is_told
    assert ids == [item.request_id for item in found]


async def test_request_that_waits_for_its_time_says_for_when(database: Database) -> None:
    run_at = NOON + timedelta(days=3)
    draft = replace(draft_of(urls(1)), run_at=run_at)
    await database.transaction(
        lambda session: requests.add(work_of(session), REQUEST, draft, day=run_at.date())
    )

    (found,) = await database.transaction(_holding, urls(1))
    await database.transaction(requests.start, REQUEST)
    (started,) = await database.transaction(_holding, urls(1))

    assert (found.run_at, started.run_at) == (run_at, None)


async def test_only_so_many_are_named_on_a_card(database: Database) -> None:
    for number in range(4):
        await database.transaction(make_request, f"R-0000{number}", [*urls(1), asset()])

    ids = await database.transaction(_ids_holding, [*urls(1), asset()], since=NOON)

    assert len(set(ids)) == len(ids) == overlaps.NAMED


async def test_other_workspace_is_told_nothing(database: Database) -> None:
    await database.transaction(make_request, REQUEST, urls(1))

    assert await database.transaction(_holding, urls(1), team_id="T0PARTNERS") == ()


async def test_longest_address_is_stored_and_found(database: Database) -> None:
    # PostgreSQL refuses a row of more than 2,704 bytes in an ordered index.
    longest = Url("https://v.example.com/" + "".join(f"{n:04x}" for n in range(1000)) + ".mp4")
    await database.transaction(make_request, REQUEST, [longest])

    assert await database.transaction(_holding, [longest])


def _holding(
    session: Session,
    targets: list[Target],
    *,
    team_id: str = MEI.team_id,
    since: datetime = NOON,
) -> tuple[Overlap, ...]:
    return overlaps.of(session, targets, team_id=team_id, since=since)


def _set_files(session: Session, files: int) -> None:
    session.exec(update(CallRow).where(col(CallRow.request_id) == REQUEST).values(files=files))


def _set_status(session: Session, status: CallStatus) -> None:
    session.exec(update(CallRow).values(status=status))


def _ids_holding(session: Session, targets: list[Target], *, since: datetime) -> list[str]:
    return overlaps.ids(session, targets, team_id=MEI.team_id, since=since)


def _say(session: Session, targets: list[Target], status: TargetStatus) -> None:
    names = [item.address for item in targets if isinstance(item, Url)]
    session.exec(update(TargetRow).where(col(TargetRow.name).in_(names)).values(status=status))


def _confirmed_at(session: Session, request_id: str, moment: datetime) -> None:
    requests.row(session, request_id).confirmed_at = moment
