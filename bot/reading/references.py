"""The two names by which a person asks about a request: a request ID and a task_id."""

import re

from bot.reading.characters import MARKS, plain

# Crockford's base32 leaves out I, L, O and U; the first three are read as what they resemble.
_LOOKALIKES = str.maketrans("OIL", "011")
_REQUEST_ID = re.compile(r"(?:R-?)?([0-9A-HJKMNP-TV-Z]{5})")
_TASK_ID = re.compile(r"[0-9a-f]{32}")


def request_id(text: str) -> str | None:
    """The request ID, however it was said: in lower case, without `R-`, with O for 0, L for 1."""
    word = plain(text).strip(MARKS + "-")
    if not word.isascii():
        return None
    match = _REQUEST_ID.fullmatch(word.upper().translate(_LOOKALIKES))
    return f"R-{match[1]}" if match else None


def task_id(text: str) -> str | None:
    """The task_id, the cloud's name of an accepted call, in lower case as the cloud gives it."""
    match = _TASK_ID.fullmatch(plain(text).strip(MARKS + "-").lower())
    return match[0] if match else None
