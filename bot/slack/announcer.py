"""Posts and edits the cards in Slack."""

import logging
from collections.abc import Awaitable, Callable
from copy import copy
from dataclasses import dataclass
from typing import Any

from aiohttp import ClientConnectorError
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_async_handlers import AsyncConnectionErrorRetryHandler
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.blocks import messages
from bot.blocks.text import Block
from bot.rules.task import RequestState
from bot.slack.errors import code_of, is_rate_limited

Method = Callable[..., Awaitable[AsyncSlackResponse]]
log = logging.getLogger(__name__)

NOT_INVITED = "The bot is not a member there; type `/invite @prefetch-bot` in that channel."
NOT_THERE: dict[str, str] = {
    "not_in_channel": NOT_INVITED,
    "channel_not_found": f"{NOT_INVITED} A message among people takes no bot.",
    "is_archived": "The channel is archived.",
    "restricted_action": "The workspace lets the bot post there no longer.",
    "restricted_action_read_only_channel": "The channel is read-only.",
    "restricted_action_thread_only_channel": "The channel takes replies only.",
    "restricted_action_non_threadable_channel": "The channel takes no replies.",
    "restricted_action_thread_locked": "The thread is locked.",
    "no_permission": "The workspace lets the bot post there no longer.",
    "access_denied": "The workspace lets the bot post there no longer.",
    "team_access_not_granted": "The workspace lets the bot post there no longer.",
}
BETWEEN_PEOPLE = "It was asked for in a direct message between people, and no bot can join one."
NO_DIRECT_MESSAGE = frozenset(
    {"cannot_dm_bot", "messages_tab_disabled", "user_disabled", "user_not_found", *NOT_THERE}
)
GONE = frozenset(
    {"message_not_found", "cant_update_message", "edit_window_closed", "is_inactive", *NOT_THERE}
)
UNSHOWABLE = frozenset(
    {"invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long", "msg_too_long"}
)
"""Slack will never take these blocks: the words alone are better than no card."""

HALF_DONE = frozenset({"internal_error", "fatal_error", "request_timeout", "service_unavailable"})


@dataclass(frozen=True, slots=True)
class Posted:
    """Where a card went; `reason` says why that is not the request's own channel.

    `is_second`: an earlier one may stand, and this one says so.
    """

    channel: str
    ts: str
    reason: str | None
    is_second: bool = False


def proves_that_nothing_was_posted(error: SlackApiError | ClientConnectorError) -> bool:
    """Of some errors Slack says that part of the work may have been done."""
    if isinstance(error, ClientConnectorError):
        return True
    if is_rate_limited(error):
        return True
    # What is no answer of Slack's at all has no status.
    status: int = getattr(error.response, "status_code", 500)
    code = code_of(error)
    return status < 500 and bool(code) and code not in HALF_DONE


def _that_posts_once(client: AsyncWebClient) -> AsyncWebClient:
    """By itself it would post again when a connection breaks, also when the first post stands."""
    other = copy(client)
    other.retry_handlers = [
        handler
        for handler in client.retry_handlers
        if not isinstance(handler, AsyncConnectionErrorRetryHandler)
    ]
    return other


class Announcer:
    """Slack's side of a request; raises `SlackApiError` for what may pass by itself."""

    def __init__(self, client: AsyncWebClient) -> None:
        self._client = client
        self._post_client = _that_posts_once(client)

    async def post(self, state: RequestState, *, is_second: bool) -> Posted | None:
        """Post the card in the request's channel, or to the requester when that cannot be.

        None when Slack takes it in neither place, ever.
        """
        try:
            return await self._post(state.channel_id, state, reason=None, is_second=is_second)
        except SlackApiError as error:
            reason = NOT_THERE.get(code_of(error))
            if reason is None:
                raise
            if state.channel_id.startswith("D"):
                reason = BETWEEN_PEOPLE
            log.info("card of %s goes to its requester: %s", state.id, code_of(error))
            return await self._post_to_requester(state, reason=reason, is_second=is_second)

    async def edit(self, place: Posted, state: RequestState) -> bool:
        """Bring the card up to date; False when it stands and can no longer be edited."""
        card = messages.card(state, reason=place.reason, is_second=place.is_second)
        try:
            await self._call(
                self._client.chat_update, state, card, channel=place.channel, ts=place.ts
            )
        except SlackApiError as error:
            if code_of(error) not in GONE:
                raise
            log.warning("card of %s can no longer be edited: %s", state.id, code_of(error))
            # A person who has deleted the card does not want another.
            return code_of(error) == "message_not_found"
        return True

    async def withdraw(self, channel: str, ts: str) -> bool:
        """Delete a card that stands beside the one that counts; False when it still stands."""
        try:
            await self._client.chat_delete(channel=channel, ts=ts)
        except SlackApiError as error:
            log.warning("second card %s stays: %s", ts, code_of(error))
            return code_of(error) == "message_not_found"
        return True

    async def _post_to_requester(
        self, state: RequestState, *, reason: str, is_second: bool
    ) -> Posted | None:
        try:
            return await self._post(state.user_id, state, reason=reason, is_second=is_second)
        except SlackApiError as error:
            if code_of(error) not in NO_DIRECT_MESSAGE:
                raise
            log.exception("request %s goes on without a card", state.id)
            return None

    async def _post(
        self, channel: str, state: RequestState, *, reason: str | None, is_second: bool
    ) -> Posted:
        card = messages.card(state, reason=reason, is_second=is_second)
        answer = await self._call(
            self._post_client.chat_postMessage,
            state,
            card,
            channel=channel,
            # Slack would fetch the media to show a preview of it.
            unfurl_links=False,
            unfurl_media=False,
            metadata={"event_type": "prefetch_request", "event_payload": {"id": state.id}},
        )
        return Posted(str(answer["channel"]), str(answer["ts"]), reason, is_second)

    async def _call(
        self,
        method: Method,
        state: RequestState,
        card: Block,
        **arguments: Any,  # noqa: ANN401
    ) -> AsyncSlackResponse:
        try:
            return await method(text=card["text"], blocks=card["blocks"], **arguments)
        except SlackApiError as error:
            if code_of(error) not in UNSHOWABLE:
                raise
            log.exception("card of %s goes without its blocks", state.id)
            return await method(text=card["text"], blocks=[], **arguments)
