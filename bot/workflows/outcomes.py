"""What became of a call: each outcome is written down in one transaction, and once."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlmodel import Session

from bot.rules.causes import (
    AnotherAccepted,
    Cause,
    CloudError,
    EarlierInDoubt,
    Interrupted,
)
from bot.rules.deployment import Pace, Terms
from bot.rules.lifecycle import Event, EventKind, step
from bot.rules.quota import quota_day
from bot.rules.states import (
    CallId,
    CallState,
    CallStatus,
    RequestStatus,
    request_status,
)
from bot.workflows.listing import store_listed
from bot.workflows.restoring import LOST_LIFE
from bot.workflows.splitting import fit, is_split
from storage import calls, endings, executors, ledger, requests, steps
from storage.unit_of_work import UnitOfWork


class NoRoom(Exception):  # noqa: N818
    """The quota day on which the call would go out does not hold all of its files."""


@dataclass(frozen=True, slots=True)
class Outcomes:
    """Hands each event to `storage.steps`; which step that is, `bot.rules.lifecycle` decides."""

    terms: Terms
    pace: Pace

    def claim(
        self, session: Session, request_id: str, call: CallState, *, sender: str, now: datetime
    ) -> CallState | None:
        """Set the marker, charged to the day on which the call goes out; None: not to be sent.

        Raises `NoRoom` when that is another day than was promised, and it is too full for the call.
        """
        call_id = CallId(request_id, call.position)
        found = steps.standing(session, call_id)
        today = quota_day(now, self.terms.zone).date
        event = Event(EventKind.CLAIMED, attempt=call.attempts, today=today)
        taken = step(event, found)
        if taken is None:
            return None
        # Lines move the reservation to today, whose room is asked for first.
        if taken.lines and not self._reserve(session, today, files=found.files):
            raise NoRoom
        marker = {"sender": sender, "submitted_at": now}
        work = self._work(session, now)
        if steps.carry_out(work, call_id, taken, values=marker) is None:
            raise AssertionError("unreachable: `standing` holds the lock of the call's row")
        return replace(call, attempts=taken.after.attempt.number)

    def make_fit(
        self, session: Session, request_id: str, call: CallState, *, now: datetime
    ) -> None:
        """After `NoRoom`: what today holds goes out by itself, the rest waits for a person."""
        requests.lock(session, request_id)  # before its calls, as who cancels does
        terms = self.terms
        today = quota_day(now, terms.zone)
        quota = ledger.quota_of(session, terms.tenant, today, limit=terms.daily_limit)
        fit(self._work(session, now), request_id, call, room=quota.left)

    def accept(
        self, session: Session, request_id: str, call: CallState, *, task_id: str, now: datetime
    ) -> bool:
        """The cloud gave a task_id: the files are spent; True when the call was in doubt."""
        work, call_id = self._work(session, now), CallId(request_id, call.position)
        event = Event(EventKind.ACCEPTED, attempt=call.attempts)
        values = self._followed(task_id, now)
        if steps.apply(work, call_id, event, values=values, facts={"task_id": task_id}) is None:
            # Others have declared the sender dead, and its call is in doubt.
            return self._accept_late(work, call_id, call, task_id)
        calls.mark_processing(session, call_id)
        return False

    def reject(
        self, session: Session, request_id: str, call: CallState, *, cause: Cause, now: datetime
    ) -> bool:
        """It is proved that the cloud took nothing; True when the call was in doubt.

        A call of several addresses is split instead, where the refusal may be about one of them.
        """
        requests.lock(session, request_id)  # before its calls, as who cancels does
        if is_split(self._work(session, now), request_id, call, cause):
            return False
        return self._reject(session, request_id, call, cause=cause, now=now)

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
    ) -> bool:
        """Proved that the cloud took nothing: the call waits again, its files stay reserved.

        True when the call was in doubt: then it is rejected, because people may have read of it.
        """
        requests.lock(session, request_id)  # before its calls, as who cancels does
        work, call_id = self._work(session, now), CallId(request_id, call.position)
        event = Event(EventKind.NOT_SENT, attempt=call.attempts)
        if steps.apply(work, call_id, event, values={"reason": (cause,)}) is not None:
            return False
        return self._refuse_late(work, call_id, call, _for_good(cause))

    def unclaim(
        self, session: Session, request_id: str, call: CallState, *, sender: str, now: datetime
    ) -> None:
        """Take the marker back under which this sender has sent nothing, if it stands."""
        call_id = CallId(request_id, call.position)
        # The lock of the row first: a commit that was not answered may only now be made.
        steps.standing(session, call_id)
        if calls.sender(session, call_id) == sender:
            event = Event(EventKind.NOT_SENT, attempt=call.attempts + 1)
            steps.apply(self._work(session, now), call_id, event)

    def exhausted(
        self, session: Session, request_id: str, call: CallState, *, cause: Cause, now: datetime
    ) -> bool:
        """The cloud says that the day on which the call went out is used up: no more is promised.

        True when the call was in doubt. One of several addresses is split: some may have room.
        """
        requests.lock(session, request_id)  # before its calls, as who cancels does
        if is_split(self._work(session, now), request_id, call, cause):
            return False
        went_out_on = steps.standing(session, CallId(request_id, call.position)).attempt.day
        was_in_doubt = self._reject(session, request_id, call, cause=cause, now=now)
        self.reject_rest(session, request_id, cause=cause, now=now)
        # The row of the day last, as everybody locks it.
        ledger.mark_exhausted(session, self.terms.tenant, went_out_on, now=now)
        return was_in_doubt

    def listed(
        self,
        session: Session,
        call_id: CallId,
        results: Sequence[tuple[str, str]],
        *,
        now: datetime,
    ) -> CallStatus:
        """Store what the cloud lists of a call; files beyond the charge are charged now."""
        return store_listed(self._work(session, now), call_id, results)

    def end(self, session: Session, request_id: str, *, run: int, now: datetime) -> bool:
        """Write the last status of this run; safe to repeat, and after a later run has begun.

        False when a late answer has given this run something to follow.
        """
        request = requests.lock(session, request_id)
        status = request_status(calls.every(session, request_id))
        if status is RequestStatus.RUNNING and request.runs == run:
            return False
        endings.end(self._work(session, now), request, status, run=run)
        return True

    def _reject(
        self, session: Session, request_id: str, call: CallState, *, cause: Cause, now: datetime
    ) -> bool:
        work, call_id = self._work(session, now), CallId(request_id, call.position)
        event = Event(EventKind.REFUSED, attempt=call.attempts)
        if steps.give_up(work, call_id, event, cause=cause) is not None:
            return False
        return self._refuse_late(work, call_id, call, cause)

    def _followed(self, task_id: str, now: datetime) -> dict[str, object]:
        """What is stored of a call that the cloud works on from now on."""
        next_poll_at = now + timedelta(seconds=self.pace.poll_first_s)
        return {"task_id": task_id, "reason": (), "next_poll_at": next_poll_at}

    def _accept_late(
        self, work: UnitOfWork, call_id: CallId, call: CallState, task_id: str
    ) -> bool:
        """The answer ends a doubt; where the call counts as sent already, it was sent twice."""
        found, stored = steps.standing(work.session, call_id), calls.one(work.session, call_id)
        taken = step(Event(EventKind.ACCEPTED_LATE, attempt=call.attempts), found)
        facts = {"task_id": task_id}
        if taken is None:
            if stored.task_id != task_id:
                steps.note(work, call_id, "task.answered_late", files=call.files, **facts)
            return False
        if taken.after.status is found.status:
            causes = (*stored.causes, AnotherAccepted(task_id))
            steps.carry_out(work, call_id, taken, values={"reason": causes}, facts=facts)
            return True
        values = self._followed(task_id, work.now)
        steps.carry_out(work, call_id, taken, values=values, facts=facts)
        calls.mark_processing(work.session, call_id)
        return True

    def _refuse_late(
        self, work: UnitOfWork, call_id: CallId, call: CallState, cause: Cause
    ) -> bool:
        """The proof ends a doubt, but not what a person has decided about that attempt.

        Nor does it end the doubt after a restore: the copy does not tell what was sent since.
        """
        found, facts = steps.standing(work.session, call_id), steps.explained(cause)["facts"]
        is_last = found.attempt.number == call.attempts
        is_lost = is_last and calls.sender(work.session, call_id) == LOST_LIFE
        if is_lost or (is_last and found.status is CallStatus.SENT):
            steps.note(work, call_id, "task.refused_late", files=call.files, **facts)
            return False
        taken = step(Event(EventKind.REFUSED_LATE, attempt=call.attempts), found)
        if taken is None:
            return False
        steps.carry_out(work, call_id, taken, facts=facts)
        if taken.after.status is CallStatus.REJECTED:
            calls.explain(work.session, call_id, cause)
        elif is_last and found.status is CallStatus.UNKNOWN:
            calls.explain(work.session, call_id, cause, EarlierInDoubt())
        return True

    def _reserve(self, session: Session, day: date, *, files: int) -> bool:
        terms = self.terms
        return ledger.reserve(session, terms.tenant, day, files=files, limit=terms.daily_limit)

    def _work(self, session: Session, now: datetime) -> UnitOfWork:
        return UnitOfWork(session, self.terms.tenant, now)


def _for_good(cause: Cause) -> Cause:
    """The cause of a call that the bot does not send again by itself."""
    return replace(cause, is_tried_again=False) if isinstance(cause, CloudError) else cause
