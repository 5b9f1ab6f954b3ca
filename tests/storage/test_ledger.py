"""The ledger: each movement, the limit under a crowd, sums that always add up."""

import asyncio
from datetime import date
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from bot.rules.movements import Movement
from bot.rules.quota import Quota, QuotaDay
from storage import ledger
from storage.database import Database
from tests.helpers.ledger_sums import Sums, check_ledger
from tests.helpers.stored_requests import DAY, NOON, TENANT, make_request, move, urls

LIMIT = 100
TODAY = (TENANT, DAY)


async def test_reservation_takes_from_what_is_left(database: Database) -> None:
    await database.transaction(make_request, "R-00001", urls(13))

    assert await database.transaction(check_ledger) == {TODAY: Sums(reserved=13)}
    assert (await database.transaction(_quota, limit=LIMIT)).left == 87


@pytest.mark.parametrize(
    ("movement", "sums", "left"),
    [
        (Movement.SETTLE, Sums(settled=10), 90),
        (Movement.RELEASE, Sums(), 100),
        (Movement.HOLD, Sums(held=10), 90),
        (Movement.CORRECT, Sums(reserved=10, settled=10), 80),
    ],
)
async def test_movement_changes_the_sums_that_it_names(
    database: Database, movement: Movement, sums: Sums, left: int
) -> None:
    await database.transaction(make_request, "R-00001", urls(10))

    await database.transaction(move, movement, "R-00001", files=10, attempt=1)

    assert await database.transaction(check_ledger) == {TODAY: sums}
    assert (await database.transaction(_quota, limit=LIMIT)).left == left


async def test_movement_that_is_refused_changes_no_sum(database: Database) -> None:
    await database.transaction(make_request, "R-00001", urls(10))
    await database.transaction(move, Movement.SETTLE, "R-00001", files=10, attempt=1)

    # Nothing is reserved any longer, so the sums would fall below zero.
    with pytest.raises(DBAPIError):
        await database.transaction(move, Movement.RELEASE, "R-00001", files=10)

    assert await database.transaction(check_ledger) == {TODAY: Sums(settled=10)}


async def test_reservation_that_fits_exactly_is_taken(database: Database) -> None:
    assert await database.transaction(_reserve, files=LIMIT)
    assert not await database.transaction(_reserve, files=1)


async def test_settled_and_held_files_count_against_the_limit(database: Database) -> None:
    await database.transaction(make_request, "R-00001", urls(20))
    await database.transaction(move, Movement.SETTLE, "R-00001", 0, files=10, attempt=1)
    await database.transaction(move, Movement.HOLD, "R-00001", 1, files=10)

    assert not await database.transaction(_reserve, files=81)
    assert await database.transaction(_reserve, files=80)


async def test_crowd_never_gets_more_than_the_limit(database: Database) -> None:
    taken = await asyncio.gather(*(database.transaction(_reserve, files=3) for _ in range(200)))

    assert sum(taken) == LIMIT // 3
    found = await database.transaction(_quota, limit=LIMIT)
    assert (found.reserved, found.left) == (99, 1)


async def test_crowd_of_reservations_and_releases_leaves_sums_that_add_up(
    database: Database,
) -> None:
    async def reserve_and_move(number: int) -> None:
        request_id = f"R-{number:05}"
        await database.transaction(make_request, request_id, urls(7))
        movement = [Movement.SETTLE, Movement.RELEASE, Movement.HOLD][number % 3]
        await database.transaction(move, movement, request_id, files=7, attempt=1)

    await asyncio.gather(*(reserve_and_move(number) for number in range(60)))

    assert await database.transaction(check_ledger) == {TODAY: Sums(settled=140, held=140)}


async def test_exhausted_day_promises_nothing_more(database: Database) -> None:
    await database.transaction(ledger.mark_exhausted, TENANT, DAY, now=NOON)

    assert not await database.transaction(_reserve, files=1)
    found = await database.transaction(_quota, limit=LIMIT)
    assert (found.exhausted, found.left) == (True, 0)


async def test_exhausted_day_leaves_the_next_day_alone(database: Database) -> None:
    await database.transaction(ledger.mark_exhausted, TENANT, DAY, now=NOON)

    assert await database.transaction(_reserve, files=1, day=date(2024, 3, 1))


async def test_tenants_have_quotas_of_their_own(database: Database) -> None:
    await database.transaction(_reserve, files=LIMIT)

    assert await database.transaction(_reserve, files=LIMIT, tenant="other")


async def test_day_without_a_request_is_wholly_left(database: Database) -> None:
    assert (await database.transaction(_quota, limit=LIMIT)).left == LIMIT


def _reserve(session: Session, *, files: int, day: date = DAY, tenant: str = TENANT) -> bool:
    return ledger.reserve(session, tenant, day, files=files, limit=LIMIT)


def _quota(session: Session, *, limit: int) -> Quota:
    day = QuotaDay(DAY, ZoneInfo("Asia/Shanghai"))
    return ledger.quota_of(session, TENANT, day, limit=limit)
