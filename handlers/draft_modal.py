"""The modal of a draft, and what a look at its targets adds to it while it is open."""

import asyncio
import logging
import secrets
from collections.abc import Sequence
from functools import partial

from slack_bolt.kwargs_injection.async_args import AsyncArgs
from slack_sdk.errors import SlackApiError

from bot.blocks.confirmation import confirm
from bot.blocks.text import Block
from bot.preflight.looking import Looking
from bot.rules.draft import Proposal
from bot.rules.playlists import Looked
from bot.rules.preflight import Look
from bot.slack.errors import code_of
from bot.slack.troubles import SlackFailed, in_a_word
from handlers.language import words_for

log = logging.getLogger(__name__)

AGAIN_AFTER_S = (0.5, 1.0)
"""The answer to a submission may reach Slack behind what a quick look has found."""


class DraftModal:
    """The modal that shows this proposal once; each time it is shown is one of these.

    Its view has an external ID of its own as long as a look is due. What is found is shown under
    that ID: so a modal that shows something else by then, or is gone, is left as it is.
    """

    def __init__(
        self,
        args: AsyncArgs,
        looking: Looking,
        proposal: Proposal,
        playlist: Looked | None = None,
    ) -> None:
        self._client = args.client
        self._words = words_for(args.body)
        self._looking = looking
        self._proposal = proposal
        self._playlist = playlist
        self._external_id = secrets.token_hex(16) if looking.is_due(proposal.draft) else ""

    @property
    def view(self) -> Block:
        """With what is known already."""
        return self._with(self._looking.found(self._proposal.draft))

    def look_beside(self, *, again_after_s: Sequence[float] = ()) -> None:
        """Look at the targets while the person reads; call it once the view is with Slack.

        Where it may still be on its way, a modal that Slack does not find is tried again after
        each of these pauses.
        """
        if self._external_id:
            show = partial(self._show, again_after_s)
            self._looking.beside(self._proposal.draft, show)

    def _with(self, look: Look) -> Block:
        view = confirm(self._words, self._proposal, look, playlist=self._playlist)
        return {**view, "external_id": self._external_id} if self._external_id else view

    async def _show(self, again_after_s: Sequence[float], look: Look) -> None:
        if not look:
            return
        for pause_s in (*again_after_s, None):
            try:
                # The blocks keep their IDs, so Slack keeps what the person has chosen in them.
                await self._client.views_update(
                    external_id=self._external_id, view=self._with(look)
                )
            except SlackApiError as error:
                if code_of(error) != "not_found":
                    log.warning("what was found is not shown: %s", in_a_word(error))
                    return
            except SlackFailed as error:
                log.warning("what was found is not shown: %s", in_a_word(error))
                return
            else:
                return
            if pause_s is not None:
                await asyncio.sleep(pause_s)
