"""Following the calls that the service works on until each of their URLs has ended."""

import asyncio
import logging
import random
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlmodel import Session

from bot.rules.causes import ProgressUnknown, StillProcessing
from bot.rules.retry import next_poll_s, throttled_wait_s
from bot.rules.states import CallId, CallState, CallStatus
from bot.vod.errors import Throttled, VodError
from bot.workflows.cards import Cards
from bot.workflows.cloud_pacing import Operation, PacedCloud
from bot.workflows.outcomes import Outcomes
from storage import calls, following
from storage.database import Database
from storage.tables import CallRow

log = logging.getLogger(__name__)

LOOK_AGAIN_S = 1.0
"""How long at most until a call that was just sent is noticed."""


class Follower:
    """Asks for one call at a time, the most urgent first, within the pace of queries."""

    def __init__(
        self,
        database: Database,
        cloud: PacedCloud,
        cards: Cards,
        outcomes: Outcomes,
        *,
        now: Callable[[], datetime],
    ) -> None:
        self._database = database
        self._vod = cloud.client
        self._cards = cards
        self._turns = cloud.turns
        self._outcomes = outcomes
        self._pace = pace = outcomes.pace
        self._longest_wait_s = max(
            next_poll_s(first_s=pace.poll_first_s, every_s=pace.poll_every_s, polls=polls, jitter=1)
            for polls in (0, 1)
        )
        self._now = now

    async def follow(self, request_id: str) -> None:
        """Return when every call has ended, is unknown, or was followed for too long."""
        unanswered: dict[int, datetime] = {}
        while True:
            is_sending, rows = await self._database.transaction(_look, request_id)
            if not rows and not is_sending:
                return
            wait_s = self._until_next(rows)
            if wait_s > 0:
                await asyncio.sleep(wait_s)
            else:
                await self._ask(request_id, rows[0], unanswered)

    def _until_next(self, rows: list[CallRow]) -> float:
        if not rows or rows[0].next_poll_at is None:
            return LOOK_AGAIN_S
        wait_s = (rows[0].next_poll_at - self._now()).total_seconds()
        # Farther ahead lies only what was written before the clock was set back.
        return wait_s if wait_s <= self._longest_wait_s else 0.0

    async def _ask(self, request_id: str, row: CallRow, unanswered: dict[int, datetime]) -> None:
        """Ask once; `unanswered` holds since when each call's questions have met errors."""
        call = await self._database.transaction(calls.one, CallId(request_id, row.position))
        await self._turns.take(Operation.QUERY)
        try:
            results = await self._vod.show_prefetch(call.task_id or "")
        except VodError as error:
            log.warning("request %s call %d, asked: %s", request_id, call.position, error)
            status = call.status
            unanswered.setdefault(call.position, self._now())
            if isinstance(error, Throttled):
                wait_s = throttled_wait_s(error.retry_after)
                await self._turns.push_back(Operation.QUERY, wait_s=wait_s)
        else:
            unanswered.pop(call.position, None)
            pairs = [(result.url, result.status) for result in results]
            status = await self._database.transaction(
                self._outcomes.listed, request_id, call, pairs, now=self._now()
            )
        if status is CallStatus.PROCESSING:
            await self._ask_later(request_id, call, row, unanswered.get(call.position))
        self._cards.changed(request_id)

    async def _ask_later(
        self, request_id: str, call: CallState, row: CallRow, unanswered_since: datetime | None
    ) -> None:
        now, call_id = self._now(), CallId(request_id, call.position)
        # After a long outage the first answer decides, not the first error.
        since = unanswered_since or row.submitted_at or now
        waited_s = (now - since).total_seconds()
        if waited_s >= self._pace.poll_give_up_s:
            kind = ProgressUnknown if unanswered_since else StillProcessing
            await self._database.transaction(following.let_go, call_id, cause=kind(round(waited_s)))
            return
        wait_s = next_poll_s(
            first_s=self._pace.poll_first_s,
            every_s=self._pace.poll_every_s,
            polls=row.polls + 1,
            jitter=random.random(),  # noqa: S311  # spreads load, guards nothing
        )
        await self._database.transaction(
            following.poll_again, call_id, at=now + timedelta(seconds=wait_s)
        )


def _look(session: Session, request_id: str) -> tuple[bool, list[CallRow]]:
    # In this order: a call that is answered between the two looks is seen by the second one.
    return calls.is_sending(session, request_id), following.to_poll(session, request_id)
