"""A database of each kept release, once migrated, reads as it read then, and work on it goes on."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import MetaData
from sqlmodel import Session, select

from bot.rules.states import CallStatus, RequestStatus
from storage import requests
from storage.database import Database
from storage.tables import CallRow, RequestRow
from tests.helpers.changed_sentences import as_said_now
from tests.helpers.databases import migrated, sqlite_url
from tests.helpers.ledger_sums import check_ledger
from tests.helpers.release_dump import dump, rows_of, write
from tests.helpers.release_readings import EVERYBODY, Readings, readings
from tests.helpers.release_story import NOON, Clock
from tests.helpers.stored_release import StoredRelease, stored_release, stored_revisions
from tests.helpers.workflow_harness import ACTOR, BotParts, open_parts, quick_pace

NONE_LEFT = "*None left today*: "
GROWING_ONLY = ("ledger_entry", "audit_event")


@pytest.fixture(params=stored_revisions())
def release(request: pytest.FixtureRequest) -> StoredRelease:
    return stored_release(request.param)


def test_first_release_is_kept() -> None:
    assert "0018" in stored_revisions()


async def test_migrated_release_reads_as_before(release: StoredRelease, database_url: str) -> None:
    await release.restore(database_url)

    async with migrated(database_url) as database:
        found = await database.transaction(readings, release.at)

    told = _with_the_quota_told_apart(_as_said_now(release.readings))
    # App Home has become another view since; tests/storage/test_desk.py reads it of each release.
    told[EVERYBODY].pop("home", None)
    assert _with_the_quota_told_apart(found) == told


async def test_lines_of_ledger_and_audit_trail_stay_as_they_were(
    release: StoredRelease, database_url: str
) -> None:
    await release.restore(database_url)

    async with migrated(database_url) as database:
        found = _growing_tables(database)

    assert found == {name: release.tables[name] for name in GROWING_ONLY}


@pytest.mark.integration
async def test_what_was_on_its_way_is_carried_out_and_nothing_in_doubt_is_sent(
    release: StoredRelease, database_url: str, tmp_path: Path
) -> None:
    await release.restore(database_url)

    async with _parts_of(release, database_url, tmp_path) as parts:
        before = await parts.database.transaction(_statuses)
        for request_id in await parts.database.transaction(_not_ended):
            await parts.run_when_due(request_id)
            await parts.end_again(request_id)
        after = await parts.database.transaction(_statuses)
        await parts.database.transaction(check_ledger)
        still_running = await parts.database.transaction(_not_ended)

    went_on = {CallStatus.QUEUED: CallStatus.SUCCEEDED, CallStatus.SUBMITTING: CallStatus.UNKNOWN}
    assert after == {call: went_on.get(status, status) for call, status in before.items()}
    assert len(parts.creates()) == list(before.values()).count(CallStatus.QUEUED)
    assert still_running == []


@pytest.mark.integration
async def test_operator_can_still_decide_about_each_call_in_doubt(
    release: StoredRelease, database_url: str, tmp_path: Path
) -> None:
    await release.restore(database_url)

    async with _parts_of(release, database_url, tmp_path) as parts:
        before = await parts.database.transaction(_statuses)
        files = await parts.database.transaction(_files_in_doubt)
        held = await _held(parts)
        for request_id in await parts.database.transaction(_in_doubt):
            found = (await parts.service.deciding.in_doubt(request_id, ACTOR, again=False)).calls
            attempts = [(call.position, call.attempts) for call in found]
            await parts.service.deciding.mark_as_sent(request_id, attempts, ACTOR, reason="seen")
        after = await parts.database.transaction(_statuses)
        decided = held - await _held(parts)
        undecided = await parts.database.transaction(_in_doubt)

    went_on = {CallStatus.UNKNOWN: CallStatus.SENT}
    assert after == {call: went_on.get(status, status) for call, status in before.items()}
    assert decided == files > 0
    assert undecided == set()


@pytest.mark.integration
async def test_this_version_can_be_kept_with_requests_in_every_state(tmp_path: Path) -> None:
    kept = await dump()
    write(kept, tmp_path)
    release = stored_release(kept.revision, tmp_path)
    url = sqlite_url(tmp_path)
    await release.restore(url)

    async with migrated(url) as database:
        found = await database.transaction(readings, release.at)
        statuses = await database.transaction(_statuses)
        of_requests = await database.transaction(_of_requests)

    assert found == release.readings
    assert set(statuses.values()) == set(CallStatus)
    assert of_requests == set(RequestStatus)


@asynccontextmanager
async def _parts_of(release: StoredRelease, url: str, folder: Path) -> AsyncIterator[BotParts]:
    """Bot parts a week later: what was scheduled is due, and no day is used up."""
    clock = Clock(ahead=release.at - NOON + timedelta(days=7))
    pace = quick_pace(give_up_s=0.3)
    async with open_parts(folder, database_url=url, pace=pace, now=clock.now) as parts:
        yield parts


def _as_said_now(told: Readings) -> Readings:
    return {
        name: {
            view: as_said_now("\n".join(lines)).split("\n") if lines else []
            for view, lines in views.items()
        }
        for name, views in told.items()
    }


def _with_the_quota_told_apart(told: Readings) -> Readings:
    """Without the line of the quota on cards: what waits for another day shows it no longer.

    The text of each card, which is compared, ends with what is left as well.
    """
    return {
        name: {
            view: [line for line in lines if view != "card" or not line.startswith(NONE_LEFT)]
            for view, lines in views.items()
        }
        for name, views in told.items()
    }


def _growing_tables(database: Database) -> dict[str, list[Any]]:
    metadata = MetaData()
    with database.engine.connect() as connection:
        metadata.reflect(connection)
        return {name: rows_of(connection, metadata.tables[name]) for name in GROWING_ONLY}


def _statuses(session: Session) -> dict[tuple[str, int], CallStatus]:
    rows = session.exec(select(CallRow))
    return {(row.request_id, row.position): CallStatus(row.status) for row in rows}


def _of_requests(session: Session) -> set[RequestStatus]:
    return {RequestStatus(status) for status in session.exec(select(RequestRow.status))}


def _not_ended(session: Session) -> list[str]:
    return [request_id for request_id, _ in requests.unended(session)]


def _in_doubt(session: Session) -> set[str]:
    return set(session.exec(select(CallRow.request_id).where(CallRow.status == CallStatus.UNKNOWN)))


def _files_in_doubt(session: Session) -> int:
    return sum(session.exec(select(CallRow.files).where(CallRow.status == CallStatus.UNKNOWN)))


async def _held(parts: BotParts) -> int:
    found = await parts.database.transaction(check_ledger)
    return sum(sums.held for sums in found.values())
