"""What a benchmark prints: figures beside those of the baseline, their ratio, and its aims."""

from collections.abc import Sequence
from dataclasses import dataclass

FAILS_BEYOND = 0.5
"""Machines differ, so an aim that is missed by less than this share is told and fails nothing."""


class AimMissed(AssertionError):  # noqa: N818
    """A figure is worse than its aim by more than half of it."""


@dataclass(frozen=True, slots=True)
class Aim:
    """A figure beside the one that it should reach; `missed_by` is a share of that one."""

    what: str
    measured: float
    wanted: str
    missed_by: float

    def __str__(self) -> str:
        verdict = "reached" if self.missed_by <= 0 else f"MISSED by {self.missed_by:.0%}"
        return f"aim {verdict}: {self.what} {self.measured:.4g}, {self.wanted}"


def at_most(what: str, measured: float, aim: float) -> Aim:
    return Aim(what, measured, f"at most {aim:g}", measured / aim - 1)


def at_least(what: str, measured: float, aim: float) -> Aim:
    return Aim(what, measured, f"at least {aim:g}", 1 - measured / aim)


def check(*aims: Aim) -> None:
    """Tell of each aim whether it is reached; fail when one is missed by more than half."""
    for aim in aims:
        print(aim)
    if far := [str(aim) for aim in aims if aim.missed_by > FAILS_BEYOND]:
        raise AimMissed("; ".join(far))


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which this share of all lies; nearest rank."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def show(title: str, rows: Sequence[Sequence[str]]) -> None:
    """A table that a person can read in a log."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    print(f"\n{title}")
    for row in rows:
        print("  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True)))
