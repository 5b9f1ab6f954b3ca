"""The shortcuts: one in a message's menu, one for everywhere."""

from slack_bolt.kwargs_injection.async_args import AsyncArgs

from bot.blocks.text import Block
from bot.reading.attached_files import lists_among
from bot.reading.messages import files_of, parse_message, parse_words
from bot.rules.refusals import OwnCard
from bot.service.prefetch_service import PrefetchService
from handlers.attaching import Lists, open_confirmation_of_files
from handlers.opening import open_confirmation, open_form
from handlers.payloads import optional_text_at, text_at


async def prefetch_message(args: AsyncArgs, service: PrefetchService) -> Block | None:
    """*Prefetch these links*: the links of the message, each once, and the lists in its files."""
    author = optional_text_at(args.body, "message", "bot_id")
    if author is not None and author == args.context.bot_id:
        raise OwnCard(command=service.terms.command)
    message = args.body.get("message") or {}
    channel_id = text_at(args.body, "channel", "id")
    attached = lists_among(files_of(message)) if service.attaching.is_on else ()
    if attached:
        lists = Lists(parse_words(message), attached, channel_id)
        return await open_confirmation_of_files(args, service, lists)
    return await open_confirmation(args, service, parse_message(message), channel_id=channel_id)


async def prefetch_files(args: AsyncArgs, service: PrefetchService) -> None:
    """*Prefetch files*: asks for targets and, as Slack names none, for the channel."""
    await open_form(args, service, channel_id=None)
