"""Where a target begins and ends in the text around it."""

import re

from bot.reading.characters import BLANKS

SEPARATORS = ",;，；、،؛"
SENTENCE_ENDS = ".:!?…。：！？؟۔।॥"
WIDE_OPENING, WIDE_CLOSING = "（［【《〈「『＜", "）］】》〉」』＞"
OPENING_OF = dict(zip(")]}>”’»›" + WIDE_CLOSING, "([{<“‘«‹" + WIDE_OPENING, strict=True))
QUOTES = "\"'`＂"
STYLES = "*_~"
BULLETS = "-–—•·"
OPENING = "".join(OPENING_OF.values()) + "„" + QUOTES + STYLES
"""What may stand directly before a target."""

LINE_END = BLANKS + SEPARATORS
"""What always ends a target on a line of its own."""

PROSE_END = LINE_END + SENTENCE_ENDS + QUOTES + "’"
"""What always ends a target in running text."""

NO_WORD = PROSE_END + OPENING + "".join(OPENING_OF) + BULLETS
"""Marks and blanks: a text of these characters alone says nothing."""

SCHEME = r"[A-Za-z][A-Za-z0-9+]{0,30}://"
ID = r"[0-9A-Fa-f]{32}(?![A-Za-z0-9/=@%&?#+_-]|\.[A-Za-z0-9])"
# The look behind and the possessive `++` keep a long run of marks from being read twice.
JOINT = r"(?<![,;])[,;]++"

_BEGINNING = re.compile(f"{SCHEME}|{ID}")
_BEFORE_ID = re.compile(rf"{JOINT}(?={ID})")
_PAIRED = frozenset(QUOTES + STYLES).union(OPENING_OF)


def begins_with_a_target(text: str) -> bool:
    return _BEGINNING.match(text) is not None


def parted(text: str, joint: re.Pattern[str]) -> list[str]:
    """The pieces between the joints; a query may hold an address, so there only IDs are parted."""
    head, mark, query = text.partition("?")
    *complete, last = joint.split(head)
    rest, *ids = _BEFORE_ID.split(mark + query)
    return [*complete, last + rest, *ids]


def without_ending(target: str, *, opened: str, marks: str) -> str:
    """The target without what only ends a sentence or closes a bracket around the target.

    `opened` is what stood directly before the target, `marks` what always ends it.
    """
    end = len(target)
    surplus: dict[str, int] = {}
    while end and ((last := target[end - 1]) in marks or last in _PAIRED):
        if last not in marks:
            # Counted once for each kind: to count at each step takes quadratic time.
            if last not in surplus:
                surplus[last] = _surplus(last, target, opened)
            if surplus[last] <= 0:
                break
            surplus[last] -= 1
        end -= 1
    return target[:end]


def _surplus(closing: str, target: str, opened: str) -> int:
    """How many closing marks of this kind the target did not open itself."""
    if closing in STYLES:
        return opened.count(closing)
    if closing in QUOTES:
        return max(target.count(closing) % 2, opened.count(closing))
    return target.count(closing) - target.count(OPENING_OF[closing])
