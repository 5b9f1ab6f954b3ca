"""The shape of a table: cells parted by tabs, semicolons, commas or bars, as sheets write them."""

import csv
import re
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from bot.reading.characters import BLANKS
from bot.reading.columns import chosen_column, holds_a_target
from bot.reading.comments import is_comment, rejected_comment
from bot.reading.file_names import ends_in_media
from bot.reading.link_tokens import Exact, Split
from bot.reading.shapes.shape import Read, plain_text, read_of
from bot.rules.address import split_address
from bot.rules.reading import ListShape, Reading
from bot.rules.redaction import shown_line
from bot.rules.target import Reason, Rejected

DELIMITERS = "\t;,|"
LONGEST_NAME = 60
MOST_COLUMNS = 1_000
"""No sheet of files is wider; a wider text is read in another shape, before it costs time."""

_EXCEL_LINE = re.compile(r"\s*\"?sep=(.)\"?\s*\r?\n", re.IGNORECASE)
_RULE = re.compile(r"[\s|+:=-]*")
_PARAMETER = re.compile(r"[A-Za-z0-9_.-]{1,40}=\S*")
_OF_SEVERAL_RATES = (".csmil", ".smil", ".urlset")


@dataclass(frozen=True, slots=True)
class Row:
    """`raw` is the row as it was written, quotation marks included; `number` counts from 1.

    `lacks_a_value` says that a formula of the row was never worked out.
    """

    cells: list[str]
    raw: str
    number: int
    is_hidden: bool = False
    lacks_a_value: bool = False

    @property
    def holds_a_target(self) -> bool:
        return any(map(holds_a_target, self.cells))

    @property
    def is_an_item(self) -> bool:
        """Whether this is surely neither a title nor a header."""
        return self.holds_a_target or self.lacks_a_value


@dataclass(frozen=True, slots=True)
class Table:
    """`names` are those of the header; a column without a name is called by its place."""

    names: list[str]
    rows: list[Row]
    has_header: bool
    is_parted_by_tabs: bool

    @property
    def is_even(self) -> bool:
        """Whether each row has as many cells as the header: then no cell fell into two."""
        return all(len(row.cells) == len(self.names) for row in self.rows)


def read_table(text: str, split: Split) -> Read | None:
    """Read by the first delimiter that makes a table of the text; None where none does."""
    plain = plain_text(text, split)
    told = _EXCEL_LINE.match(plain)
    body = plain[told.end() :] if told else plain
    for delimiter in told[1] if told else DELIMITERS:
        table = _table(body, delimiter)
        if table is not None:
            return read_rows(table)
    return None


def read_cells(
    rows: Sequence[Sequence[str]],
    hidden: Container[int] = (),
    numbers: Sequence[int] | None = None,
    formulas: Mapping[int, str] | None = None,
) -> Read | None:
    """The rows of a spreadsheet, whose cells nothing can have parted; None without a target.

    A row whose place is in `hidden` is rejected. `numbers` are those that the sheet gives the rows,
    when it has others between them; `formulas`, by the places of their rows, have no value.
    """
    formulas = formulas or {}
    width = max((len(row) for row in rows), default=0)
    even = [[cell.strip(BLANKS) for cell in row] + [""] * (width - len(row)) for row in rows]
    found = [
        Row(
            cells,
            "\t".join(filter(None, [*cells, formulas.get(place)])),
            number,
            is_hidden=place in hidden,
            lacks_a_value=place in formulas,
        )
        for place, (number, cells) in enumerate(
            zip(numbers or range(1, len(even) + 1), even, strict=True)
        )
    ]
    if not any(row.holds_a_target for row in found):
        return None
    # A title stands alone in its row, above the header.
    while width > 1 and sum(map(bool, found[0].cells)) == 1 and not found[0].is_an_item:
        found = found[1:]
    has_header = not found[0].is_an_item
    names = unique(found[0].cells) if has_header else list(map(str, range(1, width + 1)))
    body = found[1:] if has_header else found
    return read_rows(Table(names, body, has_header=has_header, is_parted_by_tabs=True))


def read_rows(table: Table) -> Read:
    """The cells of the column that holds targets; a row without one is rejected."""
    # A row that is too long or too short has its cells in other columns.
    even = [row for row in table.rows if len(row.cells) == len(table.names)] or table.rows
    columns = {
        name: [row.cells[place] for row in even if place < len(row.cells)]
        for place, name in enumerate(table.names)
    }
    name = chosen_column(columns)
    if not isinstance(name, str):
        unread = Reading(ListShape.TABLE, len(table.rows))
        if name is not None:
            return Read([name], unread)
        shifted = (
            (row.number, Rejected(shown_line(row.raw), Reason.SHIFTED))
            for row in table.rows
            if row.holds_a_target
        )
        return read_of(shifted, unread)
    place = table.names.index(name)
    items = ((row.number, _item(table, row, place)) for row in table.rows)
    return read_of(items, Reading(ListShape.TABLE, len(table.rows), shown_line(name)))


def _item(table: Table, row: Row, place: int) -> str | Rejected:
    if row.is_hidden:
        return Rejected(shown_line(row.raw), Reason.HIDDEN_ROW)
    if is_comment(row.raw.strip(BLANKS)):
        return rejected_comment(row.raw)
    cells = row.cells
    if len(cells) > len(table.names) or (place >= len(cells) and row.holds_a_target):
        return Rejected(shown_line(row.raw), Reason.SHIFTED)
    if place >= len(cells) or not cells[place]:
        why = Reason.FORMULA if row.lacks_a_value else Reason.NO_FILE_IN_ROW
        return Rejected(shown_line(row.raw), why)
    if holds_a_target(cells[place]) and not _is_whole(table, row, place):
        return Rejected(shown_line(row.raw), Reason.SHIFTED)
    return Exact(cells[place])


def _is_whole(table: Table, row: Row, place: int) -> bool:
    """Whether the cell surely holds all of its address: no delimiter in it made two cells of it."""
    cell, behind = row.cells[place], row.cells[place + 1 :]
    if table.is_parted_by_tabs or not any(behind) or _is_quoted(cell, row.raw):
        return True
    if "://" not in cell:
        return True
    parts = split_address(cell)
    if any(mark in it for it in behind for mark in (*_OF_SEVERAL_RATES, "=")):
        return False
    if not ends_in_media(parts.path):
        names = [it.partition("?")[0] for it in behind]
        return table.has_header and table.is_even and not any(map(ends_in_media, names))
    return table.has_header or parts.query is None


def _is_quoted(cell: str, raw: str) -> bool:
    escaped = cell.replace('"', '""')
    return f'"{escaped}"' in raw


def _table(text: str, delimiter: str) -> Table | None:
    if delimiter not in text:
        return None
    rows = _rows(text, delimiter)
    while len(rows) > 1 and len(rows[0].cells) == 1 and not rows[0].holds_a_target:
        rows = rows[1:]
    if len(rows) < 2 or len(rows[0].cells) < 2:
        return None
    is_tabbed = delimiter == "\t"
    if not rows[0].holds_a_target:
        return _with_header(rows, is_parted_by_tabs=is_tabbed)
    names = [str(place) for place in range(1, len(rows[0].cells) + 1)]
    table = Table(names, rows, has_header=False, is_parted_by_tabs=is_tabbed)
    has_others = any(sum(map(bool, row.cells)) > 1 for row in rows)
    return table if has_others and table.is_even and _is_certain(table, delimiter) else None


def _with_header(rows: list[Row], *, is_parted_by_tabs: bool) -> Table | None:
    header, *body = rows
    names = unique(header.cells)
    is_named = any(names) and all(len(name) <= LONGEST_NAME for name in names)
    fits = any(len(row.cells) > 1 and row.holds_a_target for row in body)
    if not is_named or not fits:
        return None
    even = [replace(row, cells=_without_empty_end(row.cells, len(names))) for row in body]
    return Table(names, even, has_header=True, is_parted_by_tabs=is_parted_by_tabs)


def _is_certain(table: Table, delimiter: str) -> bool:
    """Without a header a comma may as well be part of each address on a line of its own."""
    if any(delimiter == ";" and _PARAMETER.fullmatch(it) for row in table.rows for it in row.cells):
        return False
    return all(
        _is_whole(table, row, place)
        for row in table.rows
        for place, cell in enumerate(row.cells)
        if "://" in cell
    )


def _rows(text: str, delimiter: str) -> list[Row]:
    """The rows that hold something; none where quotation marks or width are no table's."""
    lines = text.splitlines(keepends=True)
    reader = csv.reader(lines, delimiter=delimiter, strict=True, skipinitialspace=True)
    rows = []
    begin = 0
    try:
        for number, cells in enumerate(reader, start=1):
            raw = "".join(lines[begin : reader.line_num]).strip(BLANKS)
            begin = reader.line_num
            if len(cells) > MOST_COLUMNS:
                return []
            if not _RULE.fullmatch(raw):
                rows.append(Row([cell.strip(BLANKS) for cell in cells], raw, number))
    except csv.Error:
        return []
    return rows


def unique(names: Sequence[str]) -> list[str]:
    """Each name once; a column without a name is called by its place."""
    return list(_named(names))


def _named(names: Sequence[str]) -> Iterator[str]:
    seen: set[str] = set()
    for place, name in enumerate(names, start=1):
        unique = name if name and name not in seen else f"{name} ({place})" if name else str(place)
        seen.add(unique)
        yield unique


def _without_empty_end(cells: list[str], width: int) -> list[str]:
    return cells[:width] if not any(cells[width:]) else cells
