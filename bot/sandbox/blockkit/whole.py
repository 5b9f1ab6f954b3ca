"""Rules that only the whole list of blocks can break."""

from collections.abc import Iterator, Mapping, Sequence, Set
from typing import Any

from bot.sandbox.blockkit.charts import MOST_CHARTS
from bot.sandbox.blockkit.problem import Problem
from bot.sandbox.blockkit.tables import MOST_CHARACTERS

MARKDOWN_TOTAL = 12_000

# Where a block keeps its elements, and where it keeps further blocks.
_ELEMENTS = ("elements", "actions")
_ELEMENT = ("accessory", "element")
_CHILDREN = {"container": "child_blocks", "carousel": "elements", "plan": "tasks"}

_Block = Mapping[str, Any]


def unique_ids(blocks: Sequence[_Block], at: str) -> Iterator[Problem]:
    """A block_id is unique in the payload, an action_id in its block.

    Both rules are Slack's; how Slack words the refusals is not recorded.
    """
    seen: set[str] = set()
    for block, where in _all_blocks(blocks, at):
        block_id = block.get("block_id")
        if block_id in seen:
            yield Problem(f"duplicate block_id: {block_id}", f"{where}/block_id")
        elif block_id is not None:
            seen.add(block_id)
        yield from _unique_action_ids(block, where)


def one_focus(blocks: Sequence[_Block], at: str) -> Iterator[Problem]:
    """Only one element of a view may have focus_on_load."""
    focused = [
        where
        for block, around in _all_blocks(blocks, at)
        for element, where in _elements(block, around)
        if element.get("focus_on_load")
    ]
    for where in focused[1:]:
        yield Problem("only one element may set focus_on_load", f"{where}/focus_on_load")


def markdown_total(blocks: Sequence[_Block], at: str) -> Iterator[Problem]:
    """The markdown blocks of one message share 12,000 characters."""
    total = 0
    for block, where in _all_blocks(blocks, at):
        if block.get("type") == "markdown":
            total += len(block["text"])
            if total > MARKDOWN_TOTAL:
                yield Problem(f"must be less than {MARKDOWN_TOTAL + 1} characters", f"{where}/text")
                return


def few_charts(blocks: Sequence[_Block], at: str) -> Iterator[Problem]:
    """One message draws at most two charts; how Slack words that refusal is not recorded."""
    drawn = [
        where
        for block, where in _all_blocks(blocks, at)
        if block.get("type") == "data_visualization"
    ]
    for where in drawn[MOST_CHARTS:]:
        yield Problem(f"no more than {MOST_CHARTS} charts allowed", where)


def short_tables(blocks: Sequence[_Block], at: str) -> Iterator[Problem]:
    """The cells of all tables of a payload share a number of characters, as those of data_tables.

    Only the words count, not the address of a link. How Slack words the refusal is not recorded.
    """
    total = dict.fromkeys(MOST_CHARACTERS, 0)
    for block, where in _all_blocks(blocks, at):
        kind = block.get("type", "")
        if kind in total:
            fitted = total[kind] <= MOST_CHARACTERS[kind]
            total[kind] += block_text_length(block["rows"])
            if fitted and total[kind] > MOST_CHARACTERS[kind]:
                yield Problem(f"must be less than {MOST_CHARACTERS[kind] + 1} characters", where)


def not_there_yet(blocks: Sequence[_Block], at: str, kinds: Set[str]) -> Iterator[Problem]:
    """Slack brings a new kind of block to one workspace after another."""
    for block, where in _all_blocks(blocks, at):
        if block.get("type") in kinds:
            yield Problem(f"unsupported type: {block['type']}", f"{where}/type")


def block_text_length(blocks: object) -> int:
    """Characters in everything called `text`, which Slack limits to about 13,200 a message."""
    if isinstance(blocks, Mapping):
        return sum(
            len(value) if name == "text" and isinstance(value, str) else block_text_length(value)
            for name, value in blocks.items()
        )
    if isinstance(blocks, list | tuple):
        return sum(map(block_text_length, blocks))
    return 0


def _unique_action_ids(block: _Block, at: str) -> Iterator[Problem]:
    seen: set[str] = set()
    for element, where in _elements(block, at):
        action_id = element.get("action_id")
        if action_id in seen:
            yield Problem(f"duplicate action_id: {action_id}", f"{where}/action_id")
        elif action_id is not None:
            seen.add(action_id)


def _all_blocks(blocks: Sequence[_Block], at: str) -> Iterator[tuple[_Block, str]]:
    for index, block in enumerate(blocks):
        where = f"{at}/{index}"
        yield block, where
        children = _CHILDREN.get(block.get("type", ""))
        if children is not None:
            yield from _all_blocks(block.get(children, ()), f"{where}/{children}")


def _elements(block: _Block, at: str) -> Iterator[tuple[_Block, str]]:
    for name in _ELEMENT:
        if name in block:
            yield block[name], f"{at}/{name}"
    for name in _ELEMENTS:
        for index, element in enumerate(block.get(name, ())):
            yield element, f"{at}/{name}/{index}"
