"""The time that stands at the end of a command, as in `at 18:00` or `tomorrow at 18:00`."""

import re
from dataclasses import dataclass
from datetime import date, time

from bot.reading.characters import BLANKS, plain
from bot.reading.time_words import SENTENCE_MARKS, names_a_file, time_in
from bot.rules.schedule import At

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


@dataclass(frozen=True, slots=True)
class NoTime:
    """The words behind "at" are no time; `typed` holds them."""

    typed: str


def split_time(text: str) -> tuple[str, At | NoTime | None]:
    """The text before `at 18:00` or `tomorrow at 18:00`, and the time; None without an "at"."""
    text = text.rstrip(BLANKS)
    found = _AT.search(plain(text))
    if found is None or not _is_meant_as_a_time(found["when"]):
        return text, None
    return text[: found.start()], _read((found["day"] or "") + found["when"])


def _is_meant_as_a_time(words: str) -> bool:
    """False for "have a look at it", and for a name as `Look at me 2.mp4`."""
    return not names_a_file(words) and bool(re.search(r"\d", words) or time_in(words))


def _of_24_hours(half_day: re.Match[str]) -> str:
    hour = int(half_day["hour"]) + (12 if half_day["half"] == "pm" else 0)
    return f"{hour}:{half_day['minute'] or '00'}"


def _read(typed: str) -> At | NoTime:
    """Read a clock time, and at most one day before or behind the clock time."""
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
