"""Buttons of messages."""

from slack_bolt.kwargs_injection.async_args import AsyncArgs
from slack_sdk.errors import SlackApiError

from bot.blocks import ids, messages, modals
from bot.blocks.text import Block
from bot.service.prefetch_service import PrefetchService
from bot.slack.errors import code_of
from handlers.language import words_for
from handlers.opening import show_proposal
from handlers.payloads import asker, check_view, clicked, input_moment, text_at, timestamp


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


async def explain_stale(args: AsyncArgs, service: PrefetchService) -> Block | None:
    """A button, menu or modal that this version no longer has."""
    words = words_for(args.body)
    answer = messages.stale(words, command=service.terms.command)
    if args.body.get("type") == "view_submission":
        await args.ack(response_action="update", view=modals.notice(words, answer["text"]))
        return None
    return answer
