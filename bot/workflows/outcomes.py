"""What became of a task: its status, the ledger and the audit trail, in one transaction each."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import partial

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
from storage import audit, charges, executors, quota, requests, tasks
from storage.quota import Movement

NEXT_DAY_IS_FULL = (
    "It was still waiting when the quota day ended, and the new day has no room for it."
    " Nothing was sent; send it again when there is quota."
)


@dataclass(frozen=True, slots=True)
class Books:
    """Writes down outcomes; a task that has left `submitting` is never charged twice."""

    terms: Terms

    def claim(
        self, session: Session, request_id: str, task: TaskState, *, sender: str, now: datetime
    ) -> TaskState | None:
        """Set the marker, charged to the day on which the call goes out; None: not to be sent."""
        attempt = tasks.claim(session, request_id, task.position, sender=sender, now=now)
        if attempt is None:
            return None
        claimed = replace(task, attempts=attempt)
        today = quota_day(now, self.terms.zone).date
        if not self._charge_to(session, request_id, claimed, today, now=now):
            self.reject(session, request_id, claimed, reason=NEXT_DAY_IS_FULL, now=now)
            return None
        return claimed

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
        elif self._is_in_doubt(session, request_id, task, attempt) and tasks.accept_late(
            session, request_id, task.position, task_id=task_id, next_poll_at=poll_at
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
        """It is proved that the service took nothing."""
        leave = partial(tasks.leave_submitting, attempt=task.attempts)
        self._give_up(session, request_id, task, leave, reason=reason, now=now)

    def reject_rest(self, session: Session, request_id: str, *, reason: str, now: datetime) -> None:
        """Give up every task that was not sent yet, or not again."""
        requests.lock(session, request_id)  # before its tasks, as who cancels does
        for task in tasks.with_status(session, request_id, TaskStatus.QUEUED):
            self._give_up(session, request_id, task, tasks.leave_queued, reason=reason, now=now)

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

    def day_has_just_begun(self, now: datetime) -> bool:
        """Whether "used up" may still speak of the day before."""
        return quota_day(now, self.terms.zone).has_just_begun(now)

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
        requests.lock(session, request_id)  # before the quota, as who cancels does
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

    def _is_in_doubt(
        self, session: Session, request_id: str, task: TaskState, attempt: int
    ) -> bool:
        held = quota.held(session, request_id, task.position)
        return held is not None and held.attempt == attempt

    def _give_up(
        self,
        session: Session,
        request_id: str,
        task: TaskState,
        leave: Callable[..., bool],
        *,
        reason: str,
        now: datetime,
    ) -> None:
        if charges.give_up(
            session,
            request_id,
            task,
            leave,
            TaskStatus.REJECTED,
            reason=reason,
            again=reason,
            tenant=self.terms.tenant,
            now=now,
        ):
            self._record(session, "task.rejected", request_id, task, now, reason=reason)

    def _charge_to(
        self, session: Session, request_id: str, task: TaskState, day: date, *, now: datetime
    ) -> bool:
        """Take the reservation along to the day of the call; False when it does not fit there."""
        if tasks.quota_date(session, request_id, task.position) == day:
            return True
        terms = self.terms
        if not quota.reserve(session, terms.tenant, day, files=task.files, limit=terms.daily_limit):
            return False
        self._move(session, Movement.LEAVE, request_id, task, attempt=task.attempts, now=now)
        tasks.charge_to(session, request_id, task.position, day)
        self._move(session, Movement.ARRIVE, request_id, task, attempt=task.attempts, now=now)
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
        charges.move(
            session,
            movement,
            request_id,
            task,
            tenant=self.terms.tenant,
            now=now,
            attempt=attempt,
            files=files,
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
