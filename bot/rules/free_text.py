"""Text of people and other systems, made harmless to show and to keep."""

import re

from bot.rules.redaction import without_queries

# Controls, zero-width characters, direction marks and overrides, halves of surrogate pairs.
_UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u061c\u115f\u1160\u180e\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e007f]"
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
