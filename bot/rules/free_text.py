"""Text of people and other systems, made harmless to show and to keep."""

import re

from bot.rules.redaction import without_queries
from bot.rules.unseen import (
    BLANK_CONTROLS,
    CONTROLS,
    HALF_PAIRS,
    INVISIBLE,
    JOINERS,
    OVERRIDES,
    SELECTORS,
)

# A control that stands for a blank becomes one.
_UNSEEN = re.compile(
    f"(?![{BLANK_CONTROLS}])[{CONTROLS}{INVISIBLE}{JOINERS}{SELECTORS}{OVERRIDES}{HALF_PAIRS}]"
)
_MARKS = str.maketrans({"*": "∗", "~": "∼", "`": "ˋ"})
_UNDERLINE = re.compile(r"(?<!\w)_|_(?!\w)")
_BLANKS = re.compile(r"\s+")


def as_text(written: str) -> str:
    """The text on one line, without invisible characters and without values that sign."""
    return without_queries(_BLANKS.sub(" ", _UNSEEN.sub("", written)).strip())


def unformatted(written: str) -> str:
    """The text of `as_text`, with look-alikes of the marks by which Slack would format it."""
    return _UNDERLINE.sub("ˍ", as_text(written).translate(_MARKS))
