"""Following the calls that the cloud works on until each of their URLs has ended."""

import asyncio
import logging
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from bot.rules.causes import Cause, CloudRefusesToTell, ProgressUnknown, StillProcessing
from bot.rules.free_text import unformatted
from bot.rules.retry import next_poll_s, throttled_wait_s
from bot.rules.states import CallId, CallStatus
from bot.vod.errors import Refused, Throttled, VodError
from bot.workflows.cards import Cards
from bot.workflows.cloud_pacing import Operation, PacedCloud
from bot.workflows.outcomes import Outcomes
from storage import following
from storage.database import Database, in_one_line, may_pass
from storage.following import FollowedCall

log = logging.getLogger(__name__)

Listed = Sequence[tuple[str, str]]
"""What the cloud says of a call: each URL with its status."""

LOOK_AGAIN_S = 1.0
"""How long at most until a call that was just sent is noticed."""

REFUSALS = 3
"""So many definite refusals in a row, and the cloud is asked about a call no longer."""


@dataclass(frozen=True, slots=True)
class Unanswered:
    """Since when questions about a call have met errors, and the refusals that came last."""

    since: datetime
    refusals: tuple[Refused, ...] = ()

    def and_then(self, error: VodError) -> "Unanswered":
        """What is known after one error more."""
        refusals = (*self.refusals, error) if isinstance(error, Refused) else ()
        return Unanswered(self.since, refusals)

    @property
    def refusal(self) -> CloudRefusesToTell | None:
        """Why the cloud is not asked again; None while it is."""
        if len(self.refusals) < REFUSALS:
            return None
        last = self.refusals[-1]
        return CloudRefusesToTell(unformatted(last.message), unformatted(last.code or ""))


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
        """Return when every call has ended, is unknown, or is followed no longer."""
        unanswered: dict[CallId, Unanswered] = {}
        while True:
            calls, more_may_come = await self._database.transaction(following.followed, request_id)
            if not calls and not more_may_come:
                return
            wait_s = self._until_next(calls)
            if wait_s > 0:
                await asyncio.sleep(wait_s)
            else:
                await self._ask(calls[0], unanswered)

    def _until_next(self, calls: Sequence[FollowedCall]) -> float:
        if not calls or calls[0].next_poll_at is None:
            return LOOK_AGAIN_S
        wait_s = (calls[0].next_poll_at - self._now()).total_seconds()
        # Farther ahead lies only what was written before the clock was set back.
        return wait_s if wait_s <= self._longest_wait_s else 0.0

    async def _ask(self, call: FollowedCall, unanswered: dict[CallId, Unanswered]) -> None:
        """Ask once; `unanswered` holds the calls whose last question has met an error."""
        request_id, position = call.call_id
        listed: Listed | None = None
        await self._turns.take(Operation.QUERY, request_id)
        try:
            results = await self._vod.show_prefetch(call.task_id)
        except VodError as error:
            log.warning("request %s call %d, asked: %s", request_id, position, error)
            before = unanswered.get(call.call_id) or Unanswered(self._now())
            unanswered[call.call_id] = before.and_then(error)
            if isinstance(error, Throttled):
                wait_s = throttled_wait_s(error.retry_after)
                await self._turns.push_back(Operation.QUERY, wait_s=wait_s)
        else:
            listed = [(result.url, result.status) for result in results]
        await self._store(call, listed, unanswered)
        self._cards.changed(request_id)

    async def _store(
        self, call: FollowedCall, listed: Listed | None, unanswered: dict[CallId, Unanswered]
    ) -> None:
        """What the database will never take counts as no answer, so that it is not asked for ever.

        Raises `DBAPIError` where the database may take it later.
        """
        errors = unanswered.get(call.call_id) if listed is None else None
        try:
            await self._database.transaction(self._heard, call, listed, errors, now=self._now())
        except DBAPIError as error:
            if listed is None or may_pass(error):
                raise
            request_id, position = call.call_id
            why = in_one_line(error)
            log.warning("request %s call %d: list not stored: %s", request_id, position, why)
            unanswered.setdefault(call.call_id, Unanswered(self._now()))
            await self._store(call, None, unanswered)
        else:
            if listed is not None:
                unanswered.pop(call.call_id, None)

    def _heard(
        self,
        session: Session,
        call: FollowedCall,
        listed: Listed | None,
        errors: Unanswered | None,
        *,
        now: datetime,
    ) -> None:
        """Store what the cloud lists, None for an error, and when it is asked again."""
        status = CallStatus.PROCESSING
        if listed is not None:
            status = self._outcomes.listed(session, call.call_id, listed, now=now)
        if status is CallStatus.PROCESSING:
            self._ask_later(session, call, errors, now=now)

    def _ask_later(
        self,
        session: Session,
        call: FollowedCall,
        errors: Unanswered | None,
        *,
        now: datetime,
    ) -> None:
        if cause := self._why_no_longer(call, errors, now):
            following.follow_no_longer(session, call.call_id, cause=cause)
            return
        wait_s = next_poll_s(
            first_s=self._pace.poll_first_s,
            every_s=self._pace.poll_every_s,
            polls=call.polls + 1,
            jitter=random.random(),  # noqa: S311  # spreads load, guards nothing
        )
        following.poll_again(session, call.call_id, at=now + timedelta(seconds=wait_s))

    def _why_no_longer(
        self, call: FollowedCall, errors: Unanswered | None, now: datetime
    ) -> Cause | None:
        if errors is not None and errors.refusal is not None:
            return errors.refusal
        # After a long outage the first answer decides, not the first error.
        since = errors.since if errors is not None else call.submitted_at or now
        waited_s = (now - since).total_seconds()
        if waited_s < self._pace.poll_give_up_s:
            return None
        return (StillProcessing if errors is None else ProgressUnknown)(round(waited_s))
