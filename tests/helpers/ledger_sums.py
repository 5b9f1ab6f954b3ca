"""The sums of the ledger, added up anew from its lines."""

from collections import Counter
from datetime import date
from typing import NamedTuple

from sqlmodel import Session, select

from storage.tables import LedgerRow, QuotaDayRow

# What each line takes from one sum and adds to another; None is the free part of the day.
FROM_TO: dict[str, tuple[str | None, str | None]] = {
    "reserve": (None, "reserved"),
    "settle": ("reserved", "settled"),
    "release": ("reserved", None),
    "hold": ("reserved", "held"),
    "confirm": ("held", "settled"),
    "release_held": ("held", None),
    "correct": (None, "settled"),
    "leave": ("reserved", None),
    "arrive": (None, "reserved"),
    "hand_over": ("reserved", None),
    "take_over": (None, "reserved"),
}


class Sums(NamedTuple):
    """Files of one tenant's day."""

    reserved: int = 0
    settled: int = 0
    held: int = 0

    @property
    def used(self) -> int:
        return sum(self)


def ledger_sums(session: Session) -> dict[tuple[str, date], Sums]:
    """What the lines of the ledger add up to, for each tenant and day."""
    totals: dict[tuple[str, date], Counter[str | None]] = {}
    for line in session.exec(select(LedgerRow)):
        total = totals.setdefault((line.tenant, line.day), Counter())
        source, target = FROM_TO[line.kind]
        total[source] -= line.files
        total[target] += line.files
    return {day: Sums(t["reserved"], t["settled"], t["held"]) for day, t in totals.items()}


def stored_sums(session: Session) -> dict[tuple[str, date], Sums]:
    """What the running sums say."""
    return {
        (row.tenant, row.day): Sums(row.reserved, row.settled, row.held)
        for row in session.exec(select(QuotaDayRow))
    }


def check_ledger(session: Session) -> dict[tuple[str, date], Sums]:
    """The sums, once they are seen to agree with the lines; days without a line count nothing."""
    told, added = stored_sums(session), ledger_sums(session)
    assert {day: sums for day, sums in told.items() if sums.used} == {
        day: sums for day, sums in added.items() if sums.used
    }
    return told
