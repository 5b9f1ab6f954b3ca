"""Replicas on one PostgreSQL: each says that it lives, and any carries on what a dead one left."""

import asyncio
import logging
import time

from dbos import DBOS
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from storage import executors
from storage.database import Database

log = logging.getLogger(__name__)

BEAT_S = 1.0
SILENT_S = 10.0
"""After so long a silence a replica is dead, for good: others carry on what it had begun."""

UNSTEADY_S = 3.0


class Replica:
    """The life of this process among the others.

    DBOS itself never recovers the work of a process that does not come back: see "Facts that were
    measured" in ARCHITECTURE.md.
    """

    def __init__(self, database: Database, executor_id: str, *, queue: str) -> None:
        self.fenced = asyncio.Event()
        self._database = database
        self._id = executor_id
        self._queue = queue
        self._heart: asyncio.Task[None] | None = None

    async def enter(self) -> None:
        """Before the first workflow is taken: a process without a row is dead."""
        await self._database.transaction(executors.enter, self._id)
        log.info("replica %s", self._id)

    def start(self) -> None:
        self._heart = asyncio.create_task(self._live())

    async def leave(self) -> None:
        """Let the others carry on at once."""
        if self._heart is not None:
            self._heart.cancel()
            await asyncio.gather(self._heart, return_exceptions=True)
        try:
            await self._database.transaction(executors.leave, self._id)
        except SQLAlchemyError:
            log.warning("not signed off; the others carry on after %.0f s", SILENT_S)

    async def _live(self) -> None:
        last_beat = steady_since = time.monotonic()
        while not self.fenced.is_set():
            await asyncio.sleep(BEAT_S)
            try:
                await self._beat()
                now = time.monotonic()
                # After a gap it may be the database or the machine that was away, for all alike.
                if now - last_beat > UNSTEADY_S:
                    steady_since = now
                last_beat = now
                if now - steady_since >= SILENT_S:
                    await self._bury()
                await self._carry_on()
            except Exception:  # A heart goes on, whatever the database or DBOS has.
                log.warning("no sign of life could be given", exc_info=True)

    async def _beat(self) -> None:
        if not await self._database.transaction(executors.beat, self._id):
            log.error("silent for more than %.0f s: others carry on, this process stops", SILENT_S)
            self.fenced.set()

    async def _bury(self) -> None:
        for dead in await self._database.transaction(executors.bury, silent_s=SILENT_S):
            log.warning("replica %s is dead", dead)

    async def _carry_on(self) -> None:
        if orphans := await self._database.transaction(self._adopt):
            log.warning("carrying on what dead replicas began: %s", ", ".join(orphans))

    def _adopt(self, session: Session) -> list[str]:
        """Queue what belongs to no living process; a dead one may still have taken some."""
        if not executors.reaps_alone(session):
            return []
        begun = DBOS.list_workflows(status="PENDING", load_input=False, load_output=False)
        # In this order: who has begun something stands among the living before that.
        living = executors.living(session)
        orphans = [each.workflow_id for each in begun if each.executor_id not in living]
        if orphans:
            DBOS.resume_workflows(orphans, queue_name=self._queue)
        return orphans
