"""The desk of the team: all that App Home shows to one reader."""

from dataclasses import dataclass

from bot.rules.quota import Quota
from bot.rules.reports import DayUse, Report
from bot.rules.summaries import Listed, Reader

DAYS_SHOWN = 14
"""Days of the chart, today among them."""

SHOWN = 5
"""Requests of each list; the rest are counted."""


@dataclass(frozen=True, slots=True)
class Desk:
    """What waits, runs and is scheduled in the whole team, and the reader's own that have ended.

    `today` says who spent the day; `days` are the sums of the last days, the oldest first.
    """

    reader: Reader
    quota: Quota
    in_doubt: Listed
    running: Listed
    scheduled: Listed
    own: Listed
    days: tuple[DayUse, ...]
    today: Report

    @property
    def is_empty(self) -> bool:
        """Whether there is no request to show or to count."""
        every = (self.in_doubt, self.running, self.scheduled, self.own)
        return not any(listed.total for listed in every)
