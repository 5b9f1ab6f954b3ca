"""What was asked for before: who asks for a file again is told of the requests that hold it."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import update
from sqlmodel import Session, col

from bot.rules.draft import Earlier
from bot.rules.request import Asset, Target, Url
from bot.rules.task import Counts, RequestStatus, TargetState, TargetStatus, TaskStatus
from storage import earlier, requests, tasks
from storage.database import Database
from storage.tables import TargetRow, TaskRow
from tests.storage.requests_made import MEI, NOON, asset, make_request, urls

REQUEST = "R-00001"
SPENT_NOTHING = (TaskStatus.REJECTED, TaskStatus.CANCELLED)


@pytest.mark.parametrize(
    ("status", "counts"),
    [
        (TaskStatus.QUEUED, Counts(waiting=2)),
        (TaskStatus.SUBMITTING, Counts(waiting=2)),
        (TaskStatus.PROCESSING, Counts(processing=2)),
        (TaskStatus.SUCCEEDED, Counts(ready=2)),
        (TaskStatus.UNKNOWN, Counts(unknown=2)),
        (TaskStatus.SENT, Counts(sent=2)),
    ],
)
async def test_files_of_another_request_are_counted_by_what_became_of_them(
    database: Database, status: TaskStatus, counts: Counts
) -> None:
    await database.transaction(make_request, REQUEST, urls(3))
    await database.transaction(_set_status, status)

    found = await database.transaction(_holding, [*urls(2), Url("https://v.example.com/new.mp4")])

    assert found == (Earlier(REQUEST, MEI.user_id, NOON, counts),)


@pytest.mark.parametrize("status", SPENT_NOTHING)
async def test_what_was_never_sent_is_not_held(database: Database, status: TaskStatus) -> None:
    await database.transaction(make_request, REQUEST, [*urls(1), asset()])
    await database.transaction(_set_status, status)

    assert await database.transaction(_holding, [*urls(1), asset()]) == ()


def test_every_status_is_either_counted_or_never_sent() -> None:
    assert {*earlier.OUTCOMES, *SPENT_NOTHING, TaskStatus.FAILED} == set(TaskStatus)


async def test_file_that_failed_is_not_held_and_its_neighbour_is(database: Database) -> None:
    await database.transaction(make_request, REQUEST, urls(2))
    await database.transaction(_set_status, TaskStatus.PARTLY_FAILED)
    await database.transaction(_fail, urls(1))

    found = await database.transaction(_holding, urls(2))

    assert [item.counts for item in found] == [Counts(ready=1)]


async def test_asset_is_known_by_its_id_when_its_urls_stand_in_its_place(
    database: Database,
) -> None:
    await database.transaction(make_request, REQUEST, [asset()])
    await database.transaction(_set_status, TaskStatus.PROCESSING)
    listed = [TargetState(target, TargetStatus.SUCCEED) for target in urls(2)]
    await database.transaction(
        tasks.record_results, REQUEST, 0, status=TaskStatus.SUCCEEDED, targets=listed
    )

    by_asset = await database.transaction(_holding, [asset()])
    by_url = await database.transaction(_holding, urls(1))

    assert [item.counts for item in (*by_asset, *by_url)] == [Counts(ready=1)] * 2


async def test_newest_request_comes_first(database: Database) -> None:
    for minute, request_id in enumerate(("R-00002", "R-00003", "R-00001")):
        await database.transaction(make_request, request_id, [*urls(1), asset()])
        await database.transaction(_confirmed_at, request_id, NOON + timedelta(minutes=minute))

    found = await database.transaction(_holding, [*urls(1), asset()])

    assert [item.request_id for item in found] == ["R-00001", "R-00003", "R-00002"]
    assert {item.counts for item in found} == {Counts(waiting=2)}


@pytest.mark.parametrize(("has_ended", "is_told"), [(True, False), (False, True)])
async def test_old_request_is_told_of_while_it_has_not_ended(
    database: Database, *, has_ended: bool, is_told: bool
) -> None:
    await database.transaction(make_request, REQUEST, urls(1))
    if has_ended:
        await database.transaction(requests.end, REQUEST, RequestStatus.SUCCEEDED, run=1, now=NOON)

    found = await database.transaction(_holding, urls(1), since=NOON + timedelta(seconds=1))

    assert bool(found) == is_told


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
) -> tuple[Earlier, ...]:
    return earlier.holding(session, targets, team_id=team_id, since=since)


def _set_status(session: Session, status: TaskStatus) -> None:
    session.exec(update(TaskRow).values(status=status))


def _fail(session: Session, targets: list[Target]) -> None:
    names = [item.id if isinstance(item, Asset) else item.address for item in targets]
    session.exec(
        update(TargetRow).where(col(TargetRow.name).in_(names)).values(status=TargetStatus.FAILED)
    )


def _confirmed_at(session: Session, request_id: str, moment: datetime) -> None:
    requests.row(session, request_id).confirmed_at = moment
