"""Characters that keyboards and pasting put in the place of plain ones, and the plain ones."""

from bot.rules.unseen import (
    BLANK_CONTROLS,
    INVISIBLE,
    JOINERS,
    LINE_SEPARATORS,
    OVERRIDES,
    characters_of,
)

UNSEEN_AROUND = INVISIBLE + JOINERS + OVERRIDES
_SPACES = " \x1c-\x1f\xa0\u1680\u2000-\u200a\u202f\u205f\u3000" + BLANK_CONTROLS + LINE_SEPARATORS
BLANKS = characters_of(_SPACES + UNSEEN_AROUND)
"""Blanks, invisible spaces and direction marks that pasting leaves around a target."""

_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−"), "-")
_DOUBLE_QUOTES = dict.fromkeys(map(ord, "“”„‟«»〝〞"), '"')
_SINGLE_QUOTES = dict.fromkeys(map(ord, "‘’‚‛‹›′"), "'")
_STOPS = dict.fromkeys(map(ord, "。｡"), ".")
_PLAIN_BLANKS = dict.fromkeys(map(ord, BLANKS.replace("\n", "")), " ")
_PLAIN: dict[int, int | str] = {
    **_FULL_WIDTH,
    **_DASHES,
    **_DOUBLE_QUOTES,
    **_SINGLE_QUOTES,
    **_STOPS,
    **_PLAIN_BLANKS,
}

MARKS = " \n.,:;!?\"'`*_~()[]<>"
"""What ends a sentence or stands around a word, in plain characters."""


def plain(text: str) -> str:
    """The text with full-width letters, typographic marks and odd blanks as ASCII has them.

    The length stays, so that a place in the plain text is that place in the original.
    """
    return text.translate(_PLAIN)


def filled_lines(text: str) -> list[str]:
    """The lines that hold more than blanks, without the blanks around each."""
    return [line for line in (line.strip(BLANKS) for line in text.splitlines()) if line]


def numbered_lines(text: str) -> list[tuple[int, str]]:
    """As `filled_lines`, each behind its number; the empty lines are counted as well."""
    lines = ((number, it.strip(BLANKS)) for number, it in enumerate(text.splitlines(), start=1))
    return [(number, line) for number, line in lines if line]


def bare_word(word: str) -> str:
    """A typed word in lower case, without marks around it; `?` for a question mark alone."""
    written = plain(word).lower()
    bare = written.strip(MARKS)
    if not bare:
        return "?" if "?" in written else ""
    # One long dash is what keyboards make of two hyphens.
    return f"--{bare.lstrip('-')}" if bare.startswith("-") else bare
