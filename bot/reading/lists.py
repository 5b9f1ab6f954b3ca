"""From the text of a list to the targets of one request."""

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import repeat

from bot.reading.limits import check_count, check_length
from bot.reading.link_tokens import Exact, Split, split_links, split_typed_links
from bot.reading.shapes.json_text import read_json
from bot.reading.shapes.lines import read_as_lines
from bot.reading.shapes.markdown import read_markdown
from bot.reading.shapes.playlist import read_playlist
from bot.reading.shapes.prose import read_as_words
from bot.reading.shapes.shape import Read, ShapeReader
from bot.reading.shapes.table import read_table
from bot.reading.shapes.xml_text import read_xml
from bot.reading.targets import read_target
from bot.rules.reading import UNITS, Places, Unit
from bot.rules.refusals import ListUnit
from bot.rules.target import Rejected, Target, Targets, same_file

# A whole list between the lines that mark code in Slack and in Markdown.
_FENCED = re.compile(r"\s*+```[\w-]*+[ \t]*+\n(?P<inside>(?:(?!```).)*+)```\s*+", re.DOTALL)
STRUCTURED: tuple[ShapeReader, ...] = (
    read_json,
    read_xml,
    read_playlist,
    read_markdown,
    read_table,
)
COMMAND_SHAPES = (*STRUCTURED, read_as_words, read_as_lines)
LIST_SHAPES = (*STRUCTURED, read_as_lines)
"""The first that fits reads the text; `read_as_lines` fits any."""


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


def _parse(text: str, shapes: Sequence[ShapeReader], split: Split) -> Targets:
    check_length(text)
    fenced = _FENCED.fullmatch(text)
    text = fenced["inside"] if fenced else text
    read = next(read for shape in shapes if (read := shape(text, split)) is not None)
    return targets_of(read)


def targets_of(read: Read) -> Targets:
    """What was read, judged, each item once and with its places in a list of several lines."""
    unit = UNITS.get(read.reading.shape, Unit.LINE)
    places = read.places if read.reading.rows > 1 else ()
    return replace(targets_from(read.items, places, unit), reading=read.reading)


def targets_from(
    items: Sequence[str | Rejected], places: Sequence[int] = (), unit: Unit = Unit.LINE
) -> Targets:
    """The items judged, each once; `places` are those of `Read`, counted in the unit."""
    check_count(len(items), ListUnit.ITEMS)
    numbers: dict[str | Rejected, list[int]] = {}
    for place, item in zip(places or repeat(0), items, strict=bool(places)):
        numbers.setdefault(item, []).append(place)
    accepted: dict[object, Target] = {}
    rejected: list[Rejected] = []
    found: dict[Target, list[int]] = {}
    for item, given in numbers.items():
        verdict = item if isinstance(item, Rejected) else _judged(item)
        if isinstance(verdict, Rejected):
            rejected.append(replace(verdict, at=_places(given, unit)) if places else verdict)
        else:
            target = accepted.setdefault(same_file(verdict), verdict)
            found.setdefault(target, []).extend(given)
    taken = sum(map(len, found.values()))
    at = {it: where for it, given in found.items() if (where := _places(given, unit))}
    return Targets(tuple(accepted.values()), tuple(rejected), taken - len(accepted), at=at)


def _places(numbers: Sequence[int], unit: Unit) -> Places | None:
    known = tuple(filter(None, numbers))
    return Places(unit, known) if known else None


def _judged(item: str) -> Target | Rejected:
    return read_target(item, is_exact=isinstance(item, Exact))
