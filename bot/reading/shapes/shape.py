"""What a reader of one shape of list offers to the choice between the shapes."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from bot.reading.link_tokens import Split
from bot.rules.target import Rejected


@dataclass(frozen=True, slots=True)
class Shape:
    """`fits` tells whether a text has the shape; `read` gives the items of the text, in order.

    Both take the whole text as it came, which `bot.reading.lists` has found to be short enough.
    `read` also takes the function that finds the links which Slack has marked. An item is a target
    as written, to be judged by `read_target`, or what is rejected already.
    """

    fits: Callable[[str], bool]
    read: Callable[[str, Split], Iterable[str | Rejected]]
