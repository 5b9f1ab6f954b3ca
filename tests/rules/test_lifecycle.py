"""The table of a call's life: what each event does in each status, and what never happens."""

from collections import Counter
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
    Movement,
    Standing,
    step,
)
from bot.rules.states import ENDED, CallStatus
from tests.helpers.call_events import BEGIN, DAY, EVENTS, FILES, opened, standing
from tests.helpers.lifecycle_drawing import drawn, in_the_guide

Told = tuple[CallStatus, tuple[Movement, ...], str | None]

Q, S, P = CallStatus.QUEUED, CallStatus.SUBMITTING, CallStatus.PROCESSING
U, R, X = CallStatus.UNKNOWN, CallStatus.REJECTED, CallStatus.CANCELLED
SETTLE, CONFIRM, RELEASE = (Movement.SETTLE,), (Movement.SETTLE_HELD,), (Movement.RELEASE,)

# For each status in which an event does something: what it does, without and with an earlier
# attempt in doubt. In every other status the event does nothing.
EXPECTED: dict[tuple[EventKind, CallStatus], tuple[Told | None, Told]] = {
    (EventKind.CLAIMED, Q): ((S, (), None), (S, (), None)),
    (EventKind.NOT_SENT, S): ((Q, (), None), (Q, (), None)),
    (EventKind.ACCEPTED, S): ((P, SETTLE, "task.accepted"), (P, SETTLE, "task.accepted")),
    (EventKind.ACCEPTED, Q): (
        None,
        (P, (Movement.RELEASE, Movement.SETTLE_HELD), "task.accepted"),
    ),
    (EventKind.ACCEPTED, U): ((P, CONFIRM, "task.accepted"), (P, CONFIRM, "task.accepted")),
    (EventKind.REFUSED, S): ((R, RELEASE, "task.rejected"), (U, RELEASE, "task.rejected")),
    (EventKind.UNANSWERED, S): (
        (U, (Movement.HOLD,), "task.unknown"),
        (U, (Movement.HOLD,), "task.unknown"),
    ),
    (EventKind.GIVEN_UP, Q): ((R, RELEASE, "task.rejected"), (U, RELEASE, "task.rejected")),
    (EventKind.CANCELLED, Q): ((X, RELEASE, "task.cancelled"), (U, RELEASE, "task.cancelled")),
    (EventKind.MARKED_AS_SENT, U): (
        (CallStatus.SENT, CONFIRM, "task.marked_as_sent"),
        (CallStatus.SENT, CONFIRM, "task.marked_as_sent"),
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

    found = step(Event(kind), standing(status, in_doubt=in_doubt))

    told = found and (
        found.after.status,
        tuple(line.movement for line in found.lines),
        found.action,
    )
    assert told == (expected and expected[in_doubt])


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
        EventKind.REFUSED,
        EventKind.UNANSWERED,
        EventKind.GIVEN_UP,
    ],
)
@pytest.mark.parametrize("attempt", [0, 2, 4])
@pytest.mark.parametrize("status", [Q, S])
def test_what_is_told_of_another_attempt_changes_nothing(
    kind: EventKind, attempt: int, status: CallStatus
) -> None:
    assert step(Event(kind, attempt=attempt), standing(status, in_doubt=False)) is None


def test_answer_to_the_attempt_in_doubt_counts_after_a_later_attempt_was_refused() -> None:
    call = standing(S, in_doubt=True)
    refused = step(Event(EventKind.REFUSED, attempt=3), call)
    assert refused is not None

    late = step(Event(EventKind.ACCEPTED, attempt=1), refused.after)

    earlier = Attempt(1, DAY - timedelta(days=1))
    assert refused.falls_back_into_doubt
    assert refused.after == Standing(U, Attempt(3, earlier.day), FILES, (earlier,))
    assert late is not None
    assert late.lines == (Line(Movement.SETTLE_HELD, earlier, FILES),)


def test_late_answer_is_taken_while_the_call_waits_to_be_sent_again() -> None:
    call = standing(Q, in_doubt=True)

    late = step(Event(EventKind.ACCEPTED, attempt=1), call)

    earlier = Attempt(1, DAY - timedelta(days=1))
    assert late is not None
    assert late.lines == (
        Line(Movement.RELEASE, call.attempt, FILES),
        Line(Movement.SETTLE_HELD, earlier, FILES),
    )
    assert late.after == Standing(P, Attempt(3, earlier.day), FILES)
    assert not late.falls_back_into_doubt


@pytest.mark.parametrize("kind", [EventKind.ACCEPTED, EventKind.MARKED_AS_SENT])
def test_nothing_is_settled_of_a_doubt_that_the_ledger_does_not_know(kind: EventKind) -> None:
    call = Standing(U, Attempt(1, DAY), FILES)

    assert step(Event(kind, attempt=1), call) is None


def test_send_again_is_charged_to_its_own_day_and_the_doubt_stays_on_its_day() -> None:
    call, today = standing(U, in_doubt=False), DAY + timedelta(days=1)

    again = step(Event(EventKind.SENT_AGAIN, today=today), call)

    assert again is not None
    assert again.lines == (Line(Movement.RESERVE, Attempt(4, today), FILES),)
    assert again.after == Standing(Q, Attempt(4, today), FILES, (Attempt(3, DAY),))


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
    call, books = BEGIN, opened()
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
        call = made.after

        assert all(count >= 0 for sums in books.days.values() for count in sums.values())
        assert books.total("held") == FILES * len(call.in_doubt)
        assert (books.total("reserved") > 0) == (call.status in {Q, S})
        if call.status is U:
            assert call.attempt.day == call.in_doubt[-1].day


@given(st.lists(EVENTS, max_size=30))
def test_after_its_end_only_a_person_brings_a_call_back(events: list[Event]) -> None:
    call = BEGIN
    for event in events:
        made = step(event, call)
        if made is None:
            continue
        if call.status in ENDED:
            people = {EventKind.SENT_AGAIN, EventKind.MARKED_AS_SENT}
            assert event.kind in people or (event.kind, call.status) == (EventKind.ACCEPTED, U)
        call = made.after


def test_drawing_of_the_guide_is_that_of_the_table() -> None:
    """`python -m tests.helpers.lifecycle_drawing` draws it anew."""
    assert in_the_guide() == drawn()


def _check_marker(event: Event, call: Standing, markers: Counter[int]) -> None:
    """A call is answered under a marker alone, and each marker is set once."""
    if event.kind is EventKind.CLAIMED:
        markers[call.attempt.number + 1] += 1
        assert markers[call.attempt.number + 1] == 1
    if event.kind in {EventKind.ACCEPTED, EventKind.UNANSWERED, EventKind.REFUSED}:
        of = call.in_doubt[-1] if call.status in {U, Q} else call.attempt
        assert markers[of.number] == 1
