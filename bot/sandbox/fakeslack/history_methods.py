"""The methods that read messages: those of a conversation, and those of a thread."""

from collections.abc import Sequence

from bot.sandbox.fakeslack.arguments import Arguments
from bot.sandbox.fakeslack.backend import Backend
from bot.sandbox.fakeslack.json_types import Json
from bot.sandbox.fakeslack.method import Method
from bot.sandbox.fakeslack.payloads import message_body
from bot.sandbox.fakeslack.refusals import ApiError
from bot.sandbox.fakeslack.workspace import Channel, Message

HISTORY = ("channels:history", "groups:history", "im:history", "mpim:history")
MOST = 999


def history(backend: Backend, arguments: Arguments) -> Json:
    """Newest first, without replies and without what one person alone sees."""
    channel = _readable(backend, arguments)
    found = [message for message in _public(backend, channel) if not _is_reply(message)]
    return _page(backend, arguments, _within(arguments, found)[::-1], default=100)


def replies(backend: Backend, arguments: Arguments) -> Json:
    """The message itself, whatever the limits in time, then its replies, oldest first."""
    channel = _readable(backend, arguments)
    ts = arguments.required("ts")
    parent = backend.workspace.message(channel.id, ts)
    if parent is None or parent.is_ephemeral:
        raise ApiError("thread_not_found")
    below = [one for one in _public(backend, channel) if _is_reply(one) and one.thread_ts == ts]
    return _page(backend, arguments, [parent, *_within(arguments, below)], default=1000)


def _readable(backend: Backend, arguments: Arguments) -> Channel:
    """A conversation that the bot is in, of a kind that it was granted to read."""
    channel = backend.workspace.channels.get(arguments.required("channel"))
    if channel is None:
        raise ApiError("channel_not_found")
    is_member = backend.app.bot_user_id in channel.members
    if not is_member and (channel.is_private or channel.is_im):
        raise ApiError("channel_not_found")
    needed = _scope(channel)
    if needed not in backend.app.scopes:
        provided = ",".join(sorted(backend.app.scopes))
        raise ApiError("missing_scope", needed=needed, provided=provided)
    if not is_member:
        raise ApiError("not_in_channel")
    return channel


def _scope(channel: Channel) -> str:
    if channel.is_im:
        return "im:history" if len(channel.members) <= 2 else "mpim:history"
    return "groups:history" if channel.is_private else "channels:history"


def _public(backend: Backend, channel: Channel) -> list[Message]:
    found = backend.workspace.messages.get(channel.id, {}).values()
    return sorted((one for one in found if not one.is_ephemeral), key=lambda one: float(one.ts))


def _is_reply(message: Message) -> bool:
    return message.thread_ts is not None and message.thread_ts != message.ts


def _within(arguments: Arguments, messages: Sequence[Message]) -> list[Message]:
    """`oldest` and `latest` themselves belong to it only where the call says `inclusive`."""
    oldest, latest = _moment(arguments, "oldest", 0.0), _moment(arguments, "latest", float("inf"))
    edges = {oldest, latest} if arguments.flag("inclusive") else set()
    return [one for one in messages if oldest < float(one.ts) < latest or float(one.ts) in edges]


def _moment(arguments: Arguments, name: str, default: float) -> float:
    try:
        return float(arguments.text(name) or default)
    except ValueError:
        refusal = f"invalid_ts_{name}"
        raise ApiError(refusal) from None


def _page(
    backend: Backend, arguments: Arguments, messages: Sequence[Message], *, default: int
) -> Json:
    limit = _number(arguments.text("limit"), "invalid_limit", default)
    if not 1 <= limit <= max(MOST, default):
        raise ApiError("invalid_limit")
    start = _number(arguments.text("cursor"), "invalid_cursor", 0)
    page, has_more = messages[start : start + limit], len(messages) > start + limit
    bodies = [message_body(backend.app, one) for one in page]
    if not arguments.flag("include_all_metadata"):
        for body in bodies:
            body.pop("metadata", None)
    cursor = str(start + limit) if has_more else ""
    return {
        "messages": bodies,
        "has_more": has_more,
        "response_metadata": {"next_cursor": cursor},
    }


def _number(text: str, refusal: str, default: int) -> int:
    try:
        return int(text) if text else default
    except ValueError:
        raise ApiError(refusal) from None


HISTORY_METHODS = {
    "conversations.history": Method(history, HISTORY),
    "conversations.replies": Method(replies, HISTORY),
}
