"""A service whose clock, settings and queue the test holds, on a database of either kind."""

import asyncio
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from sqlmodel import SQLModel, select

from bot.rules.deployment import Terms
from bot.rules.draft import Proposal, Receipt
from bot.rules.policy import Actor, Policy
from bot.rules.refusals import HeldUp
from bot.rules.target import Target, Targets
from bot.service.context import Hooks
from bot.service.prefetch_service import PrefetchService
from storage.database import Database
from storage.tables import AuditRow, CallRow, LedgerRow, RequestRow, TargetRow
from tests.helpers import defaults
from tests.helpers.defaults import LOOKS_NOWHERE, OPEN, ignored
from tests.helpers.ledger_sums import Sums, check_ledger

NOON = datetime(2024, 2, 29, 4, 0, tzinfo=UTC)
MEI = Actor("U0MEI0001", "T0LAUNCHHQ")
LAUNCH = "C0LAUNCH1"
AGAIN_AFTER_S = 0.2
TERMS = replace(defaults.TERMS, daily_limit=100)
STORED: tuple[type[SQLModel], ...] = (
    RequestRow,
    CallRow,
    TargetRow,
    LedgerRow,
    AuditRow,
)


@dataclass
class ServiceHarness:
    """A service whose clock, settings and queue the test holds."""

    database: Database
    now: datetime = NOON
    policy: Policy = OPEN
    terms: Terms = TERMS
    enqueued: list[str] = field(default_factory=list)
    begun: list[str] = field(default_factory=list)

    @property
    def service(self) -> PrefetchService:
        """A service with the settings of this moment, as after a restart."""
        return PrefetchService(
            self.database,
            policy=self.policy,
            terms=self.terms,
            hooks=Hooks(
                enqueue=lambda _, request_id: self.enqueued.append(request_id),
                begin=self.begun.append,
                changed=lambda _: None,
                found_card=ignored,
            ),
            now=lambda: self.now,
            fetcher=LOOKS_NOWHERE,
        )

    async def draft(
        self, *targets: Target, actor: Actor = MEI, trigger_key: str | None = None
    ) -> Proposal:
        proposal = await self.service.drafting.draft(
            Targets(targets, (), 0), actor=actor, channel_id=LAUNCH, trigger_key=trigger_key
        )
        assert proposal is not None
        return proposal

    async def confirm(self, proposal: Proposal, actor: Actor = MEI) -> Receipt:
        """Once more where a busy machine held it up: nothing was done then, the bot says."""
        while True:
            try:
                return await self.service.confirming.confirm(proposal.draft.id, actor)
            except HeldUp:
                await asyncio.sleep(AGAIN_AFTER_S)

    async def request(self, *targets: Target, actor: Actor = MEI) -> str:
        return (await self.confirm(await self.draft(*targets, actor=actor), actor)).request_id

    async def count(self, row: type[SQLModel]) -> int:
        return len(await self.database.transaction(lambda s: s.exec(select(row)).all()))

    async def stored(self) -> int:
        """Rows of every table that a confirmation writes to."""
        return sum([await self.count(row) for row in STORED])

    async def sums(self) -> Sums:
        """Today's sums, once they are seen to agree with the ledger."""
        day = self.now.astimezone(self.terms.zone).date()
        found = await self.database.transaction(check_ledger)
        return found.get((self.terms.tenant, day), Sums())

    async def left_behind(self) -> list[int]:
        """What a confirmation left behind: rows, files reserved, workflows."""
        return [await self.stored(), (await self.sums()).used, len(self.enqueued)]
