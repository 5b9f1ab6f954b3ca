"""From the text that a person gives to the targets of one request."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.rules.link_text import Link, link_address, split_links, split_targets
from bot.rules.target import OUTER, Rejected, Target, read_target

# The service states 1,000 files a day for one tenant.
FILES_A_DAY = 1000
# Leaves room for duplicates and rejects; what a day holds is counted later, by the quota.
MAX_ITEMS = 5000
# A thousand addresses of the greatest length, with room for line ends and notes.
MAX_CHARACTERS = 5_000_000


@dataclass(frozen=True, slots=True)
class Targets:
    """In the order first given; `duplicates` counts the items left out because they came twice."""

    accepted: tuple[Target, ...] = ()
    rejected: tuple[Rejected, ...] = ()
    duplicates: int = 0


class RequestError(Exception):
    """More than one request may hold; nothing of it is used."""

    def __init__(self, sentence: str, *, found: int, limit: int) -> None:
        super().__init__(sentence)
        self.found = found
        self.limit = limit


def parse_text(text: str) -> Targets:
    """The text after a slash command, whatever the manifest says about escaping.

    On one line targets are set apart by blanks; several lines are read as `parse_lines` does.
    """
    lines = _lines(text)
    split = split_targets if len(lines) > 1 else _split_words
    return sort_out([item for line in lines for item in _with_links(line, split)])


def parse_lines(text: str) -> Targets:
    """The text of a modal's field or of a file: one target a line, inner blanks kept."""
    return sort_out([item for line in _lines(text) for item in _pasted(line)])


def sort_out(items: Sequence[str]) -> Targets:
    _check_count(len(items), "items")
    verdicts = [read_target(item) for item in dict.fromkeys(items)]
    rejected = tuple(verdict for verdict in verdicts if isinstance(verdict, Rejected))
    accepted = tuple(
        dict.fromkeys(verdict for verdict in verdicts if not isinstance(verdict, Rejected))
    )
    return Targets(accepted, rejected, len(items) - len(accepted) - len(rejected))


def _lines(text: str) -> list[str]:
    if len(text) > MAX_CHARACTERS:
        sentence = (
            f"{len(text):,} characters are too many for one request: "
            f"the most is {MAX_CHARACTERS:,}. Split the list."
        )
        raise RequestError(sentence, found=len(text), limit=MAX_CHARACTERS)
    lines = [line for line in (line.strip(OUTER) for line in text.splitlines()) if line]
    # Counted before they are read: a file of millions of short lines would hold up everyone.
    _check_count(len(lines), "lines")
    return lines


def _check_count(found: int, things: str) -> None:
    if found > MAX_ITEMS:
        sentence = (
            f"{found:,} {things} are too many for one request: "
            f"a day holds {FILES_A_DAY:,} files. Send {FILES_A_DAY:,} or fewer."
        )
        raise RequestError(sentence, found=found, limit=FILES_A_DAY)


def _with_links(line: str, split: Callable[[str], list[str]]) -> list[str]:
    return [
        item
        for piece in split_links(line)
        for item in ([piece.address] if isinstance(piece, Link) else split(piece.text))
    ]


def _split_words(text: str) -> list[str]:
    words = [word.strip(OUTER) for piece in split_targets(text) for word in piece.split()]
    return [word for word in words if word]


def _pasted(line: str) -> list[str]:
    whole = link_address(line)
    return [whole] if whole else [link_address(piece) or piece for piece in split_targets(line)]
