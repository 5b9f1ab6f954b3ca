"""The questions that a Slack stand-in asks of a payload."""

from collections.abc import Mapping

from bot.sandbox.blockkit.problem import Problem


def check_view(view: object) -> list[Problem]:
    """Problems of a modal or a home view; every pointer starts with `/view`."""
    if not isinstance(view, Mapping):
        return [Problem("must provide an object", "/view")]
    return []


def check_message(message: Mapping[str, object]) -> list[Problem]:
    """Problems of `text`, `blocks` and `attachments` of a message."""
    blocks = message.get("blocks")
    if blocks is not None and not isinstance(blocks, list):
        return [Problem("must provide an array", "/blocks")]
    return []


def block_text_length(blocks: object) -> int:
    """Characters over all texts of the blocks, which Slack counts against one undocumented total."""
    if isinstance(blocks, Mapping):
        return sum(map(block_text_length, blocks.values()))
    return 0
