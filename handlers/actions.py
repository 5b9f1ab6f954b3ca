"""Buttons, and inputs that act before their modal is submitted: the `block_actions` of Slack."""

from slack_bolt.kwargs_injection.async_args import AsyncArgs

from bot.blocks import ids
from bot.blocks.decisions import resolve
from bot.blocks.text import Block
from bot.rules.refusals import PayloadUnreadable
from bot.service.prefetch_service import PrefetchService
from handlers import requests
from handlers.language import words_for
from handlers.opening import show_anew, show_proposal
from handlers.payloads import asker, check_view, clicked, input_moment, text_at, timestamp


async def review_draft(args: AsyncArgs, service: PrefetchService) -> Block | None:
    """Open the confirmation of a draft whose modal could not be opened in time."""
    proposal = await service.drafting.proposal(text_at(clicked(args.body), "value"), asker(args))
    return await show_proposal(args, service, proposal, text_at(args.body, "trigger_id"))


async def choose_time(args: AsyncArgs, service: PrefetchService) -> None:
    """Show in the modal the quota of the day that the person chose last."""
    draft_id, view_id = _open_confirmation(args)
    run_at = input_moment(args.body, ids.SEND_AT_BLOCK, ids.SEND_AT_INPUT)
    person, chosen_ts = asker(args), timestamp(clicked(args.body), "action_ts")
    proposal = await service.drafting.move(draft_id, person, run_at, chosen_ts=chosen_ts)
    # Slack may have held this update up until the update of a later choice was done, here or by
    # another replica; so the stored draft is looked at once more behind each update.
    while await show_anew(args, service, view_id, proposal):
        shown, proposal = proposal, await service.drafting.proposal(draft_id, person)
        if shown.draft.run_at == proposal.draft.run_at:
            break


async def keep_first(args: AsyncArgs, service: PrefetchService) -> None:
    """Show in the modal what is left without addresses that resemble an earlier one."""
    draft_id, view_id = _open_confirmation(args)
    proposal = await service.drafting.keep_first(draft_id, asker(args))
    await show_anew(args, service, view_id, proposal)


async def leave_out_signed(args: AsyncArgs, service: PrefetchService) -> None:
    """Show in the modal what is left without addresses whose signature ends, or perhaps does."""
    draft_id, view_id = _open_confirmation(args)
    is_doubtful = text_at(clicked(args.body), "action_id") == ids.LEAVE_DOUBTFUL_BUTTON
    proposal = await service.drafting.leave_out_signed(draft_id, asker(args), doubtful=is_doubtful)
    await show_anew(args, service, view_id, proposal)


async def leave_out(args: AsyncArgs, service: PrefetchService) -> None:
    """Show in the modal what is left without the targets that failed when they were looked at."""
    draft_id, view_id = _open_confirmation(args)
    of_draft, _, mark = text_at(clicked(args.body), "value").partition(":")
    if of_draft != draft_id:
        raise PayloadUnreadable("value")
    left_out = await service.drafting.leave_out(draft_id, asker(args), mark)
    # What is left was looked at already; after a restart it is looked at again.
    service.looking.carry_over(left_out.before, left_out.proposal.draft, without=left_out.targets)
    await show_anew(args, service, view_id, left_out.proposal)


async def show_details(args: AsyncArgs, service: PrefetchService) -> None:
    """Every target of a request; whoever sees the card may look."""
    await requests.show_details(args, service, _request_id(args))


async def cancel(args: AsyncArgs, service: PrefetchService) -> Block:
    """Cancel what is not sent; Slack has already asked the person whether they are sure."""
    return await requests.cancel(args, service, _request_id(args))


async def retry(args: AsyncArgs, service: PrefetchService) -> Block | None:
    """What failed becomes a new draft, to be looked at and confirmed like any other."""
    return await requests.retry(args, service, _request_id(args))


async def send_tomorrow(args: AsyncArgs, service: PrefetchService) -> Block | None:
    """What failed becomes a new draft for a few minutes after the reset of the quota."""
    find, run_at = service.asking.targets_to_retry, await service.asking.after_reset()
    return await requests.propose(args, service, _request_id(args), find, run_at)


async def send_cancelled(args: AsyncArgs, service: PrefetchService) -> Block | None:
    """What somebody has cancelled becomes a new draft."""
    return await requests.propose(
        args, service, _request_id(args), service.asking.cancelled_targets
    )


async def ask_why(args: AsyncArgs, service: PrefetchService) -> None:
    """*Mark as sent* and *Send again* both want to know which calls, and why."""
    button = clicked(args.body)
    request_id = _request_id(args)
    action_id = text_at(button, "action_id")
    is_again = action_id == ids.SEND_AGAIN_BUTTON
    calls, overlaps = await service.deciding.in_doubt(request_id, asker(args), again=is_again)
    view = resolve(words_for(args.body), action_id, request_id, calls, overlaps)
    await args.client.views_open(trigger_id=text_at(args.body, "trigger_id"), view=view)


def _open_confirmation(args: AsyncArgs) -> tuple[str, str]:
    """The draft that the modal shows, and the view ID of the modal.

    Raises `PayloadUnreadable` where the payload is not of a confirmation.
    """
    check_view(args.body, ids.CONFIRM_VIEW)
    return text_at(args.body, "view", "private_metadata"), text_at(args.body, "view", "id")


def _request_id(args: AsyncArgs) -> str:
    return text_at(clicked(args.body), "value")
