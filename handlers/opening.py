"""Opening the modals: the form, and the confirmation of what was found."""

import logging
from datetime import datetime

from slack_bolt.kwargs_injection.async_args import AsyncArgs
from slack_sdk.errors import SlackApiError

from bot.blocks import ids, messages, modals
from bot.blocks.text import Block
from bot.rules.draft import Proposal
from bot.rules.playlists import Outdated
from bot.rules.target import Targets
from bot.service.prefetch_service import PrefetchService
from bot.slack.errors import NoAnswerInTime, code_of, is_too_late
from handlers.draft_modal import DraftModal
from handlers.language import words_for
from handlers.left_out import give_back
from handlers.payloads import asker, optional_text_at, shows_block, text_at

log = logging.getLogger(__name__)


async def open_form(args: AsyncArgs, service: PrefetchService, *, channel_id: str | None) -> None:
    """Ask for targets, of those who may prefetch; for the channel too when it is None."""
    service.drafting.check(asker(args), channel_id)
    form = modals.Form(channel_id, takes_files=service.attaching.is_on)
    view = modals.ask(words_for(args.body), form)
    await args.client.views_open(trigger_id=text_at(args.body, "trigger_id"), view=view)


async def open_confirmation(
    args: AsyncArgs,
    service: PrefetchService,
    targets: Targets,
    *,
    channel_id: str,
    run_at: datetime | None = None,
) -> Block | None:
    """Store the draft, then show it; a payload that Slack delivered twice shows nothing.

    Returns what `show_proposal` returns.
    """
    trigger_id = text_at(args.body, "trigger_id")
    proposal = await service.drafting.draft(
        targets,
        actor=asker(args),
        channel_id=channel_id,
        trigger_key=trigger_id,
        run_at=run_at,
    )
    if proposal is None:
        return None
    return await show_proposal(args, service, proposal, trigger_id)


async def show_proposal(
    args: AsyncArgs, service: PrefetchService, proposal: Proposal, trigger_id: str
) -> Block | None:
    """Open the modal; when Slack's 3 s are over, return a message whose button gives 3 s more."""
    words, modal = words_for(args.body), DraftModal(args, service.looking, proposal)
    try:
        await args.client.views_open(trigger_id=trigger_id, view=modal.view)
    except (SlackApiError, NoAnswerInTime) as error:
        if not is_too_late(error) or not optional_text_at(args.body, "response_url"):
            raise
        log.info("draft %s: trigger expired, offering a button", proposal.draft.id)
        return messages.reopen(words, proposal.draft.id, proposal.draft.plan.files)
    modal.look_beside()
    await give_back(args, service, proposal.draft.rejected)
    return None


async def show_anew(
    args: AsyncArgs,
    service: PrefetchService,
    view_id: str,
    proposal: Proposal,
    *,
    is_added: bool = False,
) -> bool:
    """Show the draft in the open modal; False when that was submitted or closed meanwhile.

    What a look at a playlist has offered there goes, and the modal says so, unless it `is_added`.
    """
    is_lost = not is_added and shows_block(args.body, ids.LOOKED_BLOCK)
    playlist = Outdated() if is_lost else None
    modal = DraftModal(args, service.looking, proposal, playlist)
    if not await change_modal(args, modal.view, view_id=view_id):
        return False
    modal.look_beside()
    return True


async def change_modal(args: AsyncArgs, view: Block, **modal: str) -> bool:
    """Show something else in an open modal; False when that was submitted or closed meanwhile.

    `modal` names it as Slack's method does: by `view_id` or `external_id`.
    """
    try:
        await args.client.views_update(view=view, **modal)
    except SlackApiError as error:
        if code_of(error) != "not_found":
            raise
        return False
    return True
