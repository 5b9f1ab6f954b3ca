"""A Block Kit checker as strict as Slack's own."""

from bot.sandbox.blockkit.check import (
    MESSAGE_BLOCK_TEXT,
    block_text_length,
    check_message,
    check_view,
)
from bot.sandbox.blockkit.problem import Problem

__all__ = ["MESSAGE_BLOCK_TEXT", "Problem", "block_text_length", "check_message", "check_view"]
