"""Characters that keyboards and pasting put in the place of plain ones, and the plain ones."""

BLANKS = (
    " \t\n\r\v\f\x1c\x1d\x1e\x1f\x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007"
    "\u2008\u2009\u200a\u200b\u200c\u200d\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e"
    "\u202f\u205f\u2060\u2066\u2067\u2068\u2069\u3000\ufeff"
)
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


def bare_word(word: str) -> str:
    """A typed word in lower case, without marks around it; `?` for a question mark alone."""
    written = plain(word).lower()
    bare = written.strip(MARKS)
    if not bare:
        return "?" if "?" in written else ""
    # One long dash is what keyboards make of two hyphens.
    return f"--{bare.lstrip('-')}" if bare.startswith("-") else bare
