"""The moment for which a request is scheduled, and how far ahead that may be."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

FARTHEST = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class At:
    """`18:00`, `tomorrow 18:00`, `monday 18:00` or `2026-11-25 18:00`, on some zone's clock.

    `weekday` counts from Monday, 0. Without a `zone` of its own it is read in that of the quota.
    """

    clock: time
    day: date | None = None
    days_ahead: int | None = None
    weekday: int | None = None
    zone: tzinfo | None = None

    def moment(self, now: datetime, zone: tzinfo) -> datetime:
        """The moment in a time zone; without a day the next one at which the clock shows this.

        A weekday is the coming one and never today, of which people say `today`.
        """
        zone = self.zone or zone
        today = now.astimezone(zone).date()
        day = self.day or today + timedelta(days=self._days_until(today))
        found = datetime.combine(day, self.clock, tzinfo=zone)
        names_a_day = (self.day, self.days_ahead, self.weekday) != (None, None, None)
        if not names_a_day and found <= now:
            return datetime.combine(today + timedelta(days=1), self.clock, tzinfo=zone)
        return found

    def _days_until(self, today: date) -> int:
        if self.weekday is None:
            return self.days_ahead or 0
        return (self.weekday - today.weekday() - 1) % 7 + 1


@dataclass(frozen=True, slots=True)
class In:
    """`in 2 hours`: so long after the command."""

    delay: timedelta

    def moment(self, now: datetime, zone: tzinfo) -> datetime:
        """The moment, in the time zone."""
        return (now + self.delay).astimezone(zone)


@dataclass(frozen=True, slots=True)
class Exactly:
    """`2026-11-29T18:00:00+02:00`: a moment that is the same everywhere."""

    at: datetime

    def moment(self, now: datetime, zone: tzinfo) -> datetime:  # noqa: ARG002  # as `At` is asked
        """The moment, in the time zone."""
        return self.at.astimezone(zone)


When = At | In | Exactly


def is_local(when: When) -> bool:
    """Whether it depends on whose clock it is read on."""
    return isinstance(when, At) and when.zone is None
