"""The lists behind a confirmation, and turning the pages of a list."""

from slack_bolt.kwargs_injection.async_args import AsyncArgs

from bot.blocks import ids, pages
from bot.blocks.text import Block
from bot.rules.refusals import PayloadUnreadable
from bot.service.prefetch_service import PrefetchService
from handlers.language import words_for
from handlers.opening import change_modal
from handlers.payloads import asker, check_view, clicked, text_at

LISTS = {pages.SENT: pages.sent, pages.LEFT_OUT: pages.left_out}
MOST_DIGITS = 4


async def look_at_all(args: AsyncArgs, service: PrefetchService) -> None:
    """Every target of the draft, above its confirmation."""
    await _look(args, service, pages.SENT)


async def look_at_left_out(args: AsyncArgs, service: PrefetchService) -> None:
    """All that the draft leaves out, above its confirmation."""
    await _look(args, service, pages.LEFT_OUT)


async def turn_page(args: AsyncArgs, service: PrefetchService) -> None:
    """Show another page of the list in its modal; both are known from the click alone."""
    page = _page(text_at(clicked(args.body), "value"))
    metadata = text_at(args.body, "view", "private_metadata")
    if text_at(args.body, "view", "callback_id") == ids.DETAILS_VIEW:
        state = await service.asking.status(metadata, asker(args))
        view = pages.details(words_for(args.body), state, page)
    else:
        check_view(args.body, ids.LOOK_VIEW)
        which, _, draft_id = metadata.partition(":")
        view = await _list_of(args, service, which, draft_id, page)
    await change_modal(args, view, view_id=text_at(args.body, "view", "id"))


async def _look(args: AsyncArgs, service: PrefetchService, which: str) -> None:
    check_view(args.body, ids.CONFIRM_VIEW)
    draft_id = text_at(args.body, "view", "private_metadata")
    view = await _list_of(args, service, which, draft_id, page=0)
    # Above the confirmation, which stays as it is, with what was chosen in it.
    await args.client.views_push(trigger_id=text_at(args.body, "trigger_id"), view=view)


async def _list_of(
    args: AsyncArgs, service: PrefetchService, which: str, draft_id: str, page: int
) -> Block:
    if which not in LISTS:
        raise PayloadUnreadable("view.private_metadata")
    proposal = await service.drafting.proposal(draft_id, asker(args))
    return LISTS[which](words_for(args.body), proposal.draft, page)


def _page(value: str) -> int:
    if not (value.isascii() and value.isdecimal() and len(value) <= MOST_DIGITS):
        raise PayloadUnreadable("value")
    return int(value)
