"""Posting and editing one card: a step at a time, each remembered over restarts."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from sqlmodel import Session

from bot.blocks import messages
from bot.rules.card import CardPlace, CardTrouble
from bot.rules.deployment import Terms
from bot.rules.quota import quota_day
from bot.rules.retry import EDITS_IN_ALL, EDITS_WITH_BLOCKS, POSTS_IN_ALL, POSTS_IN_CHANNEL
from bot.rules.states import RequestState, RequestStatus
from bot.slack.announcer import Announcer, NotThere
from bot.slack.troubles import (
    UNSHOWABLE,
    SlackFailed,
    in_a_word,
    proves_that_nothing_was_posted,
)
from bot.workflows.slack_pacing import DELETE, SlackTurns
from storage import audit, ledger, requests
from storage.database import Database
from storage.unit_of_work import UnitOfWork

log = logging.getLogger(__name__)

GIVEN_UP = "card.given_up"
"""In the audit trail: Slack took the card neither in its channel nor as a direct message."""


@dataclass(frozen=True, slots=True)
class Card:
    """What is stored of a card: what it has to show, where it stands, what Slack has refused.

    `outdated` is the place of an earlier card that takes no edit any longer.
    """

    state: RequestState
    place: CardPlace | None
    trouble: CardTrouble
    outdated: CardPlace | None = None

    @property
    def goes_to_requester(self) -> bool:
        return self.trouble.refusals >= POSTS_IN_CHANNEL

    @property
    def post_is_over(self) -> bool:
        """Whether the card was refused so often that it is given up."""
        return self.trouble.given_up or self.trouble.refusals >= POSTS_IN_ALL

    @property
    def edit_is_over(self) -> bool:
        """Whether only another card can show the state."""
        return self.trouble.refusals >= EDITS_IN_ALL

    @property
    def is_running(self) -> bool:
        return self.state.status is RequestStatus.RUNNING

    @property
    def destination(self) -> str:
        return self.state.user_id if self.goes_to_requester else self.state.channel_id


class CardPosting:
    """Makes each call to Slack once, and writes down what became of it."""

    def __init__(
        self,
        database: Database,
        announcer: Announcer,
        turns: SlackTurns,
        *,
        terms: Terms,
        now: Callable[[], datetime],
    ) -> None:
        self._database = database
        self._announcer = announcer
        self._turns = turns
        self._terms = terms
        self._now = now
        self._shown: dict[str, tuple[CardPlace, RequestState]] = {}
        self._without_blocks: set[str] = set()

    async def read(self, request_id: str) -> Card:
        return await self._database.transaction(self._read, request_id)

    async def is_running(self, request_id: str) -> bool:
        """Whether the request runs now, without all that its card shows."""
        return await self._database.transaction(requests.is_running, request_id)

    def is_shown(self, card: Card) -> bool:
        """Whether an edit would change nothing that this process knows of.

        What other requests have spent meanwhile is no reason for an edit.
        """
        place, state = self._shown.get(card.state.id, (None, card.state))
        if place is None or place != card.place:
            return False
        then = replace(card.state, quota=state.quota)
        words = self._announcer.words
        return then == state or messages.card(words, then) == messages.card(words, state)

    def needs_a_person(self, card: Card) -> bool:
        """Whether a doubt has come up that the card does not show yet."""
        _, shown = self._shown.get(card.state.id, (None, None))
        return card.state.counts.unknown > (shown.counts.unknown if shown else 0)

    def forget(self, request_id: str) -> None:
        """The card is final; what is remembered of it in this process goes."""
        self._shown.pop(request_id, None)
        self._without_blocks.discard(request_id)

    async def post(self, card: Card, *, refusal: str | None = None, fresh: bool = False) -> None:
        """Post it where the refusals up to now let it stand; raises what Slack said.

        `fresh` forgets these refusals; `refusal` sends it to the requester and is the reason.
        """
        request_id = card.state.id
        if not fresh and card.goes_to_requester:
            refusal = card.trouble.refusal
        number = await self._database.transaction(requests.count_card, request_id)
        try:
            posted = await self._announcer.post(
                card.state,
                refusal=refusal,
                is_second=number > 1,
                with_blocks=request_id not in self._without_blocks,
            )
        except NotThere:
            await self._database.patiently(requests.uncount_card, request_id, number=number)
            raise
        except SlackFailed as error:
            if proves_that_nothing_was_posted(error):
                await self._database.patiently(requests.uncount_card, request_id, number=number)
            raise
        if await self._database.patiently(requests.keep_card_place, request_id, posted):
            self._shown[request_id] = (posted, card.state)
        else:
            # Another replica declared this one dead in the middle of the post, and posted too.
            await self.withdraw(request_id, posted.channel, posted.ts)

    async def edit(self, card: Card) -> bool:
        """False when the card stands where it can no longer be edited; raises what Slack said."""
        request_id, place = card.state.id, card.place
        if place is None:
            return True
        with_blocks = (
            card.trouble.refusals < EDITS_WITH_BLOCKS and request_id not in self._without_blocks
        )
        if not await self._announcer.edit(place, card.state, with_blocks=with_blocks):
            return False
        self._shown[request_id] = (place, card.state)
        # The next edit tries the blocks once more, and comes back to the words at once.
        refusals = 0 if with_blocks else EDITS_WITH_BLOCKS - 1
        if card.trouble.refusals not in {0, refusals}:
            await self._database.transaction(
                requests.note_card_edited, request_id, refusals=refusals
            )
        return True

    async def refused(self, card: Card, error: Exception) -> int:
        """Write down that Slack refused the card; how often it has done so in a row."""
        code = in_a_word(error)
        if code in UNSHOWABLE and card.state.id not in self._without_blocks:
            # Slack will never take these blocks: the words alone are better than no card.
            log.warning("card of %s goes without its blocks: %s", card.state.id, code)
            self._without_blocks.add(card.state.id)
            return 0
        refusals = card.trouble.refusals + 1
        await self._database.transaction(requests.note_card_trouble, card.state.id, refusals, code)
        return refusals

    async def not_there(self, card: Card, code: str) -> None:
        """The card can never stand where it was to go: to the requester, or given up."""
        log.info("card of %s cannot stand in its place: %s", card.state.id, code)
        refusals = POSTS_IN_ALL if card.goes_to_requester else POSTS_IN_CHANNEL
        refusal = (card.trouble.refusal or code) if card.goes_to_requester else code
        await self._database.transaction(
            requests.note_card_trouble, card.state.id, refusals, refusal
        )

    async def give_up(self, card: Card) -> None:
        """Say in the log and in the audit trail that the request goes on without a card."""
        refusal = card.trouble.refusal or ""
        if await self._database.transaction(self._give_up, card.state.id, refusal, self._now()):
            log.error("request %s goes on without a card: %s", card.state.id, refusal)

    async def withdraw(self, request_id: str, channel: str, ts: str) -> None:
        """Delete a card that stands beside the one that counts."""
        await self._turns.take(DELETE)
        if await self._announcer.withdraw(channel, ts):
            await self._database.transaction(requests.uncount_card, request_id)

    async def withdraw_outdated(self, request_id: str, place: CardPlace) -> None:
        """Delete the card that another has followed; Slack is asked once."""
        await self.withdraw(request_id, place.channel, place.ts)
        await self._database.transaction(requests.forget_outdated_card, request_id, place)

    async def forget_place(self, request_id: str) -> None:
        """The card there cannot be made true any longer; another is to be posted."""
        self._shown.pop(request_id, None)
        await self._database.transaction(requests.forget_card_place, request_id)

    def _read(self, session: Session, request_id: str) -> Card:
        day = quota_day(self._now(), self._terms.zone)
        today = ledger.quota_of(session, self._terms.tenant, day, limit=self._terms.daily_limit)
        row = requests.row(session, request_id)
        return Card(
            requests.state(session, row, today),
            requests.card_place(row),
            requests.card_trouble(row),
            requests.outdated_card(row),
        )

    def _give_up(self, session: Session, request_id: str, refusal: str, now: datetime) -> bool:
        row = requests.give_up_card(session, request_id, refusal)
        if row is None:
            return False
        audit.record(UnitOfWork(session, row.tenant, now), GIVEN_UP, request_id, refusal=refusal)
        return True
