"""What quota days came to: files by day, by person and by channel."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from operator import attrgetter
from typing import TypeVar

from bot.rules.quota import QuotaDay
from bot.rules.states import Counts

WEEK = 7
"""Days of a weekly report, today among them."""

Key = TypeVar("Key")


@dataclass(frozen=True, slots=True)
class Tally:
    """Requests, their files by outcome, and what the ledger says of the quota for them.

    `spent` was accepted by the cloud, `promised` waits to be sent, `held` may have been sent.
    """

    requests: int = 0
    counts: Counts = field(default_factory=Counts)
    spent: int = 0
    promised: int = 0
    held: int = 0

    @property
    def used(self) -> int:
        """What is taken from the quota."""
        return self.spent + self.promised + self.held

    @property
    def not_in_order(self) -> int:
        """Files that failed or that the cloud did not take."""
        return self.counts.failed + self.counts.not_sent

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(
            self.requests + other.requests,
            self.counts + other.counts,
            self.spent + other.spent,
            self.promised + other.promised,
            self.held + other.held,
        )


@dataclass(frozen=True, slots=True)
class Entry:
    """What one person's requests of one channel came to on one day.

    The person and the channel are None in what a reader may count and not see.
    """

    day: date
    user_id: str | None
    channel_id: str | None
    tally: Tally


@dataclass(frozen=True, slots=True)
class DayUse:
    """The sums of one quota day."""

    day: date
    spent: int
    held: int


@dataclass(frozen=True, slots=True)
class Share:
    """The part of one person or channel; None is what the reader may not see."""

    name: str | None
    tally: Tally


@dataclass(frozen=True, slots=True)
class Report:
    """A span of quota days, both ends included."""

    first: QuotaDay
    last: QuotaDay
    limit: int
    entries: tuple[Entry, ...] = ()

    @property
    def days(self) -> int:
        return (self.last.date - self.first.date).days + 1

    @property
    def total(self) -> Tally:
        return sum((entry.tally for entry in self.entries), Tally())

    @property
    def by_day(self) -> list[tuple[date, Tally]]:
        """Every day of the span, also those on which nothing was sent."""
        found = _summed(self.entries, attrgetter("day"))
        every = (self.first.date + timedelta(days=number) for number in range(self.days))
        return [(day, found.get(day, Tally())) for day in every]

    @property
    def by_person(self) -> list[Share]:
        """Who took most of the quota comes first, what may not be seen last."""
        return _shares(self.entries, attrgetter("user_id"))

    @property
    def by_channel(self) -> list[Share]:
        """As `by_person`, for channels."""
        return _shares(self.entries, attrgetter("channel_id"))


def seen_by(entries: Iterable[Entry], may_see: Callable[[Entry], bool]) -> tuple[Entry, ...]:
    """The entries for a reader: what may not be seen is counted, and names nobody."""
    return tuple(
        entry if may_see(entry) else Entry(entry.day, None, None, entry.tally) for entry in entries
    )


def _shares(entries: Sequence[Entry], key: Callable[[Entry], str | None]) -> list[Share]:
    found = _summed(entries, key)
    shares = [Share(name, tally) for name, tally in found.items()]
    return sorted(shares, key=_order)


def _order(share: Share) -> tuple[bool, int, int, str]:
    return share.name is None, -share.tally.used, -share.tally.requests, share.name or ""


def _summed(entries: Iterable[Entry], key: Callable[[Entry], Key]) -> dict[Key, Tally]:
    found: dict[Key, Tally] = {}
    for entry in entries:
        name = key(entry)
        found[name] = found.get(name, Tally()) + entry.tally
    return found
