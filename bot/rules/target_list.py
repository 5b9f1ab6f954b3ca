"""From the text that a person gives to the targets of one request."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from bot.rules.boundary import (
    read_prose,
    split_line,
    unwrapped,
    with_cuts_rejected,
    with_signatures_rejected,
)
from bot.rules.keyboard import OUTER
from bot.rules.link_text import Link, Prose, split_links, split_typed_links
from bot.rules.target import Rejected, Target, read_target, same_file

# The service states 1,000 files a day for one tenant.
FILES_A_DAY = 1000
# Leaves room for duplicates and rejects; what a day holds is counted later, by the quota.
MAX_ITEMS = 5000
# A thousand addresses of the greatest length, with room for line ends and notes.
MAX_CHARACTERS = 5_000_000


Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class Targets:
    """In the order and the spelling first given; `duplicates` counts what came again.

    Two spellings of one address, as `same_file` compares them, are one target.
    """

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

    One line is prose, as `read_prose` takes it, of which each word is answered for; several lines
    are read as `parse_lines` does.
    """
    lines = _lines(text)
    if len(lines) > 1:
        pieces = (item for line in lines for item in _with_links(line, _in_line))
        return sort_out([*with_signatures_rejected(pieces)])
    found = [item for line in lines for item in _with_links(line, read_prose)]
    return sort_out([*with_cuts_rejected(found)])


def parse_lines(text: str) -> Targets:
    """The text of a modal's field or of a file: one target a line, inner blanks kept.

    An address is taken as it stands, punctuation at its end included, without the quotes or
    brackets around it; commas and semicolons at the end only part a list.
    """
    pieces = (item for line in _lines(text) for item in _pasted(line))
    return sort_out([*with_signatures_rejected(pieces)])


def sort_out(items: Sequence[str | Rejected]) -> Targets:
    _check_count(len(items), "items")
    accepted: dict[object, Target] = {}
    rejected: list[Rejected] = []
    taken = 0
    for item, times in Counter(items).items():
        verdict = read_target(item) if isinstance(item, str) else item
        if isinstance(verdict, Rejected):
            rejected.append(verdict)
        else:
            accepted.setdefault(same_file(verdict), verdict)
            taken += times
    duplicates = taken - len(accepted)
    return Targets(tuple(accepted.values()), tuple(rejected), duplicates)


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


def _with_links(line: str, read: Callable[[str], Iterable[Found]]) -> Iterator[str | Found]:
    """The links that Slack has marked, and between them what `read` finds."""
    return _read_between(split_links(line), read)


def _read_between(
    pieces: Iterable[Link | Prose], read: Callable[[str], Iterable[Found]]
) -> Iterator[str | Found]:
    for piece in pieces:
        if isinstance(piece, Link):
            yield piece.address
        else:
            yield from read(piece.text)


def _in_line(text: str) -> Iterator[str]:
    """A tab parts the cells of a sheet."""
    return (unwrapped(piece) for cell in text.split("\t") for piece in split_line(cell))


def _pasted(line: str) -> Iterator[str]:
    return _read_between(split_typed_links(line), _in_line)
