"""By what an older database is recognised, and what becomes then of what it had on its way."""

import asyncio
import shutil
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlmodel import Session, select

from bot.rules.lifecycle import Event, EventKind
from bot.rules.refusals import DraftGone, RequestUnknown
from bot.rules.states import CallId, CallStatus, RequestStatus
from bot.rules.target import Targets, Url
from bot.workflows import restoring
from bot.workflows.restoring import Restored, hold_if_restored
from storage import database_identity, executors, steps
from storage.backup import copy_database
from storage.database import Database
from storage.tables import CallRow, DraftRow, ExecutorRow, RequestRow
from tests.helpers.databases import migrated, sqlite_url
from tests.helpers.ledger_sums import Sums
from tests.helpers.said_words import said, told
from tests.helpers.service_harness import LAUNCH, MEI, NOON, ServiceHarness
from tests.helpers.stored_requests import work_of

LATER = NOON + timedelta(days=1)


async def test_new_database_is_no_copy_and_neither_is_it_at_its_next_start(
    harness: ServiceHarness,
) -> None:
    await harness.request(*_urls(3))

    assert await hold_if_restored(harness.database, now=harness.now) is None
    assert await hold_if_restored(harness.database, now=harness.now) is None
    assert await harness.sums() == Sums(reserved=3)


async def test_database_in_another_place_is_a_copy(harness: ServiceHarness) -> None:
    await hold_if_restored(harness.database, now=harness.now)
    await harness.request(*_urls(12))
    await _do(harness, "UPDATE life SET place = 'where it was before'")

    restored = await hold_if_restored(harness.database, now=LATER)

    assert restored is not None
    assert restored.why == restoring.ELSEWHERE
    assert (restored.calls, restored.files, restored.scheduled) == (2, 12, 0)
    assert "restored from a copy of 2024-02-29 04:00 UTC" in str(restored)
    assert await harness.sums() == Sums(held=12)
    assert await hold_if_restored(harness.database, now=LATER) is None


async def test_restoration_that_is_repeated_changes_nothing_more(harness: ServiceHarness) -> None:
    await harness.request(*_urls(3))
    await harness.database.transaction(_claim_all)
    await _restore(harness)
    before = await _tasks(harness)

    again = await _restore(harness)

    (call,) = before
    assert (call.status, call.attempts) == (CallStatus.UNKNOWN, 1)
    assert call.reason
    assert again.calls == 0
    (later,) = await _tasks(harness)
    assert later.reason[: len(call.reason)] == call.reason
    assert len(later.reason) == len(call.reason) + 1
    await _restore(harness)
    assert [row.reason for row in await _tasks(harness)] == [later.reason]
    assert await harness.sums() == Sums(held=3)


async def test_what_fell_due_since_is_in_doubt_and_what_is_for_later_stays(
    harness: ServiceHarness,
) -> None:
    due = await _scheduled(harness, NOON + timedelta(hours=1), "due")
    later = await _scheduled(harness, NOON + timedelta(hours=3), "later")

    restored = await _restore(harness, now=NOON + timedelta(hours=2))

    found = {row.id: row.status for row in await harness.database.transaction(_requests)}
    reasons = {row.request_id: (row.status, row.reason) for row in await _tasks(harness)}
    assert (restored.calls, restored.scheduled) == (1, 1)
    assert found == {due: RequestStatus.RUNNING, later: RequestStatus.SCHEDULED}
    assert reasons[due][0] == CallStatus.UNKNOWN
    assert reasons[later][0] == CallStatus.QUEUED
    assert "cancel it again" in told(reasons[later][1])


async def test_modal_from_before_the_restoration_sends_nothing(harness: ServiceHarness) -> None:
    proposal = await harness.draft(*_urls(1))
    await _restore(harness)

    with pytest.raises(DraftGone):
        await harness.confirm(proposal)
    assert await harness.count(DraftRow) == 0


async def test_click_on_the_card_of_a_request_that_is_gone_says_why(
    harness: ServiceHarness,
) -> None:
    with pytest.raises(RequestUnknown) as before:
        await harness.service.deciding.cancel("R-7F3K2", MEI)
    await _restore(harness)

    with pytest.raises(RequestUnknown) as after:
        await harness.service.deciding.cancel("R-7F3K2", MEI)
    assert "restored" not in said(before.value)
    assert "restored at 2024-02-29 04:00 UTC from an older copy" in said(after.value)


async def test_card_that_the_copy_does_not_know_is_expected_to_stand(
    harness: ServiceHarness,
) -> None:
    await harness.request(*_urls(1))

    await _restore(harness)

    (request,) = await harness.database.transaction(_requests)
    assert request.cards_posted == 1


async def test_cards_of_what_has_ended_or_waits_are_shown_once(harness: ServiceHarness) -> None:
    later = await _scheduled(harness, NOON + timedelta(hours=3), "later")
    await harness.request(*_urls(1))
    await _restore(harness)
    shown: list[str] = []

    def show(_: Session, request_id: str, _occasion: str) -> None:
        shown.append(request_id)

    await harness.database.transaction(restoring.show_restored, show)
    await harness.database.transaction(restoring.show_restored, show)

    assert shown == [later]


@pytest.mark.integration
async def test_replica_that_still_runs_on_a_restored_database_is_dead(
    postgresql_url: str,
) -> None:
    async with migrated(postgresql_url) as database:
        await database.transaction(executors.enter, "replica")
        await hold_if_restored(database, now=NOON, asked=True)

        alive = await database.transaction(lambda s: s.exec(select(ExecutorRow.id)).all())
        may_send = await database.transaction(executors.stays_alive, "replica")

    assert alive == []
    assert not may_send


@pytest.mark.parametrize(
    ("damage", "why"),
    [
        (lambda mark: mark.unlink(), restoring.MARK_GONE),
        (lambda mark: mark.write_text("?"), restoring.MARK_DAMAGED),
        (
            lambda mark: mark.write_text('{"identity":"another","steps":1}'),
            restoring.MARK_OF_ANOTHER,
        ),
    ],
)
async def test_mark_that_is_not_the_databases_own_makes_it_a_copy(
    tmp_path: Path, damage: Callable[[Path], None], why: str
) -> None:
    async with migrated(sqlite_url(tmp_path)) as database:
        await hold_if_restored(database, now=NOON)
        damage(tmp_path / "prefetch.db.mark")

        restored = await hold_if_restored(database, now=NOON)

        assert restored is not None
        assert restored.why == why
        assert await hold_if_restored(database, now=NOON) is None


@pytest.mark.parametrize("act", ["send", "cancel"])
async def test_copy_from_before_a_call_or_a_cancellation_is_behind_its_mark(
    tmp_path: Path, act: str
) -> None:
    url = sqlite_url(tmp_path)
    async with migrated(url) as database:
        harness = ServiceHarness(database)
        await hold_if_restored(database, now=NOON)
        request_id = await harness.request(*_urls(1))
        await asyncio.to_thread(_copy, database, tmp_path / "copy.db")
        if act == "send":
            await database.transaction(database_identity.advance)
        else:
            await harness.service.deciding.cancel(request_id, MEI)
    # Onto the file, which so stays in its place.
    shutil.copyfile(tmp_path / "copy.db", tmp_path / "prefetch.db")

    async with migrated(url) as database:
        restored = await hold_if_restored(database, now=NOON)

        assert restored is not None
        assert restored.why == restoring.BEHIND_ITS_MARK
        assert await ServiceHarness(database).sums() == Sums(held=1)


async def test_folder_that_was_copied_with_its_mark_is_a_copy(tmp_path: Path) -> None:
    (tmp_path / "first").mkdir()
    async with migrated(sqlite_url(tmp_path / "first")) as database:
        await hold_if_restored(database, now=NOON)
    shutil.copytree(tmp_path / "first", tmp_path / "second")

    async with migrated(sqlite_url(tmp_path / "second")) as database:
        restored = await hold_if_restored(database, now=NOON)

    assert restored is not None
    assert restored.why == restoring.ELSEWHERE


async def test_copy_from_before_the_first_mark_is_told_by_the_mark_of_the_later_life(
    tmp_path: Path,
) -> None:
    async with migrated(sqlite_url(tmp_path)) as database:
        await hold_if_restored(database, now=NOON)
        # As the migration of the older copy would make them.
        await database.transaction(_renamed)

        restored = await hold_if_restored(database, now=NOON)

    assert restored is not None
    assert restored.why == restoring.MARK_OF_ANOTHER


def _urls(count: int) -> list[Url]:
    return [Url(f"https://v.example.com/{number}.mp4") for number in range(count)]


async def _restore(harness: ServiceHarness, *, now: datetime = NOON) -> Restored:
    restored = await hold_if_restored(harness.database, now=now, asked=True)
    assert restored is not None
    return restored


async def _scheduled(harness: ServiceHarness, run_at: datetime, name: str) -> str:
    proposal = await harness.service.drafting.draft(
        Targets((Url(f"https://v.example.com/{name}.mp4"),), (), 0),
        actor=MEI,
        channel_id=LAUNCH,
        trigger_key=None,
        run_at=run_at,
    )
    assert proposal is not None
    return (await harness.service.confirming.confirm(proposal.draft.id, MEI, run_at)).request_id


def _claim_all(session: Session) -> None:
    for row in session.exec(select(CallRow)).all():
        call_id = CallId(row.request_id, row.position)
        marker = {"sender": "lost", "submitted_at": NOON}
        steps.apply(work_of(session), call_id, Event(EventKind.CLAIMED), values=marker)


async def _tasks(harness: ServiceHarness) -> list[CallRow]:
    return await harness.database.transaction(lambda s: list(s.exec(select(CallRow)).all()))


def _requests(session: Session) -> list[RequestRow]:
    return list(session.exec(select(RequestRow)).all())


def _renamed(session: Session) -> None:
    session.execute(text("UPDATE life SET identity = 'older', steps = 0, place = NULL"))


async def _do(harness: ServiceHarness, statement: str) -> None:
    def do(session: Session) -> None:
        session.execute(text(statement))

    await harness.database.transaction(do)


def _copy(database: Database, copy: Path) -> None:
    copy_database(str(database.url), copy)
