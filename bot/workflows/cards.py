"""Keeping the one card of each request true: stored place, coalesced edits, the last one sure."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from weakref import WeakValueDictionary

from aiohttp import ClientConnectorError
from slack_sdk.errors import SlackApiError
from sqlmodel import Session

from bot.rules.quota import quota_day
from bot.rules.task import RequestState, RequestStatus
from bot.rules.terms import Terms
from bot.slack.announcer import Announcer, Posted, proves_that_nothing_was_posted
from bot.workflows.uninterrupted import uninterrupted
from storage import quota, requests
from storage.database import Database
from storage.requests import CardPlace

log = logging.getLogger(__name__)

EDIT_EVERY_S = 1.5
"""chat.update takes 50 calls a minute and workspace; more than this nobody can read."""

RETRY_S = 3.0
LAST_EDIT_S = 5.0


class Cards:
    """One edit at a time a card; what changes during an edit goes into the next."""

    def __init__(
        self,
        database: Database,
        announcer: Announcer,
        *,
        terms: Terms,
        now: Callable[[], datetime],
    ) -> None:
        self._database = database
        self._announcer = announcer
        self._terms = terms
        self._now = now
        self._editing: dict[str, asyncio.Task[None]] = {}
        self._changed: set[str] = set()
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def post(self, request_id: str) -> None:
        """Post the card unless it stands; raises what Slack said."""
        state, place = await self._database.transaction(self._read, request_id)
        if place is None:
            # A card whose place is not known would be posted a second time by the next life.
            await uninterrupted(self._post(request_id, state))

    def changed(self, request_id: str) -> None:
        """The card no longer shows the truth; an edit follows soon, one for many changes."""
        self._changed.add(request_id)
        if request_id not in self._editing:
            self._editing[request_id] = asyncio.create_task(self._edit_until_true(request_id))

    async def finish(self, request_id: str) -> None:
        """Return when the card shows the request's last state; raises what Slack said.

        Where Slack takes no edit any longer, the last state is posted anew.
        """
        # An edit under way is waited for: cut off, it might still reach Slack after the last one.
        while editing := self._editing.get(request_id):
            await asyncio.wait({editing})
        if not await self._edit(request_id):
            await self._database.transaction(requests.forget_card_place, request_id)
        await self.post(request_id)

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
            await self._withdraw(request_id, channel, ts)
            self.changed(request_id)

    async def _post(self, request_id: str, state: RequestState) -> None:
        is_second = await self._database.transaction(requests.count_card, request_id)
        try:
            posted = await self._announcer.post(state, is_second=is_second)
        except (SlackApiError, ClientConnectorError) as error:
            if proves_that_nothing_was_posted(error):
                await self._database.transaction(requests.uncount_card, request_id)
            raise
        if posted is None:
            await self._database.transaction(requests.uncount_card, request_id)
            return
        place = CardPlace(posted.channel, posted.ts, posted.reason)
        if not await self._database.patiently(requests.keep_card_place, request_id, place):
            # Another replica took this one for dead in the middle of the post, and posted too.
            await self._withdraw(request_id, posted.channel, posted.ts)

    async def _withdraw(self, request_id: str, channel: str, ts: str) -> None:
        if await self._announcer.withdraw(channel, ts):
            await self._database.transaction(requests.uncount_card, request_id)

    async def _edit_until_true(self, request_id: str) -> None:
        try:
            while request_id in self._changed:
                self._changed.discard(request_id)
                await self._edit_patiently(request_id)
        finally:
            self._editing.pop(request_id, None)

    async def _edit_patiently(self, request_id: str) -> None:
        try:
            await self._edit(request_id)
        except Exception:  # Slack or the database is away; the change is not forgotten.
            log.warning("card of %s: edit failed, trying again", request_id, exc_info=True)
            self._changed.add(request_id)
            await asyncio.sleep(RETRY_S)
        else:
            await asyncio.sleep(EDIT_EVERY_S)

    async def _edit(self, request_id: str) -> bool:
        """False when the card stands where it can no longer be edited."""
        # Two workflows may show one request: what is scheduled, and its run. An older state that
        # Slack holds up must not arrive behind a newer one.
        async with self._locks.setdefault(request_id, asyncio.Lock()):
            state, place = await self._database.transaction(self._read, request_id)
            while place is not None:
                if not await self._announcer.edit(Posted(*place), state):
                    return False
                shown = state
                state, place = await self._database.transaction(self._read, request_id)
                # Slack may have held this edit up until another replica had made its last one.
                if state.status is RequestStatus.RUNNING or state == replace(
                    shown, quota=state.quota
                ):
                    break
        return True

    def _read(self, session: Session, request_id: str) -> tuple[RequestState, CardPlace | None]:
        day = quota_day(self._now(), self._terms.zone)
        today = quota.quota_of(session, self._terms.tenant, day, limit=self._terms.daily_limit)
        return (
            requests.state(session, request_id, today),
            requests.card_place(session, request_id),
        )
