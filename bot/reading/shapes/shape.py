"""What a reader of one shape of list offers to the choice between the shapes."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from bot.reading.link_tokens import Link, Split
from bot.rules.reading import Reading
from bot.rules.target import Rejected


@dataclass(frozen=True, slots=True)
class Read:
    """The items of a text, in order, and how they were found.

    An item is a target as written, to be judged by `read_target`, or what is rejected already.
    `places` say of each item in which line, row or entry it stands, from 1, and 0 where none is
    known; they are empty for a list that has but one line.
    """

    items: Sequence[str | Rejected]
    reading: Reading
    places: Sequence[int] = ()


Placed = tuple[int, str | Rejected]
"""An item of a list, behind its place."""


def read_of(placed: Iterable[Placed], reading: Reading) -> Read:
    """What was read, with the place of each item."""
    found = list(placed)
    return Read([item for _, item in found], reading, [place for place, _ in found])


ShapeReader = Callable[[str, Split], Read | None]
"""Reads a text of its shape; None for a text of another shape.

It takes the whole text as it came, which `bot.reading.lists` has found to be short enough, and the
function that finds the links which Slack has marked.
"""


def plain_text(text: str, split: Split) -> str:
    """The text with the addresses of Slack's links in the place of the links."""
    return "".join(it.address if isinstance(it, Link) else it.text for it in split(text))


def marked_text(text: str, split: Split) -> str:
    """The text with each of Slack's links in angle brackets, without its label."""
    return "".join(f"<{it.address}>" if isinstance(it, Link) else it.text for it in split(text))
