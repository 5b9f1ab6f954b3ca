"""Reading Slack's payloads: what is always there, or a refusal that names what was missing."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from slack_bolt.kwargs_injection.async_args import AsyncArgs

from bot.rules.policy import Actor
from bot.rules.refusals import PayloadUnreadable

Payload = Mapping[str, Any]


def text_at(payload: Payload, *path: str) -> str:
    """The string at a path of keys; raises `PayloadUnreadable` when there is none."""
    found: object = payload
    for key in path:
        found = found.get(key) if isinstance(found, Mapping) else None
    if not isinstance(found, str):
        raise PayloadUnreadable(".".join(path))
    return found


def optional_text_at(payload: Payload, *path: str) -> str | None:
    try:
        return text_at(payload, *path)
    except PayloadUnreadable:
        return None


def actor(payload: Payload) -> Actor:
    """Slash commands name the person flat, everything else in an object."""
    if "command" in payload:
        return Actor(text_at(payload, "user_id"), text_at(payload, "team_id"))
    team = optional_text_at(payload, "team", "id") or text_at(payload, "user", "team_id")
    return Actor(text_at(payload, "user", "id"), team)


def asker(args: AsyncArgs) -> Actor:
    """Who asks, in the workspace where the bot is installed: a guest's commands name another."""
    person = actor(args.body)
    installed = args.context.authorize_result
    if installed is None or installed.team_id is None:
        return person
    return replace(person, team_id=installed.team_id)


def input_text(payload: Payload, block_id: str, action_id: str, key: str) -> str:
    """What was typed or chosen in a modal's input; empty when it was left empty."""
    path = ("view", "state", "values", block_id, action_id, key)
    return optional_text_at(payload, *path) or ""


def input_moment(payload: Payload, block_id: str, action_id: str) -> datetime | None:
    """What was chosen in a modal's date and time, in UTC; None when it was left empty.

    Raises `PayloadUnreadable` for what is no number of seconds.
    """
    found = _input(payload, block_id, action_id, "selected_date_time")
    if found is None:
        return None
    # A true number of seconds has ten digits; what is no moment at all was never chosen.
    if not isinstance(found, int) or not 0 <= found < 10**10:
        raise PayloadUnreadable("selected_date_time")
    return datetime.fromtimestamp(found, UTC)


def checked_values(payload: Payload, block_id: str, action_id: str) -> list[str]:
    """The values of the checkboxes that are ticked in a modal."""
    found = _input(payload, block_id, action_id, "selected_options")
    options = found if isinstance(found, list) else []
    return [text_at(option, "value") for option in options]


def clicked(payload: Payload) -> Payload:
    """The element of a `block_actions` payload that was used."""
    actions = payload.get("actions")
    if not isinstance(actions, list) or not actions or not isinstance(actions[0], Mapping):
        raise PayloadUnreadable("actions")
    first: Payload = actions[0]
    return first


def used_card(payload: Payload) -> tuple[str, str, str] | None:
    """Request, channel and ts of the card whose button was used; None for other places.

    What only one person sees, as the answer to `status`, is no card.
    """
    container = payload.get("container")
    if not isinstance(container, Mapping) or container.get("is_ephemeral") is not False:
        return None
    value = optional_text_at(clicked(payload), "value")
    channel = optional_text_at(container, "channel_id")
    ts = optional_text_at(container, "message_ts")
    return (value, channel, ts) if value and channel and ts else None


def _input(payload: Payload, block_id: str, action_id: str, key: str) -> object:
    found: object = payload
    for step in ("view", "state", "values", block_id, action_id, key):
        found = found.get(step) if isinstance(found, Mapping) else None
    return found
