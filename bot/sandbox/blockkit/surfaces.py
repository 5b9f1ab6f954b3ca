"""What holds a list of blocks: a modal, a home view, a message."""

from collections.abc import Iterator, Mapping
from typing import Any

from bot.sandbox.blockkit.composition import plain
from bot.sandbox.blockkit.kinds import FLAG, ByType, Items, Kind, Shape, Text
from bot.sandbox.blockkit.layout import HOME_BLOCKS, MESSAGE_BLOCKS, MODAL_BLOCKS
from bot.sandbox.blockkit.problem import Problem
from bot.sandbox.blockkit.whole import one_focus, short_tables, unique_ids


def _input_needs_submit(view: Mapping[str, Any]) -> Iterator[Problem]:
    if "submit" not in view and any(block["type"] == "input" for block in view["blocks"]):
        yield Problem("missing required field: submit", "")


def _blocks_agree(view: Mapping[str, Any]) -> Iterator[Problem]:
    yield from unique_ids(view["blocks"], "/blocks")
    yield from one_focus(view["blocks"], "/blocks")
    yield from short_tables(view["blocks"], "/blocks")


_VIEW: dict[str, Kind] = {
    "private_metadata": Text(3000),
    "callback_id": Text(255),
    "external_id": Text(255),
}

VIEW = ByType(
    {
        "modal": Shape(
            needs={"title": plain(24), "blocks": Items(MODAL_BLOCKS, at_least=1, at_most=100)},
            may={
                **_VIEW,
                "submit": plain(24),
                "close": plain(24),
                "clear_on_close": FLAG,
                "notify_on_close": FLAG,
            },
            also=(_input_needs_submit, _blocks_agree),
        ),
        "home": Shape(
            needs={"blocks": Items(HOME_BLOCKS, at_least=1, at_most=100)},
            may=_VIEW,
            also=(_blocks_agree,),
        ),
    }
)

BLOCKS_IN_MESSAGE = Items(MESSAGE_BLOCKS, at_most=50)
