"""The one column of a table, or field of a document, that holds the targets."""

import re
from collections.abc import Mapping, Sequence

from bot.reading.boundaries import ID
from bot.reading.characters import BLANKS
from bot.reading.labels import why_no_asset
from bot.rules.redaction import shown_line
from bot.rules.target import Reason, Rejected

MOST_NAMES = 6
_WEB = re.compile(r"https?:\\?/\\?/", re.IGNORECASE)
_ID = re.compile(ID)


def holds_a_target(cell: str) -> bool:
    """Whether an address stands in the cell, or an asset ID is all of it."""
    return _WEB.search(cell) is not None or _ID.fullmatch(cell.strip(BLANKS)) is not None


def chosen_column(columns: Mapping[str, Sequence[str]]) -> str | Rejected | None:
    """The name of the column to read, found by what the columns hold; None where none does.

    Checksums and task IDs beside a column of targets, known by their names, are passed over. All
    else that stands beside it may name the same files once more, and makes the choice unclear.
    """
    addresses = [name for name, cells in columns.items() if any(map(_WEB.search, cells))]
    ids = [
        name
        for name, cells in columns.items()
        if name not in addresses and any(map(holds_a_target, cells))
    ]
    other = {name: why_no_asset(name) for name in ids}
    candidates = [*addresses, *(it for it in ids if other[it] not in {Reason.SUM, Reason.TASK})]
    if len(candidates) == 1:
        return candidates[0]
    if candidates:
        named = tuple(map(shown_line, candidates[:MOST_NAMES]))
        return Rejected(shown_line(", ".join(named)), Reason.COLUMNS, named)
    reason = next(iter(filter(None, other.values())), None)
    return Rejected(shown_line(", ".join(ids)), reason) if reason else None
