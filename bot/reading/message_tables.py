"""A table block of a Slack message, read as a table that is pasted."""

from collections.abc import Iterator, Mapping

from bot.reading.characters import BLANKS
from bot.reading.link_tokens import as_typed
from bot.reading.shapes.shape import Read
from bot.reading.shapes.table import read_cells

# Slack nests rich text four deep.
MAX_DEPTH = 32


def read_message_table(block: Mapping[str, object]) -> Read | None:
    """The targets of its one column; None for what is no list of cells.

    That is a single row, rows of several lengths, or words beside a link.
    """
    rows = [[_cell(it) for it in _items(row)] for row in _items(block.get("rows"))]
    cells = [[it for it in row if it is not None] for row in rows]
    is_of_cells = all(len(kept) == len(row) for kept, row in zip(cells, rows, strict=True))
    is_even = len(set(map(len, cells))) == 1
    return read_cells(cells) if is_of_cells and is_even and len(cells) > 1 else None


def _cell(cell: object) -> str | None:
    """The text of a cell, or the address of its link; None where it holds more than that."""
    parts = list(_parts(cell))
    links = [address for address, is_link in parts if is_link]
    words = "".join(text for text, is_link in parts if not is_link)
    if not links:
        return words
    return links[0] if len(links) == 1 and not words.strip(BLANKS) else None


def _parts(node: object, depth: int = 0) -> Iterator[tuple[str, bool]]:
    """The texts of a cell, and whether each is the address of a link."""
    if depth > MAX_DEPTH or not isinstance(node, Mapping):
        return
    kind, text, url = node.get("type"), node.get("text"), node.get("url")
    if kind == "link" and isinstance(url, str):
        yield (as_typed(url, text) if isinstance(text, str) else url), True
    elif kind in ("text", "raw_text") and isinstance(text, str):
        yield text, False
    for child in _items(node.get("elements")):
        yield from _parts(child, depth + 1)


def _items(node: object) -> list[object]:
    return node if isinstance(node, list) else []
