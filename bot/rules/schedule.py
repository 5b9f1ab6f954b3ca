"""When a request is to be sent: read from words, and held within what may be promised."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.rules.keyboard import OUTER, plain
from bot.rules.time_words import SENTENCE_MARKS, time_in

FARTHEST = timedelta(days=7)

DAYS_AHEAD = {"today": 0, "tomorrow": 1}

_DAY = rf"(?:{'|'.join(DAYS_AHEAD)}|\d{{4}}-\d{{2}}-\d{{2}})"
# Only at the very end, so that an address that holds blanks keeps its own "at".
_AT = re.compile(
    rf"(?:^|[\s,;，；、。])(?P<day>{_DAY}\s+)?at\s+(?P<when>[^\s/]{{1,20}}(?:\s+[^\s/]{{1,20}}){{0,2}})$",
    re.IGNORECASE,
)
_CLOCK = re.compile(r"(?P<hour>[0-9]{1,2})[:.](?P<minute>[0-9]{2})")
# Whether 12am is midnight or noon is not certain, so that twelve has to be written as 00:00.
_HALF_DAY = re.compile(
    r"(?<![0-9:.-])(?P<hour>0?[1-9]|1[01])(?:[:.](?P<minute>[0-9]{2}))? ?(?P<half>am|pm)\b"
)
_FILE_NAME = re.compile(r"\.(?=[0-9]*[A-Za-z])(?![0-9]{2}[AaPp][Mm])[A-Za-z0-9]{2,5}$")


@dataclass(frozen=True, slots=True)
class At:
    """`18:00`, `tomorrow 18:00` or `2026-11-25 18:00`, on the clock of the quota's time zone."""

    clock: time
    day: date | None = None
    days_ahead: int | None = None

    def moment(self, now: datetime, zone: ZoneInfo) -> datetime:
        """Without a day the next time that the clock shows this."""
        today = now.astimezone(zone).date()
        day = self.day or today + timedelta(days=self.days_ahead or 0)
        found = datetime.combine(day, self.clock, tzinfo=zone)
        if self.day is None and self.days_ahead is None and found <= now:
            return datetime.combine(today + timedelta(days=1), self.clock, tzinfo=zone)
        return found


@dataclass(frozen=True, slots=True)
class NoTime:
    """What follows "at" is no time; `typed` is what it is."""

    typed: str


def split_time(text: str) -> tuple[str, At | NoTime | None]:
    """The text before `at 18:00` or `tomorrow at 18:00`, and what that says; else None."""
    text = text.rstrip(OUTER)
    found = _AT.search(plain(text))
    if found is None or not _is_meant_as_a_time(found["when"]):
        return text, None
    return text[: found.start()], _read((found["day"] or "") + found["when"])


def _is_meant_as_a_time(words: str) -> bool:
    """Not as in "have a look at it", nor in a name, as `Look at me 2.mp4`."""
    return not _FILE_NAME.search(words) and bool(re.search(r"\d", words) or time_in(words))


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


def _of_24_hours(half_day: re.Match[str]) -> str:
    hour = int(half_day["hour"]) + (12 if half_day["half"] == "pm" else 0)
    return f"{hour}:{half_day['minute'] or '00'}"


def _read(typed: str) -> At | NoTime:
    """A clock time, and at most one day before or behind it."""
    written = plain(typed).lower().strip(SENTENCE_MARKS)
    words = _HALF_DAY.sub(_of_24_hours, written).split()
    clocks = list(filter(None, map(_CLOCK.fullmatch, words)))
    days = [word for word in words if re.fullmatch(_DAY, word)]
    if len(clocks) != 1 or len(days) > 1 or len(words) != 1 + len(days):
        return NoTime(typed)
    (clock,) = clocks
    day = days[0] if days else None
    try:
        return At(
            time(int(clock["hour"]), int(clock["minute"])),
            day=None if day is None or day in DAYS_AHEAD else date.fromisoformat(day),
            days_ahead=DAYS_AHEAD.get(day) if day else None,
        )
    except ValueError:
        return NoTime(typed)
