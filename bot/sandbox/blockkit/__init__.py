"""A Block Kit checker as strict as Slack's own."""

from bot.sandbox.blockkit.check import MESSAGE_BLOCK_TEXT, check_message, check_view
from bot.sandbox.blockkit.problem import Problem
from bot.sandbox.blockkit.whole import block_text_length, not_there_yet

__all__ = [
    "MESSAGE_BLOCK_TEXT",
    "Problem",
    "block_text_length",
    "check_message",
    "check_view",
    "not_there_yet",
]
