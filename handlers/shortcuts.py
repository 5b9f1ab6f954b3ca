"""The shortcuts: one in a message's menu, one for everywhere."""

from slack_bolt.kwargs_injection.async_args import AsyncArgs

from bot.blocks.text import Block
from bot.reading.messages import parse_message
from bot.rules.refusals import OwnCard
from bot.service.prefetch_service import PrefetchService
from handlers.opening import open_confirmation, open_form
from handlers.payloads import optional_text_at, text_at


async def prefetch_message(args: AsyncArgs, service: PrefetchService) -> Block | None:
    """*Prefetch these links*: the links of the message, each once."""
    author = optional_text_at(args.body, "message", "bot_id")
    if author is not None and author == args.context.bot_id:
        raise OwnCard(command=service.terms.command)
    targets = parse_message(args.body.get("message") or {})
    channel_id = text_at(args.body, "channel", "id")
    return await open_confirmation(args, service, targets, channel_id=channel_id)


async def prefetch_files(args: AsyncArgs, service: PrefetchService) -> None:
    """*Prefetch files*: asks for targets and, as Slack names none, for the channel."""
    await open_form(args, service, channel_id=None)
