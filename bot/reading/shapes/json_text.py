"""The shape of JSON: an array, objects, or a line of JSON for each target."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.reading.characters import BLANKS, filled_lines
from bot.reading.link_tokens import Split
from bot.reading.shapes.fields import Field, read_fields
from bot.reading.shapes.shape import Read, plain_text
from bot.rules.reading import ListShape, Reading
from bot.rules.redaction import shown_line
from bot.rules.target import Reason, Rejected

MAX_DEPTH = 64
"""A document that is deeper was not written by hand, nor by what lists films."""

_BEGINS_AN_OBJECT = re.compile(r"\[?\s*\{\s*(?:[\"']|\w+\s*:(?!//))")


@dataclass(frozen=True, slots=True)
class Members:
    """The members of an object as they were written: a name that comes twice is kept twice."""

    pairs: list[tuple[str, object]]


def read_json(text: str, split: Split) -> Read | None:
    """None for a text that does not begin as JSON; damaged JSON is rejected as a whole."""
    plain = plain_text(text, split).strip(BLANKS)
    if not plain.startswith(("{", "[")):
        return None
    document = _document(plain)
    if document is not None:
        try:
            return read_fields(_strings(document, ()), ListShape.JSON, plain)
        except RecursionError:
            return _damaged(plain)
    # A list in brackets is no JSON for that alone.
    return _damaged(plain) if _BEGINS_AN_OBJECT.match(plain) else None


def _damaged(text: str) -> Read:
    return Read([Rejected(shown_line(text), Reason.DAMAGED)], Reading(ListShape.JSON, 0))


def _document(text: str) -> object | None:
    """The document, or the list of those that stand on lines of their own."""
    whole = _parsed(text)
    if whole is not None:
        return whole
    lines = [_parsed(line) for line in filled_lines(text)]
    return None if None in lines else lines


def _parsed(text: str) -> object | None:
    """An object or an array; None for anything else."""
    try:
        value: object = json.loads(text, object_pairs_hook=Members)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, Members | list) else None


def _strings(
    node: object, field: Field, *, depth: int = 0, is_in_a_list: bool = False
) -> Iterator[tuple[Field, str]]:
    """Every text with the names that lead to it; the place in a row of a list is such a name."""
    if depth > MAX_DEPTH:
        raise RecursionError
    if isinstance(node, str):
        yield field, node
    elif isinstance(node, Members):
        for name, value in node.pairs:
            yield from _strings(value, (*field, name), depth=depth + 1)
            if "://" in name:
                yield (*field, ""), name
    elif isinstance(node, list):
        for place, value in enumerate(node, start=1):
            inner = (*field, str(place)) if is_in_a_list else field
            yield from _strings(value, inner, depth=depth + 1, is_in_a_list=True)
