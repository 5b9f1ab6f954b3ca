"""A Block Kit checker as strict as Slack's own."""

from bot.sandbox.blockkit.check import block_text_length, check_message, check_view
from bot.sandbox.blockkit.problem import Problem

__all__ = ["Problem", "block_text_length", "check_message", "check_view"]
