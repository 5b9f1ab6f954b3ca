"""What became of a call: each outcome is written down in one transaction, and once."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlmodel import Session

from bot.rules.lifecycle import Event, EventKind, Movement, Standing
from bot.rules.quota import quota_day
from bot.rules.task import (
    CallId,
    RequestStatus,
    TaskState,
    TaskStatus,
    match_results,
    request_status,
    task_status,
)
from bot.rules.terms import Pace, Terms
from storage import audit, calls, executors, ledger, requests, steps
from storage.unit_of_work import UnitOfWork

INTERRUPTED = (
    "The bot was stopped while it was sending this. It may have been sent; look in the VOD"
    " console before sending it again."
)
NEXT_DAY_IS_FULL = (
    "It was still waiting when the quota day ended, and the new day has no room for it."
    " Nothing was sent; send it again when there is quota."
)

ENDS = {
    TaskStatus.SUCCEEDED: EventKind.ALL_READY,
    TaskStatus.PARTLY_FAILED: EventKind.SOME_FAILED,
    TaskStatus.FAILED: EventKind.ALL_FAILED,
}


@dataclass(frozen=True, slots=True)
class Outcomes:
    """Hands each event to `storage.steps`; which step that is, `bot.rules.lifecycle` decides."""

    terms: Terms
    pace: Pace

    def claim(
        self, session: Session, request_id: str, task: TaskState, *, sender: str, now: datetime
    ) -> TaskState | None:
        """Set the marker, charged to the day on which the call goes out; None: not to be sent."""
        call = CallId(request_id, task.position)
        found = steps.standing(session, call)
        if (found.status, found.attempt.number) != (TaskStatus.QUEUED, task.attempts):
            return None
        today = quota_day(now, self.terms.zone).date
        fits = self._is_promised(session, found, today)
        steps.apply(
            self._work(session, now),
            call,
            Event(EventKind.CLAIMED, today=today if fits else None),
            values={"sender": sender, "submitted_at": now},
        )
        claimed = replace(task, attempts=task.attempts + 1)
        if fits:
            return claimed
        self.reject(session, request_id, claimed, reason=NEXT_DAY_IS_FULL, now=now)
        return None

    def accept(
        self, session: Session, request_id: str, task: TaskState, *, task_id: str, now: datetime
    ) -> bool:
        """The cloud gave a task_id: the files are spent; True when the call was in doubt."""
        work, call = self._work(session, now), CallId(request_id, task.position)
        step = steps.apply(
            work,
            call,
            Event(EventKind.ACCEPTED, attempt=task.attempts),
            values={
                "task_id": task_id,
                "reason": None,
                "next_poll_at": now + timedelta(seconds=self.pace.poll_first_s),
            },
            facts={"task_id": task_id},
        )
        if step is None:
            if calls.one(session, call).task_id != task_id:
                steps.note(work, call, "task.answered_late", files=task.files, task_id=task_id)
            return False
        calls.mark_processing(session, call)
        # Others took the sender for dead and the call for unknown.
        return step.lines[0].movement is Movement.SETTLE_HELD

    def reject(
        self, session: Session, request_id: str, task: TaskState, *, reason: str, now: datetime
    ) -> None:
        """It is proved that the cloud took nothing."""
        call = CallId(request_id, task.position)
        steps.give_up(
            self._work(session, now),
            call,
            Event(EventKind.REFUSED, attempt=task.attempts),
            reason=reason,
        )

    def reject_rest(self, session: Session, request_id: str, *, reason: str, now: datetime) -> None:
        """Give up every call that was not sent yet, or not again."""
        requests.lock(session, request_id)  # before its calls, as who cancels does
        for task in calls.with_status(session, request_id, TaskStatus.QUEUED):
            call = CallId(request_id, task.position)
            event = Event(EventKind.GIVEN_UP, attempt=task.attempts)
            steps.give_up(self._work(session, now), call, event, reason=reason)

    def hold(
        self, session: Session, request_id: str, task: TaskState, *, reason: str, now: datetime
    ) -> None:
        """The call may have gone out: the files stay counted and a person decides."""
        steps.apply(
            self._work(session, now),
            CallId(request_id, task.position),
            Event(EventKind.UNANSWERED, attempt=task.attempts),
            values={"reason": reason},
            facts={"reason": reason},
        )

    def hold_interrupted(
        self,
        session: Session,
        request_id: str,
        *,
        me: str,
        in_flight: Collection[int],
        now: datetime,
    ) -> None:
        """What a process was sending when it stopped may have gone out.

        `in_flight` are the positions that process `me` is sending in this life.
        """
        others = executors.living(session) - {me}
        for task, sender in calls.being_sent(session, request_id):
            if sender not in others and task.position not in in_flight:
                self.hold(session, request_id, task, reason=INTERRUPTED, now=now)

    def day_has_just_begun(self, now: datetime) -> bool:
        """Whether "used up" may still speak of the day before."""
        return quota_day(now, self.terms.zone).has_just_begun(now)

    def put_back(
        self, session: Session, request_id: str, task: TaskState, *, reason: str, now: datetime
    ) -> None:
        """It is proved that nothing was sent; it will be sent later, the files stay reserved."""
        steps.apply(
            self._work(session, now),
            CallId(request_id, task.position),
            Event(EventKind.NOT_SENT, attempt=task.attempts),
            values={"reason": reason},
        )

    def unclaim(
        self, session: Session, request_id: str, task: TaskState, *, sender: str, now: datetime
    ) -> None:
        """Take the marker back under which this sender has sent nothing, if it stands."""
        call = CallId(request_id, task.position)
        if calls.sender(session, call) == sender:
            event = Event(EventKind.NOT_SENT, attempt=task.attempts + 1)
            steps.apply(self._work(session, now), call, event)

    def exhausted(
        self, session: Session, request_id: str, task: TaskState, *, reason: str, now: datetime
    ) -> None:
        """The cloud says that the day is used up: nothing more of it can be promised."""
        requests.lock(session, request_id)  # before the quota, as who cancels does
        today = quota_day(now, self.terms.zone)
        ledger.mark_exhausted(session, self.terms.tenant, today.date, now=now)
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
        """Store what the cloud lists of a call; files beyond the charge are charged now."""
        work, call = self._work(session, now), CallId(request_id, task.position)
        found = steps.standing(session, call)
        if found.status is not TaskStatus.PROCESSING or not results:
            return found.status
        matched = match_results(task.targets, results)
        if len(matched) > found.files:
            more = len(matched) - found.files
            steps.apply(work, call, Event(EventKind.LISTED_MORE, more=more))
        calls.store_targets(session, call, matched)
        status = task_status(state.status for state in matched)
        if status in ENDS:
            steps.apply(work, call, Event(ENDS[status]))
        return status

    def end(self, session: Session, request_id: str, *, run: int, now: datetime) -> bool:
        """Write the last status of this run; safe to repeat, and after a later run has begun.

        False when a late answer has given this run something to follow.
        """
        is_this_run = requests.lock(session, request_id).runs == run
        status = request_status(calls.every(session, request_id))
        if status is RequestStatus.RUNNING and is_this_run:
            return False
        if requests.end(session, request_id, status, run=run, now=now):
            audit.record(self._work(session, now), f"request.{status}", request_id)
        return True

    def _is_promised(self, session: Session, call: Standing, today: date) -> bool:
        """Whether today has room for the call: it may have been promised a part of another day."""
        terms = self.terms
        return call.attempt.day == today or ledger.reserve(
            session, terms.tenant, today, files=call.files, limit=terms.daily_limit
        )

    def _work(self, session: Session, now: datetime) -> UnitOfWork:
        return UnitOfWork(session, self.terms.tenant, now)
