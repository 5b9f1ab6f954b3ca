"""Posts notices to Slack, and finds out whether one stands whose answer was lost."""

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.blocks.text import Block
from bot.slack.announcer import NO_MESSAGE_THERE, NotThere, that_tries_once
from bot.slack.errors import LACKING, code_of
from bot.slack.troubles import SlackFailed, Trouble, trouble_of
from bot.words.language import Words

EVENT_TYPE = "prefetch_notice"
"""Of the metadata by which a notice is recognised; people do not see it."""

PAGE = 200
PAGES_AT_MOST = 20
CLOCKS_DIFFER = timedelta(hours=1)
"""The bot says since when to look, and Slack dates its messages itself."""

TOO_MANY = "too_many_messages"
NO_THREAD = frozenset({"thread_not_found", "message_not_found", "cannot_reply_to_message"})


class CannotLook(Exception):  # noqa: N818
    """The bot was not granted to read that conversation, so nobody knows whether it stands."""


class Teller:
    """Slack's side of a notice; raises what a call raises, for the caller to try again or not."""

    def __init__(self, client: AsyncWebClient, words: Words) -> None:
        self.words = words
        self._client = that_tries_once(client)

    async def post(
        self,
        message: Block,
        *,
        channel: str,
        thread_ts: str | None,
        keys: Collection[str],
        with_blocks: bool = True,
    ) -> tuple[str, str]:
        """Post it; the channel and ts at which it stands. Raises `NotThere` where it never can."""
        try:
            answer = await self._client.chat_postMessage(
                text=message["text"],
                blocks=message["blocks"] if with_blocks else [],
                channel=channel,
                thread_ts=thread_ts,
                unfurl_links=False,
                unfurl_media=False,
                metadata={"event_type": EVENT_TYPE, "event_payload": {"keys": list(keys)}},
            )
        except SlackApiError as error:
            if code_of(error) in NO_MESSAGE_THERE or (thread_ts and code_of(error) in NO_THREAD):
                raise NotThere(code_of(error)) from error
            raise
        return str(answer["channel"]), str(answer["ts"])

    async def find(
        self, keys: Collection[str], *, channel: str, thread_ts: str | None, since: datetime
    ) -> tuple[str, str] | None:
        """Where a message with one of the keys stands; None when none does.

        Raises `CannotLook`, or what a call raises.
        """
        oldest = f"{(since - CLOCKS_DIFFER).timestamp():.6f}"
        try:
            async for found in self._messages(channel, thread_ts, oldest):
                if _told(found).intersection(keys):
                    return channel, str(found["ts"])
        except SlackApiError as error:
            if code_of(error) == LACKING or trouble_of(error) is Trouble.REFUSED:
                raise CannotLook(code_of(error)) from error
            raise
        return None

    async def conversation_with(self, user_id: str) -> str:
        """The ID of the bot's conversation with a person; raises as `find` does."""
        try:
            answer = await self._client.conversations_open(users=user_id)
        except SlackApiError as error:
            if code_of(error) == LACKING or trouble_of(error) is Trouble.REFUSED:
                raise CannotLook(code_of(error)) from error
            raise
        return str(answer["channel"]["id"])

    async def withdraw(self, channel: str, ts: str) -> None:
        """Delete a message that says what another one says already, if Slack lets it."""
        try:
            await self._client.chat_delete(channel=channel, ts=ts)
        except SlackFailed:
            return

    async def _messages(
        self, channel: str, thread_ts: str | None, oldest: str
    ) -> AsyncIterator[Mapping[str, Any]]:
        cursor = ""
        for _ in range(PAGES_AT_MOST):
            asked: dict[str, Any] = {
                "channel": channel,
                "limit": PAGE,
                "include_all_metadata": True,
                **({"cursor": cursor} if cursor else {}),
            }
            if thread_ts is None:
                answer = await self._client.conversations_history(oldest=oldest, **asked)
            else:
                answer = await self._client.conversations_replies(ts=thread_ts, **asked)
            found: Sequence[Mapping[str, Any]] = answer["messages"]
            for message in found:
                yield message
            cursor = (answer.get("response_metadata") or {}).get("next_cursor", "")
            if not cursor:
                return
        # Nobody has read to the end, so nobody knows.
        raise CannotLook(TOO_MANY)


def _told(message: Mapping[str, Any]) -> set[str]:
    """The keys of the notices that a message tells; anybody's metadata may be anything."""
    metadata = message.get("metadata")
    if not isinstance(metadata, Mapping) or metadata.get("event_type") != EVENT_TYPE:
        return set()
    payload = metadata.get("event_payload")
    keys = payload.get("keys") if isinstance(payload, Mapping) else None
    return {key for key in keys if isinstance(key, str)} if isinstance(keys, list) else set()
