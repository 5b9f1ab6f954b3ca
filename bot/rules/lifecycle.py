"""The life of a call: what each event does to its status, to the ledger and to the audit trail.

`LIFE` is the whole table, and nothing else decides; `storage.steps.apply` carries a step out.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from bot.rules.states import CallStatus, Choice, RequestStatus

SENDS_CALLS = frozenset({RequestStatus.RUNNING})
"""Only the calls of a request with such a status are sent."""


class EventKind(StrEnum):
    """What can happen to a call."""

    CLAIMED = "claimed"  # the marker: a process is about to send it
    NOT_SENT = "not sent"  # proved that the cloud took nothing; the bot tries again by itself
    ACCEPTED = "accepted"  # the cloud gave a task_id, perhaps late
    REFUSED = "refused"  # proved that the cloud took nothing
    UNANSWERED = "unanswered"  # may have been sent
    GIVEN_UP = "given up"  # nothing more of its request is sent
    CANCELLED = "cancelled"
    MARKED_AS_SENT = "marked as sent"
    SENT_AGAIN = "sent again"
    LISTED_MORE = "listed more"  # the cloud counts more files than were charged
    ALL_READY = "all ready"
    SOME_FAILED = "some failed"
    ALL_FAILED = "all failed"


class Movement(StrEnum):
    """What a line of the ledger does with files of a quota day."""

    RESERVE = "reserve"  # free -> reserved
    SETTLE = "settle"  # reserved -> settled: the cloud gave a task_id
    RELEASE = "release"  # reserved -> free: proved that the cloud took nothing
    HOLD = "hold"  # reserved -> held: may have been sent
    SETTLE_HELD = "confirm"  # held -> settled: the files were sent; the word that is stored
    CORRECT = "correct"  # free -> settled: the cloud counts more files than were charged
    LEAVE = "leave"  # reserved -> free: the call goes out on another day
    ARRIVE = "arrive"  # free -> reserved, on that other day


CHANGES: dict[Movement, dict[str, int]] = {
    Movement.RESERVE: {"reserved": 1},
    Movement.SETTLE: {"reserved": -1, "settled": 1},
    Movement.RELEASE: {"reserved": -1},
    Movement.HOLD: {"reserved": -1, "held": 1},
    Movement.SETTLE_HELD: {"held": -1, "settled": 1},
    Movement.CORRECT: {"settled": 1},
    Movement.LEAVE: {"reserved": -1},
    Movement.ARRIVE: {"reserved": 1},
}
"""What each file of a movement adds to the sums of its quota day."""

PROMISES = frozenset({Movement.RESERVE, Movement.ARRIVE})
"""Movements that take from what is left of a day, and that a full day refuses."""


@dataclass(frozen=True, slots=True)
class Event:
    """What happened to a call.

    `attempt` is the number of the attempt that the event tells of, where that may be an old one.
    `today` is the quota day that is charged from now on. `more` are files beyond the charge.
    """

    kind: EventKind
    attempt: int | None = None
    today: date | None = None
    more: int = 0


@dataclass(frozen=True, slots=True)
class Attempt:
    """One POST of a call: its number, and the quota day that its files are charged to.

    The number grows with each marker, and with each *Send again*.
    """

    number: int
    day: date


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a call stands; `in_doubt` are its attempts that may have been sent, the oldest first.

    While the status is `unknown`, people decide about the last attempt in doubt. In any other
    status the attempts in doubt are earlier ones: a person had the call sent again.
    """

    status: CallStatus
    attempt: Attempt
    files: int
    in_doubt: tuple[Attempt, ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the ledger: so many files of an attempt, on the quota day of that attempt."""

    movement: Movement
    attempt: Attempt
    files: int


@dataclass(frozen=True, slots=True)
class Step:
    """What an event does: where the call stands then, lines of the ledger, a word for the audit."""

    before: Standing
    after: Standing
    lines: tuple[Line, ...] = ()
    action: str | None = None

    @property
    def falls_back_into_doubt(self) -> bool:
        """Whether nothing came of the last attempt, while an earlier one may have been sent."""
        released = any(line.movement is Movement.RELEASE for line in self.lines)
        return released and self.after.status is CallStatus.UNKNOWN


class Of(StrEnum):
    """The attempt that an event tells of, and that its line of the ledger names."""

    THIS = "this attempt"
    NEXT = "the next attempt"
    DOUBT = "the attempt in doubt"


@dataclass(frozen=True, slots=True)
class Rule:
    """A row of the table: such an event leads from `before` to `after`.

    While an earlier attempt is in doubt, the event leads to `if_in_doubt` instead, where it is set.
    """

    event: EventKind
    before: CallStatus
    after: CallStatus
    of: Of = Of.THIS
    movement: Movement | None = None
    action: str | None = None
    if_in_doubt: CallStatus | None = None


E, S, M = EventKind, CallStatus, Movement
LIFE: tuple[Rule, ...] = (
    # Lines of the ledger only where the call goes out on another day than was promised.
    Rule(E.CLAIMED, S.QUEUED, S.SUBMITTING, Of.NEXT, M.ARRIVE),
    Rule(E.NOT_SENT, S.SUBMITTING, S.QUEUED),
    Rule(E.ACCEPTED, S.SUBMITTING, S.PROCESSING, Of.THIS, M.SETTLE, "task.accepted"),
    Rule(E.ACCEPTED, S.UNKNOWN, S.PROCESSING, Of.DOUBT, M.SETTLE_HELD, "task.accepted"),
    # A person had the call sent again, and before that comes the answer to what was in doubt.
    Rule(E.ACCEPTED, S.QUEUED, S.PROCESSING, Of.DOUBT, M.SETTLE_HELD, "task.accepted"),
    Rule(E.REFUSED, S.SUBMITTING, S.REJECTED, Of.THIS, M.RELEASE, "task.rejected", S.UNKNOWN),
    Rule(E.UNANSWERED, S.SUBMITTING, S.UNKNOWN, Of.THIS, M.HOLD, "task.unknown"),
    Rule(E.GIVEN_UP, S.QUEUED, S.REJECTED, Of.THIS, M.RELEASE, "task.rejected", S.UNKNOWN),
    Rule(E.CANCELLED, S.QUEUED, S.CANCELLED, Of.THIS, M.RELEASE, Choice.CANCELLED, S.UNKNOWN),
    Rule(E.MARKED_AS_SENT, S.UNKNOWN, S.SENT, Of.DOUBT, M.SETTLE_HELD, Choice.MARKED_AS_SENT),
    Rule(E.SENT_AGAIN, S.UNKNOWN, S.QUEUED, Of.NEXT, M.RESERVE, Choice.SENT_AGAIN),
    Rule(E.LISTED_MORE, S.PROCESSING, S.PROCESSING, Of.THIS, M.CORRECT),
    Rule(E.ALL_READY, S.PROCESSING, S.SUCCEEDED, action="task.succeeded"),
    Rule(E.SOME_FAILED, S.PROCESSING, S.PARTLY_FAILED, action="task.partly_failed"),
    Rule(E.ALL_FAILED, S.PROCESSING, S.FAILED, action="task.failed"),
)

_RULES = {(rule.event, rule.before): rule for rule in LIFE}


def step(event: Event, call: Standing) -> Step | None:
    """The step that an event makes a call take; None when the event changes nothing any longer."""
    rule = _RULES.get((event.kind, call.status))
    if rule is None:
        return None
    if rule.of is Of.DOUBT and not call.in_doubt:
        return None
    of = call.in_doubt[-1] if rule.of is Of.DOUBT else call.attempt
    if event.attempt not in {None, of.number}:
        return None
    number = of.number + 1 if rule.of is Of.NEXT else of.number
    day = (event.today or of.day) if rule.movement in PROMISES else of.day
    of = Attempt(number, day)
    after = _after(rule, call, of, event.more)
    return Step(call, after, _lines(rule, call, of, event.more), rule.action)


def reservation(files: int, day: date) -> Line:
    """The line of the ledger with which a call begins."""
    return Line(Movement.RESERVE, Attempt(0, day), files)


def _after(rule: Rule, call: Standing, of: Attempt, more: int) -> Standing:
    status, attempt, in_doubt = rule.after, of, call.in_doubt
    match rule.movement:
        case Movement.HOLD:
            in_doubt = (*in_doubt, of)
        case Movement.SETTLE_HELD:
            attempt, in_doubt = Attempt(call.attempt.number, of.day), in_doubt[:-1]
        case Movement.RELEASE if in_doubt and rule.if_in_doubt:
            # The call is charged again to the day of what may have been sent.
            status, attempt = rule.if_in_doubt, Attempt(of.number, in_doubt[-1].day)
    return Standing(status, attempt, call.files + more, in_doubt)


def _lines(rule: Rule, call: Standing, of: Attempt, more: int) -> tuple[Line, ...]:
    match rule.movement:
        case None:
            return ()
        case Movement.SETTLE_HELD if call.status is CallStatus.QUEUED:
            # What was reserved for the call to be sent again is not needed any longer.
            unneeded = Line(Movement.RELEASE, call.attempt, call.files)
            return (unneeded, Line(Movement.SETTLE_HELD, of, call.files))
        case Movement.ARRIVE if of.day == call.attempt.day:
            return ()
        case Movement.ARRIVE:
            left = Attempt(of.number, call.attempt.day)
            return (Line(Movement.LEAVE, left, call.files), Line(Movement.ARRIVE, of, call.files))
        case Movement.CORRECT:
            # The ledger takes one line for each number of an attempt: here that is the number of
            # files up to now, so that each correction is a line of its own.
            return (Line(Movement.CORRECT, Attempt(call.files + more, of.day), more),)
    return (Line(rule.movement, of, call.files),)
