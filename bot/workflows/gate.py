"""The gate before the cloud: shut while every call is refused until a person changes something."""

import logging
from collections.abc import Callable
from datetime import datetime

from sqlmodel import Session

from bot.rules.causes import CloudError, StayedRefused, WaitsForOperator
from bot.rules.obstacles import Obstacle, Way, waits_too_long
from bot.rules.states import CallId, CallState
from bot.vod.client import VodClient
from bot.workflows.outcomes import Outcomes
from storage import calls, obstacles, requests
from storage.database import Database

log = logging.getLogger(__name__)


class Gate:
    """Asked before each call; one call of all replicas goes through a shut gate now and then."""

    def __init__(
        self, database: Database, vod: VodClient, outcomes: Outcomes, *, now: Callable[[], datetime]
    ) -> None:
        self._database = database
        self._vod = vod
        self._outcomes = outcomes
        self._tenant = outcomes.terms.tenant
        self._now = now

    async def is_open(self) -> bool:
        """Whether a call may go out that nobody would miss if it waited."""
        return await self._database.transaction(obstacles.standing, self._tenant) is None

    async def way(self, request_id: str, call: CallState) -> Way:
        """Whether the call may go out now; while it may not, its row says why."""
        found = await self._database.transaction(self._way, request_id, call, now=self._now())
        if found is Way.PROBE:
            log.info("request %s: one call, to see whether the cloud takes calls again", request_id)
            self._vod.try_again()
        return found

    async def met(self, cause: CloudError, way: Way) -> None:
        """The cloud has refused a call as it would refuse any other."""
        log.error("calls wait until the cloud takes them again: %s", cause.message)
        await self._database.patiently(
            obstacles.meet, self._tenant, cause, was_probe=way is Way.PROBE, now=self._now()
        )

    async def passed(self, way: Way) -> None:
        """The cloud has dealt with a call: what stood in the way is gone."""
        if way is Way.PROBE and await self._database.patiently(
            obstacles.overcome, self._tenant, now=self._now()
        ):
            log.info("the cloud takes calls again")

    def _way(self, session: Session, request_id: str, call: CallState, *, now: datetime) -> Way:
        found = obstacles.way(session, self._tenant, now=now)
        if found is not Way.SHUT:
            return found
        obstacle = obstacles.standing(session, self._tenant)
        if obstacle is not None:
            self._wait(session, request_id, call, obstacle, now)
        return found

    def _wait(
        self,
        session: Session,
        request_id: str,
        call: CallState,
        obstacle: Obstacle,
        now: datetime,
    ) -> None:
        """Give the request up when it has waited for too long; else say why its call waits."""
        row, cause = requests.row(session, request_id), obstacle.cause
        facts = (cause.kind, cause.message, cause.error_code)
        bound_s = self._outcomes.pace.operator_wait_s
        due_at = max(filter(None, (row.confirmed_at, row.run_at)))
        waited_s = waits_too_long(obstacle, due_at, bound_s=bound_s, now=now)
        if waited_s is not None:
            given_up = StayedRefused(*facts, waited_s)
            self._outcomes.reject_rest(session, request_id, cause=given_up, now=now)
        elif call.causes != (waits := (WaitsForOperator(*facts),)):
            calls.explain(session, CallId(request_id, call.position), *waits)
