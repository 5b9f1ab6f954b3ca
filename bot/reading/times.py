"""The time that stands at the end of a command, as in `at 18:00`, `monday 9:00` or `in 2 hours`."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from bot.reading.characters import BLANKS, plain
from bot.reading.time_words import SENTENCE_MARKS, names_a_file, time_in
from bot.rules.schedule import At, Exactly, In, When

DAYS_AHEAD = {
    "today": 0,
    "tonight": 0,
    "tomorrow": 1,
    "今天": 0,
    "今晚": 0,
    "明天": 1,
    "后天": 2,
    "後天": 2,
}
EVENINGS = frozenset({"tonight", "今晚"})
EVENING_BEGINS = 17
"""Before this hour nobody says *tonight*: `tonight at 1:00` may be this night or the next one."""

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

_DAY = rf"(?:{'|'.join((*DAYS_AHEAD, *WEEKDAYS))}|\d{{4}}-\d{{2}}-\d{{2}})"
_BEGIN = r"(?:^|[\s,;，；、。])"
# Only at the very end, so that an address that holds blanks keeps its own "at".
_AT = re.compile(
    rf"{_BEGIN}(?:(?:on\s+)?(?P<day>{_DAY})[\s,]+)?at\s+"
    r"(?P<when>[^\s/]{1,30}(?:\s+[^\s/]{1,20}){0,3})$",
    re.IGNORECASE,
)
_HALF = r"(?:0?[1-9]|1[01])(?:[:.][0-9]{2})? ?[ap]m"
_ISO = r"\d{4}-\d{2}-\d{2}t\d{2}:\d{2}(?::\d{2})?(?:z|[+-]\d{2}:?\d{2})?"
# Without "at" only what is written as nothing but a time: `18.00` may be a size or a version.
_BARE = re.compile(
    rf"{_BEGIN}(?P<when>(?:(?:on\s+)?{_DAY}[\s,]+)?(?:[0-9]{{1,2}}:[0-9]{{2}}|{_HALF})"
    rf"(?:\s+utc)?(?:\s+{_DAY})?|{_ISO})[.,;!]?$",
    re.IGNORECASE,
)
_IN = re.compile(
    rf"{_BEGIN}in\s+(?P<number>[0-9]{{1,4}})\s?(?P<unit>m|mins?|minutes?|h|hours?|days?)[.,;!]?$",
    re.IGNORECASE,
)
_NOW = re.compile(rf"{_BEGIN}now[.!]?$", re.IGNORECASE)
_UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}
_CLOCK = re.compile(r"(?P<hour>[0-9]{1,2})[:.](?P<minute>[0-9]{2})")
# Whether 12am is midnight or noon is not certain, so that twelve has to be written as 00:00.
_HALF_DAY = re.compile(
    r"(?<![0-9:.-])(?P<hour>0?[1-9]|1[01])(?:[:.](?P<minute>[0-9]{2}))? ?(?P<half>am|pm)\b"
)


@dataclass(frozen=True, slots=True)
class NoTime:
    """Words that announce a time and say none; `typed` holds them."""

    typed: str


def split_time(text: str) -> tuple[str, When | NoTime | None]:
    """The text before the words at its end that say when, and the time; None for at once."""
    text = text.rstrip(BLANKS)
    written = plain(text)
    if found := _IN.search(written):
        return text[: found.start()], In(int(found["number"]) * _UNITS[found["unit"][0].lower()])
    if found := _NOW.search(written):
        return text[: found.start()], None
    found = _AT.search(written)
    if found is not None and _is_meant_as_a_time(found["when"]):
        return text[: found.start()], _read(f"{found['day'] or ''} {found['when']}")
    if found := _BARE.search(written):
        return text[: found.start()], _read(found["when"])
    return text, None


def _is_meant_as_a_time(words: str) -> bool:
    """False for "have a look at it", and for a name as `Look at me 2.mp4`."""
    return not names_a_file(words) and bool(re.search(r"\d", words) or time_in(words))


def _of_24_hours(half_day: re.Match[str]) -> str:
    hour = int(half_day["hour"]) + (12 if half_day["half"] == "pm" else 0)
    return f"{hour}:{half_day['minute'] or '00'}"


def _read(typed: str) -> When | NoTime:
    """Read a clock time, and at most one day before or behind it; or a moment with its offset."""
    written = plain(typed).lower().strip(SENTENCE_MARKS + " ").removeprefix("on ")
    try:
        if re.fullmatch(_ISO, written):
            return _moment(written)
        return _clock_and_day(_HALF_DAY.sub(_of_24_hours, written).replace(",", " ").split())
    except ValueError:
        return NoTime(typed.strip())


def _moment(written: str) -> When:
    found = datetime.fromisoformat(written.upper())
    return At(found.time(), day=found.date()) if found.tzinfo is None else Exactly(found)


def _clock_and_day(words: list[str]) -> At:
    """Raises `ValueError` where the words say no clock time, two of them, or two days."""
    clocks = list(filter(None, map(_CLOCK.fullmatch, words)))
    days = [word for word in words if re.fullmatch(_DAY, word)]
    zones = [word for word in words if word == "utc"]
    if len(clocks) != 1 or max(len(days), len(zones)) > 1:
        raise ValueError(words)
    if len(words) != 1 + len(days) + len(zones):
        raise ValueError(words)
    clock = time(int(clocks[0]["hour"]), int(clocks[0]["minute"]))
    if EVENINGS.intersection(days) and clock.hour < EVENING_BEGINS:
        raise ValueError(words)
    return At(clock, **_day(days[0]) if days else {}, zone=UTC if zones else None)


def _day(word: str) -> dict[str, Any]:
    if word in DAYS_AHEAD:
        return {"days_ahead": DAYS_AHEAD[word]}
    if word in WEEKDAYS:
        return {"weekday": WEEKDAYS.index(word)}
    return {"day": date.fromisoformat(word)}
