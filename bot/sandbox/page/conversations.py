"""What one tab has been shown of each conversation, and what is new in it."""

from collections import Counter
from collections.abc import Iterator

from bot.sandbox.fakeslack import FakeSlack, Message
from bot.sandbox.page.shown import Shown, message_shown

PAGE = 200


class Conversations:
    """Costs as much as the tab holds, however long a conversation is."""

    def __init__(self, slack: FakeSlack, user_id: str) -> None:
        self._slack = slack
        self._user_id = user_id
        self._held: dict[str, _Conversation] = {}

    def look(self) -> Iterator[Shown]:
        for channel_id, messages in list(self._slack.workspace.messages.items()):
            if self._may_read(channel_id):
                yield from self._conversation(channel_id).look(messages)

    def older(self, channel_id: str) -> int:
        """Hold one page more of the past; the next look tells it. How many messages it has."""
        if not self._may_read(channel_id):
            return 0
        messages = self._slack.workspace.messages.get(channel_id, {})
        return self._conversation(channel_id).reach_back(messages)

    def _conversation(self, channel_id: str) -> "_Conversation":
        if channel_id not in self._held:
            self._held[channel_id] = _Conversation(self._slack, channel_id, self._user_id)
        return self._held[channel_id]

    def _may_read(self, channel_id: str) -> bool:
        channel = self._slack.workspace.channels[channel_id]
        return self._user_id in channel.members or not (channel.is_private or channel.is_im)


class _Conversation:
    def __init__(self, slack: FakeSlack, channel_id: str, user_id: str) -> None:
        self._slack = slack
        self._channel_id = channel_id
        self._user_id = user_id
        self._told: dict[str, Message] = {}
        self._replies: Counter[str] = Counter()
        self._oldest: str | None = None
        self._more = False

    def look(self, messages: dict[str, Message]) -> Iterator[Shown]:
        if self._oldest is None:
            self.reach_back(messages)
        shown = {message.ts: message for message in self._window(messages)}
        changed = [m for m in reversed(shown.values()) if self._told.get(m.ts) is not m]
        removed = [ts for ts in self._told if ts not in shown]
        replied = self._count_replies(changed, removed)
        self._told = shown
        if changed or removed:
            known = {message.ts for message in changed}
            parents = [shown[ts] for ts in sorted(replied - known) if ts in shown]
            yield self._frame([*changed, *parents], removed)

    def reach_back(self, messages: dict[str, Message]) -> int:
        found = 0
        held, self._more = self._oldest, False
        for message in self._backwards(messages):
            if held is not None and message.ts >= held:
                continue
            if found == PAGE:
                self._more = True
                break
            found += 1
            self._oldest = message.ts
        return found

    def _window(self, messages: dict[str, Message]) -> Iterator[Message]:
        """Newest first, down to the oldest that the tab holds."""
        for message in self._backwards(messages):
            if self._oldest is not None and message.ts < self._oldest:
                return
            yield message

    def _backwards(self, messages: dict[str, Message]) -> Iterator[Message]:
        for ts in reversed(messages):
            message = messages[ts]
            if message.only_for in (None, self._user_id):
                yield message

    def _count_replies(self, changed: list[Message], removed: list[str]) -> set[str]:
        """The messages under which replies came or went."""
        parents = set()
        for message in changed:
            if (
                message.thread_ts
                and message.thread_ts != message.ts
                and message.ts not in self._told
            ):
                self._replies[message.thread_ts] += 1
                parents.add(message.thread_ts)
        for ts in removed:
            parent = self._told[ts].thread_ts
            if parent and parent != ts:
                self._replies[parent] -= 1
                parents.add(parent)
        return parents

    def _frame(self, messages: list[Message], removed: list[str]) -> Shown:
        users = self._slack.workspace.users
        return {
            "type": "messages",
            "channel": self._channel_id,
            "messages": [message_shown(m, users, self._replies[m.ts]) for m in messages],
            "removed": removed,
            "more": self._more,
        }
