"""The buttons of a card that decide about its request, and the modal that asks for a reason."""

from collections.abc import Awaitable, Callable
from datetime import datetime

from slack_bolt.kwargs_injection.async_args import AsyncArgs

from bot.blocks import ids, messages
from bot.blocks.choices import resolve
from bot.blocks.text import Block
from bot.rules.free_text import as_text
from bot.rules.policy import Actor
from bot.rules.refusals import NothingToDecide, PayloadUnreadable, Undecidable
from bot.rules.target import Targets
from bot.service.deciding import AttemptId
from bot.service.prefetch_service import PrefetchService
from handlers.language import words_for
from handlers.opening import open_confirmation
from handlers.payloads import asker, checked_values, clicked, input_text, text_at

Again = Callable[[str, Actor], Awaitable[tuple[Targets, str]]]
"""Finds the targets of a request that are to be drafted anew, and its channel."""


async def cancel(args: AsyncArgs, service: PrefetchService) -> Block:
    """Cancel what is not sent; Slack has already asked the person whether they are sure."""
    request_id = text_at(clicked(args.body), "value")
    given_up = await service.deciding.cancel(request_id, asker(args))
    words = words_for(args.body)
    return messages.cancelled(words, request_id, given_up.files, goes_on=given_up.goes_on)


async def retry(args: AsyncArgs, service: PrefetchService) -> Block | None:
    """What failed becomes a new draft, to be looked at and confirmed like any other."""
    return await _propose(args, service, service.asking.failed)


async def send_tomorrow(args: AsyncArgs, service: PrefetchService) -> Block | None:
    """What failed becomes a new draft for a few minutes after the reset of the quota."""
    return await _propose(
        args, service, service.asking.failed, run_at=await service.asking.after_reset()
    )


async def send_cancelled(args: AsyncArgs, service: PrefetchService) -> Block | None:
    """What somebody has cancelled becomes a new draft."""
    return await _propose(args, service, service.asking.cancelled)


async def ask_why(args: AsyncArgs, service: PrefetchService) -> None:
    """*Mark as sent* and *Send again* both want to know which calls, and why."""
    button = clicked(args.body)
    request_id = text_at(button, "value")
    action_id = text_at(button, "action_id")
    is_again = action_id == ids.SEND_AGAIN_BUTTON
    calls, elsewhere = await service.deciding.unknown(request_id, asker(args), again=is_again)
    view = resolve(words_for(args.body), action_id, request_id, calls, elsewhere)
    await args.client.views_open(trigger_id=text_at(args.body, "trigger_id"), view=view)


async def decide(args: AsyncArgs, service: PrefetchService) -> None:
    """Store what a person decided about calls in doubt; the workflow then mends the card."""
    choice, _, request_id = text_at(args.body, "view", "private_metadata").partition(":")
    carry_out = {
        ids.MARK_AS_SENT_BUTTON: service.deciding.mark_as_sent,
        ids.SEND_AGAIN_BUTTON: service.deciding.send_again,
    }.get(choice)
    if carry_out is None:
        raise PayloadUnreadable("view.private_metadata")
    values = checked_values(args.body, ids.CALLS_BLOCK, ids.CALLS_INPUT)
    calls = [_call(value) for value in values]
    if not calls:
        raise NothingToDecide(Undecidable.NO_CALL_CHOSEN)
    # What nobody sees is no reason.
    reason = as_text(input_text(args.body, ids.REASON_BLOCK, ids.REASON_INPUT, "value"))
    if not reason:
        missing = words_for(args.body).decisions.REASON_MISSING
        await args.ack(response_action="errors", errors={ids.REASON_BLOCK: missing})
        return
    await carry_out(request_id, calls, asker(args), reason=reason)
    await args.ack()


async def _propose(
    args: AsyncArgs, service: PrefetchService, find: Again, run_at: datetime | None = None
) -> Block | None:
    targets, channel_id = await find(text_at(clicked(args.body), "value"), asker(args))
    return await open_confirmation(args, service, targets, channel_id=channel_id, run_at=run_at)


def _call(value: str) -> AttemptId:
    position, _, attempt = value.partition(":")
    if not (position.isdecimal() and attempt.isdecimal()):
        raise PayloadUnreadable("value")
    return int(position), int(attempt)
