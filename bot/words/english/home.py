"""App Home, in English."""

from collections.abc import Sequence

from bot.words.english.refusals import whom

RUNNING_LABEL = "Running"
SCHEDULED_LABEL = "Scheduled"
RECENT_LABEL = "Recent"
EMPTY = "You have no requests yet. Press *Prefetch…*, or type the command in a channel."
NO_CARD = "Slack took no card of this request. *Details* shows what became of it."


def whom_to_call(operators: Sequence[str]) -> str:
    """Who can help when something has to be decided."""
    return f"When something does not work, call {whom(operators)}."
