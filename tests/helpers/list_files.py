"""Files of lists as people's programs write them, and as nobody should."""

import io
import zipfile
from collections.abc import Sequence

from openpyxl import Workbook

Rows = Sequence[Sequence[object]]


def workbook(
    sheets: dict[str, Rows], *, hidden_rows: Sequence[int] = (), hidden_sheets: Sequence[str] = ()
) -> bytes:
    """An .xlsx of these sheets; `hidden_rows` are counted from 1, in each sheet."""
    book = Workbook()
    del book[book.sheetnames[0]]
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
        for place in hidden_rows:
            sheet.row_dimensions[place].hidden = True
        if name in hidden_sheets:
            sheet.sheet_state = "hidden"
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def with_part(content: bytes, name: str, text: bytes) -> bytes:
    """The .xlsx with one of its parts replaced, or one more."""
    file = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as before,
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as after,
    ):
        for part in before.infolist():
            if part.filename != name:
                after.writestr(part, before.read(part))
        after.writestr(name, text)
    return file.getvalue()


def archive(**texts: bytes) -> bytes:
    """A zip archive of these files."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, text in texts.items():
            packed.writestr(name, text)
    return file.getvalue()
