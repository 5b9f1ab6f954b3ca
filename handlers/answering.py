"""Where an answer goes that only the person who asked should read."""

import logging

from slack_bolt.context.async_context import AsyncBoltContext
from slack_bolt.context.respond.async_respond import AsyncRespond
from slack_sdk.errors import SlackApiError

from bot.blocks import modals
from bot.blocks.text import Block
from bot.slack.errors import NoAnswerInTime
from bot.slack.troubles import (
    SlackFailed,
    Trouble,
    in_a_word,
    proves_that_nothing_was_posted,
    trouble_of,
)
from handlers.language import words_for
from handlers.payloads import Payload, optional_text_at

log = logging.getLogger(__name__)


async def show(body: Payload, context: AsyncBoltContext, message: Block) -> None:
    """Show a message by the response URL; without one in a modal, or else in a direct message.

    Where Slack takes no direct message, in the channel, for the person alone.
    """
    if context.respond is not None and optional_text_at(body, "response_url"):
        if not await _is_answered(context.respond, message):
            await _show_in_direct_message(body, context, message)
        return
    try:
        await context.client.views_open(
            trigger_id=optional_text_at(body, "trigger_id") or "",
            view=modals.notice(words_for(body), message["text"]),
        )
    except (SlackApiError, NoAnswerInTime):
        await _show_in_direct_message(body, context, message)


async def _is_answered(respond: AsyncRespond, message: Block) -> bool:
    """By the response URL; raises what leaves it open whether the words stand."""
    try:
        answer = await respond(**message, replace_original=False)
    except SlackFailed as error:
        if not proves_that_nothing_was_posted(error):
            raise
        # Response URLs are on a host of their own, which a proxy may not let through.
        log.warning("the response URL cannot be reached: %s", in_a_word(error))
        return False
    if answer.status_code != 200:
        # The client raises nothing here, and the words would be lost; see tests/handlers.
        log.warning("the response URL answers HTTP %d", answer.status_code)
    return answer.status_code == 200


async def _show_in_direct_message(body: Payload, context: AsyncBoltContext, message: Block) -> None:
    # The event that App Home was opened names its viewer elsewhere: nobody wrote that one.
    user_id = optional_text_at(body, "user", "id") or optional_text_at(body, "user_id")
    if user_id is None:
        log.warning("nobody is named to answer")
        return
    words = {"text": message["text"], "blocks": message["blocks"]}
    try:
        await context.client.chat_postMessage(channel=user_id, **words)
    except SlackApiError as error:
        channel_id = _channel_of(body)
        if trouble_of(error) is not Trouble.REFUSED or channel_id is None:
            raise
        # The messages tab of the app may be off, and a bot takes no direct message at all.
        log.warning("the direct message is refused: %s", in_a_word(error))
        await context.client.chat_postEphemeral(channel=channel_id, user=user_id, **words)


def _channel_of(body: Payload) -> str | None:
    return optional_text_at(body, "channel", "id") or optional_text_at(body, "channel_id")
