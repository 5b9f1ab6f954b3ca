"""What an older version of the bot has shown, and this version has no more."""

from slack_bolt.kwargs_injection.async_args import AsyncArgs

from bot.blocks import messages, modals
from bot.blocks.text import Block
from bot.service.prefetch_service import PrefetchService
from handlers.language import words_for


async def explain(args: AsyncArgs, service: PrefetchService) -> Block | None:
    """Say that this button, menu or modal is out of date, and how to begin anew."""
    words = words_for(args.body)
    answer = messages.stale(words, command=service.terms.command)
    if args.body.get("type") == "view_submission":
        await args.ack(response_action="update", view=modals.notice(words, answer["text"]))
        return None
    return answer
