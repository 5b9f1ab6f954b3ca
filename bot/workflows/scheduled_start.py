"""Starting a scheduled request when its time has come, if it may still be sent."""

import asyncio
from collections.abc import Callable
from datetime import datetime

from sqlmodel import Session

from bot.rules.causes import Cause, HostNotAllowed, PersonNotAllowed, to_json
from bot.rules.policy import Actor, Policy
from bot.rules.target import Url, host
from bot.workflows.outcomes import Outcomes
from storage import audit, calls, requests
from storage.database import Database
from storage.tables import RequestRow
from storage.unit_of_work import UnitOfWork


class Starter:
    """A scheduled request is started once; what was allowed when it was made is asked again."""

    def __init__(
        self,
        database: Database,
        outcomes: Outcomes,
        *,
        policy: Policy,
        now: Callable[[], datetime],
    ) -> None:
        self._database = database
        self._outcomes = outcomes
        self._policy = policy
        self._now = now

    async def start(self, request_id: str) -> None:
        """Return when the request runs, never before its time, or has been refused or cancelled."""
        run_at = await self._database.transaction(_run_at, request_id)
        if run_at is not None:
            # Whoever woke the workflow may have a clock that is fast.
            await asyncio.sleep(max(0.0, (run_at - self._now()).total_seconds()))
        await self._database.transaction(self._start, request_id, now=self._now())

    def _start(self, session: Session, request_id: str, *, now: datetime) -> None:
        row = requests.start(session, request_id)
        if row is None:
            return
        cause = self._refusal(session, row)
        audit.record(
            UnitOfWork(session, row.tenant, now),
            "schedule.started" if cause is None else "schedule.refused",
            request_id,
            reason=to_json([cause]) if cause else None,
        )
        if cause is not None:
            self._outcomes.reject_rest(session, request_id, cause=cause, now=now)

    def _refusal(self, session: Session, row: RequestRow) -> Cause | None:
        actor = Actor(row.user_id, row.team_id)
        if denied := self._policy.refusal(actor, row.channel_id):
            return PersonNotAllowed(denied.setting)
        for call in calls.every(session, row.id):
            for state in call.targets:
                target = state.target
                if isinstance(target, Url) and not self._policy.allows_host(host(target)):
                    return HostNotAllowed("PREFETCH_ALLOWED_DOMAINS", host(target))
        return None


def _run_at(session: Session, request_id: str) -> datetime | None:
    return requests.row(session, request_id).run_at
