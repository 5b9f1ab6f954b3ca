"""The daily quota: which day a moment belongs to, how much of it is left."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

CLOCKS_AGREE_AFTER = timedelta(minutes=2)
"""So long after midnight the cloud has begun the new day as well, whatever its clock."""


@dataclass(frozen=True, slots=True)
class QuotaDay:
    """A day of the quota, in the time zone in which the cloud counts."""

    date: date
    zone: ZoneInfo

    @property
    def ends_at(self) -> datetime:
        return datetime.combine(self.date + timedelta(days=1), time(), tzinfo=self.zone)

    def has_just_begun(self, now: datetime) -> bool:
        """Whether the cloud may still be counting the day before."""
        begins_at = datetime.combine(self.date, time(), tzinfo=self.zone)
        return now - begins_at < CLOCKS_AGREE_AFTER


@dataclass(frozen=True, slots=True)
class Quota:
    """The bot's own count for one day, in files: a lower bound on what the tenant has spent.

    `reserved` waits to be sent, `settled` was accepted by the cloud, `held` may have been.
    `exhausted` means that the cloud itself said that the day is used up (VOD.10086).
    """

    day: QuotaDay
    limit: int
    settled: int = 0
    reserved: int = 0
    held: int = 0
    exhausted: bool = False

    @property
    def left(self) -> int:
        if self.exhausted:
            return 0
        return max(0, self.limit - self.used)

    @property
    def used(self) -> int:
        return self.settled + self.reserved + self.held


def quota_day(now: datetime, zone: ZoneInfo) -> QuotaDay:
    return QuotaDay(now.astimezone(zone).date(), zone)
