"""The blocks that show rows: table, and data_table with its pages and its header.

That all rows have the same number of cells is documented for data_table alone; for table it is
what the public `slackblocks` libraries refuse. How Slack words that refusal is not recorded.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from bot.sandbox.blockkit.kinds import (
    BLOCK_ID,
    FLAG,
    ByType,
    Choice,
    Items,
    Number,
    OrNull,
    Shape,
    Text,
    Whole,
)
from bot.sandbox.blockkit.problem import Problem
from bot.sandbox.blockkit.rich_text import RICH_TEXT

MOST_COLUMNS = 20
# Characters in all cells of one kind in one payload; an older page of Slack's reference has
# 10,000 for data_table as well.
MOST_CHARACTERS = {"table": 10_000, "data_table": 20_000}


def _header_is_raw(table: Mapping[str, Any]) -> Iterator[Problem]:
    for index, cell in enumerate(table["rows"][0]):
        if cell["type"] == "rich_text":
            yield Problem("unsupported type: rich_text", f"/rows/0/{index}/type")


def _rows_are_equally_long(table: Mapping[str, Any]) -> Iterator[Problem]:
    width = len(table["rows"][0])
    for index, row in enumerate(table["rows"]):
        if len(row) != width:
            yield Problem(f"must provide exactly {width} items", f"/rows/{index}")


def _row_header_is_a_column(table: Mapping[str, Any]) -> Iterator[Problem]:
    width = len(table["rows"][0])
    if table.get("row_header_column_index", 0) >= width:
        yield Problem(f"must be less than {width - 1}", "/row_header_column_index")


_CELL = ByType(
    {
        "raw_text": Shape(needs={"text": Text(at_least=1)}),
        "raw_number": Shape(needs={"value": Number()}, may={"text": Text(at_least=1)}),
        "rich_text": RICH_TEXT,
    }
)
_ROW = Items(_CELL, at_least=1, at_most=MOST_COLUMNS)

_COLUMN = Shape(may={"align": Choice(("left", "center", "right")), "is_wrapped": FLAG})

TABLE = Shape(
    needs={"rows": Items(_ROW, at_least=1, at_most=100)},
    may={"block_id": BLOCK_ID, "column_settings": Items(OrNull(_COLUMN), at_most=MOST_COLUMNS)},
    also=(_rows_are_equally_long,),
)

DATA_TABLE = Shape(
    # Pages of Slack's reference disagree on 100 or 200 rows below the header; this is the larger.
    needs={"caption": Text(at_least=1), "rows": Items(_ROW, at_least=2, at_most=201)},
    may={
        "block_id": BLOCK_ID,
        "page_size": Whole(at_least=1, at_most=100),
        "row_header_column_index": Whole(at_least=0, at_most=MOST_COLUMNS - 1),
    },
    also=(_header_is_raw, _rows_are_equally_long, _row_header_is_a_column),
)
