"""Posts and edits the cards in Slack."""

import logging
from dataclasses import dataclass

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.blocks import messages
from bot.rules.task import RequestState

log = logging.getLogger(__name__)

NOT_INVITED = "The bot is not a member there; type `/invite @prefetch-bot` in that channel."
NOT_THERE: dict[str, str] = {
    "not_in_channel": NOT_INVITED,
    "channel_not_found": NOT_INVITED,
    "is_archived": "The channel is archived.",
    "restricted_action": "The workspace lets the bot post there no longer.",
    "restricted_action_read_only_channel": "The channel is read-only.",
    "restricted_action_thread_only_channel": "The channel takes replies only.",
    "no_permission": "The workspace lets the bot post there no longer.",
}
GONE = frozenset({"message_not_found", "cant_update_message", *NOT_THERE})


@dataclass(frozen=True, slots=True)
class Posted:
    """Where a card went; `reason` says why that is not the request's own channel."""

    channel: str
    ts: str
    reason: str | None


class Announcer:
    """Slack's side of a request; raises `SlackApiError` for what may pass by itself."""

    def __init__(self, client: AsyncWebClient) -> None:
        self._client = client

    async def post(self, state: RequestState) -> Posted:
        """Post the card in the request's channel, or to the requester when that cannot be."""
        try:
            return await self._post(state.channel_id, state, reason=None)
        except SlackApiError as error:
            reason = NOT_THERE.get(_code(error))
            if reason is None:
                raise
            log.info("card of %s goes to its requester: %s", state.id, _code(error))
            return await self._post(state.user_id, state, reason=reason)

    async def edit(self, place: Posted, state: RequestState) -> bool:
        """Bring the card up to date; False when it is gone for good."""
        card = messages.card(state, reason=place.reason)
        try:
            await self._client.chat_update(
                channel=place.channel, ts=place.ts, text=card["text"], blocks=card["blocks"]
            )
        except SlackApiError as error:
            if _code(error) not in GONE:
                raise
            log.warning("card of %s can no longer be edited: %s", state.id, _code(error))
            return False
        return True

    async def _post(self, channel: str, state: RequestState, *, reason: str | None) -> Posted:
        card = messages.card(state, reason=reason)
        answer = await self._client.chat_postMessage(
            channel=channel,
            text=card["text"],
            blocks=card["blocks"],
            # Slack would fetch the media to show a preview of it.
            unfurl_links=False,
            unfurl_media=False,
            metadata={"event_type": "prefetch_request", "event_payload": {"id": state.id}},
        )
        return Posted(str(answer["channel"]), str(answer["ts"]), reason)


def _code(error: SlackApiError) -> str:
    return str(error.response.get("error", ""))
