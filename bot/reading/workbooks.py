"""The cells of a spreadsheet, of which no part is unpacked before its size is known."""

import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse
from openpyxl.reader.excel import ExcelReader
from openpyxl.utils import coordinate_to_tuple
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.xml.constants import SHARED_STRINGS, SHEET_MAIN_NS

from bot.reading.limits import MAX_ITEMS, check_count
from bot.rules.refusals import ListUnit
from bot.rules.target import Reason

MAX_EXPANDED = 12_000_000
"""Bytes of all parts: a sheet of 5,000 rows and twenty columns has about half of them."""

MAX_SMALL = 200_000
"""Bytes of a part that only says which sheets there are."""

MAX_PARTS = 500
MAX_SHEETS = 50
MAX_COLUMNS = 256
MAX_ROOM = 600_000
"""Elements of XML, and cells with the empty ones among them, of the whole workbook.

A sheet of 5,000 rows and twenty columns has about 500,000.
"""

MAX_ROWS = MAX_ITEMS + 2
"""A list with its header and a title above it."""

_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")

# What the libraries raise for parts that are missing, or are of another kind than they say.
_DAMAGED = (
    zipfile.BadZipFile,
    InvalidFileException,
    ParseError,
    AttributeError,
    KeyError,
    IndexError,
    TypeError,
    ValueError,
    EOFError,
    OSError,
    NotImplementedError,
    RecursionError,
    RuntimeError,
    zlib.error,
)


class SheetNotRead(Exception):  # noqa: N818
    """Why nothing of a spreadsheet is read."""

    def __init__(self, reason: Reason, names: tuple[str, ...] = ()) -> None:
        super().__init__(reason)
        self.reason = reason
        self.names = names


@dataclass(frozen=True, slots=True)
class Sheet:
    """A visible sheet; `hidden` are the places of the rows that nobody sees, in `rows`.

    `numbers` are those that the sheet itself gives its rows. `formulas` are the first ones in a row
    that have no stored value, by the places of their rows. `hidden_columns` are places in a row.
    """

    name: str
    rows: Sequence[list[str]]
    hidden: frozenset[int]
    numbers: Sequence[int]
    formulas: Mapping[int, str]
    hidden_columns: frozenset[int]


def read_sheets(content: bytes) -> Iterator[Sheet]:
    """The visible sheets with their rows that hold something, one by one.

    Raises `SheetNotRead`, and `ListTooLong` for more rows than a list may have, also after some.
    """
    try:
        with _Archive(BytesIO(content)) as archive:
            yield from _visible(archive, ExcelReader(BytesIO(content), keep_links=False))
    except SheetNotRead:
        raise
    except _DAMAGED as error:
        is_unsafe = any(isinstance(it, DefusedXmlException) for it in (error, error.__cause__))
        raise SheetNotRead(Reason.UNSAFE if is_unsafe else Reason.FILE_DAMAGED) from error


class _Archive(zipfile.ZipFile):
    """The parts; none is unpacked beyond the size that it states, which `zipfile` holds it to."""

    def __init__(self, file: BytesIO) -> None:
        super().__init__(file)
        parts = self.infolist()
        if len(parts) > MAX_PARTS or sum(it.file_size for it in parts) > MAX_EXPANDED:
            raise SheetNotRead(Reason.FILE_EXPANDS)

    def read(self, name: Any, pwd: bytes | None = None) -> bytes:  # noqa: ANN401
        """A part as a whole, as the library reads those that list the others."""
        if self.getinfo(name).file_size > MAX_SMALL:
            raise SheetNotRead(Reason.FILE_EXPANDS)
        return super().read(name, pwd)


class _Room:
    """What of a workbook may still be read."""

    def __init__(self) -> None:
        self._left = MAX_ROOM

    def take(self, count: int) -> None:
        self._left -= count
        if self._left < 0:
            raise SheetNotRead(Reason.FILE_EXPANDS)

    def elements(self, part: Any) -> Iterator[tuple[str, Element]]:  # noqa: ANN401
        """`start` and `end` of each element; nobody keeps what a row or a string held."""
        for event, element in iterparse(part, events=("start", "end"), forbid_dtd=True):
            if event == "start":
                self.take(1)
            yield event, element


def _visible(archive: _Archive, reader: Any) -> Iterator[Sheet]:  # noqa: ANN401
    # The library reads whole workbooks too, with styles and names that take it minutes.
    reader.archive = archive
    reader.read_manifest()
    reader.read_workbook()
    sheets = [(it, reader.parser.rels[it.id]) for it in reader.parser.sheets]
    if len(sheets) > MAX_SHEETS:
        raise SheetNotRead(Reason.FILE_EXPANDS)
    parts = [rel.target for _, rel in sheets]
    if len(set(parts)) < len(parts):
        raise SheetNotRead(Reason.FILE_DAMAGED)
    room = _Room()
    strings = _strings(archive, reader.package.find(SHARED_STRINGS), room)
    for sheet, rel in sheets:
        if sheet.state == "visible" and "chartsheet" not in rel.Type:
            with archive.open(rel.target) as part:
                yield _Rows(strings, room).sheet(sheet.name, part)


def _strings(archive: _Archive, part: Any, room: _Room) -> Sequence[str]:  # noqa: ANN401
    found: list[str] = []
    if part is None:
        return found
    with archive.open(part.PartName.lstrip("/")) as text:
        for event, element in room.elements(text):
            if event == "end" and element.tag == _tag("si"):
                found.append(_text(element))
                element.clear()
    return found


@dataclass
class _Rows:
    """The rows of one sheet, which are read in the order that the format prescribes."""

    strings: Sequence[str]
    room: _Room
    rows: list[list[str]] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)
    hidden: set[int] = field(default_factory=set)
    formulas: dict[int, str] = field(default_factory=dict)
    hidden_columns: set[int] = field(default_factory=set)
    number: int = 0
    cells: list[str] = field(default_factory=list)
    column: int = 0
    formula: str = ""

    def sheet(self, name: str, part: Any) -> Sheet:  # noqa: ANN401
        begins = {_tag("row"): self._begin, _tag("col"): self._note_column}
        ends = {_tag("row"): self._end, _tag("c"): self._add}
        for event, element in self.room.elements(part):
            of_tag = (begins if event == "start" else ends).get(element.tag)
            if of_tag is not None:
                of_tag(element)
        self.room.take(len(self.rows) * max(map(len, self.rows), default=0))
        return Sheet(
            name,
            self.rows,
            frozenset(self.hidden),
            self.numbers,
            self.formulas,
            frozenset(self.hidden_columns),
        )

    def _note_column(self, column: Element) -> None:
        if _is_hidden(column, "width"):
            first, last = int(column.attrib["min"]), int(column.attrib["max"])
            self.hidden_columns.update(range(max(first, 1) - 1, min(last, MAX_COLUMNS)))

    def _begin(self, row: Element) -> None:
        number = int(row.get("r", self.number + 1))
        if number <= self.number:
            raise SheetNotRead(Reason.FILE_DAMAGED)
        self.number, self.cells, self.column, self.formula = number, [], 0, ""

    def _add(self, cell: Element) -> None:
        number, column = self.number, self.column + 1
        if "r" in cell.attrib:
            number, column = coordinate_to_tuple(cell.attrib["r"])
        if number != self.number or column <= self.column:
            raise SheetNotRead(Reason.FILE_DAMAGED)
        self.column = column
        value, formula = self._value(cell), cell.find(_tag("f"))
        cell.clear()
        if formula is not None and value is None:
            self.formula = self.formula or f"={formula.text or ''}"
        if value is None or not value.strip():
            return
        if column > MAX_COLUMNS:
            raise SheetNotRead(Reason.FILE_EXPANDS)
        self.cells += [""] * (column - 1 - len(self.cells)) + [value]

    def _end(self, row: Element) -> None:
        is_hidden = _is_hidden(row, "ht")
        row.clear()
        if not self.cells and not self.formula:
            return
        place = len(self.rows)
        if is_hidden:
            self.hidden.add(place)
        if self.formula:
            self.formulas[place] = self.formula
        self.rows.append(self.cells)
        self.numbers.append(self.number)
        if len(self.rows) > MAX_ROWS:
            check_count(len(self.rows), ListUnit.LINES)

    def _value(self, cell: Element) -> str | None:
        """What the cell shows, a number or a date as it is stored; None for an empty cell."""
        kind, value = cell.get("t", "n"), cell.findtext(_tag("v"))
        if kind == "inlineStr":
            inline = cell.find(_tag("is"))
            return None if inline is None else _text(inline)
        if value is None or (not value and kind != "str"):
            return None
        if kind == "s":
            place = int(value)
            if place < 0:
                raise SheetNotRead(Reason.FILE_DAMAGED)
            return self.strings[place]
        if kind == "n":
            float(value)
        return _unescaped(value)


def _is_hidden(element: Element, size: str) -> bool:
    """What a filter hides, or is of no size, is out of the list for whoever looks at it."""
    is_hidden = element.get("hidden", "0").strip() not in {"0", "false", ""}
    return is_hidden or float(element.get(size, "1")) <= 0


def _text(element: Element) -> str:
    """Plain or in runs of a format; how it is pronounced does not belong to it."""
    found = [*element.findall(_tag("t")), *element.findall(f"{_tag('r')}/{_tag('t')}")]
    return _unescaped("".join(it.text or "" for it in found))


def _unescaped(text: str) -> str:
    """With the characters that XML cannot hold, and the underscores before what looks as such."""
    return _ESCAPED.sub(lambda it: chr(int(it[1], 16)), text)


def _tag(name: str) -> str:
    return f"{{{SHEET_MAIN_NS}}}{name}"
