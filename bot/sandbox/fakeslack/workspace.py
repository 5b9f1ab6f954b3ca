"""The workspace as it stands: people, channels, messages, files."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from bot.sandbox.fakeslack.identifiers import Identifiers
from bot.sandbox.fakeslack.json_types import Blocks, Json

SLACKBOT = "USLACKBOT"


@dataclass(frozen=True, slots=True)
class User:
    """`team_id` is their own workspace; `acting_in` another one in which they use Slack now."""

    id: str
    name: str
    real_name: str
    team_id: str
    locale: str = "en-US"
    timezone: str = "Europe/Amsterdam"
    is_bot: bool = False
    acting_in: str = ""

    @property
    def workspace(self) -> str:
        """Where they do what they do."""
        return self.acting_in or self.team_id


@dataclass(frozen=True, slots=True)
class Channel:
    id: str
    name: str
    members: frozenset[str]
    is_private: bool = False
    is_archived: bool = False
    is_im: bool = False


@dataclass(frozen=True, slots=True)
class Message:
    """`only_for` names the one reader of an ephemeral message."""

    channel_id: str
    ts: str
    user_id: str
    text: str = ""
    blocks: Blocks = field(default_factory=list)
    attachments: Blocks = field(default_factory=list)
    files: Blocks = field(default_factory=list)
    thread_ts: str | None = None
    only_for: str | None = None
    metadata: Json | None = None
    edited_ts: str | None = None

    @property
    def is_ephemeral(self) -> bool:
        return self.only_for is not None


@dataclass(frozen=True, slots=True)
class File:
    """`elsewhere` is the address of a file that lies outside Slack and is only linked there."""

    id: str
    name: str
    mimetype: str
    content: bytes
    user_id: str
    elsewhere: str = ""
    is_deleted: bool = False


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that the app has announced, of so many bytes; nobody sees it before it is shared."""

    file: File
    length: int
    is_whole: bool = False


class Workspace:
    """Messages are replaced, never changed in place, so that whoever holds one keeps it."""

    def __init__(
        self,
        *,
        ids: Identifiers,
        bot_user_id: str,
        users: Sequence[User],
        channels: Sequence[Channel],
        usergroups: Mapping[str, Sequence[str]],
    ) -> None:
        self._ids = ids
        self.bot_user_id = bot_user_id
        self.users = {user.id: user for user in users}
        self.channels = {channel.id: channel for channel in channels}
        self.usergroups = {group: list(members) for group, members in usergroups.items()}
        self.messages: dict[str, dict[str, Message]] = {}
        self.files: dict[str, File] = {}
        self.handed_in: set[str] = set()
        """The files that people gave the app in a modal."""

    def post(self, channel_id: str, user_id: str, text: str = "", **more: object) -> Message:
        message = Message(channel_id, self._ids.timestamp(), user_id, text)
        message = replace(message, **more)  # type: ignore[arg-type]
        self.messages.setdefault(channel_id, {})[message.ts] = message
        return message

    def edit(self, message: Message, **changes: object) -> Message:
        edited = replace(message, edited_ts=self._ids.timestamp(), **changes)  # type: ignore[arg-type]
        self.messages[message.channel_id][message.ts] = edited
        return edited

    def delete(self, message: Message) -> None:
        del self.messages[message.channel_id][message.ts]

    def message(self, channel_id: str, ts: str) -> Message | None:
        return self.messages.get(channel_id, {}).get(ts)

    def direct_message(self, *user_ids: str) -> Channel:
        """The conversation of exactly these people and the bot, opened when there is none."""
        members = frozenset((*user_ids, self.bot_user_id))
        for channel in self.channels.values():
            if channel.is_im and channel.members == members:
                return channel
        channel = Channel(self._ids.new("D"), "directmessage", members, is_im=True)
        self.channels[channel.id] = channel
        return channel

    def join(self, channel_id: str, user_id: str) -> None:
        channel = self.channels[channel_id]
        self.channels[channel_id] = replace(channel, members=channel.members | {user_id})

    def leave(self, channel_id: str, user_id: str) -> None:
        channel = self.channels[channel_id]
        self.channels[channel_id] = replace(channel, members=channel.members - {user_id})

    def archive(self, channel_id: str) -> None:
        self.channels[channel_id] = replace(self.channels[channel_id], is_archived=True)

    def unarchive(self, channel_id: str) -> None:
        self.channels[channel_id] = replace(self.channels[channel_id], is_archived=False)

    def delete_file(self, file_id: str) -> None:
        self.files[file_id] = replace(self.files[file_id], is_deleted=True)

    def shows_to_app(self, file: File) -> bool:
        """An app sees what it was handed in a modal, and what is in the channels it is part of."""
        if file.id in self.handed_in or file.user_id == self.bot_user_id:
            return True
        return any(
            file.id in {one.get("id") for one in message.files}
            for channel in self.channels.values()
            if self.bot_user_id in channel.members
            for message in self.messages.get(channel.id, {}).values()
        )

    def seen_by(self, user_id: str, channel_id: str) -> list[Message]:
        """What this person reads in the channel, oldest first."""
        channel = self.channels[channel_id]
        closed = channel.is_private or channel.is_im
        if closed and user_id not in channel.members:
            return []
        shown = self.messages.get(channel_id, {}).values()
        return [message for message in shown if message.only_for in (None, user_id)]
