"""From the text of a list to the targets of one request."""

from collections import Counter
from collections.abc import Sequence

from bot.reading.characters import filled_lines
from bot.reading.link_tokens import Split, split_links, split_typed_links
from bot.reading.shapes.lines import LINES
from bot.reading.shapes.prose import PROSE
from bot.reading.shapes.shape import Shape
from bot.reading.targets import read_target
from bot.rules.refusals import ListTooLong, ListUnit
from bot.rules.target import Rejected, Target, Targets, same_file

# The service states 1,000 files a day for one tenant.
FILES_A_DAY = 1000
# Leaves room for duplicates and rejects; what a day holds is counted later, by the quota.
MAX_ITEMS = 5000
# A thousand addresses of the greatest length, with room for line ends and notes.
MAX_CHARACTERS = 5_000_000

COMMAND_SHAPES = (PROSE, LINES)
LIST_SHAPES = (LINES,)
"""The reader of a further shape, of a table for instance, takes its place before `LINES`."""


def parse_arguments(text: str) -> Targets:
    """The text behind a slash command, whatever the manifest says about escaping.

    A single line is running text, of which each word is answered for; several lines are read as
    `parse_list` reads them.
    """
    return _parse(text, COMMAND_SHAPES, split_links)


def parse_list(text: str) -> Targets:
    """The text of a modal's field or of a file: one target a line, inner blanks kept.

    An address is taken as it stands, punctuation at its end included, without the quotes or
    brackets around it; commas and semicolons at the end only part a list.
    """
    return _parse(text, LIST_SHAPES, split_typed_links)


def _parse(text: str, shapes: Sequence[Shape], split: Split) -> Targets:
    """Read by the first of the shapes that fits; the last one fits any text."""
    _check_length(text)
    shape = next(shape for shape in shapes if shape.fits(text))
    return targets_from([*shape.read(text, split)])


def targets_from(items: Sequence[str | Rejected]) -> Targets:
    """The items judged, each once."""
    _check_count(len(items), ListUnit.ITEMS)
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


def _check_length(text: str) -> None:
    if len(text) > MAX_CHARACTERS:
        raise ListTooLong(ListUnit.CHARACTERS, found=len(text), limit=MAX_CHARACTERS)
    # Counted before they are read: a file of millions of short lines would hold up everyone.
    _check_count(len(filled_lines(text)), ListUnit.LINES)


def _check_count(found: int, unit: ListUnit) -> None:
    if found > MAX_ITEMS:
        raise ListTooLong(unit, found=found, limit=FILES_A_DAY)
