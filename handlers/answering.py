"""Where an answer goes that only the person who asked should read."""

from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.errors import SlackApiError

from bot.blocks import modals
from bot.blocks.text import Block
from handlers.payloads import Payload, optional_text_at


async def show(body: Payload, context: AsyncBoltContext, message: Block) -> None:
    """By the response URL; without one in a modal, and too late for that, in a direct message."""
    if context.respond is not None and optional_text_at(body, "response_url"):
        await context.respond(**message, replace_original=False)
        return
    try:
        await context.client.views_open(
            trigger_id=optional_text_at(body, "trigger_id") or "",
            view=modals.notice(message["text"]),
        )
    except SlackApiError:
        # The event that App Home was opened names its viewer elsewhere: nobody wrote that one.
        user_id = optional_text_at(body, "user", "id") or optional_text_at(body, "user_id")
        if user_id is None:
            raise
        await context.client.chat_postMessage(
            channel=user_id, text=message["text"], blocks=message["blocks"]
        )
