"""Asking: the quota, a request as it stands, what of it can be asked for again."""

import secrets
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlmodel import Session

from bot.rules.policy import Actor
from bot.rules.quota import Quota
from bot.rules.refusals import NothingToDecide, Undecidable
from bot.rules.schedule import When
from bot.rules.states import CallStatus, RequestState, TargetStatus
from bot.rules.target import Asset, Target, Targets
from bot.service.context import Context
from storage import audit, calls, following, requests, task_ids

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

    def moment(self, at: When, zone: ZoneInfo | None = None) -> datetime:
        """When the time `at` comes next on the clock of that zone, or of the quota's."""
        return at.moment(self._context.now(), zone or self._context.terms.zone)

    async def quota(self) -> Quota:
        return await self._context.database.promptly(
            self._context.reservations.quota, self._context.now()
        )

    async def status(self, reference: str, actor: Actor, *, own_only: bool = False) -> RequestState:
        """The request as it stands; follows again what is followed no longer."""
        return await self._context.database.promptly(
            self._status, reference, actor, own_only=own_only
        )

    async def named(self, reference: str, actor: Actor, *, word: str, channel_id: str = "") -> str:
        """The ID of the request that `/prefetch word R-…` means; a task_id names none.

        Typed in a channel it may be any request of that channel, as with the buttons of its cards;
        an operator's may be any. Without a channel it has to be the person's own.
        """
        return await self._context.database.promptly(
            self._named, reference, actor, word=word, channel_id=channel_id
        )

    async def task_of(self, targets: Targets, actor: Actor) -> str | None:
        """The task_id, where it is all that was typed and one that the bot gave out itself."""
        if len(targets.accepted) != 1 or targets.rejected:
            return None
        (target,) = targets.accepted
        if not isinstance(target, Asset):
            return None
        known = await self._context.database.promptly(
            task_ids.among, [target.id], team_id=actor.team_id
        )
        return target.id if known else None

    async def recent(self, actor: Actor) -> list[RequestState]:
        """The person's latest requests, newest first."""
        return await self._context.database.promptly(self._recent, actor)

    async def targets_to_retry(self, request_id: str, actor: Actor) -> tuple[Targets, str]:
        """What failed or was not sent, to be drafted anew, and the request's channel."""
        return await self._context.database.promptly(self._targets_to_retry, request_id, actor)

    async def cancelled_targets(self, request_id: str, actor: Actor) -> tuple[Targets, str]:
        """What somebody has cancelled, to be drafted anew, and the request's channel."""
        return await self._context.database.promptly(self._cancelled_targets, request_id, actor)

    def _status(
        self, session: Session, reference: str, actor: Actor, *, own_only: bool
    ) -> RequestState:
        found = requests.row(session, self._context.find(session, reference, actor))
        if own_only and found.user_id != actor.user_id:
            raise self._context.not_found(session, reference)
        self._follow_again(session, found.id, actor)
        today = self._context.reservations.quota(session, self._context.now())
        return requests.state(session, found, today)

    def _named(
        self, session: Session, reference: str, actor: Actor, *, word: str, channel_id: str
    ) -> str:
        found = self._context.find(session, reference, actor, word=word)
        row = requests.row(session, found)
        is_near = channel_id == row.channel_id or self._context.policy.is_operator(actor)
        may_know = row.user_id == actor.user_id or (channel_id and is_near)
        if found != reference or not may_know:
            raise self._context.not_found(session, reference, word=word)
        return found

    def _recent(self, session: Session, actor: Actor) -> list[RequestState]:
        today = self._context.reservations.quota(session, self._context.now())
        ids = requests.recent_ids(
            session, team_id=actor.team_id, user_id=actor.user_id, limit=RECENT
        )
        found = (requests.row(session, request_id) for request_id in ids)
        return [requests.state(session, row, today) for row in found]

    def _follow_again(self, session: Session, request_id: str, actor: Actor) -> None:
        """Follow the calls of this request that are followed no longer, because a person asked."""
        now = self._context.now()
        before = now - ASK_AGAIN_AFTER
        if not following.is_followed_no_longer(session, request_id, asked_before=before):
            return
        row = requests.lock(session, request_id)
        if not following.follow_again(session, request_id, asked_before=before, now=now):
            return
        audit.record(self._context.work(session, actor), "status.asked_again", request_id)
        # A run that has not ended looks for itself.
        if row.ended_at is not None:
            self._context.reopen(session, request_id)

    def _targets_to_retry(
        self, session: Session, request_id: str, actor: Actor
    ) -> tuple[Targets, str]:
        row = self._context.lock(session, request_id, actor)
        found = calls.every(session, request_id)
        again = (
            state.target
            for call in found
            for state in call.targets
            if state.status == TargetStatus.FAILED or call.status is CallStatus.REJECTED
        )
        targets = _once_more(again, Undecidable.NOTHING_FAILED)
        # What may be refused once more takes nothing else with it.
        alone = (it.target for call in found if call.may_hold_a_bad_target for it in call.targets)
        return replace(targets, alone=frozenset(alone)), row.channel_id

    def _cancelled_targets(
        self, session: Session, request_id: str, actor: Actor
    ) -> tuple[Targets, str]:
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
