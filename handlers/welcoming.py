"""The welcome, when the bot is invited to a channel."""

from slack_bolt.kwargs_injection.async_args import AsyncArgs

from bot.service.prefetch_service import PrefetchService
from handlers.payloads import asker, text_at


async def welcome(args: AsyncArgs, service: PrefetchService) -> None:
    """Only when the member who has joined is the bot itself."""
    if text_at(args.body, "event", "user") != args.context.bot_user_id:
        return
    await service.welcoming.invited(
        asker(args),
        text_at(args.body, "event", "channel"),
        invitation=text_at(args.body, "event", "event_ts"),
    )
