"""The chat methods: posting, editing and deleting messages."""

from bot.sandbox.fakeslack.arguments import Arguments
from bot.sandbox.fakeslack.backend import Backend
from bot.sandbox.fakeslack.content import Content, read_content
from bot.sandbox.fakeslack.json_types import Json
from bot.sandbox.fakeslack.method import Method
from bot.sandbox.fakeslack.payloads import message_body
from bot.sandbox.fakeslack.refusals import ApiError
from bot.sandbox.fakeslack.workspace import Channel, Message

UPDATE_TEXT_BYTES = 4000


def post_message(backend: Backend, arguments: Arguments) -> Json:
    channel = _destination(backend, arguments.text("channel"))
    _check_may_post(backend, channel)
    content = _content(backend, arguments)
    message = backend.workspace.post(
        channel.id,
        backend.app.bot_user_id,
        **content.parts(),
        thread_ts=arguments.given.get("thread_ts"),
    )
    return _posted(backend, message, content)


def post_ephemeral(backend: Backend, arguments: Arguments) -> Json:
    channel = _destination(backend, arguments.text("channel"))
    reader = arguments.required("user")
    if backend.app.bot_user_id not in channel.members:
        raise _absent(channel)
    if channel.is_archived:
        raise ApiError("is_archived")
    if reader not in channel.members:
        raise ApiError("user_not_in_channel")
    content = _content(backend, arguments)
    message = backend.workspace.post(
        channel.id,
        backend.app.bot_user_id,
        **content.parts(),
        thread_ts=arguments.given.get("thread_ts"),
        only_for=reader,
    )
    return {"message_ts": message.ts}


def update(backend: Backend, arguments: Arguments) -> Json:
    """Blocks and attachments that the call does not mention stay, as Slack documents it."""
    message = _own_message(backend, arguments, refusal="cant_update_message")
    if len(arguments.text("text").encode(errors="surrogatepass")) > UPDATE_TEXT_BYTES:
        raise ApiError("msg_too_long")
    content = read_content(arguments, backend.ids, unknown_blocks=backend.app.unknown_blocks)
    if not content.parts():
        raise ApiError("no_text")
    edited = backend.workspace.edit(message, **content.parts())
    return {
        "channel": edited.channel_id,
        "ts": edited.ts,
        "text": edited.text,
        "message": message_body(backend.app, edited),
    }


def delete(backend: Backend, arguments: Arguments) -> Json:
    message = _own_message(backend, arguments, refusal="cant_delete_message")
    backend.workspace.delete(message)
    return {"channel": message.channel_id, "ts": message.ts}


def get_permalink(backend: Backend, arguments: Arguments) -> Json:
    channel = _readable(backend, arguments.text("channel"))
    ts = arguments.required("message_ts")
    if backend.workspace.message(channel.id, ts) is None:
        raise ApiError("message_not_found")
    host = f"{backend.app.team_domain}.slack.com"
    link = f"https://{host}/archives/{channel.id}/p{ts.replace('.', '')}"
    return {"channel": channel.id, "permalink": link}


def _destination(backend: Backend, name: str) -> Channel:
    """A channel by ID or #name; a person's ID stands for the conversation with them."""
    workspace = backend.workspace
    if name in workspace.users:
        return workspace.direct_message(name)
    for channel in workspace.channels.values():
        if name in (channel.id, f"#{channel.name}", channel.name):
            return channel
    raise ApiError("channel_not_found")


def _check_may_post(backend: Backend, channel: Channel) -> None:
    if backend.app.bot_user_id not in channel.members:
        public = not channel.is_private and not channel.is_im
        if not public or "chat:write.public" not in backend.app.scopes:
            raise _absent(channel)
    if channel.is_archived:
        raise ApiError("is_archived")
    if channel.is_im:
        _check_may_write_to(backend, channel)


def _check_may_write_to(backend: Backend, conversation: Channel) -> None:
    """Bots take no direct messages, and people none where the app's messages tab is off."""
    others = conversation.members - {backend.app.bot_user_id}
    if any(backend.workspace.users[other].is_bot for other in others):
        raise ApiError("cannot_dm_bot")
    if not backend.app.has_messages_tab:
        raise ApiError("messages_tab_disabled")


def _absent(channel: Channel) -> ApiError:
    hidden = channel.is_private or channel.is_im
    return ApiError("channel_not_found" if hidden else "not_in_channel")


def _content(backend: Backend, arguments: Arguments) -> Content:
    content = read_content(arguments, backend.ids, unknown_blocks=backend.app.unknown_blocks)
    if content.is_empty:
        raise ApiError("no_text")
    return content


def _posted(backend: Backend, message: Message, content: Content) -> Json:
    answer: Json = {
        "channel": message.channel_id,
        "ts": message.ts,
        "message": message_body(backend.app, message),
    }
    if content.was_truncated:
        answer |= {
            "warning": "message_truncated",
            "response_metadata": {"warnings": ["message_truncated"]},
        }
    return answer


def _readable(backend: Backend, channel_id: str) -> Channel:
    """A channel by ID alone, as far as the bot can see it."""
    channel = backend.workspace.channels.get(channel_id)
    if channel is None:
        raise ApiError("channel_not_found")
    hidden = channel.is_private or channel.is_im
    if hidden and backend.app.bot_user_id not in channel.members:
        raise ApiError("channel_not_found")
    return channel


def _own_message(backend: Backend, arguments: Arguments, *, refusal: str) -> Message:
    channel = _readable(backend, arguments.text("channel"))
    message = backend.workspace.message(channel.id, arguments.required("ts"))
    # An ephemeral message can only be changed through its response_url.
    if message is None or message.is_ephemeral:
        raise ApiError("message_not_found")
    if message.user_id != backend.app.bot_user_id:
        raise ApiError(refusal)
    if channel.is_archived:
        raise ApiError("is_inactive")
    return message


CHAT_METHODS = {
    "chat.postMessage": Method(post_message, ("chat:write",)),
    "chat.postEphemeral": Method(post_ephemeral, ("chat:write",)),
    "chat.update": Method(update, ("chat:write",)),
    "chat.delete": Method(delete, ("chat:write",)),
    "chat.getPermalink": Method(get_permalink),
}
