"""Posts and edits the cards in Slack."""

import logging
from copy import copy

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.blocks import messages
from bot.rules.card import CardPlace
from bot.rules.states import RequestState
from bot.slack.errors import code_of
from bot.slack.troubles import SlackFailed, in_a_word
from bot.words.language import Words

log = logging.getLogger(__name__)

NOT_THERE = frozenset(
    {
        "not_in_channel",
        "channel_not_found",
        "is_archived",
        "restricted_action",
        "restricted_action_read_only_channel",
        "restricted_action_thread_only_channel",
        "restricted_action_non_threadable_channel",
        "restricted_action_thread_locked",
        "no_permission",
        "access_denied",
        "team_access_not_granted",
    }
)
"""With these Slack says that the bot can post no message in a conversation."""

NO_MESSAGE_THERE = frozenset(
    {"cannot_dm_bot", "messages_tab_disabled", "user_disabled", "user_not_found", *NOT_THERE}
)
GONE = frozenset(
    {"message_not_found", "cant_update_message", "edit_window_closed", "is_inactive", *NOT_THERE}
)


class NotThere(Exception):  # noqa: N818
    """The card can never stand in that conversation; the message is Slack's code for it."""


def _that_tries_once(client: AsyncWebClient) -> AsyncWebClient:
    """By itself it would post again when a connection breaks, also when the first post stands.

    And each try of its own would be one more than the shared pace knows of.
    """
    once = copy(client)
    once.retry_handlers = []
    return once


class Announcer:
    """Slack's side of a request; raises what a call raises, for the caller to try again or not."""

    def __init__(self, client: AsyncWebClient, words: Words) -> None:
        self.words = words
        self._client = _that_tries_once(client)

    async def post(
        self,
        state: RequestState,
        *,
        refusal: str | None = None,
        is_second: bool = False,
        with_blocks: bool = True,
    ) -> CardPlace:
        """Post the card in the request's channel; raises `NotThere` where that can never be.

        `refusal` is the code with which Slack refused the channel: then the card goes to the
        requester, and says why.
        """
        channel = state.channel_id if refusal is None else state.user_id
        card = messages.card(self.words, state, refusal=refusal, is_second=is_second)
        try:
            answer = await self._client.chat_postMessage(
                text=card["text"],
                blocks=card["blocks"] if with_blocks else [],
                channel=channel,
                # Slack would fetch the media to show a preview of it.
                unfurl_links=False,
                unfurl_media=False,
                metadata={"event_type": "prefetch_request", "event_payload": {"id": state.id}},
            )
        except SlackApiError as error:
            # The request's own channel may be a direct message too.
            if code_of(error) not in NO_MESSAGE_THERE:
                raise
            raise NotThere(code_of(error)) from error
        return CardPlace(str(answer["channel"]), str(answer["ts"]), refusal, is_second)

    async def edit(
        self, place: CardPlace, state: RequestState, *, with_blocks: bool = True
    ) -> bool:
        """Bring the card up to date; False when it stands and can no longer be edited."""
        card = messages.card(self.words, state, refusal=place.reason, is_second=place.is_second)
        try:
            await self._client.chat_update(
                text=card["text"],
                blocks=card["blocks"] if with_blocks else [],
                channel=place.channel,
                ts=place.ts,
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
        except SlackFailed as error:
            log.warning("second card %s stays: %s", ts, in_a_word(error))
            return isinstance(error, SlackApiError) and code_of(error) == "message_not_found"
        return True
