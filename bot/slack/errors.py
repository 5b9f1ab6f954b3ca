"""Why Slack refused a call."""

from slack_sdk.errors import SlackApiError

TOO_LATE = frozenset({"expired_trigger_id", "invalid_trigger_id", "trigger_expired"})
"""Slack takes a dialog only within three seconds of the click."""


def code_of(error: SlackApiError) -> str:
    """Slack's own word for it; empty where a failing server answered without one."""
    # The client keeps an answer that is no JSON as text, on which `response.get` fails.
    answer = getattr(error.response, "data", error.response)
    return str(answer.get("error", "")) if isinstance(answer, dict) else ""
