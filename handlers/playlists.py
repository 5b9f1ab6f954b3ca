"""Buttons of a confirmation that look at a playlist, and add what it names."""

from slack_bolt.kwargs_injection.async_args import AsyncArgs
from slack_sdk.errors import SlackApiError

from bot.blocks import ids
from bot.blocks.confirmation import confirm
from bot.rules.draft import Proposal
from bot.rules.playlists import BeingRead, Looked
from bot.rules.refusals import PayloadUnreadable
from bot.service.playlists import Place
from bot.service.prefetch_service import PrefetchService
from bot.slack.errors import code_of
from handlers.language import words_for
from handlers.opening import show_anew
from handlers.payloads import asker, check_view, clicked, text_at

CHANGED = ("not_found", "hash_conflict")
"""Slack's words for a modal that is closed, or that shows something else by now."""


async def look(args: AsyncArgs, service: PrefetchService) -> None:
    """Say in the modal that the bot looks, and then what the playlist offers.

    A modal that shows something else by then is left as it is. It keeps its buttons meanwhile: a
    process that dies during the look brings no second update.
    """
    check_view(args.body, ids.CONFIRM_VIEW)
    draft_id, place = _place(text_at(clicked(args.body), "value"))
    modal, actor = _Modal(args, service), asker(args)
    proposal = await service.drafting.proposal(draft_id, actor)
    if not await modal.show(proposal, BeingRead()):
        return
    looked: Looked | None = None
    try:
        looked = await service.playlists.look(draft_id, place, actor)
        proposal = await service.drafting.proposal(draft_id, actor)
    finally:
        await modal.show(proposal, looked)


async def add(args: AsyncArgs, service: PrefetchService) -> None:
    """Show in the modal the draft with the segments, which the look has stored."""
    check_view(args.body, ids.CONFIRM_VIEW)
    proposal = await service.drafting.proposal(text_at(clicked(args.body), "value"), asker(args))
    await show_anew(args, service, text_at(args.body, "view", "id"), proposal, is_added=True)


class _Modal:
    """The open modal, as long as nobody else has changed it since it was shown here first.

    The click itself proves that it was open. What a look at the targets has found may have come
    into it behind the click, and does not make the click void.
    """

    def __init__(self, args: AsyncArgs, service: PrefetchService) -> None:
        self._args = args
        self._looking = service.looking
        self._hash: str | None = None

    async def show(self, proposal: Proposal, looked: Looked | None) -> bool:
        """False when the modal was submitted, closed or changed meanwhile."""
        found = self._looking.found(proposal.draft)
        try:
            answer = await self._args.client.views_update(
                view_id=text_at(self._args.body, "view", "id"),
                hash=self._hash,
                view=confirm(words_for(self._args.body), proposal, found, playlist=looked),
            )
        except SlackApiError as error:
            if code_of(error) not in CHANGED:
                raise
            return False
        self._hash = text_at(answer.get("view", {}), "hash")
        return True


def _place(value: str) -> tuple[str, Place]:
    draft_id, _, rest = value.partition(":")
    position, _, rendition = rest.partition(":")
    if not position.isdecimal():
        raise PayloadUnreadable("value")
    return draft_id, Place(int(position), rendition)
