"""Characters that nobody sees: the one list of them, from which each reader takes its part."""

# Soft hyphen, grapheme joiner, fillers of Hangul and Khmer, separators and marks of Mongolian,
# zero-width blanks and direction marks, operators that show nothing, annotations, tags.
INVISIBLE = (
    "\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f\u2060-\u2065"
    "\u206a-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e007f"
)
"""What a name never needs; this and the following are written as inside `[…]` of a pattern."""

JOINERS = "\u200c\u200d"
SELECTORS = "\ufe00-\ufe0f"
"""Joiners and selectors are right behind a letter of a script or a sign that takes them."""

OVERRIDES = "\u202a-\u202e\u2066-\u2069"
"""What turns the direction of the text behind it."""

CONTROLS = "\x00-\x1f\x7f-\x9f"
LINE_SEPARATORS = "\u2028\u2029"
HALF_PAIRS = "\ud800-\udfff"
"""Halves of surrogate pairs, which no encoding can write."""

KEYCAP = "\u20e3"
BLANK_CONTROLS = "\t\n\x0b\x0c\r\x85"
"""Controls that stand for a blank or for the end of a line."""


def characters_of(ranges: str) -> str:
    """Each character of a list that is written as inside `[…]` of a pattern."""
    found: list[str] = []
    begins: str | None = None
    for character in ranges:
        if begins is not None:
            found += map(chr, range(ord(begins) + 1, ord(character) + 1))
            begins = None
        elif character == "-" and found:
            begins = found[-1]
        else:
            found.append(character)
    return "".join(found)
