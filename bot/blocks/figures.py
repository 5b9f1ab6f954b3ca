"""Charts and tables in Slack's own blocks, and the same in plain text where Slack has none."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.blocks.text import Block, list_of, section
from bot.words.language import Words
from bot.words.mrkdwn import in_code

ROWS_SHOWN = 50
LINES_SHOWN = 10
PAGE = 10
BAR_LENGTH = 10


@dataclass(frozen=True, slots=True)
class Person:
    """A cell that names a person by Slack's ID."""

    user_id: str


@dataclass(frozen=True, slots=True)
class Channel:
    """A cell that names a channel by Slack's ID."""

    channel_id: str


Cell = str | int | Person | Channel


@dataclass(frozen=True, slots=True)
class Series:
    """One kind of bars: a number for each category, in their order."""

    name: str
    values: Sequence[int]


def bars(title: str, categories: Sequence[str], series: Sequence[Series], unit: str) -> Block:
    """A bar chart; Slack takes at most 20 categories of at most 20 characters."""
    return {
        "type": "data_visualization",
        "title": title,
        "chart": {
            "type": "bar",
            "series": [
                {
                    "name": each.name,
                    "data": [
                        {"label": label, "value": value}
                        for label, value in zip(categories, each.values, strict=True)
                    ],
                }
                for each in series
            ],
            "axis_config": {"categories": list(categories), "y_label": unit},
        },
    }


def plain_bars(title: str, lines: Iterable[tuple[str, int, str]], *, most: int) -> Block:
    """A line for each category: its name, its value as a bar, and what is said of it."""
    drawn = [f"{in_code(label)} {bar(value, most)} {told}" for label, value, told in lines]
    return section("\n".join([f"*{title}*", *drawn]))


def bar(value: int, most: int) -> str:
    """Full at `most`; whatever there is of it shows at least one mark."""
    done = min(BAR_LENGTH, -(-BAR_LENGTH * max(value, 0) // max(most, 1)))
    return "▓" * done + "░" * (BAR_LENGTH - done)


def table(caption: str, header: Sequence[str], rows: Sequence[Sequence[Cell]]) -> Block:
    """A table with pages; its first column says what a row is about."""
    shown = [[_cell(each) for each in row] for row in rows[:ROWS_SHOWN]]
    return {
        "type": "data_table",
        "caption": caption,
        "rows": [[_cell(name) for name in header], *shown],
        "page_size": PAGE,
        "row_header_column_index": 0,
    }


def plain_table(words: Words, caption: str, lines: Sequence[str]) -> Block:
    """The first lines under the caption, then how many there are beside them."""
    return section(f"*{caption}*\n{list_of(words, lines, most=LINES_SHOWN)}")


def _cell(content: Cell) -> Block:
    match content:
        case int():
            return {"type": "raw_number", "value": content}
        case str():
            return {"type": "raw_text", "text": content}
        case Person(user_id):
            return _rich({"type": "user", "user_id": user_id})
        case Channel(channel_id):
            return _rich({"type": "channel", "channel_id": channel_id})


def _rich(element: Block) -> Block:
    return {
        "type": "rich_text",
        "elements": [{"type": "rich_text_section", "elements": [element]}],
    }
