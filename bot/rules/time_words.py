"""Words that a person may mean as a time, wherever they stand."""

import re

# Not within a name, a port or a path: `take-12:30`, `/18:00/`.
_ENGLISH = (
    r"(?<![0-9A-Za-z:/.=_-])(?:"
    r"[0-9]{1,2}[:：][0-5][0-9](?:[:：][0-5][0-9])?(?:am|pm)?|[0-9]{1,2}(?:am|pm)"
    r"|[0-9]{4}-[0-9]{2}-[0-9]{2}(?:T[0-9:]+Z?)?"
    r"|today|tonight|tomorrow|noon|midnight|(?:mon|tues|wednes|thurs|fri|satur|sun)day"
    r")(?![0-9A-Za-z:/=_-])"
)
_CHINESE = "今[天日晚早]|明[天日晚早]|[后後]天|[0-9]{1,2}[点點时時]"
_TIME = re.compile(f"{_ENGLISH}|{_CHINESE}", re.IGNORECASE)


def time_in(text: str) -> str | None:
    """The first word that says a time or a day, as written; addresses are no such words."""
    words = (word for word in text.split() if "://" not in word)
    return next((word.strip(",;，；") for word in words if _TIME.search(word)), None)


def ends_in_a_time(text: str) -> bool:
    """Whether the last of several words says one."""
    _, *last = text.rsplit(maxsplit=1)
    return any(time_in(word) for word in last)
