"""What the team looks at: the desk of App Home, and the report of a day or a week."""

import asyncio
from datetime import date, timedelta

from sqlmodel import Session

from bot.rules import desk as desks
from bot.rules.desk import Desk
from bot.rules.policy import Actor
from bot.rules.quota import Quota, QuotaDay
from bot.rules.reports import WEEK, DayUse, Entry, Report, seen_by
from bot.rules.summaries import Listed, Reader
from bot.service.context import Context
from storage import desk as piles
from storage import pacing, reports, summaries
from storage.desk import Pile
from storage.reports import Span

PUBLISH = "views.publish"
ANEW_PER_MINUTE = 50.0
"""Slack takes 100 a minute; the rest is for homes that are opened, which do not wait."""


class Reporting:
    """Everything for one reader: what they may not see is counted, and names nobody."""

    def __init__(self, context: Context) -> None:
        self._context = context

    async def desk(self, actor: Actor) -> Desk:
        """All that App Home shows."""
        return await self._context.database.promptly(self.read_desk, actor)

    async def report(self, actor: Actor, *, days: int = WEEK) -> Report:
        """The last so many quota days, today among them."""
        return await self._context.database.promptly(self.read_report, actor, days=days)

    async def version(self) -> tuple[int, date]:
        """Differs from the last one when a desk may show something else."""
        today = self._context.reservations.day(self._context.now()).date
        return await self._context.database.promptly(piles.version), today

    async def turn(self, viewer: Actor) -> None:
        """Wait for a turn to publish a home anew; all replicas share them."""
        take = self._context.database.transaction
        while wait_s := await take(self._turn, viewer.team_id):  # noqa: ASYNC110  # a row's time
            await asyncio.sleep(wait_s)

    def read_desk(self, session: Session, actor: Actor) -> Desk:
        """As `desk`, inside a transaction."""
        reader = self._reader(actor)
        today = self._context.reservations.quota(session, self._context.now())
        return Desk(
            reader=reader,
            quota=today,
            in_doubt=self._listed(session, Pile.IN_DOUBT, reader, today),
            running=self._listed(session, Pile.RUNNING, reader, today),
            scheduled=self._listed(session, Pile.SCHEDULED, reader, today),
            own=self._listed(session, Pile.OWN, reader, today),
            days=self._days(session, today.day),
            today=self._report(session, reader, days=1),
        )

    def read_report(self, session: Session, actor: Actor, *, days: int) -> Report:
        """As `report`, inside a transaction."""
        return self._report(session, self._reader(actor), days=days)

    def _turn(self, session: Session, team_id: str) -> float:
        now = pacing.shared_clock(session, self._context.now())
        return pacing.take_turn(session, team_id, PUBLISH, per_minute=ANEW_PER_MINUTE, now=now)

    def _reader(self, actor: Actor) -> Reader:
        return Reader(actor, self._context.policy.is_operator(actor))

    def _listed(self, session: Session, which: Pile, reader: Reader, today: Quota) -> Listed:
        found = piles.pile(session, which, reader, limit=desks.SHOWN)
        shown = summaries.of(session, found.ids, today)
        return Listed(tuple(shown), found.total, found.hidden)

    def _days(self, session: Session, today: QuotaDay) -> tuple[DayUse, ...]:
        every = [
            today.date - timedelta(days=before) for before in reversed(range(desks.DAYS_SHOWN))
        ]
        span = Span(self._context.terms.tenant, every[0], every[-1])
        found = {use.day: use for use in reports.days(session, span)}
        return tuple(found.get(day, DayUse(day, 0, 0)) for day in every)

    def _report(self, session: Session, reader: Reader, *, days: int) -> Report:
        last = self._context.reservations.day(self._context.now())
        first = QuotaDay(last.date - timedelta(days=days - 1), last.zone)
        span = Span(self._context.terms.tenant, first.date, last.date)
        found = reports.entries(session, span, team_id=reader.actor.team_id)

        def may_see(entry: Entry) -> bool:
            return reader.is_operator or entry.user_id == reader.actor.user_id

        return Report(first, last, self._context.terms.daily_limit, seen_by(found, may_see))
