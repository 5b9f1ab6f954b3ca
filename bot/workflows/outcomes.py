"""What became of a task: its status, the ledger and the audit trail, in one transaction each."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from bot.rules.policy import Actor
from bot.rules.quota import quota_day
from bot.rules.task import (
    RequestStatus,
    TaskState,
    TaskStatus,
    match_results,
    request_status,
    task_status,
)
from bot.rules.terms import Terms
from storage import audit, executors, quota, requests, tasks
from storage.quota import Movement


@dataclass(frozen=True, slots=True)
class Books:
    """Writes down outcomes; a task that has left `submitting` is never charged twice."""

    terms: Terms

    def accept(
        self,
        session: Session,
        request_id: str,
        task: TaskState,
        *,
        attempt: int,
        task_id: str,
        now: datetime,
        poll_after_s: float,
    ) -> bool:
        """The service gave a task_id: the files are spent; True when the call was in doubt."""
        poll_at = now + timedelta(seconds=poll_after_s)
        if tasks.leave_submitting(
            session,
            request_id,
            task.position,
            TaskStatus.PROCESSING,
            attempt=attempt,
            task_id=task_id,
            next_poll_at=poll_at,
        ):
            movement, late = Movement.SETTLE, False
        elif tasks.accept_late(
            session,
            request_id,
            task.position,
            attempt=attempt,
            task_id=task_id,
            next_poll_at=poll_at,
        ):
            # Others took the sender for dead and the call for unknown.
            movement, late = Movement.CONFIRM, True
        else:
            if tasks.one(session, request_id, task.position).task_id != task_id:
                self._record(session, "task.answered_late", request_id, task, now, task_id=task_id)
            return False
        tasks.mark_sent(session, request_id, task.position)
        self._move(session, movement, request_id, task, attempt=attempt, now=now)
        self._record(session, "task.accepted", request_id, task, now, task_id=task_id)
        return late

    def reject(
        self, session: Session, request_id: str, task: TaskState, *, reason: str, now: datetime
    ) -> None:
        """It is proved that the service took nothing: the files are free again."""
        left = tasks.leave_submitting(
            session,
            request_id,
            task.position,
            TaskStatus.REJECTED,
            attempt=task.attempts,
            reason=reason,
        ) or tasks.reject_queued(session, request_id, task.position, reason=reason)
        if left:
            self._move(session, Movement.RELEASE, request_id, task, attempt=task.attempts, now=now)
            self._record(session, "task.rejected", request_id, task, now, reason=reason)

    def reject_rest(self, session: Session, request_id: str, *, reason: str, now: datetime) -> None:
        """Give up every task that was not sent yet."""
        for task in tasks.with_status(session, request_id, TaskStatus.QUEUED):
            self.reject(session, request_id, task, reason=reason, now=now)

    def hold(
        self, session: Session, request_id: str, task: TaskState, *, reason: str, now: datetime
    ) -> None:
        """The call may have gone out: the files stay counted and a person decides."""
        if tasks.leave_submitting(
            session,
            request_id,
            task.position,
            TaskStatus.UNKNOWN,
            attempt=task.attempts,
            reason=reason,
        ):
            self._move(session, Movement.HOLD, request_id, task, attempt=task.attempts, now=now)
            self._record(session, "task.unknown", request_id, task, now, reason=reason)

    def hold_interrupted(
        self,
        session: Session,
        request_id: str,
        *,
        me: str,
        in_flight: Collection[int],
        reason: str,
        now: datetime,
    ) -> None:
        """What a process was sending when it stopped may have gone out.

        `in_flight` are the positions that process `me` is sending in this life.
        """
        others = executors.living(session) - {me}
        for task, sender in tasks.being_sent(session, request_id):
            if sender not in others and task.position not in in_flight:
                self.hold(session, request_id, task, reason=reason, now=now)

    def put_back(self, session: Session, request_id: str, task: TaskState, *, reason: str) -> None:
        """It is proved that nothing was sent; it will be sent later, the files stay reserved."""
        tasks.leave_submitting(
            session,
            request_id,
            task.position,
            TaskStatus.QUEUED,
            attempt=task.attempts,
            reason=reason,
        )

    def exhausted(
        self, session: Session, request_id: str, task: TaskState, *, reason: str, now: datetime
    ) -> None:
        """The service says that the day is used up: nothing more of it can be promised."""
        today = quota_day(now, self.terms.zone)
        quota.mark_exhausted(session, self.terms.tenant, today.date, now=now)
        self.reject(session, request_id, task, reason=reason, now=now)
        self.reject_rest(session, request_id, reason=reason, now=now)

    def listed(
        self,
        session: Session,
        request_id: str,
        task: TaskState,
        results: Sequence[tuple[str, str]],
        *,
        now: datetime,
    ) -> TaskStatus:
        """Store what the service lists of a task; files beyond the charge are charged now."""
        matched = match_results(task.targets, results)
        status = task_status(state.status for state in matched) if results else task.status
        more = tasks.record_results(
            session, request_id, task.position, status=status, targets=matched
        )
        if more is None:
            return tasks.one(session, request_id, task.position).status
        if more:
            # The running number of files is the attempt: each correction is one line.
            self._move(
                session,
                Movement.CORRECT,
                request_id,
                task,
                attempt=task.files + more,
                now=now,
                files=more,
            )
        if status is not TaskStatus.PROCESSING:
            self._record(session, f"task.{status}", request_id, task, now)
        return status

    def end(self, session: Session, request_id: str, *, run: int, now: datetime) -> bool:
        """Write the last status of this run; safe to repeat, and after a later run has begun.

        False when a late answer has given this run something to follow.
        """
        is_this_run = requests.lock(session, request_id).runs == run
        status = request_status(tasks.every(session, request_id))
        if status is RequestStatus.RUNNING and is_this_run:
            return False
        if requests.end(session, request_id, status, run=run, now=now):
            audit.record(
                session,
                f"request.{status}",
                tenant=self.terms.tenant,
                actor=Actor(audit.BOT, requests.row(session, request_id).team_id),
                request_id=request_id,
                now=now,
            )
        return True

    def _move(
        self,
        session: Session,
        movement: Movement,
        request_id: str,
        task: TaskState,
        *,
        attempt: int,
        now: datetime,
        files: int | None = None,
    ) -> None:
        quota.move(
            session,
            movement,
            tenant=self.terms.tenant,
            day=requests.row(session, request_id).quota_date,
            request_id=request_id,
            task_position=task.position,
            attempt=attempt,
            files=task.files if files is None else files,
            now=now,
        )

    def _record(
        self,
        session: Session,
        action: str,
        request_id: str,
        task: TaskState,
        now: datetime,
        **facts: object,
    ) -> None:
        audit.record(
            session,
            action,
            tenant=self.terms.tenant,
            actor=Actor(audit.BOT, requests.row(session, request_id).team_id),
            request_id=request_id,
            now=now,
            position=task.position,
            files=task.files,
            **facts,
        )
