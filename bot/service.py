"""What people can ask the bot; each answer is decided and stored in one transaction."""

import secrets
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta

from sqlmodel import Session

from bot.choices import Choices, Enqueue
from bot.promises import Promises
from bot.rules.draft import ASKED_BEFORE, Draft, Proposal, Receipt
from bot.rules.lifecycle import reservation
from bot.rules.plan import plan_prefetch
from bot.rules.policy import Actor, Policy
from bot.rules.quota import Quota
from bot.rules.redaction import shown
from bot.rules.refusals import (
    DraftGone,
    NotAllowed,
    NothingToSend,
    PlanChanged,
    RequestUnknown,
)
from bot.rules.schedule import At
from bot.rules.spoken_id import spoken_id
from bot.rules.target import Rejected, Targets, Url, host
from bot.rules.task import CallId, RequestState
from bot.rules.terms import Terms
from storage import audit, drafts, earlier, ledger, life, requests
from storage.database import Database
from storage.unit_of_work import UnitOfWork

DRAFT_TTL = timedelta(hours=1)
RECENT = 5
AFTER_RESET = timedelta(minutes=3)
"""By then the service itself has begun the new day."""

SPREAD_MIN = 10
"""Not all who wait for the reset come in the same minute."""


FoundCard = Callable[[str, str, str], Awaitable[None]]
"""Told of a request, and of the channel and ts of a card of it that somebody has used."""


class PrefetchService:
    """Every method raises `bot.rules.refusals.Refusal` with words for the person who asked."""

    def __init__(
        self,
        database: Database,
        *,
        policy: Policy,
        terms: Terms,
        enqueue: Enqueue,
        begin: Callable[[str], None],
        changed: Callable[[str], None],
        found_card: FoundCard,
        now: Callable[[], datetime],
    ) -> None:
        self._database = database
        self._policy = policy
        self.terms = terms
        self._enqueue = enqueue
        self._begin = begin
        self.found_card = found_card
        self.now = now
        self._promises = Promises(policy, terms)
        self.choices = Choices(
            database, promises=self._promises, enqueue=enqueue, changed=changed, now=now
        )

    def check(self, actor: Actor, channel_id: str | None) -> None:
        """Raise `NotAllowed` unless the person may prefetch; None while the channel is open."""
        denied = self._policy.refusal(actor, channel_id)
        if denied is not None:
            raise NotAllowed(denied, ask=self._policy.whom_to_ask)

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
        self._promises.check_time(run_at, now=self.now())
        targets = self._without_foreign_hosts(targets)
        if not targets.accepted:
            raise NothingToSend(targets.rejected)
        draft = Draft(
            id=secrets.token_hex(12),
            actor=actor,
            channel_id=channel_id,
            plan=plan_prefetch(targets.accepted, asset_cost=self.terms.asset_cost),
            rejected=targets.rejected,
            duplicates=targets.duplicates,
            run_at=run_at,
        )
        return await self._database.promptly(self._store_draft, draft, trigger_key)

    async def proposal(self, draft_id: str, actor: Actor) -> Proposal:
        """A stored draft once more, for a modal that could not be opened the first time."""
        found = await self._database.promptly(self._find_proposal, draft_id, actor)
        self._check_again(found.draft)
        return found

    async def move(
        self, draft_id: str, actor: Actor, run_at: datetime | None, *, chosen_ts: str
    ) -> Proposal:
        """The draft for another moment; whether that can be promised, the confirmation decides.

        `chosen_ts` is when the person chose it, by Slack's clock: the last choice wins, in
        whatever order two of them arrive.
        """
        return await self._database.promptly(self._move, draft_id, actor, run_at, chosen_ts)

    async def confirm(self, draft_id: str, actor: Actor, run_at: datetime | None = None) -> Receipt:
        """Reserve the quota, store the request and hand it to the workflow, or refuse all of it.

        `run_at` is what the modal said at last, and wins over what the draft proposed.
        """
        receipt = await self._database.promptly(self._confirm, draft_id, actor, run_at)
        if not receipt.repeated:
            self._begin(receipt.request_id)
        return receipt

    async def after_reset(self) -> datetime | None:
        """When the day that is used up is over, a little spread; None when it is over already."""
        today = await self.quota()
        if not today.exhausted:
            return None
        return today.day.ends_at + AFTER_RESET + timedelta(minutes=secrets.randbelow(SPREAD_MIN))

    def moment(self, at: At) -> datetime:
        """When that is next, on the clock of the quota's time zone."""
        return at.moment(self.now(), self.terms.zone)

    async def quota(self) -> Quota:
        return await self._database.promptly(self._promises.quota, self.now())

    async def status(self, reference: str, actor: Actor, *, own_only: bool = False) -> RequestState:
        """The request as it stands; asks the cloud about what was followed for too long."""
        return await self._database.promptly(self._status, reference, actor, own_only=own_only)

    async def recent(self, actor: Actor) -> list[RequestState]:
        """The person's latest requests, newest first."""
        return await self._database.promptly(self._recent, actor)

    def _without_foreign_hosts(self, targets: Targets) -> Targets:
        foreign = {
            target: self._foreign(target)
            for target in targets.accepted
            if isinstance(target, Url) and not self._policy.allows_host(host(target))
        }
        rejected = tuple(foreign.values())
        accepted = tuple(target for target in targets.accepted if target not in foreign)
        return replace(targets, accepted=accepted, rejected=targets.rejected + rejected)

    def _foreign(self, url: Url) -> Rejected:
        return Rejected(
            shown(url.address),
            f"{host(url)} is not in PREFETCH_ALLOWED_DOMAINS; ask {self._policy.whom_to_ask}.",
        )

    def _store_draft(
        self, session: Session, draft: Draft, trigger_key: str | None
    ) -> Proposal | None:
        now = self.now()
        found = self._promises.quota(session, draft.run_at or now)
        self._promises.check_room(draft.plan.files, found, now=now)
        stored = drafts.save(
            session,
            draft,
            tenant=self.terms.tenant,
            trigger_key=trigger_key,
            now=now,
            expires_at=now + DRAFT_TTL,
        )
        return self._propose(session, draft, found) if stored else None

    def _propose(self, session: Session, draft: Draft, found: Quota) -> Proposal:
        before = earlier.holding(
            session,
            draft.plan.targets,
            team_id=draft.actor.team_id,
            since=self.now() - ASKED_BEFORE,
        )
        return Proposal(draft, found, before)

    def _find_draft(self, session: Session, draft_id: str, actor: Actor) -> Draft:
        row = drafts.find(session, draft_id, now=self.now())
        if row is None or (row.user_id, row.team_id) != (actor.user_id, actor.team_id):
            raise DraftGone(command=self.terms.command)
        draft = drafts.to_draft(row, asset_cost=self.terms.asset_cost)
        if draft.plan.digest != row.digest:
            raise PlanChanged(command=self.terms.command)
        return draft

    def _find_proposal(self, session: Session, draft_id: str, actor: Actor) -> Proposal:
        draft = self._find_draft(session, draft_id, actor)
        found = self._promises.quota(session, draft.run_at or self.now())
        return self._propose(session, draft, found)

    def _move(
        self,
        session: Session,
        draft_id: str,
        actor: Actor,
        run_at: datetime | None,
        chosen_ts: str,
    ) -> Proposal:
        self._find_draft(session, draft_id, actor)
        drafts.set_time(session, draft_id, run_at, chosen_ts=chosen_ts)
        return self._find_proposal(session, draft_id, actor)

    def _confirm(
        self, session: Session, draft_id: str, actor: Actor, run_at: datetime | None
    ) -> Receipt:
        known = requests.id_by_draft(session, draft_id, actor)
        if known is not None:
            return Receipt(known, repeated=True)
        now = self.now()
        self._promises.check_time(run_at, now=now)
        draft = replace(self._find_draft(session, draft_id, actor), run_at=run_at)
        self._check_again(draft)
        day = self._promises.day(run_at or now).date
        request_id = _new_request_id(session)
        before = earlier.ids_holding(
            session,
            draft.plan.targets,
            team_id=actor.team_id,
            since=now - ASKED_BEFORE,
        )
        work = UnitOfWork(session, self.terms.tenant, now, actor)
        if not requests.add(work, request_id, draft, day=day, asked_before=before):
            known = requests.id_by_draft(session, draft_id, actor)
            return Receipt(known or request_id, repeated=True)
        self._promises.reserve(session, draft.plan.files, moment=run_at or now, now=now)
        for position, batch in enumerate(draft.plan.batches):
            ledger.write(work, CallId(request_id, position), reservation(batch.files, day))
        audit.record(
            work,
            "request.confirmed",
            request_id,
            files=draft.plan.files,
            calls=len(draft.plan.batches),
            channel=draft.channel_id,
            digest=draft.plan.digest,
            **({} if run_at is None else {"run_at": run_at.isoformat()}),
        )
        self._enqueue(session, request_id)
        return Receipt(request_id, repeated=False)

    def _check_again(self, draft: Draft) -> None:
        self.check(draft.actor, draft.channel_id)
        still = self._without_foreign_hosts(Targets(draft.plan.targets, (), 0))
        if still.rejected:
            raise PlanChanged(command=self.terms.command)

    def _status(
        self, session: Session, reference: str, actor: Actor, *, own_only: bool
    ) -> RequestState:
        found = requests.id_by_reference(session, reference, team_id=actor.team_id)
        if found is None or (own_only and requests.row(session, found).user_id != actor.user_id):
            raise RequestUnknown(
                reference, command=self.terms.command, restored_at=life.restored_at(session)
            )
        self.choices.ask_again(session, found, actor)
        return requests.state(session, found, self._promises.quota(session, self.now()))

    def _recent(self, session: Session, actor: Actor) -> list[RequestState]:
        today = self._promises.quota(session, self.now())
        ids = requests.recent_ids(
            session, team_id=actor.team_id, user_id=actor.user_id, limit=RECENT
        )
        return [requests.state(session, request_id, today) for request_id in ids]


def _new_request_id(session: Session) -> str:
    while True:
        request_id = spoken_id("R", secrets.choice)
        if not requests.id_exists(session, request_id):
            return request_id
