"""What an acknowledgement does to the screen of the person who waits for it."""

from dataclasses import replace

from bot.sandbox.fakeslack.backend import Backend
from bot.sandbox.fakeslack.content import read_content
from bot.sandbox.fakeslack.delivery import Delivery
from bot.sandbox.fakeslack.json_types import Json
from bot.sandbox.fakeslack.refusals import ApiError
from bot.sandbox.fakeslack.response_urls import answer
from bot.sandbox.fakeslack.views import View
from bot.sandbox.fakeslack.workspace import SLACKBOT

NO_CONNECTION = "We had some trouble connecting. Try again?"
BAD_ANSWER = "invalid_command_response"
BAD_VIEW_ANSWER = "invalid_view_response"
MOST_OPTIONS = 100
LONGEST_OPTION = 75


def show_command_ack(backend: Backend, delivery: Delivery) -> None:
    """The app's answer, or Slackbot's word that the command failed, for the asker's eyes."""
    command = delivery.envelope["payload"]
    if delivery.error is None and delivery.payload:
        try:
            _answer_command(backend, command, delivery.payload)
        except ApiError as error:
            _note(backend, delivery, BAD_ANSWER, error)
    if delivery.error:
        text = f'{command["command"]} failed with the error "{delivery.error}"'
        tell(backend, command["channel_id"], command["user_id"], text)


def tell(backend: Backend, channel_id: str, user_id: str, text: str) -> None:
    """Slackbot's note to one person."""
    backend.workspace.post(channel_id, SLACKBOT, text, only_for=user_id)


def show_submission_ack(backend: Backend, delivery: Delivery, view: View) -> None:
    """Close, change or keep the modal, as the acknowledgement asks."""
    if delivery.error is None:
        try:
            _follow(backend, view, delivery.payload or {})
        except ApiError as error:
            _note(backend, delivery, BAD_VIEW_ANSWER, error)
    if delivery.error and backend.views.get(view.id):
        backend.views.keep(replace(view, notice=NO_CONNECTION, errors={}))


def read_suggestions(backend: Backend, delivery: Delivery) -> list[Json]:
    """The options that a select shows while a person types; none when Slack refuses them."""
    payload = delivery.payload or {}
    groups = payload.get("option_groups") or [{"options": payload.get("options") or []}]
    options: list[Json] = [option for group in groups for option in group.get("options", ())]
    if len(options) > MOST_OPTIONS or not all(map(_is_option, options)):
        _note(backend, delivery, "invalid_options", ApiError("invalid_options"))
        return []
    return options


def _answer_command(backend: Backend, command: Json, payload: Json) -> None:
    content = read_content(payload, backend.ids, unknown_blocks=backend.app.unknown_blocks)
    if content.is_empty:
        return
    channel_id, user_id = command["channel_id"], command["user_id"]
    if payload.get("response_type") == "in_channel":
        typed = f"{command['command']} {command['text']}".strip()
        backend.workspace.post(channel_id, user_id, typed)
    answer(backend.workspace, channel_id, user_id, payload, content)


def _follow(backend: Backend, view: View, payload: Json) -> None:
    views = backend.views
    match payload.get("response_action"):
        case None if not payload:
            views.close(view)
        case "errors":
            views.keep(replace(view, errors=_field_errors(view, payload), notice=None))
        case "update":
            views.update(view, payload.get("view"))
        case "push":
            views.push(view.user_id, payload.get("view"))
        case "clear":
            views.clear(view.user_id)
        case unknown:
            raise ApiError("invalid_response_action", given=unknown)


def _field_errors(view: View, payload: Json) -> dict[str, str]:
    """Slack shows errors under inputs alone; any other block ID spoils the whole answer."""
    errors = payload.get("errors")
    inputs = {block["block_id"] for block in view.blocks if block["type"] == "input"}
    if not isinstance(errors, dict) or not errors or not inputs.issuperset(errors):
        raise ApiError("invalid_errors", given=errors)
    if not all(isinstance(message, str) and message for message in errors.values()):
        raise ApiError("invalid_errors", given=errors)
    return errors


def _note(backend: Backend, delivery: Delivery, word: str, error: ApiError) -> None:
    delivery.error = word
    backend.log.add("trouble", word, why=error.error, **error.more)


def _is_option(option: Json) -> bool:
    text = option.get("text", {}).get("text", "")
    return 0 < len(text) <= LONGEST_OPTION and 0 < len(option.get("value", "")) <= LONGEST_OPTION
