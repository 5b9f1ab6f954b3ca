"""One COMMIT for many: who fails alone, who fails together, and that the writer lives on."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import Future
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlmodel import Session

from storage.database import Database
from storage.group_commit import GROUP, GroupCommit

WAIT_S = 10.0


class Mishap(Exception):  # noqa: N818
    """What a function under test may raise."""


@pytest.fixture
async def notes(tmp_path: Path) -> AsyncIterator[Database]:
    """A database with one table, in which a note may answer a note that exists."""
    database = Database(f"sqlite:///{tmp_path / 'notes.db'}")
    await database.transaction(
        _run, "CREATE TABLE note (id TEXT PRIMARY KEY, answers TEXT REFERENCES note (id))"
    )
    yield database
    await database.close()


async def test_failing_function_takes_no_other_with_it(notes: Database) -> None:
    async with _one_group(notes):
        outcomes = asyncio.gather(
            notes.transaction(_write, "before"),
            notes.transaction(_write_then_fail, "failed"),
            notes.transaction(_write, "after"),
            return_exceptions=True,
        )
        await _submitted()

    before, failed, after = await outcomes
    assert (before, after) == ("before", "after")
    assert isinstance(failed, Mishap)
    assert await notes.transaction(_all) == ["before", "after"]


async def test_statement_that_the_database_refuses_takes_no_other_with_it(
    notes: Database,
) -> None:
    async with _one_group(notes):
        outcomes = asyncio.gather(
            notes.transaction(_write, "same"),
            notes.transaction(_write, "same"),
            notes.transaction(_write, "after"),
            return_exceptions=True,
        )
        await _submitted()

    first, second, after = await outcomes
    assert (first, after) == ("same", "after")
    assert isinstance(second, IntegrityError)
    assert await notes.transaction(_all) == ["same", "after"]


async def test_failing_commit_fails_for_all_who_waited_for_it(notes: Database) -> None:
    async with _one_group(notes):
        outcomes = asyncio.gather(
            notes.transaction(_write, "innocent"),
            notes.transaction(_write_answer_to_nobody),
            notes.transaction(_write_then_fail, "failed"),
            return_exceptions=True,
        )
        await _submitted()

    assert all(isinstance(outcome, IntegrityError) for outcome in await outcomes)
    assert await notes.transaction(_all) == []


async def test_writer_lives_on_after_a_failed_commit(notes: Database) -> None:
    with pytest.raises(IntegrityError):
        await notes.transaction(_write_answer_to_nobody)

    assert await notes.transaction(_write, "next") == "next"
    assert await notes.transaction(_all) == ["next"]


async def test_full_disk_tells_nobody_that_their_work_is_stored(notes: Database) -> None:
    await notes.transaction(_fill_disk_soon)

    async with _one_group(notes):
        outcomes = asyncio.gather(
            notes.transaction(_write, "before"),
            notes.transaction(_write, "x" * 200_000),
            notes.transaction(_write, "after"),
            return_exceptions=True,
        )
        await _submitted()

    # SQLite then ends the whole transaction by itself; a later COMMIT succeeds, for nothing.
    assert [str(getattr(outcome, "orig", outcome)) for outcome in await outcomes] == (
        ["database or disk is full"] * 3
    )
    assert await notes.transaction(_all) == []


async def test_writer_lives_on_after_a_full_disk(notes: Database) -> None:
    await notes.transaction(_fill_disk_soon)
    with pytest.raises(OperationalError, match="full"):
        await notes.transaction(_write, "x" * 200_000)

    assert await notes.transaction(_write, "small") == "small"
    assert await notes.transaction(_all) == ["small"]


async def test_functions_run_in_the_order_of_submission(notes: Database) -> None:
    names = [f"{number:03}" for number in range(3 * GROUP)]

    async with _one_group(notes):
        outcomes = asyncio.gather(*(notes.transaction(_write, name) for name in names))
        await _submitted()

    assert await outcomes == names
    assert await notes.transaction(_all) == names


async def test_wait_given_up_before_the_turn_means_that_nothing_runs(notes: Database) -> None:
    async with _one_group(notes):
        given_up = asyncio.create_task(notes.transaction(_write, "given up"))
        kept = asyncio.create_task(notes.transaction(_write, "kept"))
        await _submitted()
        given_up.cancel()
        await _submitted()

    assert await kept == "kept"
    assert given_up.cancelled()
    assert await notes.transaction(_all) == ["kept"]


async def test_wait_given_up_during_the_work_does_not_undo_it(notes: Database) -> None:
    begun, may_end = threading.Event(), threading.Event()

    def write_slowly(session: Session) -> None:
        begun.set()
        may_end.wait(WAIT_S)
        _write(session, "given up")

    given_up = asyncio.create_task(notes.transaction(write_slowly))
    await asyncio.to_thread(begun.wait, WAIT_S)
    given_up.cancel()
    with pytest.raises(asyncio.CancelledError):
        await given_up
    may_end.set()

    assert await notes.transaction(_all) == ["given up"]


async def test_group_whose_waits_are_all_given_up_does_no_harm(notes: Database) -> None:
    async with _one_group(notes):
        given_up = [
            asyncio.create_task(notes.transaction(_write, str(number))) for number in range(5)
        ]
        await _submitted()
        for task in given_up:
            task.cancel()
        await _submitted()

    assert await notes.transaction(_write, "next") == "next"
    assert await notes.transaction(_all) == ["next"]


async def test_outcome_is_told_only_after_the_commit(notes: Database) -> None:
    seen: list[list[str]] = []

    def look(_: Future[str]) -> None:
        with notes.engine.connect() as other:
            seen.append(list(other.exec_driver_sql("SELECT id FROM note").scalars()))

    writer = GroupCommit(notes.engine, check=lambda: None, write_mark=lambda _: None)
    outcome = writer.submit(lambda session: _write(session, "told"))
    outcome.add_done_callback(look)
    await asyncio.to_thread(writer.close)

    assert outcome.result() == "told"
    assert seen == [["told"]]


async def test_closing_waits_for_all_that_was_submitted(notes: Database) -> None:
    writer = GroupCommit(notes.engine, check=lambda: None, write_mark=lambda _: None)
    with _busy(writer.submit) as (begun, may_end):
        await asyncio.to_thread(begun.wait, WAIT_S)
        outcomes = [
            writer.submit(lambda session, name=name: _write(session, name))  # type: ignore[misc]
            for name in map(str, range(2 * GROUP))
        ]
        may_end.set()
        await asyncio.to_thread(writer.close)

    assert all(outcome.done() for outcome in outcomes)
    assert len(await notes.transaction(_all)) == 2 * GROUP


@asynccontextmanager
async def _one_group(database: Database) -> AsyncIterator[None]:
    """What is submitted in the context waits, and then goes into one COMMIT."""
    with _busy(database._writer.submit) as (begun, _):
        await asyncio.to_thread(begun.wait, WAIT_S)
        yield


@contextmanager
def _busy(
    submit: Callable[[Callable[[Session], object]], object],
) -> Iterator[tuple[threading.Event, threading.Event]]:
    """Hold the writer up until the second event is set, at the latest when the context ends."""
    begun, may_end = threading.Event(), threading.Event()

    def wait(_: Session) -> None:
        begun.set()
        may_end.wait(WAIT_S)

    submit(wait)
    try:
        yield begun, may_end
    finally:
        may_end.set()


async def _submitted() -> None:
    """Let every task run to its wait for the writer."""
    for _ in range(3):
        await asyncio.sleep(0)


def _run(session: Session, statement: str) -> None:
    session.execute(text(statement))


def _write(session: Session, name: str) -> str:
    session.execute(text("INSERT INTO note (id) VALUES (:name)"), {"name": name})
    return name


def _write_then_fail(session: Session, name: str) -> None:
    _write(session, name)
    raise Mishap(name)


def _write_answer_to_nobody(session: Session) -> None:
    _run(session, "PRAGMA defer_foreign_keys=ON")
    _run(session, "INSERT INTO note (id, answers) VALUES ('answer', 'nobody')")


def _fill_disk_soon(session: Session) -> None:
    pages = session.execute(text("PRAGMA page_count")).scalar_one()
    _run(session, f"PRAGMA max_page_count={pages + 4}")


def _all(session: Session) -> list[str]:
    return list(session.execute(text("SELECT id FROM note ORDER BY rowid")).scalars())
