"""Clicks and choices: finding what a person touches, and what Slack reports of it."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.sandbox.fakeslack import payloads
from bot.sandbox.fakeslack.backend import Backend
from bot.sandbox.fakeslack.elements import STATEFUL, chosen_value, interactive, option_of
from bot.sandbox.fakeslack.forms import Values, filled, first_values
from bot.sandbox.fakeslack.json_types import Blocks, Json
from bot.sandbox.fakeslack.refusals import CannotDoError
from bot.sandbox.fakeslack.views import View
from bot.sandbox.fakeslack.workspace import Message, User

Surface = Message | View
_REPORTED = ("action_id", "block_id", "type", "text", "value", "style", "placeholder")


def on_screen(backend: Backend, user: User, surface: Surface) -> Surface:
    """The newest state of the message or view, if this person can touch it now."""
    if isinstance(surface, View):
        return _view_on_screen(backend, user, surface)
    for message in backend.workspace.seen_by(user.id, surface.channel_id):
        if message.ts == surface.ts:
            return message
    text = f"{user.name} does not see the message {surface.ts}"
    raise CannotDoError(text)


def touched(
    surface: Surface, action_id: str, block_id: str | None, value: object
) -> tuple[Json, Json]:
    """The block and element; a button is told from its twins by its block or its value."""
    candidates = [
        (block, element)
        for block, element in interactive(_all_blocks(surface))
        if element["action_id"] == action_id and block_id in (None, block["block_id"])
    ]
    exact = [(b, e) for b, e in candidates if value is not None and e.get("value") == value]
    found = exact or candidates
    if len(found) == 1 and (exact or value is None or found[0][1]["type"] != "button"):
        return found[0]
    shown = [(b["block_id"], e["action_id"]) for b, e in interactive(_all_blocks(surface))]
    message = f"{len(found)} elements are {action_id}/{block_id}/{value}; shown: {shown}"
    raise CannotDoError(message)


def values_of(backend: Backend, user: User, surface: Surface) -> Values:
    if isinstance(surface, View):
        return surface.values
    key = (user.id, surface.channel_id, surface.ts)
    return first_values(surface.blocks, kept=backend.message_values.get(key))


def clicked(block: Json, element: Json, value: object, action_ts: str) -> Json:
    """The action that Slack reports for a button or an overflow menu."""
    action = _action(block, element, action_ts)
    if element["type"] == "overflow":
        action["selected_option"] = option_of(element, value, lambda _: None)
    elif element["type"] not in {"button", "workflow_button", "icon_button"}:
        message = f"{element['action_id']} is a {element['type']}: choose, do not click"
        raise CannotDoError(message)
    return action


def chosen(
    backend: Backend, user: User, surface: Surface, block: Json, element: Json, *, value: object
) -> tuple[Surface, Json]:
    """Keep the choice on the screen, and say what Slack reports of it."""
    block_id, action_id = block["block_id"], element["action_id"]
    known = suggestions(backend, surface, block_id, action_id)
    typed: Mapping[str, Mapping[str, Any]] = {block_id: {action_id: value}}
    held = chosen_value(element, value, known.get)
    values = filled(_all_blocks(surface), values_of(backend, user, surface), typed, known.get)
    action = _action(block, element, backend.ids.timestamp()) | held
    if isinstance(surface, View):
        return backend.views.keep(replace(surface, values=values)), action
    backend.message_values[(user.id, surface.channel_id, surface.ts)] = values
    return surface, action


def is_reported_at_once(block: Json, element: Json) -> bool:
    """Inputs are reported with the submission, unless their block asks for more."""
    if block["type"] != "input":
        return element["type"] in STATEFUL
    return bool(block.get("dispatch_action"))


def reported(backend: Backend, user: User, surface: Surface, action: Json) -> Json:
    """The whole block_actions payload."""
    common = payloads.block_actions(backend.app, user, action)
    if isinstance(surface, View):
        trigger = backend.triggers.issue(user.id, channel_id=surface.channel_id, view_id=surface.id)
        return common | {"trigger_id": trigger} | payloads.in_view(backend.app, user, surface)
    channel = backend.workspace.channels[surface.channel_id]
    url = backend.response_urls.issue(
        "actions", channel_id=channel.id, user_id=user.id, message_ts=surface.ts
    )
    trigger = backend.triggers.issue(user.id, channel_id=channel.id)
    values = values_of(backend, user, surface)
    place = payloads.in_message(backend.app, channel, surface, values)
    return common | {"trigger_id": trigger, "response_url": url} | place


def suggestions(
    backend: Backend, surface: Surface, block_id: str, action_id: str
) -> dict[str, Json]:
    if not isinstance(surface, View):
        return {}
    known = backend.suggestions.get((surface.id, block_id, action_id), [])
    return {option["value"]: option for option in known}


def _view_on_screen(backend: Backend, user: User, view: View) -> View:
    """The top of the stack or the home tab: the rest of the stack is covered."""
    shown = [*backend.views.stack(user.id)[-1:], backend.views.home(user.id)]
    for candidate in shown:
        if candidate is not None and candidate.id == view.id:
            return candidate
    message = f"{user.name} does not have the view {view.title!r} on the screen"
    raise CannotDoError(message)


def _all_blocks(surface: Surface) -> Blocks:
    if isinstance(surface, View):
        return surface.blocks
    attached = [block for a in surface.attachments for block in a.get("blocks", ())]
    return [*surface.blocks, *attached]


def _action(block: Json, element: Json, action_ts: str) -> Json:
    action = {name: element[name] for name in _REPORTED if name in element}
    return action | {"block_id": block["block_id"], "action_ts": action_ts}
