"""The shape of a list with one target a line, as people paste it."""

import re
from collections.abc import Iterator

from bot.reading.boundaries import (
    ID,
    JOINT,
    LINE_END,
    NO_WORD,
    OPENING,
    SCHEME,
    begins_with_a_target,
    parted,
    without_ending,
)
from bot.reading.characters import BLANKS, filled_lines
from bot.reading.cuts import with_signatures_rejected
from bot.reading.link_tokens import Split, read_between
from bot.reading.shapes.shape import Shape
from bot.rules.target import Rejected

_NEXT = rf"(?=[{re.escape(OPENING)}]{{0,3}}(?:{SCHEME}|{ID}))"
_LINE_JOINT = re.compile(rf"{JOINT}{_NEXT}")
_BLANK = r"\s\u200b\u2060\ufeff，；、。"
_LINE_GAP = re.compile(rf"(?<![{_BLANK},;])(?=[,;]*+[{_BLANK}])[{_BLANK},;]++{_NEXT}")


def _in_line(text: str) -> Iterator[str]:
    """The targets of a line; a tab parts the cells of a sheet."""
    return (_unwrapped(piece) for cell in text.split("\t") for piece in _pieces(cell))


def _pieces(line: str) -> list[str]:
    """The pieces of a line that should hold one target, still wrapped as `_unwrapped` takes them.

    Cut where blanks or Chinese punctuation precede another target, and where a comma or
    semicolon does, before the query. All other blanks belong to the address: playback URLs may
    hold them. So may all punctuation, but commas and semicolons at the end part a list.
    """
    pieces = [
        piece.strip(LINE_END)
        for part in _LINE_GAP.split(line)
        for piece in parted(part, _LINE_JOINT)
    ]
    return [piece for piece in pieces if piece.strip(NO_WORD)]


def _unwrapped(piece: str) -> str:
    """The target without the quotes and brackets around it; other text unchanged.

    A full stop, `!` or `?` at the end stays: on a line of its own an address is exact.
    """
    bare = piece.lstrip(OPENING + BLANKS)
    if not begins_with_a_target(bare):
        return piece
    return without_ending(bare, opened=piece[: len(piece) - len(bare)], marks=LINE_END)


def _items(text: str, split: Split) -> Iterator[str | Rejected]:
    return with_signatures_rejected(
        item for line in filled_lines(text) for item in read_between(split(line), _in_line)
    )


LINES = Shape(fits=lambda _: True, read=_items)
