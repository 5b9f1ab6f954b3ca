"""Text as Slack writes it: link tokens, entities, and targets side by side on one line."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.rules.target import OUTER

# `<https://x>`, `<https://x|label>`, `<@U1>`, `<#C1|name>`, `<!here>`. Slack writes a `|` inside
# an address as %7C, so the first one begins the label.
_TOKEN = re.compile(r"<((?:[A-Za-z][A-Za-z0-9+.-]{0,30}:|[@#!])[^<>\r\n]*+)>")
_ENTITY = re.compile(r"&(amp|lt|gt);")
_CHARACTERS = {"amp": "&", "lt": "<", "gt": ">"}

# The look behind and the possessive `++` keep a long run of blanks from being read twice.
_GAP = r"[\s\u200b\u2060\ufeff,;]"
_SEPARATOR = re.compile(
    rf"(?<!{_GAP}){_GAP}++"
    r"(?=<?(?:[A-Za-z][A-Za-z0-9+.-]{0,30}://|[0-9A-Fa-f]{32}(?![^\s,;>])))"
)


@dataclass(frozen=True, slots=True)
class Link:
    address: str


@dataclass(frozen=True, slots=True)
class Prose:
    text: str


def split_links(text: str) -> Iterator[Link | Prose]:
    """Cut at the link tokens first and decode entities afterwards, each exactly once."""
    for index, part in enumerate(_TOKEN.split(text)):
        if index % 2:
            yield Link(_address(part))
        elif part:
            yield Prose(decode(part))


def link_address(text: str) -> str | None:
    """The address, if the whole text is one link token."""
    token = _TOKEN.fullmatch(text)
    return _address(token[1]) if token else None


def split_targets(text: str) -> list[str]:
    """Cut where a blank, comma or semicolon precedes another address or asset ID.

    All other blanks belong to the address: playback URLs may hold them.
    """
    pieces = [piece.strip(OUTER) for piece in _SEPARATOR.split(text)]
    return [piece for piece in pieces if piece.strip(",;")]


def decode(text: str) -> str:
    return _ENTITY.sub(lambda match: _CHARACTERS[match[1]], text)


def _address(token: str) -> str:
    return decode(token.partition("|")[0])
