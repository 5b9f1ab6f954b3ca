"""Buttons, and inputs that act before their modal is submitted: the `block_actions` of Slack."""

from collections.abc import Awaitable, Callable
from datetime import datetime

from slack_bolt.kwargs_injection.async_args import AsyncArgs
from slack_sdk.errors import SlackApiError

from bot.blocks import ids, messages, modals
from bot.blocks.decisions import resolve
from bot.blocks.text import Block
from bot.rules.policy import Actor
from bot.rules.target import Targets
from bot.service.prefetch_service import PrefetchService
from bot.slack.errors import code_of
from handlers.language import words_for
from handlers.opening import open_confirmation, show_proposal
from handlers.payloads import asker, check_view, clicked, input_moment, text_at, timestamp

Again = Callable[[str, Actor], Awaitable[tuple[Targets, str]]]
"""Finds the targets of a request that are to be drafted anew, and its channel."""


async def review_draft(args: AsyncArgs, service: PrefetchService) -> Block | None:
    """Open the confirmation of a draft whose modal could not be opened in time."""
    proposal = await service.drafting.proposal(text_at(clicked(args.body), "value"), asker(args))
    return await show_proposal(args, proposal, text_at(args.body, "trigger_id"))


async def choose_time(args: AsyncArgs, service: PrefetchService) -> None:
    """Show in the modal the quota of the day that the person chose last."""
    check_view(args.body, ids.CONFIRM_VIEW)
    draft_id, view_id = (text_at(args.body, "view", key) for key in ("private_metadata", "id"))
    run_at = input_moment(args.body, ids.SEND_AT_BLOCK, ids.SEND_AT_INPUT)
    person, chosen_ts = asker(args), timestamp(clicked(args.body), "action_ts")
    proposal = await service.drafting.move(draft_id, person, run_at, chosen_ts=chosen_ts)
    shown = None
    # Slack may have held this update up until the update of a later choice was done, here or by
    # another replica; so the stored draft is looked at once more behind each update.
    while shown is None or shown.draft.run_at != proposal.draft.run_at:
        try:
            view = modals.confirm(words_for(args.body), proposal)
            await args.client.views_update(view_id=view_id, view=view)
        except SlackApiError as error:
            if code_of(error) != "not_found":
                raise
            return  # It was submitted or closed meanwhile.
        shown, proposal = proposal, await service.drafting.proposal(draft_id, person)


async def show_details(args: AsyncArgs, service: PrefetchService) -> None:
    """Every target of a request; whoever sees the card may look."""
    state = await service.asking.status(text_at(clicked(args.body), "value"), asker(args))
    view = modals.details(words_for(args.body), state)
    await args.client.views_open(trigger_id=text_at(args.body, "trigger_id"), view=view)


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
    calls, overlaps = await service.deciding.in_doubt(request_id, asker(args), again=is_again)
    view = resolve(words_for(args.body), action_id, request_id, calls, overlaps)
    await args.client.views_open(trigger_id=text_at(args.body, "trigger_id"), view=view)


async def _propose(
    args: AsyncArgs, service: PrefetchService, find: Again, run_at: datetime | None = None
) -> Block | None:
    targets, channel_id = await find(text_at(clicked(args.body), "value"), asker(args))
    return await open_confirmation(args, service, targets, channel_id=channel_id, run_at=run_at)
