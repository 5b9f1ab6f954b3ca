"""Text as Slack writes it: link tokens and entities."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TypeVar

# `<https://x>`, `<https://x|label>`, `<@U1>`, `<#C1|name>`, `<!here>`. Slack writes a `|` inside
# an address as %7C, so the first one begins the label.
_TOKEN = re.compile(r"<((?:[A-Za-z][A-Za-z0-9+.-]{0,30}:|[@#!])[^<>\r\n]*+)>")
_TYPED_TOKEN = re.compile(r"<(https?://[^<>\r\n]*+)>", re.IGNORECASE)
_ENTITY = re.compile(r"&(amp|lt|gt);")
_CHARACTERS = {"amp": "&", "lt": "<", "gt": ">"}

Found = TypeVar("Found")


class Exact(str):
    """An address whose ends are certain, as in a link or in quotation marks."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Link:
    """`address` is exact, or as it was typed where Slack has put `http://` before it."""

    address: str


@dataclass(frozen=True, slots=True)
class Prose:
    text: str


Split = Callable[[str], Iterator[Link | Prose]]


def split_links(text: str) -> Iterator[Link | Prose]:
    """Cut at the link tokens first and decode entities afterwards, each exactly once."""
    for piece in _split(text, _TOKEN):
        yield Prose(decode(piece.text)) if isinstance(piece, Prose) else piece


def split_typed_links(text: str) -> Iterator[Link | Prose]:
    """For what people type into a form: cut at web links alone, and nothing decoded around them."""
    return _split(text, _TYPED_TOKEN)


def read_between(
    pieces: Iterable[Link | Prose], read: Callable[[str], Iterable[Found]]
) -> Iterator[str | Found]:
    """The addresses of the links, and between them what `read` finds."""
    for piece in pieces:
        if isinstance(piece, Link):
            yield Exact(piece.address)
        else:
            yield from read(piece.text)


def decode(text: str) -> str:
    return _ENTITY.sub(lambda match: _CHARACTERS[match[1]], text)


def _split(text: str, token: re.Pattern[str]) -> Iterator[Link | Prose]:
    for index, part in enumerate(token.split(text)):
        if index % 2:
            yield Link(_address(part))
        elif part:
            yield Prose(part)


def _address(token: str) -> str:
    address, _, label = token.partition("|")
    return as_typed(decode(address), decode(label))


def as_typed(address: str, label: str) -> str:
    """The label of a link where the address is only that label behind Slack's own `http://`."""
    return label if label and address.lower() == f"http://{label}".lower() else address
