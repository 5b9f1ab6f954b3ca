"""The life of a call: what each event does to its status, to the ledger and to the audit trail.

`LIFE` is the table of all events; this module alone decides. `storage.steps.apply` carries out.
"""

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from bot.rules.movements import PROMISES, Movement
from bot.rules.states import CallStatus, Choice, RequestStatus

SENDS_CALLS = frozenset({RequestStatus.RUNNING})
"""Only the calls of a request with such a status are sent."""


class EventKind(StrEnum):
    """What can happen to a call."""

    CLAIMED = "claimed"  # the marker: a process is about to send it
    NOT_SENT = "not sent"  # proved that the cloud took nothing; the bot tries again by itself
    ACCEPTED = "accepted"  # the cloud gave a task_id
    ACCEPTED_LATE = "accepted late"  # the cloud gave a task_id for an attempt in doubt
    REFUSED = "refused"  # proved that the cloud took nothing
    SPLIT = "split"  # the cloud has taken nothing of it; its files go out in two smaller calls
    REFUSED_LATE = "refused late"  # proved that the cloud took nothing of an attempt in doubt
    UNANSWERED = "unanswered"  # may have been sent
    GIVEN_UP = "given up"  # nothing more of its request is sent
    CANCELLED = "cancelled"
    MARKED_AS_SENT = "marked as sent"
    SENT_AGAIN = "sent again"
    LISTED_MORE = "listed more"  # the cloud counts more files than were charged
    ALL_READY = "all ready"
    SOME_FAILED = "some failed"
    ALL_FAILED = "all failed"


@dataclass(frozen=True, slots=True)
class Event:
    """What happened to a call.

    `attempt` is the number of the attempt that the event tells of, where that may be an old one.
    `today` is the quota day that is charged from now on. `more` are files beyond the charge, `less`
    those that another call takes over.
    """

    kind: EventKind
    attempt: int | None = None
    today: date | None = None
    more: int = 0
    less: int = 0


@dataclass(frozen=True, slots=True)
class Attempt:
    """A POST that was made or may come: its number, and the quota day its files are charged to.

    Before the first marker the number is 0. It grows with each marker, with each *Send again*, and
    when a call that waits is split.
    """

    number: int
    day: date


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the ledger: so many files of an attempt, on the quota day of that attempt."""

    movement: Movement
    attempt: Attempt
    files: int


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a call stands; `in_doubt` are the lines that still hold files, the oldest first.

    Each of these lines stands for an attempt that may have been sent. While the status is
    `unknown`, people decide about the last of them. In any other status they tell of earlier
    attempts, after which a person had the call sent again, or of one that was on its way when the
    cloud accepted an earlier one.
    """

    status: CallStatus
    attempt: Attempt
    files: int
    in_doubt: tuple[Line, ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """What an event does: where the call stands then, lines of the ledger, a word for the audit.

    `beside` is where a new call begins that takes a part of the files over.
    """

    before: Standing
    after: Standing
    lines: tuple[Line, ...] = ()
    action: str | None = None
    beside: Standing | None = None

    @property
    def falls_back_into_doubt(self) -> bool:
        """Whether nothing came of the last attempt, while an earlier one may have been sent."""
        released = any(line.movement is Movement.RELEASE for line in self.lines)
        return released and self.after.status is CallStatus.UNKNOWN


class WhichAttempt(StrEnum):
    """The attempt that an event tells of, and that its line of the ledger names."""

    THIS = "this attempt"
    NEXT = "the next attempt"
    DOUBT = "the attempt in doubt"  # the last of them, where the event names none


@dataclass(frozen=True, slots=True)
class Rule:
    """A row of the table: such an event leads from `before` to `after`.

    While another attempt is in doubt, the event leads to `if_in_doubt` instead, where it is set.
    """

    event: EventKind
    before: CallStatus
    after: CallStatus
    which: WhichAttempt = WhichAttempt.THIS
    movement: Movement | None = None
    action: str | None = None
    if_in_doubt: CallStatus | None = None


E, S, W, M = EventKind, CallStatus, WhichAttempt, Movement
COUNTS_AS_SENT = (S.PROCESSING, S.SUCCEEDED, S.PARTLY_FAILED, S.FAILED, S.SENT)
"""A call with such a status stays where it stands, whatever is told late of another attempt."""

LIFE: tuple[Rule, ...] = (
    # Lines of the ledger only where the call goes out on another day than was promised.
    Rule(E.CLAIMED, S.QUEUED, S.SUBMITTING, W.NEXT, M.ARRIVE),
    Rule(E.NOT_SENT, S.SUBMITTING, S.QUEUED),
    Rule(E.ACCEPTED, S.SUBMITTING, S.PROCESSING, W.THIS, M.SETTLE, "task.accepted"),
    Rule(E.ACCEPTED_LATE, S.UNKNOWN, S.PROCESSING, W.DOUBT, M.SETTLE_HELD, "task.accepted"),
    # A person had the call sent again, and the answer to what was in doubt comes before that, or
    # while the next attempt is on its way, which is in doubt from here on.
    Rule(E.ACCEPTED_LATE, S.QUEUED, S.PROCESSING, W.DOUBT, M.SETTLE_HELD, "task.accepted"),
    Rule(E.ACCEPTED_LATE, S.SUBMITTING, S.PROCESSING, W.DOUBT, M.SETTLE_HELD, "task.accepted"),
    # The cloud has accepted two attempts.
    *(
        Rule(E.ACCEPTED_LATE, status, status, W.DOUBT, M.SETTLE_HELD, "task.accepted")
        for status in COUNTS_AS_SENT
    ),
    Rule(E.REFUSED, S.SUBMITTING, S.REJECTED, W.THIS, M.RELEASE, "task.rejected", S.UNKNOWN),
    # Never while another attempt is in doubt: that one may have been sent with all of the files.
    Rule(E.SPLIT, S.SUBMITTING, S.QUEUED, W.THIS, M.HAND_OVER, "task.split"),
    # The next attempt: a process that has read the call before must not send all of its files.
    Rule(E.SPLIT, S.QUEUED, S.QUEUED, W.NEXT, M.HAND_OVER, "task.split"),
    Rule(
        E.REFUSED_LATE,
        S.UNKNOWN,
        S.REJECTED,
        W.DOUBT,
        M.RELEASE_HELD,
        "task.rejected",
        S.UNKNOWN,
    ),
    *(
        Rule(E.REFUSED_LATE, status, status, W.DOUBT, M.RELEASE_HELD, "task.refused_late")
        for status in (S.QUEUED, S.SUBMITTING, *COUNTS_AS_SENT)
    ),
    Rule(E.UNANSWERED, S.SUBMITTING, S.UNKNOWN, W.THIS, M.HOLD, "task.unknown"),
    Rule(E.GIVEN_UP, S.QUEUED, S.REJECTED, W.THIS, M.RELEASE, "task.rejected", S.UNKNOWN),
    Rule(E.CANCELLED, S.QUEUED, S.CANCELLED, W.THIS, M.RELEASE, Choice.CANCELLED, S.UNKNOWN),
    Rule(E.MARKED_AS_SENT, S.UNKNOWN, S.SENT, W.DOUBT, M.SETTLE_HELD, Choice.MARKED_AS_SENT),
    Rule(E.SENT_AGAIN, S.UNKNOWN, S.QUEUED, W.NEXT, M.RESERVE, Choice.SENT_AGAIN),
    Rule(E.LISTED_MORE, S.PROCESSING, S.PROCESSING, W.THIS, M.CORRECT),
    Rule(E.ALL_READY, S.PROCESSING, S.SUCCEEDED, action="task.succeeded"),
    Rule(E.SOME_FAILED, S.PROCESSING, S.PARTLY_FAILED, action="task.partly_failed"),
    Rule(E.ALL_FAILED, S.PROCESSING, S.FAILED, action="task.failed"),
)

_RULES = {(rule.event, rule.before): rule for rule in LIFE}


def step(event: Event, call: Standing) -> Step | None:
    """The step that an event makes a call take; None when the event changes nothing any longer."""
    rule = _RULES.get((event.kind, call.status))
    told = None if rule is None else _attempt_told_of(rule, event, call)
    if rule is None or told is None:
        return None
    number = told.number + 1 if rule.which is W.NEXT else told.number
    day = (event.today or told.day) if rule.movement in PROMISES else told.day
    of = Attempt(number, day)
    if rule.event is EventKind.SPLIT:
        return _split(rule, event, call, of)
    after = _after(rule, call, of, event.more)
    return Step(call, after, _lines(rule, call, of, event.more), rule.action)


def reservation(files: int, day: date) -> Line:
    """The line of the ledger with which a call begins."""
    return Line(Movement.RESERVE, Attempt(0, day), files)


def taken_over(beside: Standing) -> Line:
    """The line of the ledger with which a call begins that takes files over from another one."""
    return Line(Movement.TAKE_OVER, beside.attempt, beside.files)


def _split(rule: Rule, event: Event, call: Standing, of: Attempt) -> Step | None:
    """Two calls instead of one, each with some of its files; None where that cannot be."""
    if call.in_doubt or not 0 < event.less < call.files:
        return None
    return Step(
        call,
        Standing(rule.after, of, call.files - event.less),
        (Line(Movement.HAND_OVER, of, event.less),),
        rule.action,
        beside=Standing(CallStatus.QUEUED, Attempt(0, of.day), event.less),
    )


def _attempt_told_of(rule: Rule, event: Event, call: Standing) -> Attempt | None:
    """The attempt that the event tells of; None when the rule is for another one."""
    doubts = [line.attempt for line in reversed(call.in_doubt)]
    attempts = doubts if rule.which is W.DOUBT else [call.attempt]
    return next((one for one in attempts if event.attempt in {None, one.number}), None)


def _after(rule: Rule, call: Standing, of: Attempt, more: int) -> Standing:
    if rule.which is W.DOUBT:
        return _after_doubt(rule, call, of)
    status, attempt, in_doubt = rule.after, of, call.in_doubt
    match rule.movement:
        case Movement.HOLD:
            in_doubt = (*in_doubt, Line(Movement.HOLD, of, call.files))
        case Movement.RELEASE if in_doubt and rule.if_in_doubt:
            # The call is charged again to the day of what may have been sent.
            status, attempt = rule.if_in_doubt, Attempt(of.number, in_doubt[-1].attempt.day)
    return Standing(status, attempt, call.files + more, in_doubt)


def _after_doubt(rule: Rule, call: Standing, of: Attempt) -> Standing:
    """Where the call stands when that attempt is in doubt no longer."""
    number, in_doubt = call.attempt.number, tuple(x for x in call.in_doubt if x.attempt != of)
    if in_doubt and rule.if_in_doubt:
        day = in_doubt[-1].attempt.day
        return Standing(rule.if_in_doubt, Attempt(number, day), call.files, in_doubt)
    if rule.after is rule.before:
        return replace(call, in_doubt=in_doubt)
    reserved = _reserved_then(call)
    if reserved and reserved.movement is Movement.HOLD:
        in_doubt = (*in_doubt, reserved)
    return Standing(rule.after, Attempt(number, of.day), call.files, in_doubt)


def _lines(rule: Rule, call: Standing, of: Attempt, more: int) -> tuple[Line, ...]:
    match rule.movement:
        case None:
            return ()
        case Movement.SETTLE_HELD | Movement.RELEASE_HELD:
            (held,) = (line for line in call.in_doubt if line.attempt == of)
            freed = replace(held, movement=rule.movement)
            reserved = None if rule.after is rule.before else _reserved_then(call)
            return (freed,) if reserved is None else (reserved, freed)
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


def _reserved_then(call: Standing) -> Line | None:
    """What becomes of the files of the next attempt when an earlier one has been accepted."""
    match call.status:
        case CallStatus.QUEUED:
            return Line(Movement.RELEASE, call.attempt, call.files)
        case CallStatus.SUBMITTING:
            return Line(Movement.HOLD, call.attempt, call.files)
    return None
