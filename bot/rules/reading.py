"""How a list was read, told to the person so that they can object."""

from dataclasses import dataclass
from enum import StrEnum


class ListShape(StrEnum):
    """The shapes in which people write a list."""

    WORDS = "words"
    LINES = "lines"
    TABLE = "table"
    MARKDOWN = "markdown"
    JSON = "json"
    PLAYLIST = "playlist"
    XML = "xml"


class Unit(StrEnum):
    """What is counted in a list to say where something stands in it."""

    LINE = "line"
    ROW = "row"
    ENTRY = "entry"


UNITS = {ListShape.TABLE: Unit.ROW, ListShape.JSON: Unit.ENTRY, ListShape.XML: Unit.ENTRY}
"""What a person counts in a list of this shape; in all others it is the lines."""


@dataclass(frozen=True, slots=True)
class Places:
    """Where something stands in its list; `numbers` count from 1, empty lines included.

    `file` names the file of the list, where there are several lists.
    """

    unit: Unit
    numbers: tuple[int, ...]
    file: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """`rows` are the lines or entries that were read; `column` names where the targets stand.

    `column` is as the person wrote it, or empty where the shape has no columns. `file` names the
    file of the list, with its sheet, or is empty for a list that came as text. `others` are further
    lists of the same request.
    """

    shape: ListShape
    rows: int
    column: str = ""
    file: str = ""
    others: tuple["Reading", ...] = ()
