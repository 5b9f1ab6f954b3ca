"""Keeping the one card of each request true: stored place, coalesced edits, the last one sure."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from weakref import WeakValueDictionary

from slack_sdk.errors import SlackApiError

from bot.rules.retry import card_wait_s
from bot.slack.announcer import NotThere
from bot.slack.troubles import SlackFailed, Trouble, in_a_word, retry_after_s, trouble_of
from bot.workflows.cancellation import uninterrupted
from bot.workflows.card_posting import Card, CardPosting
from bot.workflows.slack_pacing import EDIT, POST, SlackTurns, Urgency
from storage import requests
from storage.database import Database

log = logging.getLogger(__name__)

EDIT_EVERY_S = 1.5
"""More edits of one card than this nobody can read."""

RETRY_S = 3.0
LAST_EDIT_S = 5.0


class Cards:
    """One edit at a time a card; what changes before its turn has come goes into the same edit."""

    def __init__(
        self,
        database: Database,
        posting: CardPosting,
        turns: SlackTurns,
        *,
        now: Callable[[], datetime],
        wait_s: Callable[[int], float] = card_wait_s,
        edit_every_s: float | None = None,
    ) -> None:
        self._database = database
        self._posting = posting
        self._turns = turns
        self._now = now
        self._wait_s = wait_s
        self._edit_every_s = EDIT_EVERY_S if edit_every_s is None else edit_every_s
        self._editing: dict[str, asyncio.Task[None]] = {}
        self._waiting: set[asyncio.Task[object] | None] = set()
        self._ending: set[str] = set()
        self._changed: set[str] = set()
        self._to_post: set[str] = set()
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    def show(self, request_id: str) -> None:
        """Post the card soon unless it stands, and keep it true; nobody waits for Slack."""
        self._to_post.add(request_id)
        self.changed(request_id)

    def changed(self, request_id: str) -> None:
        """The card no longer shows the truth; an edit follows soon, one for many changes."""
        self._changed.add(request_id)
        if request_id not in self._editing:
            self._editing[request_id] = asyncio.create_task(self._edit_until_true(request_id))

    async def settled(self, request_id: str) -> None:
        """Return when nothing is left to be shown, posted or tried again for the moment."""
        while editing := self._editing.get(request_id):
            await asyncio.wait({editing})

    async def finish(self, request_id: str) -> None:
        """Return when the last state is shown, or when it is written down that it cannot be.

        Where Slack takes no edit any longer, the last state is posted anew.
        """
        while editing := self._editing.get(request_id):
            await self._stop(request_id, editing)
        self._to_post.discard(request_id)
        await self._patiently(request_id, self._end)
        self._posting.forget(request_id)

    async def close(self) -> None:
        """Stop editing; what had changed is shown once more, if Slack takes it soon."""
        changed = [*self._editing]
        editing = list(self._editing.values())
        for task in editing:
            task.cancel()
        await asyncio.gather(*editing, return_exceptions=True)
        last = asyncio.gather(*map(self._edit, changed), return_exceptions=True)
        await asyncio.wait({last}, timeout=LAST_EDIT_S)
        last.cancel()
        await asyncio.wait({last})

    async def found(self, request_id: str, channel: str, ts: str) -> None:
        """A person has used this card: should it stand beside the one that counts, it goes."""
        if await self._database.transaction(requests.is_spare_card, request_id, channel, ts):
            await self._posting.withdraw(request_id, channel, ts)
            self.changed(request_id)

    async def _stop(self, request_id: str, editing: asyncio.Task[None]) -> None:
        """An edit under way is waited for: cut off, it might reach Slack after the last one.

        One that only waits for its turn would take the turn of another card.
        """
        self._changed.discard(request_id)
        self._ending.add(request_id)
        if editing in self._waiting:
            editing.cancel()
        try:
            await asyncio.wait({editing})
        finally:
            self._ending.discard(request_id)

    async def _edit_until_true(self, request_id: str) -> None:
        try:
            while request_id in self._changed:
                self._changed.discard(request_id)
                pause_s = self._edit_every_s
                try:
                    await self._patiently(request_id, self._progress)
                except Exception:  # The database is away; the change is not forgotten.
                    log.warning("card of %s: not shown, trying again", request_id, exc_info=True)
                    self._changed.add(request_id)
                    pause_s = RETRY_S
                with self._idle(request_id):
                    await asyncio.sleep(pause_s)
        finally:
            self._editing.pop(request_id, None)

    async def _patiently(self, request_id: str, go_on: Callable[[Card], Awaitable[bool]]) -> None:
        """Take one step after another until the last; Slack's troubles only make it longer."""
        troubles, is_over = 0, False
        while not is_over:
            card = await self._posting.read(request_id)
            if card.place and card.outdated:
                await self._posting.withdraw_outdated(request_id, card.outdated)
                card = await self._posting.read(request_id)
            try:
                is_over = await go_on(card)
            except NotThere as never:
                await self._posting.not_there(card, str(never))
            except SlackFailed as error:
                troubles += 1
                wait_s = await self._answer(card, error, troubles)
                with self._idle(request_id):
                    await asyncio.sleep(wait_s)
            else:
                troubles = 0

    async def _answer(self, card: Card, error: Exception, troubles: int) -> float:
        """What a failed call leads to; the seconds until the next try."""
        request_id, trouble = card.state.id, trouble_of(error)
        # The client says once what the token lacks; every card would say it again and again.
        level = logging.DEBUG if trouble is Trouble.TOKEN else logging.WARNING
        log.log(level, "card of %s: Slack answers %s", request_id, in_a_word(error))
        match trouble:
            case Trouble.RATE_LIMITED if isinstance(error, SlackApiError):
                method, channel = (EDIT, "") if card.place else (POST, card.destination)
                wait_s = retry_after_s(error, self._now)
                await self._turns.push_back(method, channel=channel, wait_s=wait_s)
                return 0.0
            case Trouble.REFUSED:
                refusals = await self._posting.refused(card, error)
                return self._wait_s(refusals) if refusals else 0.0
        return self._wait_s(troubles)

    async def _progress(self, card: Card) -> bool:
        """The next step towards a card that shows what is so now; True when there is none."""
        request_id = card.state.id
        if card.place is None:
            if request_id in self._to_post and not card.trouble.given_up:
                return await self._post(card)
            self._to_post.discard(request_id)
            return True
        self._to_post.discard(request_id)
        if not card.is_running:
            is_over = await self._end(card)
            if is_over:
                self._posting.forget(request_id)
            return is_over
        if card.edit_is_over or self._posting.is_shown(card):
            return True
        await self._edit(request_id, card)
        return await self._still_runs(request_id)

    async def _end(self, card: Card) -> bool:
        """The next step towards a card that shows the last state; True when there is none."""
        request_id = card.state.id
        if card.place is None:
            return await (self._post_once_more if card.trouble.given_up else self._post)(card)
        if self._posting.is_shown(card):
            return True
        if not card.edit_is_over and await self._edit(request_id, card):
            return await self._still_runs(request_id)
        # The place stays stored as that of an outdated card: whoever carries on after a kill posts
        # the other card, and then deletes this one. The post is a step of its own, because what
        # Slack has against it is no trouble of the edit's.
        await self._posting.forget_place(request_id)
        return False

    async def _still_runs(self, request_id: str) -> bool:
        """False sends the caller round again, to look whether the last state is shown.

        Slack may have held an edit up until another replica had made its last one.
        """
        return await self._posting.is_running(request_id)

    async def _post(self, card: Card) -> bool:
        """True when the card is given up, False when it was posted.

        Then it is looked at once more: another replica may have heard of the cloud meanwhile.
        """
        if card.post_is_over:
            await self._posting.give_up(card)
            return True
        request_id = card.state.id
        with self._idle(request_id):
            await self._turns.take(POST, channel=card.destination)
        # A card whose place is not known would be posted a second time by the next life.
        await uninterrupted(self._post_now(request_id))
        return False

    async def _post_once_more(self, card: Card) -> bool:
        """What was given up may have become possible; one try at each place, and no more."""
        for refusal in (None, card.trouble.refusal or ""):
            channel = card.state.channel_id if refusal is None else card.state.user_id
            with self._idle(card.state.id):
                await self._turns.take(POST, channel=channel)
            try:
                await uninterrupted(self._post_now(card.state.id, fresh=True, refusal=refusal))
            except NotThere as never:
                log.info("card of %s is still refused: %s", card.state.id, never)
            except SlackFailed as error:
                if trouble_of(error) is not Trouble.REFUSED:
                    raise
                log.info("card of %s is still refused: %s", card.state.id, in_a_word(error))
            else:
                break
        return True

    async def _post_now(
        self, request_id: str, *, refusal: str | None = None, fresh: bool = False
    ) -> None:
        async with self._lock(request_id):
            card = await self._posting.read(request_id)
            if card.place is None:
                await self._posting.post(card, refusal=refusal, fresh=fresh)

    async def _edit(self, request_id: str, card: Card | None = None) -> bool:
        """Show the newest state once its turn has come; False when the card takes no edit."""
        card = card or await self._posting.read(request_id)
        if card.place is None or self._posting.is_shown(card):
            return True
        is_urgent = not card.is_running or self._posting.needs_a_person(card)
        urgency, lock = Urgency.LAST if is_urgent else Urgency.PROGRESS, self._lock(request_id)
        with self._idle(request_id):
            has_waited = await self._turns.take(EDIT, urgency=urgency) or lock.locked()
        # Two workflows may show one request: what is scheduled, and its run. An older state that
        # Slack holds up must not arrive behind a newer one.
        async with lock:
            newest = await self._posting.read(request_id) if has_waited else card
            return await self._posting.edit(newest)

    def _lock(self, request_id: str) -> asyncio.Lock:
        return self._locks.setdefault(request_id, asyncio.Lock())

    @contextmanager
    def _idle(self, request_id: str) -> Iterator[None]:
        """Meanwhile nothing of this card is on its way to Slack, so the task may be cancelled."""
        task = asyncio.current_task()
        if request_id in self._ending and task is self._editing.get(request_id):
            raise asyncio.CancelledError
        self._waiting.add(task)
        try:
            yield
        finally:
            self._waiting.discard(task)
