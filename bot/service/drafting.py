"""Drafting: what a person would send, shown before anything is confirmed."""

import secrets
from dataclasses import replace
from datetime import datetime, timedelta

from sqlmodel import Session

from bot.rules.draft import OVERLAPS_WITHIN, Draft, Proposal
from bot.rules.plan import plan_prefetch
from bot.rules.policy import Actor
from bot.rules.quota import Quota
from bot.rules.redaction import shown
from bot.rules.refusals import DraftGone, NotAllowed, NothingToSend, PlanChanged
from bot.rules.target import Reason, Rejected, Targets, Url, host
from bot.service.context import Context
from storage import drafts, overlaps

DRAFT_TTL = timedelta(hours=1)


class Drafting:
    """Every method raises a `bot.rules.refusals.Refusal` for the person who asked."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def check(self, actor: Actor, channel_id: str | None) -> None:
        """Raise `NotAllowed` unless the person may prefetch; None while the channel is open."""
        denied = self._context.policy.refusal(actor, channel_id)
        if denied is not None:
            raise NotAllowed(denied, ask=self._context.policy.whom_to_ask)

    async def draft(
        self,
        targets: Targets,
        *,
        actor: Actor,
        channel_id: str,
        trigger_key: str | None,
        run_at: datetime | None = None,
    ) -> Proposal | None:
        """Store what would run and return it for the modal; None when this payload came before."""
        self.check(actor, channel_id)
        self._context.reservations.check_time(run_at, now=self._context.now())
        targets = self._without_foreign_hosts(targets)
        if not targets.accepted:
            raise NothingToSend(targets.rejected)
        draft = Draft(
            id=secrets.token_hex(12),
            actor=actor,
            channel_id=channel_id,
            plan=plan_prefetch(targets.accepted, asset_cost=self._context.terms.asset_cost),
            rejected=targets.rejected,
            duplicates=targets.duplicates,
            run_at=run_at,
        )
        return await self._context.database.promptly(self._store_draft, draft, trigger_key)

    async def proposal(self, draft_id: str, actor: Actor) -> Proposal:
        """A stored draft once more, for a modal that could not be opened the first time."""
        found = await self._context.database.promptly(self._find_proposal, draft_id, actor)
        self.check_again(found.draft)
        return found

    async def move(
        self, draft_id: str, actor: Actor, run_at: datetime | None, *, chosen_ts: str
    ) -> Proposal:
        """The draft for another moment; whether that can be promised, the confirmation decides.

        `chosen_ts` is when the person chose it, by Slack's clock: the last choice wins, in
        whatever order two of them arrive.
        """
        return await self._context.database.promptly(self._move, draft_id, actor, run_at, chosen_ts)

    def _without_foreign_hosts(self, targets: Targets) -> Targets:
        foreign = {
            target: self._foreign(target)
            for target in targets.accepted
            if isinstance(target, Url) and not self._context.policy.allows_host(host(target))
        }
        rejected = tuple(foreign.values())
        accepted = tuple(target for target in targets.accepted if target not in foreign)
        return replace(targets, accepted=accepted, rejected=targets.rejected + rejected)

    def _foreign(self, url: Url) -> Rejected:
        whom = self._context.policy.whom_to_ask
        return Rejected(shown(url.address), Reason.FOREIGN_HOST, (host(url), *whom))

    def _store_draft(
        self, session: Session, draft: Draft, trigger_key: str | None
    ) -> Proposal | None:
        now = self._context.now()
        found = self._context.reservations.quota(session, draft.run_at or now)
        self._context.reservations.check_room(draft.plan.files, found, now=now)
        stored = drafts.save(
            session,
            draft,
            tenant=self._context.terms.tenant,
            trigger_key=trigger_key,
            now=now,
            expires_at=now + DRAFT_TTL,
        )
        return self._propose(session, draft, found) if stored else None

    def _propose(self, session: Session, draft: Draft, found: Quota) -> Proposal:
        before = overlaps.of(
            session,
            draft.plan.targets,
            team_id=draft.actor.team_id,
            since=self._context.now() - OVERLAPS_WITHIN,
        )
        return Proposal(draft, found, before)

    def find_draft(self, session: Session, draft_id: str, actor: Actor) -> Draft:
        """The draft of that person; raises `DraftGone` or `PlanChanged` where it cannot be sent."""
        row = drafts.find(session, draft_id, now=self._context.now())
        if row is None or (row.user_id, row.team_id) != (actor.user_id, actor.team_id):
            raise DraftGone(command=self._context.terms.command)
        draft = drafts.to_draft(row, asset_cost=self._context.terms.asset_cost)
        if draft.plan.digest != row.digest:
            raise PlanChanged(command=self._context.terms.command)
        return draft

    def _find_proposal(self, session: Session, draft_id: str, actor: Actor) -> Proposal:
        draft = self.find_draft(session, draft_id, actor)
        found = self._context.reservations.quota(session, draft.run_at or self._context.now())
        return self._propose(session, draft, found)

    def _move(
        self,
        session: Session,
        draft_id: str,
        actor: Actor,
        run_at: datetime | None,
        chosen_ts: str,
    ) -> Proposal:
        self.find_draft(session, draft_id, actor)
        drafts.set_time(session, draft_id, run_at, chosen_ts=chosen_ts)
        return self._find_proposal(session, draft_id, actor)

    def check_again(self, draft: Draft) -> None:
        """Raise unless all of a stored draft may still be sent, by its person from its channel."""
        self.check(draft.actor, draft.channel_id)
        still = self._without_foreign_hosts(Targets(draft.plan.targets, (), 0))
        if still.rejected:
            raise PlanChanged(command=self._context.terms.command)
