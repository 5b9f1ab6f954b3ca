"""Drafting: what a person would send, shown before anything is confirmed."""

import secrets
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlmodel import Session

from bot.rules.draft import OVERLAPS_WITHIN, Draft, Proposal
from bot.rules.expiry import signatures
from bot.rules.look_alikes import first_of_each
from bot.rules.plan import plan_prefetch
from bot.rules.playlists import names_segments
from bot.rules.policy import Actor
from bot.rules.preflight import marked
from bot.rules.quota import Quota
from bot.rules.redaction import shown
from bot.rules.refusals import (
    DraftGone,
    NotAllowed,
    NothingToSend,
    PayloadUnreadable,
    PlanChanged,
)
from bot.rules.target import Asset, Reason, Rejected, Target, Targets, Url, host
from bot.service.clocks import Clocks
from bot.service.context import Context
from storage import drafts, overlaps, task_ids

DRAFT_TTL = timedelta(hours=1)


class LeftOut(NamedTuple):
    """The draft that was shown, what was left out of it, and what is proposed in its place."""

    before: Draft
    targets: frozenset[Target]
    proposal: Proposal


class Drafting:
    """Every method raises a `bot.rules.refusals.Refusal` for the person who asked."""

    def __init__(self, context: Context, clocks: Clocks) -> None:
        self._context = context
        self._clocks = clocks

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
        targets = await self._without_tasks(self._without_foreign_hosts(targets), actor)
        if not targets.accepted:
            raise NothingToSend(targets.rejected)
        draft = Draft(
            id=secrets.token_hex(12),
            actor=actor,
            channel_id=channel_id,
            plan=plan_prefetch(
                targets.accepted,
                asset_cost=self._context.terms.asset_cost,
                alone=targets.alone,
            ),
            rejected=targets.rejected,
            duplicates=targets.duplicates,
            run_at=run_at,
            reading=targets.reading,
            at=targets.at,
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

    async def keep_first(self, draft_id: str, actor: Actor) -> Proposal:
        """A new draft with the first of each group of addresses that look like one file.

        The draft of the modal stays as it is shown there, for whoever confirms it meanwhile.
        """
        before = (await self.proposal(draft_id, actor)).draft
        return await self._anew(before, first_of_each(before.plan.targets), Reason.LOOKS_THE_SAME)

    async def leave_out_signed(self, draft_id: str, actor: Actor, *, doubtful: bool) -> Proposal:
        """A new draft without the addresses whose signature ends before it is sent.

        `doubtful` leaves out those of which that is not certain, and only those.
        """
        proposal = await self.proposal(draft_id, actor)
        before = proposal.draft
        found = signatures(before.plan.targets, now=proposal.made_at, run_at=before.run_at)
        left_out = set(found.doubtful if doubtful else found.useless)
        kept = tuple(target for target in before.plan.targets if target not in left_out)
        return await self._anew(before, kept, Reason.SIGNATURE_ENDS)

    async def look_again(self, draft_id: str, actor: Actor, run_at: datetime | None) -> Proposal:
        """A new draft of the same targets as they stand now, for the moment that was chosen."""
        before = replace((await self.proposal(draft_id, actor)).draft, run_at=run_at)
        return await self.with_targets(before, before.plan.targets, ())

    async def leave_out(self, draft_id: str, actor: Actor, mark: str) -> LeftOut:
        """A new draft without the targets that failed when they were looked at.

        `mark` is what `mark_of` made of them; raises `PayloadUnreadable` for any other text.
        """
        before = (await self.proposal(draft_id, actor)).draft
        failed = marked(before.plan.targets, mark)
        if failed is None:
            raise PayloadUnreadable("value")
        kept = [target for target in before.plan.targets if target not in failed]
        return LeftOut(before, failed, await self._anew(before, kept, Reason.LOOK_FAILED))

    async def _anew(self, before: Draft, kept: Sequence[Target], reason: Reason) -> Proposal:
        """A draft of those targets alone; `reason` is why the others are left out."""
        stays = set(kept)
        left_out = tuple(
            Rejected(
                it.id if isinstance(it, Asset) else shown(it.address), reason, at=before.at.get(it)
            )
            for it in before.plan.targets
            if it not in stays
        )
        return await self.with_targets(before, kept, left_out)

    async def with_targets(
        self, before: Draft, kept: Sequence[Target], left_out: Sequence[Rejected]
    ) -> Proposal:
        """A new draft of those targets, for the person and the moment of the one before.

        What was left out of that one stays told, and `left_out` behind it.
        """
        proposal = await self.draft(
            Targets(
                tuple(kept),
                before.rejected + tuple(left_out),
                before.duplicates,
                before.reading,
                before.plan.alone,
                before.at,
            ),
            actor=before.actor,
            channel_id=before.channel_id,
            trigger_key=None,
            run_at=before.run_at,
        )
        if proposal is None:
            raise DraftGone(command=self._context.terms.command)
        return proposal

    def _without_foreign_hosts(self, targets: Targets) -> Targets:
        foreign = {
            target: replace(self._foreign(target), at=targets.at.get(target))
            for target in targets.accepted
            if isinstance(target, Url) and not self._context.policy.allows_host(host(target))
        }
        rejected = tuple(foreign.values())
        accepted = tuple(target for target in targets.accepted if target not in foreign)
        return replace(targets, accepted=accepted, rejected=targets.rejected + rejected)

    async def _without_tasks(self, targets: Targets, actor: Actor) -> Targets:
        """The targets without names of 32 characters that the bot has shown as task_ids itself."""
        names = [target.id for target in targets.accepted if isinstance(target, Asset)]
        if not names:
            return targets
        tasks = await self._context.database.promptly(task_ids.among, names, team_id=actor.team_id)
        accepted = tuple(
            it for it in targets.accepted if not isinstance(it, Asset) or it.id not in tasks
        )
        rejected = tuple(
            Rejected(name, Reason.TASK, at=targets.at.get(Asset(name)))
            for name in names
            if name in tasks
        )
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
        readable = tuple(
            position
            for position, target in enumerate(draft.plan.targets)
            if names_segments(target) and self._context.fetcher.may_look_at(target.address)
        )
        own_zone = self._clocks.known(draft.actor.user_id)
        return Proposal(draft, found, self._context.now(), before, readable, own_zone)

    def find_shown(self, session: Session, draft_id: str, actor: Actor) -> tuple[Draft, datetime]:
        """The draft of that person, and when it was shown.

        Raises `DraftGone` or `PlanChanged` where it cannot be sent.
        """
        row = drafts.find(session, draft_id, now=self._context.now())
        if row is None or (row.user_id, row.team_id) != (actor.user_id, actor.team_id):
            raise DraftGone(command=self._context.terms.command)
        draft = drafts.to_draft(row, asset_cost=self._context.terms.asset_cost)
        if draft.plan.digest != row.digest:
            raise PlanChanged(command=self._context.terms.command)
        return draft, row.created_at

    def _find_proposal(self, session: Session, draft_id: str, actor: Actor) -> Proposal:
        draft, _ = self.find_shown(session, draft_id, actor)
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
        self.find_shown(session, draft_id, actor)
        drafts.set_time(session, draft_id, run_at, chosen_ts=chosen_ts)
        return self._find_proposal(session, draft_id, actor)

    def check_again(self, draft: Draft) -> None:
        """Raise unless all of a stored draft may still be sent, by its person from its channel."""
        self.check(draft.actor, draft.channel_id)
        still = self._without_foreign_hosts(Targets(draft.plan.targets, (), 0))
        if still.rejected:
            raise PlanChanged(command=self._context.terms.command)
