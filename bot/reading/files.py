"""The targets of a file: a list as text in any of its shapes, or a spreadsheet."""

from dataclasses import replace

from openpyxl.utils import get_column_letter

from bot.reading.characters import BLANKS
from bot.reading.columns import holds_a_target
from bot.reading.encodings import decode
from bot.reading.lists import parse_list, targets_of
from bot.reading.shapes.shape import Read
from bot.reading.shapes.table import read_cells
from bot.reading.workbooks import Sheet, SheetNotRead, read_sheets
from bot.rules.redaction import shown, shown_line
from bot.rules.target import Asset, Reason, Rejected, Target, Targets

MAX_BYTES = 2_000_000
KINDS = ("txt", "csv", "tsv", "json", "m3u8", "xml", "xlsx")
"""The extensions that a form offers; any other text is read as well."""

MOST_NAMES = 6
_ZIP = b"PK\x03\x04"
_PACKED = (
    _ZIP,
    b"PK\x05\x06",
    b"\x1f\x8b",
    b"BZh",
    b"7z\xbc\xaf",
    b"Rar!",
    b"\xfd7zXZ",
    b"\x28\xb5/\xfd",
)
_OTHER_KINDS = (b"%PDF", b"\xd0\xcf\x11\xe0", b"{\\rtf", b"\x89PNG", b"\xff\xd8\xff", b"GIF8")


def read_file(content: bytes, name: str) -> Targets:
    """The targets that the file names, in its order; what is not read is rejected by its name.

    Raises `ListTooLong`.
    """
    try:
        targets = _read(content, name)
    except SheetNotRead as error:
        return _not_read(name, error.reason, error.names)
    if not (targets.accepted or targets.rejected):
        return _not_read(name, Reason.NO_FILE_IN_TEXT)
    reading = targets.reading
    if reading is None or reading.file:
        return targets
    return replace(targets, reading=replace(reading, file=shown_line(name)))


def _read(content: bytes, name: str) -> Targets:
    if len(content) > MAX_BYTES:
        return _not_read(name, Reason.FILE_TOO_LARGE)
    if content.startswith(_ZIP) and name.lower().endswith(".xlsx"):
        return _read_workbook(content, name)
    if content.startswith(_PACKED):
        return _not_read(name, Reason.FILE_PACKED)
    if content.startswith(_OTHER_KINDS):
        return _not_read(name, Reason.FILE_KIND)
    decoded = decode(content)
    if decoded is None:
        return _not_read(name, Reason.FILE_ENCODING)
    targets = parse_list(decoded.text)
    return targets if decoded.is_certain else _in_ascii(targets)


def _read_workbook(content: bytes, name: str) -> Targets:
    """Of several sheets only one may hold targets: of which the list is, nobody could say."""
    read: Read | None = None
    names: list[str] = []
    count = 0
    has_formulas = False
    for sheet in read_sheets(content):
        count += 1
        has_formulas = has_formulas or bool(sheet.formulas)
        found = _cells_of(sheet)
        if found is not None:
            read = read or found
            names.append(sheet.name)
    if len(names) > 1:
        return _not_read(name, Reason.SHEETS, tuple(map(shown_line, names[:MOST_NAMES])))
    if read is None:
        return _not_read(name, Reason.FORMULA if has_formulas else Reason.NO_FILE_IN_TEXT)
    where = f"{name} ({names[0]})" if count > 1 else name
    reading = replace(read.reading, file=shown_line(where))
    return targets_of(replace(read, reading=reading))


def _cells_of(sheet: Sheet) -> Read | None:
    """Raise `SheetNotRead` where a column that nobody sees names files."""
    unseen = {
        place
        for row in sheet.rows
        for place in sheet.hidden_columns
        if place < len(row) and holds_a_target(row[place].strip(BLANKS))
    }
    if unseen:
        letters = [get_column_letter(place + 1) for place in sorted(unseen)]
        raise SheetNotRead(Reason.HIDDEN_COLUMN, tuple(letters[:MOST_NAMES]))
    return read_cells(sheet.rows, sheet.hidden, sheet.numbers, sheet.formulas)


def _in_ascii(targets: Targets) -> Targets:
    """Without the targets whose characters depend on the encoding, which is not certain."""
    doubtful = dict.fromkeys(it for it in targets.accepted if not _text(it).isascii())
    rejected = tuple(
        Rejected(shown(_text(it)), Reason.FILE_ENCODING, at=targets.at.get(it)) for it in doubtful
    )
    kept = tuple(it for it in targets.accepted if it not in doubtful)
    return replace(targets, accepted=kept, rejected=targets.rejected + rejected)


def _text(target: Target) -> str:
    return target.id if isinstance(target, Asset) else target.address


def _not_read(name: str, reason: Reason, names: tuple[str, ...] = ()) -> Targets:
    return Targets((), (Rejected(shown(name), reason, names),))
