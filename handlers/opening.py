"""Opening the modals: the form, and the confirmation of what was found."""

import logging
from datetime import datetime

from slack_bolt.kwargs_injection.async_args import AsyncArgs
from slack_sdk.errors import SlackApiError

from bot.blocks import messages, modals
from bot.blocks.text import Block
from bot.rules.draft import Proposal
from bot.rules.target import Targets
from bot.service.prefetch_service import PrefetchService
from bot.slack.errors import NoAnswerInTime, is_too_late
from handlers.language import words_for
from handlers.payloads import asker, optional_text_at, text_at

log = logging.getLogger(__name__)


async def open_form(args: AsyncArgs, service: PrefetchService, *, channel_id: str | None) -> None:
    """Ask for targets, of those who may prefetch; for the channel too when it is None."""
    service.drafting.check(asker(args), channel_id)
    view = modals.ask(words_for(args.body), channel_id=channel_id)
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
    return None if proposal is None else await show_proposal(args, proposal, trigger_id)


async def show_proposal(args: AsyncArgs, proposal: Proposal, trigger_id: str) -> Block | None:
    """Open the modal; when Slack's 3 s are over, return a message whose button gives 3 s more."""
    words = words_for(args.body)
    try:
        await args.client.views_open(trigger_id=trigger_id, view=modals.confirm(words, proposal))
    except (SlackApiError, NoAnswerInTime) as error:
        if not is_too_late(error) or not optional_text_at(args.body, "response_url"):
            raise
        log.info("draft %s: trigger expired, offering a button", proposal.draft.id)
        return messages.reopen(words, proposal.draft.id, proposal.draft.plan.files)
    return None
