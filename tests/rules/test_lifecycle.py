"""The table of a call's life: what each event does in each status, and what never happens."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rules.lifecycle import (
    LIFE,
    Attempt,
    Event,
    EventKind,
    Line,
    Standing,
    reservation,
    step,
    taken_over,
)
from bot.rules.movements import Movement
from bot.rules.states import ENDED, CallStatus
from tests.helpers.call_events import (
    BEGIN,
    DAY,
    EVENTS,
    FILES,
    Books,
    held,
    opened,
    standing,
    told,
)
from tests.helpers.lifecycle_drawing import drawn, in_architecture_md

Told = tuple[CallStatus, tuple[Movement, ...], str | None]

Q, S, P = CallStatus.QUEUED, CallStatus.SUBMITTING, CallStatus.PROCESSING
U, R, X = CallStatus.UNKNOWN, CallStatus.REJECTED, CallStatus.CANCELLED
SETTLE, SETTLE_HELD, RELEASE = (Movement.SETTLE,), (Movement.SETTLE_HELD,), (Movement.RELEASE,)
LATE = {EventKind.ACCEPTED_LATE, EventKind.REFUSED_LATE}
RELEASE_HELD = (Movement.RELEASE_HELD,)
ANSWERS = {EventKind.ACCEPTED, EventKind.UNANSWERED, EventKind.REFUSED}
COUNTS_AS_SENT = (
    P,
    CallStatus.SUCCEEDED,
    CallStatus.PARTLY_FAILED,
    CallStatus.FAILED,
    CallStatus.SENT,
)

# For each status in which an event does something: what it does, without and with an earlier
# attempt in doubt. In every other status the event does nothing.
EXPECTED: dict[tuple[EventKind, CallStatus], tuple[Told | None, Told | None]] = {
    (EventKind.CLAIMED, Q): ((S, (), None), (S, (), None)),
    (EventKind.NOT_SENT, S): ((Q, (), None), (Q, (), None)),
    (EventKind.ACCEPTED, S): ((P, SETTLE, "task.accepted"), (P, SETTLE, "task.accepted")),
    (EventKind.ACCEPTED_LATE, Q): (None, (P, (Movement.RELEASE, *SETTLE_HELD), "task.accepted")),
    (EventKind.ACCEPTED_LATE, S): (None, (P, (Movement.HOLD, *SETTLE_HELD), "task.accepted")),
    (EventKind.ACCEPTED_LATE, U): (
        (P, SETTLE_HELD, "task.accepted"),
        (P, SETTLE_HELD, "task.accepted"),
    ),
    **{
        (EventKind.ACCEPTED_LATE, status): (None, (status, SETTLE_HELD, "task.accepted"))
        for status in COUNTS_AS_SENT
    },
    (EventKind.REFUSED, S): ((R, RELEASE, "task.rejected"), (U, RELEASE, "task.rejected")),
    (EventKind.SPLIT, S): ((Q, (Movement.HAND_OVER,), "task.split"), None),
    (EventKind.SPLIT, Q): ((Q, (Movement.HAND_OVER,), "task.split"), None),
    (EventKind.REFUSED_LATE, U): (
        (R, RELEASE_HELD, "task.rejected"),
        (U, RELEASE_HELD, "task.rejected"),
    ),
    **{
        (EventKind.REFUSED_LATE, status): (None, (status, RELEASE_HELD, "task.refused_late"))
        for status in (Q, S, *COUNTS_AS_SENT)
    },
    (EventKind.UNANSWERED, S): (
        (U, (Movement.HOLD,), "task.unknown"),
        (U, (Movement.HOLD,), "task.unknown"),
    ),
    (EventKind.GIVEN_UP, Q): ((R, RELEASE, "task.rejected"), (U, RELEASE, "task.rejected")),
    (EventKind.CANCELLED, Q): ((X, RELEASE, "task.cancelled"), (U, RELEASE, "task.cancelled")),
    (EventKind.MARKED_AS_SENT, U): (
        (CallStatus.SENT, SETTLE_HELD, "task.marked_as_sent"),
        (CallStatus.SENT, SETTLE_HELD, "task.marked_as_sent"),
    ),
    (EventKind.SENT_AGAIN, U): (
        (Q, (Movement.RESERVE,), "task.sent_again"),
        (Q, (Movement.RESERVE,), "task.sent_again"),
    ),
    (EventKind.LISTED_MORE, P): ((P, (Movement.CORRECT,), None), (P, (Movement.CORRECT,), None)),
    (EventKind.ALL_READY, P): (
        (CallStatus.SUCCEEDED, (), "task.succeeded"),
        (CallStatus.SUCCEEDED, (), "task.succeeded"),
    ),
    (EventKind.SOME_FAILED, P): (
        (CallStatus.PARTLY_FAILED, (), "task.partly_failed"),
        (CallStatus.PARTLY_FAILED, (), "task.partly_failed"),
    ),
    (EventKind.ALL_FAILED, P): (
        (CallStatus.FAILED, (), "task.failed"),
        (CallStatus.FAILED, (), "task.failed"),
    ),
}


@pytest.mark.parametrize("in_doubt", [False, True])
@pytest.mark.parametrize("status", CallStatus)
@pytest.mark.parametrize("kind", EventKind)
def test_each_event_does_in_each_status_what_the_table_says(
    kind: EventKind, status: CallStatus, *, in_doubt: bool
) -> None:
    expected = EXPECTED.get((kind, status))

    found = step(told(kind), standing(status, in_doubt=in_doubt))

    does = found and (
        found.after.status,
        tuple(line.movement for line in found.lines),
        found.action,
    )
    assert does == (expected and expected[in_doubt])


@pytest.mark.parametrize("rule", LIFE, ids=lambda rule: f"{rule.event} while {rule.before}")
def test_no_two_rows_answer_for_one_event_in_one_status(rule: object) -> None:
    same = [row for row in LIFE if (row.event, row.before) == (rule.event, rule.before)]  # type: ignore[attr-defined]

    assert same == [rule]


@pytest.mark.parametrize(
    "kind",
    [
        EventKind.CLAIMED,
        EventKind.NOT_SENT,
        EventKind.ACCEPTED,
        EventKind.ACCEPTED_LATE,
        EventKind.REFUSED,
        EventKind.REFUSED_LATE,
        EventKind.SPLIT,
        EventKind.UNANSWERED,
        EventKind.GIVEN_UP,
    ],
)
@pytest.mark.parametrize("attempt", [0, 2, 4])
@pytest.mark.parametrize("status", [Q, S])
def test_what_is_told_of_another_attempt_changes_nothing(
    kind: EventKind, attempt: int, status: CallStatus
) -> None:
    event = told(kind, Event(kind, attempt=attempt))

    assert step(event, standing(status, in_doubt=False)) is None


def test_answer_to_the_attempt_in_doubt_counts_after_a_later_attempt_was_refused() -> None:
    call = standing(S, in_doubt=True)
    refused = step(Event(EventKind.REFUSED, attempt=3), call)
    assert refused is not None

    late = step(Event(EventKind.ACCEPTED_LATE, attempt=1), refused.after)

    earlier = Attempt(1, DAY - timedelta(days=1))
    assert refused.falls_back_into_doubt
    assert refused.after == Standing(U, Attempt(3, earlier.day), FILES, (held(earlier),))
    assert late is not None
    assert late.lines == (Line(Movement.SETTLE_HELD, earlier, FILES),)


def test_late_answer_is_taken_while_the_call_waits_to_be_sent_again() -> None:
    call = standing(Q, in_doubt=True)

    late = step(Event(EventKind.ACCEPTED_LATE, attempt=1), call)

    earlier = Attempt(1, DAY - timedelta(days=1))
    assert late is not None
    assert late.lines == (
        Line(Movement.RELEASE, call.attempt, FILES),
        Line(Movement.SETTLE_HELD, earlier, FILES),
    )
    assert late.after == Standing(P, Attempt(3, earlier.day), FILES)
    assert not late.falls_back_into_doubt


@pytest.mark.parametrize("number", [1, 3])
def test_late_answer_to_any_attempt_in_doubt_answers_the_call(number: int) -> None:
    """What the other attempt holds stays held: nobody knows whether it was sent as well."""
    call = standing(U, in_doubt=True)
    found, other = sorted(call.in_doubt, key=lambda line: line.attempt.number != number)

    late = step(Event(EventKind.ACCEPTED_LATE, attempt=number), call)

    assert late is not None
    assert late.lines == (replace(found, movement=Movement.SETTLE_HELD),)
    assert late.after == Standing(P, Attempt(3, found.attempt.day), FILES, (other,))


def test_late_answer_puts_the_attempt_that_is_on_its_way_in_doubt() -> None:
    call = standing(S, in_doubt=True)
    (earlier,) = call.in_doubt

    late = step(Event(EventKind.ACCEPTED_LATE, attempt=1), call)

    assert late is not None
    assert late.lines == (held(call.attempt), replace(earlier, movement=Movement.SETTLE_HELD))
    assert late.after == Standing(P, Attempt(3, earlier.attempt.day), FILES, (held(call.attempt),))


@pytest.mark.parametrize(
    ("kind", "movement"),
    [
        (EventKind.ACCEPTED_LATE, Movement.SETTLE_HELD),
        (EventKind.REFUSED_LATE, Movement.RELEASE_HELD),
    ],
)
def test_late_answer_moves_as_many_files_as_its_attempt_holds(
    kind: EventKind, movement: Movement
) -> None:
    more = step(Event(EventKind.LISTED_MORE, more=2), standing(P, in_doubt=True))
    assert more is not None

    late = step(Event(kind, attempt=1), more.after)

    assert late is not None
    assert late.lines == (replace(more.after.in_doubt[0], movement=movement),)
    assert late.after == replace(more.after, in_doubt=())


@pytest.mark.parametrize("number", [1, 3])
def test_late_proof_ends_one_of_two_doubts(number: int) -> None:
    call = standing(U, in_doubt=True)
    found, other = sorted(call.in_doubt, key=lambda line: line.attempt.number != number)

    late = step(Event(EventKind.REFUSED_LATE, attempt=number), call)

    assert late is not None
    assert late.lines == (replace(found, movement=Movement.RELEASE_HELD),)
    assert late.after == Standing(U, Attempt(3, other.attempt.day), FILES, (other,))


@pytest.mark.parametrize(
    "kind", [EventKind.ACCEPTED_LATE, EventKind.REFUSED_LATE, EventKind.MARKED_AS_SENT]
)
def test_nothing_is_settled_of_a_doubt_that_the_ledger_does_not_know(kind: EventKind) -> None:
    call = Standing(U, Attempt(1, DAY), FILES)

    assert step(Event(kind, attempt=1), call) is None


def test_send_again_is_charged_to_its_own_day_and_the_doubt_stays_on_its_day() -> None:
    call, today = standing(U, in_doubt=False), DAY + timedelta(days=1)

    again = step(Event(EventKind.SENT_AGAIN, today=today), call)

    assert again is not None
    assert again.lines == (Line(Movement.RESERVE, Attempt(4, today), FILES),)
    assert again.after == Standing(Q, Attempt(4, today), FILES, (held(Attempt(3, DAY)),))


def test_call_that_goes_out_on_another_day_takes_its_files_along() -> None:
    call, today = standing(Q, in_doubt=False), DAY + timedelta(days=1)

    moved = step(Event(EventKind.CLAIMED, today=today), call)

    assert moved is not None
    assert moved.lines == (
        Line(Movement.LEAVE, Attempt(4, DAY), FILES),
        Line(Movement.ARRIVE, Attempt(4, today), FILES),
    )
    assert moved.after.attempt == Attempt(4, today)


def test_each_correction_is_a_line_of_its_own() -> None:
    call = standing(P, in_doubt=False)
    first = step(Event(EventKind.LISTED_MORE, more=2), call)
    assert first is not None
    second = step(Event(EventKind.LISTED_MORE, more=1), first.after)
    assert second is not None

    numbers = [line.attempt.number for made in (first, second) for line in made.lines]
    assert numbers == [FILES + 2, FILES + 3]
    assert second.after.files == FILES + 3


@given(st.lists(EVENTS, max_size=30))
def test_no_life_spends_what_was_not_promised_or_loses_what_is_held(events: list[Event]) -> None:
    call, books, beside = BEGIN, opened(), 0
    markers: Counter[int] = Counter()
    lines: set[tuple[Movement, int]] = set()
    for event in events:
        made = step(event, call)
        if made is None:
            continue
        assert made.before == call
        _check_marker(event, call, markers)
        for line in made.lines:
            books.write(line)
            # The ledger takes each line once: a repeated one would be refused.
            assert (line.movement, line.attempt.number) not in lines
            lines.add((line.movement, line.attempt.number))
        if made.beside is not None:
            # The new call waits, with its files reserved, and has a life of its own.
            books.write(taken_over(made.beside))
            beside += made.beside.files
        call = made.after

        assert all(count >= 0 for sums in books.days.values() for count in sums.values())
        assert books.total("held") == sum(line.files for line in call.in_doubt)
        assert (books.total("reserved") > beside) == (call.status in {Q, S})
        if call.status is U:
            assert call.attempt.day == call.in_doubt[-1].attempt.day


@given(
    st.integers(2, 10),
    st.lists(st.tuples(st.integers(-1, 12), st.integers(0, 2)), min_size=1, max_size=20),
)
def test_split_calls_share_the_files_on_the_day_on_which_they_are_reserved(
    files: int, splits: list[tuple[int, int]]
) -> None:
    """Whichever calls are split: never more files, none lost, and no call without one."""
    books, calls = Books(), [Standing(Q, Attempt(0, DAY), files)]
    books.write(reservation(files, DAY))
    for less, which in splits:
        call = calls[which % len(calls)]
        claimed = step(Event(EventKind.CLAIMED), call)
        assert claimed is not None
        made = step(Event(EventKind.SPLIT, less=less), claimed.after)
        if made is None:
            assert not 0 < less < call.files
            continue
        assert made.beside is not None
        for line in (*made.lines, taken_over(made.beside)):
            books.write(line)
        calls[which % len(calls)] = made.after
        calls.append(made.beside)

        assert books.days == {DAY: {"reserved": files, "settled": 0, "held": 0}}
        assert sum(each.files for each in calls) == files
        assert {each.status for each in calls} == {Q}
        assert all(each.files > 0 for each in calls)


@pytest.mark.parametrize("status", [Q, S])
def test_call_is_not_split_while_an_earlier_attempt_may_have_been_sent(status: CallStatus) -> None:
    assert step(Event(EventKind.SPLIT, less=1), standing(status, in_doubt=True)) is None


def test_whoever_read_a_waiting_call_before_its_split_cannot_send_it_any_longer() -> None:
    call = standing(Q, in_doubt=False)

    split = step(Event(EventKind.SPLIT, attempt=3, less=1), call)

    assert split is not None
    assert split.after == Standing(Q, Attempt(4, DAY), FILES - 1)
    assert split.beside == Standing(Q, Attempt(0, DAY), 1)
    assert step(Event(EventKind.CLAIMED, attempt=3), split.after) is None


def test_waiting_call_can_be_split_again_after_a_refusal_has_split_it() -> None:
    """The ledger takes each line of an attempt once."""
    claimed = step(Event(EventKind.CLAIMED), Standing(Q, Attempt(0, DAY), FILES))
    assert claimed is not None
    refused = step(Event(EventKind.SPLIT, less=1), claimed.after)
    assert refused is not None
    waiting = step(Event(EventKind.SPLIT, less=1), refused.after)
    assert waiting is not None

    lines = [line.attempt.number for made in (refused, waiting) for line in made.lines]
    assert lines == [1, 2]


@given(st.lists(EVENTS, max_size=30))
def test_after_its_end_only_a_person_brings_a_call_back(events: list[Event]) -> None:
    call = BEGIN
    for event in events:
        made = step(event, call)
        if made is None:
            continue
        if call.status in ENDED and made.after.status is not call.status:
            people = {EventKind.SENT_AGAIN, EventKind.MARKED_AS_SENT}
            assert event.kind in people or (event.kind in LATE and call.status is U)
        call = made.after


def test_drawing_in_architecture_md_is_that_of_the_table() -> None:
    """`python -m tests.helpers.lifecycle_drawing` draws it anew."""
    assert in_architecture_md() == drawn()


def _check_marker(event: Event, call: Standing, markers: Counter[int]) -> None:
    """A call is answered under a marker alone, and each marker is set once."""
    if event.kind in LATE:
        assert event.attempt is None or markers[event.attempt] == 1
    if event.kind is EventKind.CLAIMED:
        markers[call.attempt.number + 1] += 1
        assert markers[call.attempt.number + 1] == 1
    if event.kind in ANSWERS or (event.kind is EventKind.SPLIT and call.status is S):
        assert markers[call.attempt.number] == 1
