"""Submitted modals: stored first, acknowledged with the answer."""

from slack_bolt.kwargs_injection.async_args import AsyncArgs

from bot.blocks import ids, modals
from bot.reading.lists import parse_list
from bot.service.prefetch_service import PrefetchService
from handlers.language import words_for
from handlers.payloads import asker, input_moment, input_text, text_at


async def ask_for_targets(args: AsyncArgs, service: PrefetchService) -> None:
    """The form becomes the confirmation of what it holds."""
    typed = input_text(args.body, ids.TARGETS_BLOCK, ids.TARGETS_INPUT, "value")
    channel_id = text_at(args.body, "view", "private_metadata") or input_text(
        args.body, ids.CHANNEL_BLOCK, ids.CHANNEL_INPUT, "selected_conversation"
    )
    proposal = await service.drafting.draft(
        parse_list(typed), actor=asker(args), channel_id=channel_id, trigger_key=None
    )
    if proposal is not None:
        view = modals.confirm(words_for(args.body), proposal)
        await args.ack(response_action="update", view=view)


async def confirm_prefetch(args: AsyncArgs, service: PrefetchService) -> None:
    """Confirm the draft; a second submission of one draft only closes the modal."""
    draft_id = text_at(args.body, "view", "private_metadata")
    run_at = input_moment(args.body, ids.SEND_AT_BLOCK, ids.SEND_AT_INPUT)
    await service.confirming.confirm(draft_id, asker(args), run_at)
    await args.ack()
