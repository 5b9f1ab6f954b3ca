"""The moment for which a request is scheduled, and how far ahead that may be."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

FARTHEST = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class At:
    """`18:00`, `tomorrow 18:00` or `2026-11-25 18:00`, on the clock of the quota's time zone."""

    clock: time
    day: date | None = None
    days_ahead: int | None = None

    def moment(self, now: datetime, zone: ZoneInfo) -> datetime:
        """The moment in a time zone; without a day the next one at which the clock shows this."""
        today = now.astimezone(zone).date()
        day = self.day or today + timedelta(days=self.days_ahead or 0)
        found = datetime.combine(day, self.clock, tzinfo=zone)
        if self.day is None and self.days_ahead is None and found <= now:
            return datetime.combine(today + timedelta(days=1), self.clock, tzinfo=zone)
        return found
