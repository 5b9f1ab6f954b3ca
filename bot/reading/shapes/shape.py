"""What a reader of one shape of list offers to the choice between the shapes."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from bot.reading.link_tokens import Split
from bot.rules.target import Rejected


@dataclass(frozen=True, slots=True)
class Shape:
    """`fits` recognises the shape by the lines of a text; `read` gives the items, in order.

    `read` also takes the function that finds the links which Slack has marked. An item is a target
    as written, to be judged by `read_target`, or what is rejected already.
    """

    fits: Callable[[Sequence[str]], bool]
    read: Callable[[Sequence[str], Split], Iterable[str | Rejected]]
