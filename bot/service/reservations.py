"""Reserving files of a quota day: which moments, how many, and what cannot be reserved."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from bot.rules.deployment import Terms
from bot.rules.policy import Policy
from bot.rules.quota import Quota, QuotaDay, quota_day
from bot.rules.refusals import DayFull, FarTime, PastTime, QuotaExceeded, Refusal
from bot.rules.schedule import FARTHEST
from storage import ledger


@dataclass(frozen=True, slots=True)
class Reservations:
    """Asked inside the caller's transaction: files are reserved once that transaction commits."""

    policy: Policy
    terms: Terms

    def check_time(self, run_at: datetime | None, *, now: datetime) -> None:
        """Raise `PastTime` or `FarTime` for a moment that cannot be reserved; None is at once."""
        if run_at is None:
            return
        if run_at <= now:
            raise PastTime(run_at, self.terms.zone)
        if run_at - now > FARTHEST:
            raise FarTime(run_at, self.terms.zone)

    def day(self, moment: datetime) -> QuotaDay:
        """The day that is charged for what goes out at that moment."""
        return quota_day(moment, self.terms.zone)

    def quota(self, session: Session, moment: datetime) -> Quota:
        """The bot's own count for the day of that moment."""
        terms = self.terms
        return ledger.quota_of(session, terms.tenant, self.day(moment), limit=terms.daily_limit)

    def check_room(self, files: int, found: Quota, *, now: datetime) -> None:
        """Raise `QuotaExceeded`, or `DayFull` for another day than today, if they do not fit."""
        if files > found.left:
            raise self._refusal(files, found, now)

    def reserve(self, session: Session, files: int, *, moment: datetime, now: datetime) -> None:
        """Reserve the files, of the day of that moment; raises as `check_room` does.

        The ledger lines for it are left to the caller, who knows the calls.
        """
        terms = self.terms
        day = self.day(moment).date
        if not ledger.reserve(session, terms.tenant, day, files=files, limit=terms.daily_limit):
            raise self._refusal(files, self.quota(session, moment), now)

    def _refusal(self, files: int, found: Quota, now: datetime) -> Refusal:
        if found.day != self.day(now):
            return DayFull(files=files, quota=found)
        return QuotaExceeded(files=files, quota=found, now=now, ask=self.policy.whom_to_ask)
