"""What people do with a request: by a button of its card, or by its ID behind the command."""

from collections.abc import Awaitable, Callable
from datetime import datetime

from slack_bolt.kwargs_injection.async_args import AsyncArgs

from bot.blocks import messages, pages
from bot.blocks.text import Block
from bot.rules.policy import Actor
from bot.rules.target import Targets
from bot.service.prefetch_service import PrefetchService
from handlers.language import words_for
from handlers.opening import open_confirmation
from handlers.payloads import asker, text_at

Again = Callable[[str, Actor], Awaitable[tuple[Targets, str]]]
"""Finds the targets of a request that are to be drafted anew, and its channel."""


async def show_details(args: AsyncArgs, service: PrefetchService, request_id: str) -> None:
    """Every target of a request; whoever sees the card may look."""
    state = await service.asking.status(request_id, asker(args))
    view = pages.details(words_for(args.body), state)
    await args.client.views_open(trigger_id=text_at(args.body, "trigger_id"), view=view)


async def cancel(args: AsyncArgs, service: PrefetchService, request_id: str) -> Block:
    """Cancel what is not sent."""
    cancelled = await service.deciding.cancel(request_id, asker(args))
    words = words_for(args.body)
    return messages.cancelled(words, request_id, cancelled.files, goes_on=cancelled.goes_on)


async def retry(args: AsyncArgs, service: PrefetchService, request_id: str) -> Block | None:
    """What failed becomes a new draft, to be looked at and confirmed like any other."""
    return await propose(args, service, request_id, service.asking.targets_to_retry)


async def propose(
    args: AsyncArgs,
    service: PrefetchService,
    request_id: str,
    find: Again,
    run_at: datetime | None = None,
) -> Block | None:
    """A new draft of what `find` finds in the request."""
    targets, channel_id = await find(request_id, asker(args))
    return await open_confirmation(args, service, targets, channel_id=channel_id, run_at=run_at)
