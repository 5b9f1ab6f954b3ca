"""Reading Slack's payloads: what is always there, or a refusal that names what was missing."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from slack_bolt.kwargs_injection.async_args import AsyncArgs

from bot.blocks.messages import request_of_card
from bot.reading.attached_files import Attached, attached
from bot.rules.policy import Actor
from bot.rules.refusals import PayloadUnreadable

Payload = Mapping[str, Any]

_TIMESTAMP = re.compile(r"[0-9]{10}\.[0-9]{6}")


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


def timestamp(payload: Payload, key: str) -> str:
    """A moment as Slack writes it, `1596530385.194939`; later ones are greater as text too."""
    found = text_at(payload, key)
    if not _TIMESTAMP.fullmatch(found):
        raise PayloadUnreadable(key)
    return found


def actor(payload: Payload) -> Actor:
    """Slash commands name the person flat, events inside the event, all else in an object."""
    if "command" in payload:
        return Actor(text_at(payload, "user_id"), text_at(payload, "team_id"))
    if "event" in payload:
        return Actor(text_at(payload, "event", "user"), text_at(payload, "team_id"))
    team = optional_text_at(payload, "team", "id") or text_at(payload, "user", "team_id")
    return Actor(text_at(payload, "user", "id"), team)


def asker(args: AsyncArgs) -> Actor:
    """Who asks, under the installation of the bot and not under the workspace of the payload.

    On Enterprise Grid and in shared channels a person's payloads name several workspaces, so the
    requests of one person would fall apart. The user ID itself is the same in all of them.
    """
    person = actor(args.body)
    installed = args.context.authorize_result
    if installed is None:
        return person
    # A bot that is installed for a whole organisation has no workspace of its own.
    team_id = installed.team_id or installed.enterprise_id or person.team_id
    return replace(person, team_id=team_id)


def is_from_elsewhere(args: AsyncArgs) -> bool:
    """Whether a command was typed where the bot is not installed.

    A bot that is installed for a whole organisation is so in each workspace of it.
    """
    installation = asker(args).team_id
    organisation = optional_text_at(args.body, "enterprise_id")
    return installation not in {actor(args.body).team_id, organisation}


def input_text(payload: Payload, block_id: str, action_id: str, key: str) -> str:
    """What was typed or chosen in a modal's input; empty when it was left empty.

    Raises `PayloadUnreadable` when the payload lacks the input: that is not an empty input.
    """
    found = _input(payload, block_id, action_id, key)
    if found is not None and not isinstance(found, str):
        raise PayloadUnreadable(key)
    return found or ""


def input_moment(payload: Payload, block_id: str, action_id: str) -> datetime | None:
    """What was chosen in a modal's date and time, in UTC; None when it was left empty.

    Raises `PayloadUnreadable` for what is no number of seconds, and when the payload lacks the
    input: read as empty, a damaged payload would send at once what is scheduled.
    """
    found = _input(payload, block_id, action_id, "selected_date_time")
    if found is None:
        return None
    # A true number of seconds has ten digits; what is no moment at all was never chosen.
    if not isinstance(found, int) or isinstance(found, bool) or not 0 <= found < 10**10:
        raise PayloadUnreadable("selected_date_time")
    return datetime.fromtimestamp(found, UTC)


def checked_values(payload: Payload, block_id: str, action_id: str) -> list[str]:
    """The values of the checkboxes that are ticked in a modal.

    Raises `PayloadUnreadable` when the payload lacks them: that is not the same as none ticked.
    """
    found = _input(payload, block_id, action_id, "selected_options")
    if not isinstance(found, list):
        raise PayloadUnreadable("selected_options")
    return [text_at(option, "value") for option in found]


def attached_files(payload: Payload, block_id: str, action_id: str) -> tuple[Attached, ...]:
    """The files that a person attached in a modal; none where the modal asked for none.

    Slack writes most inputs that were left empty as null, so null is none here as well.

    Raises `PayloadUnreadable` when the modal asked for them and the payload lacks the input.
    """
    if not shows_block(payload, block_id):
        return ()
    found = _input(payload, block_id, action_id, "files")
    if found is None:
        return ()
    if not isinstance(found, list):
        raise PayloadUnreadable("files")
    for file in found:
        text_at(file, "id")
    return tuple(map(attached, found))


def clicked(payload: Payload) -> Payload:
    """The element of a `block_actions` payload that was used."""
    actions = payload.get("actions")
    if not isinstance(actions, list) or not actions or not isinstance(actions[0], Mapping):
        raise PayloadUnreadable("actions")
    first: Payload = actions[0]
    return first


def used_card(payload: Payload, *, bot_id: str | None) -> tuple[str, str, str] | None:
    """Request, channel and ts of the card whose button was used; None for other places.

    The message itself has to say that it is the card: posted by this bot, for this request. The
    value of a button alone proves nothing. What only one person sees, as the answer to `status`,
    is no card.
    """
    container = payload.get("container")
    if not isinstance(container, Mapping) or container.get("is_ephemeral") is not False:
        return None
    channel = optional_text_at(container, "channel_id")
    ts = optional_text_at(container, "message_ts")
    if not channel or not ts or channel != optional_text_at(payload, "channel", "id"):
        return None
    message = payload.get("message")
    if not isinstance(message, Mapping) or (message.get("bot_id"), message.get("ts")) != (
        bot_id,
        ts,
    ):
        return None
    request_id = optional_text_at(clicked(payload), "value")
    return (request_id, channel, ts) if request_id and _is_card_of(request_id, message) else None


def check_card(payload: Payload) -> None:
    """Raise `PayloadUnreadable` for a button of one request on the card of another: it is forged.

    Other messages than cards have buttons too, so what says no request is no proof.
    """
    message = payload.get("message")
    if not isinstance(message, Mapping):
        return
    request_id = _request_of(message)
    if request_id and request_id != optional_text_at(clicked(payload), "value"):
        raise PayloadUnreadable("message")


def _is_card_of(request_id: str, message: Payload) -> bool:
    return _request_of(message) == request_id


def _request_of(message: Payload) -> str | None:
    """By the metadata; by how a card's text begins where Slack delivers no metadata."""
    if "metadata" in message:
        return optional_text_at(message, "metadata", "event_payload", "id")
    return request_of_card(optional_text_at(message, "text") or "")


def _input(payload: Payload, block_id: str, action_id: str, key: str) -> object:
    """Slack reports each input of a modal, also one that was left empty (recorded payloads)."""
    found: object = payload
    for step in ("view", "state", "values", block_id, action_id, key):
        if not isinstance(found, Mapping) or step not in found:
            missing = f"view.state.values.{block_id}.{action_id}.{key}"
            raise PayloadUnreadable(missing)
        found = found[step]
    return found


def shows_block(payload: Payload, block_id: str) -> bool:
    """Whether the modal of the payload shows a block of this ID."""
    view = payload.get("view")
    blocks = view.get("blocks") if isinstance(view, Mapping) else None
    return isinstance(blocks, list) and any(
        isinstance(block, Mapping) and block.get("block_id") == block_id for block in blocks
    )


def check_view(payload: Payload, callback_id: str) -> None:
    """Raise `PayloadUnreadable` unless the payload comes from this modal of the bot."""
    if text_at(payload, "view", "callback_id") != callback_id:
        raise PayloadUnreadable("view.callback_id")
