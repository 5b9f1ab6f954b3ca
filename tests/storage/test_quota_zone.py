"""The zone of the quota's days changes only where no day is begun twice."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text
from sqlmodel import Session

from storage import executors, ledger, quota_zone
from storage.database import Database
from tests.helpers.databases import migrated

SHANGHAI = ZoneInfo("Asia/Shanghai")
UTC_ZONE = ZoneInfo("UTC")
AUCKLAND = ZoneInfo("Pacific/Auckland")
# In Shanghai the 29th has begun, in UTC it is the 28th still.
NOW = datetime(2026, 11, 28, 16, 30, tzinfo=UTC)
TENANT = "default"
LONG = timedelta(hours=1)


async def test_first_start_takes_the_zone_of_the_setting(database: Database) -> None:
    assert await _start(database, AUCKLAND) == AUCKLAND


@pytest.mark.parametrize("wanted", [UTC_ZONE, AUCKLAND])
async def test_day_in_hand_is_finished_in_its_zone(database: Database, wanted: ZoneInfo) -> None:
    await _start(database, SHANGHAI, now=NOW - LONG)
    await database.transaction(_reserve)

    assert await _start(database, wanted) == SHANGHAI
    assert await _start(database, wanted, now=NOW + timedelta(hours=15)) == SHANGHAI
    assert await _start(database, wanted, now=NOW + timedelta(hours=24)) == wanted


async def test_day_that_the_service_calls_used_up_is_finished_as_well(database: Database) -> None:
    await _start(database, SHANGHAI, now=NOW - LONG)
    await database.transaction(
        ledger.mark_exhausted, TENANT, NOW.astimezone(SHANGHAI).date(), now=NOW
    )

    assert await _start(database, UTC_ZONE) == SHANGHAI


async def test_day_in_which_nothing_was_counted_changes_at_once(database: Database) -> None:
    await _start(database, SHANGHAI, now=NOW - LONG)

    assert await _start(database, UTC_ZONE) == UTC_ZONE


@pytest.mark.integration
async def test_replica_counts_as_the_others_do(postgresql_url: str) -> None:
    async with migrated(postgresql_url) as database:
        await _start(database, SHANGHAI, now=NOW - LONG)
        await database.transaction(executors.enter, "other")

        assert await _start(database, UTC_ZONE) == SHANGHAI

        await database.transaction(executors.leave, "other")
        assert await _start(database, UTC_ZONE, now=NOW + LONG) == UTC_ZONE


@pytest.mark.integration
async def test_replicas_that_start_together_count_alike(postgresql_url: str) -> None:
    async with migrated(postgresql_url) as database:
        first = await _start(database, SHANGHAI)

        assert await _start(database, UTC_ZONE) == first


async def test_zone_is_stored_once(database: Database) -> None:
    await _start(database, SHANGHAI)
    await _start(database, SHANGHAI)

    def count(session: Session) -> int:
        return int(session.execute(text("SELECT count(*) FROM quota_zone")).scalar_one())

    assert await database.transaction(count) == 1


async def _start(database: Database, wanted: ZoneInfo, *, now: datetime = NOW) -> ZoneInfo:
    return await database.transaction(quota_zone.take, TENANT, wanted, now=now)


def _reserve(session: Session) -> None:
    assert ledger.reserve(session, TENANT, NOW.astimezone(SHANGHAI).date(), files=1, limit=10)
