"""When a request is to be sent: read from words, and held within what may be promised."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.rules.target import OUTER

FARTHEST = timedelta(days=7)

# Only at the very end, so that an address that holds blanks keeps its own "at".
_AT = re.compile(r"(?:^|\s)at\s+(?P<when>[^\s/]{1,20}(?:\s+[^\s/]{1,20}){0,2})$", re.IGNORECASE)
_WHEN = re.compile(r"(?:(?P<date>\d{4}-\d{2}-\d{2})\s+)?(?P<hour>\d{1,2}):(?P<minute>\d{2})")


@dataclass(frozen=True, slots=True)
class At:
    """`18:00`, or `2026-11-25 18:00`, on the clock of the quota's time zone."""

    clock: time
    day: date | None = None

    def moment(self, now: datetime, zone: ZoneInfo) -> datetime:
        """Without a date the next time that the clock shows this."""
        today = now.astimezone(zone).date()
        found = datetime.combine(self.day or today, self.clock, tzinfo=zone)
        if self.day is None and found <= now:
            return datetime.combine(today + timedelta(days=1), self.clock, tzinfo=zone)
        return found


@dataclass(frozen=True, slots=True)
class NoTime:
    """What follows "at" is no time; `typed` is what it is."""

    typed: str


def split_time(text: str) -> tuple[str, At | NoTime | None]:
    """The text before `at 18:00`, and what that says; None when the text does not end so."""
    text = text.rstrip(OUTER)
    found = _AT.search(text)
    if found is None:
        return text, None
    return text[: found.start()], _read(found["when"])


def spoken(moment: datetime, zone: ZoneInfo) -> str:
    """`2026-11-25 18:00 UTC+8`."""
    local = moment.astimezone(zone)
    return f"{local:%Y-%m-%d %H:%M} {offset_words(local)}"


def offset_words(moment: datetime) -> str:
    """`UTC+8`, as people in the channel say it."""
    offset = moment.utcoffset() or timedelta()
    hours, minutes = divmod(int(abs(offset).total_seconds()) // 60, 60)
    if not offset:
        return "UTC"
    sign = "+" if offset > timedelta() else "-"
    return f"UTC{sign}{hours}" + (f":{minutes:02}" if minutes else "")


def _read(typed: str) -> At | NoTime:
    found = _WHEN.fullmatch(typed)
    if found is None:
        return NoTime(typed)
    try:
        day = date.fromisoformat(found["date"]) if found["date"] else None
        return At(time(int(found["hour"]), int(found["minute"])), day)
    except ValueError:
        return NoTime(typed)
