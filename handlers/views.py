"""Submitted modals, the `view_submission` of Slack: stored, then acknowledged with the answer."""

from slack_bolt.kwargs_injection.async_args import AsyncArgs

from bot.blocks import ids, modals
from bot.reading.lists import parse_list
from bot.rules.free_text import as_text
from bot.rules.refusals import NothingToDecide, PayloadUnreadable, Undecidable
from bot.service.deciding import AttemptId
from bot.service.prefetch_service import PrefetchService
from handlers.language import words_for
from handlers.payloads import asker, checked_values, input_moment, input_text, text_at


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


def _call(value: str) -> AttemptId:
    position, _, attempt = value.partition(":")
    if not (position.isdecimal() and attempt.isdecimal()):
        raise PayloadUnreadable("value")
    return int(position), int(attempt)
