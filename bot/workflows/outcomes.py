"""What became of a call: each outcome is written down in one transaction, and once."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlmodel import Session

from bot.rules.causes import Cause, Interrupted, NextDayFull
from bot.rules.deployment import Pace, Terms
from bot.rules.lifecycle import Event, EventKind, Movement, step
from bot.rules.quota import quota_day
from bot.rules.states import (
    CallId,
    CallState,
    CallStatus,
    RequestStatus,
    call_status,
    match_results,
    request_status,
)
from storage import audit, calls, executors, ledger, requests, steps
from storage.unit_of_work import UnitOfWork

ENDS = {
    CallStatus.SUCCEEDED: EventKind.ALL_READY,
    CallStatus.PARTLY_FAILED: EventKind.SOME_FAILED,
    CallStatus.FAILED: EventKind.ALL_FAILED,
}


@dataclass(frozen=True, slots=True)
class Outcomes:
    """Hands each event to `storage.steps`; which step that is, `bot.rules.lifecycle` decides."""

    terms: Terms
    pace: Pace

    def claim(
        self, session: Session, request_id: str, call: CallState, *, sender: str, now: datetime
    ) -> CallState | None:
        """Set the marker, charged to the day on which the call goes out; None: not to be sent."""
        call_id = CallId(request_id, call.position)
        found = steps.standing(session, call_id)
        today = quota_day(now, self.terms.zone).date
        event = Event(EventKind.CLAIMED, attempt=call.attempts, today=today)
        taken = step(event, found)
        if taken is None:
            return None
        # Lines move the reservation to today, whose room is asked for first.
        fits = not taken.lines or self._reserve(session, today, files=found.files)
        if not fits:
            taken = step(replace(event, today=None), found)
        marker = {"sender": sender, "submitted_at": now}
        work = self._work(session, now)
        if taken is None or steps.carry_out(work, call_id, taken, values=marker) is None:
            raise AssertionError("unreachable: `standing` holds the lock of the call's row")
        claimed = replace(call, attempts=taken.after.attempt.number)
        if fits:
            return claimed
        # Without the lock of the request: who cancels takes that lock before those of the calls.
        self._reject(session, request_id, claimed, cause=NextDayFull(), now=now)
        return None

    def accept(
        self, session: Session, request_id: str, call: CallState, *, task_id: str, now: datetime
    ) -> bool:
        """The cloud gave a task_id: the files are spent; True when the call was in doubt."""
        work, call_id = self._work(session, now), CallId(request_id, call.position)
        taken = steps.apply(
            work,
            call_id,
            Event(EventKind.ACCEPTED, attempt=call.attempts),
            values={
                "task_id": task_id,
                "reason": (),
                "next_poll_at": now + timedelta(seconds=self.pace.poll_first_s),
            },
            facts={"task_id": task_id},
        )
        if taken is None:
            if calls.one(session, call_id).task_id != task_id:
                steps.note(work, call_id, "task.answered_late", files=call.files, task_id=task_id)
            return False
        calls.mark_processing(session, call_id)
        # Others took the sender for dead and the call for unknown.
        return any(line.movement is Movement.SETTLE_HELD for line in taken.lines)

    def reject(
        self, session: Session, request_id: str, call: CallState, *, cause: Cause, now: datetime
    ) -> None:
        """It is proved that the cloud took nothing."""
        requests.lock(session, request_id)  # before its calls, as who cancels does
        self._reject(session, request_id, call, cause=cause, now=now)

    def reject_rest(
        self, session: Session, request_id: str, *, cause: Cause, now: datetime
    ) -> None:
        """Give up every call that was not sent yet, or not again."""
        requests.lock(session, request_id)  # before its calls, as who cancels does
        for call in calls.with_status(session, request_id, CallStatus.QUEUED):
            call_id = CallId(request_id, call.position)
            event = Event(EventKind.GIVEN_UP, attempt=call.attempts)
            steps.give_up(self._work(session, now), call_id, event, cause=cause)

    def hold(
        self, session: Session, request_id: str, call: CallState, *, cause: Cause, now: datetime
    ) -> None:
        """The call may have gone out: the files stay counted and a person decides."""
        requests.lock(session, request_id)  # before its calls, as who cancels does
        steps.apply(
            self._work(session, now),
            CallId(request_id, call.position),
            Event(EventKind.UNANSWERED, attempt=call.attempts),
            **steps.explained(cause),
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
        found = calls.being_sent(session, request_id)
        # In this order: who has set a marker stands among the living before that.
        others = executors.living(session) - {me}
        for call, sender in found:
            if sender not in others and call.position not in in_flight:
                self.hold(session, request_id, call, cause=Interrupted(), now=now)

    def day_has_just_begun(self, now: datetime) -> bool:
        """Whether "used up" may still speak of the day before."""
        return quota_day(now, self.terms.zone).has_just_begun(now)

    def put_back(
        self, session: Session, request_id: str, call: CallState, *, cause: Cause, now: datetime
    ) -> None:
        """Proved that the cloud took nothing: the call waits again, its files stay reserved."""
        steps.apply(
            self._work(session, now),
            CallId(request_id, call.position),
            Event(EventKind.NOT_SENT, attempt=call.attempts),
            values={"reason": (cause,)},
        )

    def unclaim(
        self, session: Session, request_id: str, call: CallState, *, sender: str, now: datetime
    ) -> None:
        """Take the marker back under which this sender has sent nothing, if it stands."""
        call_id = CallId(request_id, call.position)
        if calls.sender(session, call_id) == sender:
            event = Event(EventKind.NOT_SENT, attempt=call.attempts + 1)
            steps.apply(self._work(session, now), call_id, event)

    def exhausted(
        self, session: Session, request_id: str, call: CallState, *, cause: Cause, now: datetime
    ) -> None:
        """The cloud says that the day is used up: nothing more of it can be promised."""
        self.reject(session, request_id, call, cause=cause, now=now)
        self.reject_rest(session, request_id, cause=cause, now=now)
        # The row of the day last, as everybody locks it.
        today = quota_day(now, self.terms.zone)
        ledger.mark_exhausted(session, self.terms.tenant, today.date, now=now)

    def listed(
        self,
        session: Session,
        request_id: str,
        call: CallState,
        results: Sequence[tuple[str, str]],
        *,
        now: datetime,
    ) -> CallStatus:
        """Store what the cloud lists of a call; files beyond the charge are charged now."""
        work, call_id = self._work(session, now), CallId(request_id, call.position)
        found = steps.standing(session, call_id)
        if found.status is not CallStatus.PROCESSING or not results:
            return found.status
        matched = match_results(call.targets, results)
        if len(matched) > found.files:
            more = len(matched) - found.files
            steps.apply(work, call_id, Event(EventKind.LISTED_MORE, more=more))
        calls.store_targets(session, call_id, matched)
        status = call_status(state.status for state in matched)
        if status in ENDS:
            steps.apply(work, call_id, Event(ENDS[status]))
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

    def _reject(
        self, session: Session, request_id: str, call: CallState, *, cause: Cause, now: datetime
    ) -> None:
        work, call_id = self._work(session, now), CallId(request_id, call.position)
        event = Event(EventKind.REFUSED, attempt=call.attempts)
        steps.give_up(work, call_id, event, cause=cause)

    def _reserve(self, session: Session, day: date, *, files: int) -> bool:
        terms = self.terms
        return ledger.reserve(session, terms.tenant, day, files=files, limit=terms.daily_limit)

    def _work(self, session: Session, now: datetime) -> UnitOfWork:
        return UnitOfWork(session, self.terms.tenant, now)
