"""Asking: the quota, a request as it stands, what of it can be asked for again."""

import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlmodel import Session

from bot.rules.policy import Actor
from bot.rules.quota import Quota
from bot.rules.refusals import NothingToDecide, Undecidable
from bot.rules.schedule import At
from bot.rules.states import CallStatus, RequestState, TargetStatus
from bot.rules.target import Target, Targets
from bot.service.context import Context
from storage import audit, calls, following, requests

RECENT = 5
AFTER_RESET = timedelta(minutes=3)
"""By then the cloud itself has begun the new day."""

SPREAD_MIN = 10
"""Not all who wait for the reset come in the same minute."""

ASK_AGAIN_AFTER = timedelta(minutes=1)
"""Looking again and again does not ask the cloud again and again."""


class Asking:
    """Every method raises a `bot.rules.refusals.Refusal` for the person who asked."""

    def __init__(self, context: Context) -> None:
        self._context = context

    async def after_reset(self) -> datetime | None:
        """When the day that is used up is over, a little spread; None when it is over already."""
        today = await self.quota()
        if not today.exhausted:
            return None
        return today.day.ends_at + AFTER_RESET + timedelta(minutes=secrets.randbelow(SPREAD_MIN))

    def moment(self, at: At) -> datetime:
        """When that is next, on the clock of the quota's time zone."""
        return at.moment(self._context.now(), self._context.terms.zone)

    async def quota(self) -> Quota:
        return await self._context.database.promptly(
            self._context.reservations.quota, self._context.now()
        )

    async def status(self, reference: str, actor: Actor, *, own_only: bool = False) -> RequestState:
        """The request as it stands; asks the cloud about what was followed for too long."""
        return await self._context.database.promptly(
            self._status, reference, actor, own_only=own_only
        )

    async def recent(self, actor: Actor) -> list[RequestState]:
        """The person's latest requests, newest first."""
        return await self._context.database.promptly(self._recent, actor)

    async def failed(self, request_id: str, actor: Actor) -> tuple[Targets, str]:
        """What failed or was not sent, to be drafted anew, and the request's channel."""
        return await self._context.database.promptly(self._failed, request_id, actor)

    async def cancelled(self, request_id: str, actor: Actor) -> tuple[Targets, str]:
        """What somebody has cancelled, to be drafted anew, and the request's channel."""
        return await self._context.database.promptly(self._cancelled, request_id, actor)

    def _status(
        self, session: Session, reference: str, actor: Actor, *, own_only: bool
    ) -> RequestState:
        found = self._context.find(session, reference, actor)
        if own_only and requests.row(session, found).user_id != actor.user_id:
            raise self._context.not_found(session, reference)
        self._follow_again(session, found, actor)
        return requests.state(
            session, found, self._context.reservations.quota(session, self._context.now())
        )

    def _recent(self, session: Session, actor: Actor) -> list[RequestState]:
        today = self._context.reservations.quota(session, self._context.now())
        ids = requests.recent_ids(
            session, team_id=actor.team_id, user_id=actor.user_id, limit=RECENT
        )
        return [requests.state(session, request_id, today) for request_id in ids]

    def _follow_again(self, session: Session, request_id: str, actor: Actor) -> None:
        """A person wants to know: what the bot had stopped asking about it asks once more."""
        now = self._context.now()
        before = now - ASK_AGAIN_AFTER
        if not following.is_let_go(session, request_id, asked_before=before):
            return
        row = requests.lock(session, request_id)
        if not following.follow_again(session, request_id, asked_before=before, now=now):
            return
        audit.record(self._context.work(session, actor), "status.asked_again", request_id)
        # A run that has not ended looks for itself.
        if row.ended_at is not None:
            self._context.reopen(session, request_id)

    def _failed(self, session: Session, request_id: str, actor: Actor) -> tuple[Targets, str]:
        row = self._context.lock(session, request_id, actor)
        again = (
            state.target
            for call in calls.every(session, request_id)
            for state in call.targets
            if state.status == TargetStatus.FAILED or call.status is CallStatus.REJECTED
        )
        return _once_more(again, Undecidable.NOTHING_FAILED), row.channel_id

    def _cancelled(self, session: Session, request_id: str, actor: Actor) -> tuple[Targets, str]:
        row = self._context.lock(session, request_id, actor)
        found = calls.with_status(session, request_id, CallStatus.CANCELLED)
        again = (state.target for call in found for state in call.targets)
        return _once_more(again, Undecidable.NOTHING_CANCELLED), row.channel_id


def _once_more(again: Iterable[Target], nothing: Undecidable) -> Targets:
    """Each target once; raises `NothingToDecide` when there is none."""
    targets = tuple(dict.fromkeys(again))
    if not targets:
        raise NothingToDecide(nothing)
    return Targets(targets)
