"""Submitted modals, the `view_submission` of Slack: stored, then acknowledged with the answer."""

import secrets
from dataclasses import replace
from functools import partial

from slack_bolt.kwargs_injection.async_args import AsyncArgs

from bot.blocks import ids, modals
from bot.blocks.text import Block
from bot.reading.lists import parse_list
from bot.rules.draft import Proposal
from bot.rules.free_text import as_text
from bot.rules.refusals import NothingToDecide, PayloadUnreadable, Undecidable
from bot.service.confirming import LookAgainError
from bot.service.deciding import AttemptId
from bot.service.prefetch_service import PrefetchService
from handlers.attaching import Lists, show_form_when_read
from handlers.draft_modal import AGAIN_AFTER_S, DraftModal
from handlers.language import words_for
from handlers.left_out import give_back, is_due
from handlers.payloads import (
    asker,
    attached_files,
    checked_values,
    input_moment,
    input_text,
    text_at,
)
from handlers.routing import Rest


async def ask_for_targets(args: AsyncArgs, service: PrefetchService) -> Rest | None:
    """The form becomes the confirmation of what it holds; files are read after the answer."""
    typed = input_text(args.body, ids.TARGETS_BLOCK, ids.TARGETS_INPUT, "value")
    named = text_at(args.body, "view", "private_metadata")
    channel_id = named or input_text(
        args.body, ids.CHANNEL_BLOCK, ids.CHANNEL_INPUT, "selected_conversation"
    )
    attached = attached_files(args.body, ids.FILES_BLOCK, ids.FILES_INPUT)
    if attached:
        service.drafting.check(asker(args), channel_id)
        lists = Lists(parse_list(typed), attached, channel_id)
        external_id = secrets.token_hex(16)
        view = modals.reading(words_for(args.body), lists.names)
        await args.ack(response_action="update", view={**view, "external_id": external_id})
        form = modals.Form(
            named or None,
            typed=typed,
            channel_choice=channel_id,
        )
        again = partial(_form_again, args, service, form)
        return Rest(show_form_when_read(args, service, lists, again, external_id=external_id))
    proposal = await service.drafting.draft(
        parse_list(typed), actor=asker(args), channel_id=channel_id, trigger_key=None
    )
    if proposal is not None:
        await _update(args, service, proposal)
        if is_due(service, proposal.draft.rejected):
            return Rest(give_back(args, service, proposal.draft.rejected))
    return None


def _form_again(args: AsyncArgs, service: PrefetchService, form: modals.Form, told: str) -> Block:
    # Asked once more: what went wrong may be that files can no longer be read.
    takes_files = service.attaching.is_on
    return modals.ask(words_for(args.body), replace(form, told=told, takes_files=takes_files))


async def confirm_prefetch(args: AsyncArgs, service: PrefetchService) -> None:
    """Confirm the draft; a second submission of one draft only closes the modal."""
    draft_id, person = text_at(args.body, "view", "private_metadata"), asker(args)
    run_at = input_moment(args.body, ids.SEND_AT_BLOCK, ids.SEND_AT_INPUT)
    try:
        await service.confirming.confirm(draft_id, person, run_at)
    except LookAgainError:
        await _update(args, service, await service.drafting.look_again(draft_id, person, run_at))
    else:
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


async def _update(args: AsyncArgs, service: PrefetchService, proposal: Proposal) -> None:
    """Acknowledge a submission with the modal of this draft."""
    modal = DraftModal(args, service.looking, proposal)
    await args.ack(response_action="update", view=modal.view)
    modal.look_beside(again_after_s=AGAIN_AFTER_S)


def _call(value: str) -> AttemptId:
    position, _, attempt = value.partition(":")
    if not (position.isdecimal() and attempt.isdecimal()):
        raise PayloadUnreadable("value")
    return int(position), int(attempt)
