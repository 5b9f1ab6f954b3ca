"""One thread writes to SQLite, and one COMMIT, hence one fsync, serves all who wait for it."""

import queue
import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, Engine
from sqlmodel import Session

from storage.mark_file import Mark, MarkNotWritten

GROUP = 16
"""Transactions a commit at most: in larger groups many jobs wait at once, and p99 doubles."""


@dataclass(frozen=True, slots=True)
class _Job:
    fn: Callable[[Session], Any]
    outcome: Future[Any]


@dataclass(frozen=True, slots=True)
class _Done:
    """What is to be told of a job; `mark` has to be written before that."""

    job: _Job
    result: Any = None
    error: Exception | None = None
    mark: Mark | None = None

    def tell(self) -> None:
        if self.error is None:
            self.job.outcome.set_result(self.result)
        else:
            self.job.outcome.set_exception(self.error)


class GroupCommit:
    """Of several that share a commit, each runs in a savepoint: one that fails fails alone.

    An outcome is known only after the COMMIT; when that fails, it has failed for the whole group.
    `check` raises when what is committed would be lost; then nothing is told as done.
    What a job leaves in `session.info["mark"]` is written beside the file in between.
    """

    def __init__(
        self,
        engine: Engine,
        *,
        check: Callable[[], None],
        write_mark: Callable[[Mark], None],
    ) -> None:
        self._engine = engine
        self._check = check
        self._write_mark = write_mark
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._work, name="database", daemon=True)
        self._thread.start()

    def submit(self, fn: Callable[[Session], Any]) -> Future[Any]:
        outcome: Future[Any] = Future()
        self._jobs.put(_Job(fn, outcome))
        return outcome

    def close(self) -> None:
        """Return when all that was submitted is done."""
        self._jobs.put(None)
        self._thread.join()

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            group, is_last = self._more(job)
            self._commit(group)
            if is_last:
                return

    def _more(self, first: _Job) -> tuple[list[_Job], bool]:
        group = [first]
        while len(group) < GROUP:
            try:
                job = self._jobs.get_nowait()
            except queue.Empty:
                return group, False
            if job is None:
                return group, True
            group.append(job)
        return group, False

    def _commit(self, group: list[_Job]) -> None:
        try:
            # A new connection would make a new file in the place of one that is gone.
            self._check()
            with self._engine.begin() as connection:
                # Only now, for the lock may have been waited for: one that nobody waits for any
                # longer is not begun; once begun it is carried out.
                group = [job for job in group if job.outcome.set_running_or_notify_cancel()]
                run = _run if len(group) > 1 else _run_alone
                done = [run(connection, job) for job in group]
                self._check()
            # Once more: the file may have gone while it was written to.
            self._check()
        except Exception as error:  # noqa: BLE001  # it belongs to those who wait
            done = [_Done(job, error=error) for job in group if _is_waited_for(job)]
        for each in self._marked(done):
            each.tell()

    def _marked(self, done: list[_Done]) -> list[_Done]:
        """Write the newest mark of a group; if that fails, each job that left a mark has failed."""
        marks = [each.mark for each in done if each.mark is not None]
        if not marks:
            return done
        try:
            self._write_mark(marks[-1])
        except MarkNotWritten as error:
            return [each if each.mark is None else replace(each, error=error) for each in done]
        return done


def _is_waited_for(job: _Job) -> bool:
    return job.outcome.running() or job.outcome.set_running_or_notify_cancel()


def _run_alone(connection: Connection, job: _Job) -> _Done:
    """Do the only job of a group: the transaction is its savepoint. Raises what the job raises."""
    with (
        Session(
            connection, expire_on_commit=False, join_transaction_mode="rollback_only"
        ) as session,
        session.begin(),
    ):
        result = job.fn(session)
    return _Done(job, result, mark=session.info.get("mark"))


def _run(connection: Connection, job: _Job) -> _Done:
    """Do the job in a savepoint; its outcome is not told before the commit."""
    try:
        with (
            Session(
                connection, expire_on_commit=False, join_transaction_mode="create_savepoint"
            ) as session,
            session.begin(),
        ):
            result = job.fn(session)
    except Exception as error:  # noqa: BLE001  # it belongs to the one who waits
        if _is_rolled_back(connection):
            # What is raised now is only that the savepoint is gone.
            raise (error.__context__ or error) from None
        return _Done(job, error=error)
    return _Done(job, result, mark=session.info.get("mark"))


def _is_rolled_back(connection: Connection) -> bool:
    """A full disk or a read error ends the whole transaction, with it the work of the others."""
    file: sqlite3.Connection = connection.connection.driver_connection  # type: ignore[assignment]
    return not file.in_transaction
