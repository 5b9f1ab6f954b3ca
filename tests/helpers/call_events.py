"""Lives of a call: where it can stand, and what can happen to it next."""

from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from hypothesis import strategies as st

from bot.rules.lifecycle import (
    Attempt,
    Event,
    EventKind,
    Line,
    Standing,
    reservation,
)
from bot.rules.movements import CHANGES, Movement
from bot.rules.states import CallStatus

DAY = date(2024, 2, 29)
FILES = 3
BEGIN = Standing(CallStatus.QUEUED, Attempt(0, DAY), FILES)


@dataclass
class Books:
    """The sums of each quota day, as the lines of the ledger make them."""

    days: dict[date, dict[str, int]] = field(default_factory=dict)

    def write(self, line: Line) -> None:
        sums = self.days.setdefault(line.attempt.day, {"reserved": 0, "settled": 0, "held": 0})
        for name, sign in CHANGES[line.movement].items():
            sums[name] += sign * line.files

    def total(self, name: str) -> int:
        return sum(sums[name] for sums in self.days.values())


def opened() -> Books:
    """The ledger of a request that was just confirmed, with one call."""
    books = Books()
    books.write(reservation(FILES, DAY))
    return books


def standing(status: CallStatus, *, in_doubt: bool) -> Standing:
    """A call at its third attempt; its first is in doubt, if any earlier one is."""
    this, earlier = Attempt(3, DAY), Attempt(1, DAY - timedelta(days=1))
    attempts = (earlier,) if in_doubt else ()
    if status is CallStatus.UNKNOWN:
        attempts = (*attempts, this)
    return Standing(status, this, FILES, tuple(held(attempt) for attempt in attempts))


def held(attempt: Attempt) -> Line:
    """The line of the ledger that holds the files of an attempt in doubt."""
    return Line(Movement.HOLD, attempt, FILES)


def told(kind: EventKind, event: Event | None = None) -> Event:
    """The event as it comes about: more files are listed, or another call takes some over."""
    more = 2 if kind is EventKind.LISTED_MORE else 0
    less = 1 if kind is EventKind.SPLIT else 0
    return replace(event or Event(kind), more=more, less=less)


EVENTS = st.builds(
    Event,
    st.sampled_from(EventKind),
    attempt=st.one_of(st.none(), st.integers(0, 6)),
    today=st.integers(0, 2).map(lambda days: DAY + timedelta(days=days)),
).map(lambda event: told(event.kind, event))
"""Any event, also of an attempt that was never made, on one of three quota days."""
