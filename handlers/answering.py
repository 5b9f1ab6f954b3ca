"""Where an answer goes that only the person who asked should read."""

import logging

from slack_bolt.context.async_context import AsyncBoltContext
from slack_bolt.kwargs_injection.async_args import AsyncArgs
from slack_sdk.errors import SlackApiError

from bot.blocks import modals
from bot.blocks.text import Block
from bot.slack.errors import NoAnswerInTime
from handlers.payloads import Payload, optional_text_at

log = logging.getLogger(__name__)


async def reply(args: AsyncArgs, message: Block) -> None:
    """Answer a command or a button."""
    await show(args.body, args.context, message)


async def show(body: Payload, context: AsyncBoltContext, message: Block) -> None:
    """By the response URL; without one in a modal, and too late for that, in a direct message."""
    if context.respond is not None and optional_text_at(body, "response_url"):
        answer = await context.respond(**message, replace_original=False)
        if answer.status_code == 200:
            return
        # The client raises nothing here: the words would be lost (measured).
        log.warning("the response URL answers HTTP %d", answer.status_code)
        await _show_in_direct_message(body, context, message)
        return
    try:
        await context.client.views_open(
            trigger_id=optional_text_at(body, "trigger_id") or "",
            view=modals.notice(message["text"]),
        )
    except (SlackApiError, NoAnswerInTime):
        await _show_in_direct_message(body, context, message)


async def _show_in_direct_message(body: Payload, context: AsyncBoltContext, message: Block) -> None:
    # The event that App Home was opened names its viewer elsewhere: nobody wrote that one.
    user_id = optional_text_at(body, "user", "id") or optional_text_at(body, "user_id")
    if user_id is None:
        log.warning("nobody is named to answer")
        return
    await context.client.chat_postMessage(
        channel=user_id, text=message["text"], blocks=message["blocks"]
    )
