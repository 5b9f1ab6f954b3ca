"""Who is alive: said by a beat, ended by silence, and never taken back."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from sqlalchemy import func, text, update
from sqlmodel import Session, col

from storage import executors
from storage.database import Database
from storage.tables import ExecutorRow
from tests.helpers.databases import migrated

SILENT = timedelta(hours=1)


@pytest.fixture
async def shared(postgresql_url: str) -> AsyncIterator[Database]:
    """Only PostgreSQL has several processes."""
    async with migrated(postgresql_url) as database:
        for executor_id in ("beating", "silent"):
            await database.transaction(executors.enter, executor_id)
        yield database


@pytest.mark.integration
async def test_silence_is_death_and_a_beat_is_life(shared: Database) -> None:
    await shared.transaction(_were_heard_long_ago)
    await shared.transaction(executors.beat, "beating")

    silent_s = SILENT.total_seconds()
    assert await shared.transaction(executors.declare_dead, silent_s=silent_s) == ["silent"]
    assert await shared.transaction(executors.living) == {"beating"}
    assert await shared.transaction(executors.declare_dead, silent_s=silent_s) == []


@pytest.mark.integration
async def test_dead_stays_dead(shared: Database) -> None:
    await shared.transaction(executors.declare_dead, silent_s=0)

    assert not await shared.transaction(executors.beat, "silent")
    assert not await shared.transaction(executors.stays_alive, "silent")
    assert await shared.transaction(executors.living) == set()


@pytest.mark.integration
async def test_who_leaves_is_no_longer_among_the_living(shared: Database) -> None:
    await shared.transaction(executors.leave, "silent")

    assert await shared.transaction(executors.living) == {"beating"}


@pytest.mark.integration
async def test_nobody_is_declared_dead_between_the_look_and_the_commit(shared: Database) -> None:
    with Session(shared.engine) as sending:
        alive = executors.stays_alive(sending, "silent")
        while_sending = await shared.transaction(executors.declare_dead, silent_s=0)
        sending.commit()

    assert (alive, while_sending) == (True, ["beating"])
    assert await shared.transaction(executors.declare_dead, silent_s=0) == ["silent"]


@pytest.mark.integration
async def test_one_at_a_time_hands_work_on(shared: Database) -> None:
    with Session(shared.engine) as first:
        both = executors.requeues_alone(first), await shared.transaction(executors.requeues_alone)
        first.commit()

    assert both == (True, False)
    assert await shared.transaction(executors.requeues_alone)


@pytest.mark.integration
async def test_lock_of_a_process_that_was_stopped_in_a_transaction_is_bounded(
    shared: Database,
) -> None:
    timeout = await shared.transaction(
        lambda session: session.execute(text("SHOW idle_in_transaction_session_timeout")).scalar()
    )

    assert timeout == "5s"


async def test_one_process_of_a_file_is_alive_without_a_word(database: Database) -> None:
    alive = await database.transaction(executors.stays_alive, "local")

    assert alive == database.is_sqlite


def _were_heard_long_ago(session: Session) -> None:
    long_ago = func.clock_timestamp() - SILENT
    session.execute(update(ExecutorRow).values({col(ExecutorRow.beat_at): long_ago}))
