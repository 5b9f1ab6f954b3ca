"""What a person does in a tab."""

import base64
import binascii
import re
from collections.abc import Awaitable, Callable, Mapping

from bot.sandbox.fakeslack import CannotDoError, Message, View
from bot.sandbox.fakeslack.composer import check_length
from bot.sandbox.page.fields import Fields, MalformedError
from bot.sandbox.page.tab import Outcome, Tab

Act = Callable[[Tab, Fields], Awaitable[Outcome]]

COMMAND = re.compile(r"(/\S+)(?:\s+(.*))?", re.DOTALL)


async def say(tab: Tab, given: Fields) -> Outcome:
    """As the message box does: a text that begins with a slash is a command."""
    channel, text = _channel(tab, given), given.text("text")
    check_length(text)
    thread_ts = given.optional_text("thread_ts")
    if typed := COMMAND.fullmatch(text.strip()):
        if thread_ts is not None:
            message = f"{typed[1]} is not supported in threads; type it in the channel"
            raise CannotDoError(message)
        return Outcome(await tab.person.command(channel, typed[1], typed[2] or ""))
    files = [_file(tab, file_id) for file_id in given.texts("files")]
    if not text.strip() and not files:
        message = "there is nothing to send"
        raise MalformedError(message)
    message_sent = await tab.person.say(channel, text, files=files, thread_ts=thread_ts)
    return Outcome(result={"ts": message_sent.ts})


async def command(tab: Tab, given: Fields) -> Outcome:
    channel, text = _channel(tab, given), given.optional_text("text") or ""
    return Outcome(await tab.person.command(channel, given.text("command"), text))


async def message_shortcut(tab: Tab, given: Fields) -> Outcome:
    channel, ts = _channel(tab, given), given.text("ts")
    return Outcome(await tab.person.message_shortcut(given.text("callback_id"), channel, ts))


async def global_shortcut(tab: Tab, given: Fields) -> Outcome:
    return Outcome(await tab.person.global_shortcut(given.text("callback_id")))


async def submit(tab: Tab, given: Fields) -> Outcome:
    view, values = _modal(tab, given), given.typed("values")
    for block in view.blocks:
        element = block.get("element") or {}
        if element.get("type") == "file_input" and block["block_id"] in values:
            _resolve_files(tab, values[block["block_id"]], element["action_id"])
    return Outcome(await tab.person.submit(view, values))


async def close(tab: Tab, given: Fields) -> Outcome:
    return Outcome(await tab.person.close(_modal(tab, given)))


async def click(tab: Tab, given: Fields) -> Outcome:
    delivery = await tab.person.click(
        _surface(tab, given),
        given.text("action_id"),
        given.optional_text("block_id"),
        given.optional_text("value"),
    )
    return Outcome(delivery)


async def choose(tab: Tab, given: Fields) -> Outcome:
    delivery = await tab.person.choose(
        _surface(tab, given),
        given.text("action_id"),
        given.get("value"),
        given.optional_text("block_id"),
    )
    return Outcome(delivery)


async def suggest(tab: Tab, given: Fields) -> Outcome:
    block_id, action_id = given.text("block_id"), given.text("action_id")
    delivery = await tab.person.suggest(_modal(tab, given), block_id, action_id, given.text("text"))
    answer = {} if delivery.error else delivery.payload or {}
    shown = {name: answer[name] for name in ("options", "option_groups") if name in answer}
    return Outcome(delivery, shown)


async def home(tab: Tab, given: Fields) -> Outcome:
    return Outcome(await tab.person.open_home(given.optional_text("tab") or "home"))


async def upload(tab: Tab, given: Fields) -> Outcome:
    """The file is sent with `say` or in a form, by the ID that this gives."""
    try:
        content = base64.b64decode(given.text("content_base64"), validate=True)
    except binascii.Error:
        message = "content_base64 is not base64"
        raise MalformedError(message) from None
    name, mimetype = given.text("name"), given.text("mimetype")
    file = tab.scene.slack.add_file(tab.person.id, name, content, mimetype)
    return Outcome(result=tab.scene.slack.file_body(file))


async def older(tab: Tab, given: Fields) -> Outcome:
    return Outcome(result={"messages": tab.conversations.older(_channel(tab, given))})


PERSON_ACTIONS: Mapping[str, Act] = {
    "say": say,
    "command": command,
    "message_shortcut": message_shortcut,
    "global_shortcut": global_shortcut,
    "submit": submit,
    "close": close,
    "click": click,
    "choose": choose,
    "suggest": suggest,
    "home": home,
    "upload": upload,
    "older": older,
}


def _channel(tab: Tab, given: Fields) -> str:
    channel_id = given.text("channel")
    if channel_id not in tab.scene.slack.workspace.channels:
        message = f"there is no channel {channel_id}"
        raise CannotDoError(message)
    return channel_id


def _modal(tab: Tab, given: Fields) -> View:
    return _view(tab, given.text("view_id"))


def _view(tab: Tab, view_id: str) -> View:
    for view in tab.person.views:
        if view.id == view_id:
            return view
    message = "that modal is closed already"
    raise CannotDoError(message)


def _surface(tab: Tab, given: Fields) -> Message | View:
    surface = given.part("surface")
    if surface.get("home"):
        if tab.person.home is None:
            message = "the app's home has not been opened"
            raise CannotDoError(message)
        return tab.person.home
    if surface.get("view") is not None:
        return _view(tab, surface.text("view"))
    place = surface.part("message")
    channel_id, ts = place.text("channel"), place.text("ts")
    found = tab.scene.slack.message(channel_id, ts)
    if found is None:
        message = "that message is gone"
        raise CannotDoError(message)
    return found


def _file(tab: Tab, file_id: str) -> dict[str, object]:
    file = tab.scene.slack.workspace.files.get(file_id)
    if file is None:
        message = f"there is no file {file_id}"
        raise CannotDoError(message)
    return tab.scene.slack.file_body(file)


def _resolve_files(tab: Tab, held: dict[str, object], action_id: str) -> None:
    chosen = held.get(action_id)
    if isinstance(chosen, list):
        held[action_id] = [_file(tab, one) if isinstance(one, str) else one for one in chosen]
