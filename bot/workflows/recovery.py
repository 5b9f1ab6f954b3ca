"""Recovery: whatever stops a workflow, the request that it carries is taken up again.

Three things look for what nobody carries on. DBOS itself, when a process starts: on SQLite it
takes up what this process left. `Replica`, on PostgreSQL: it takes up what a dead replica left.
`Recovery`, on both: it takes up what DBOS has given up or dropped in a living process.
"""

import asyncio
import logging
import time
from collections.abc import Callable
from itertools import count

from dbos import DBOS
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from storage import executors, requests
from storage.database import Database

log = logging.getLogger(__name__)

BEAT_S = 1.0
BEATS_A_LOOK = 2
"""After so many beats a replica looks for the work of the dead."""

SILENT_S = 10.0
"""After so long a silence a replica is dead, for good: others carry on what it had begun."""

UNSTEADY_S = 3.0


class Replica:
    """The life of this process among the others.

    DBOS itself never recovers the work of a process that does not come back: see "Facts that were
    measured" in ARCHITECTURE.md.
    """

    def __init__(self, database: Database, executor_id: str, *, queue: str) -> None:
        self.declared_dead = asyncio.Event()
        self._database = database
        self._id = executor_id
        self._queue = queue
        self._heartbeat: asyncio.Task[None] | None = None

    async def enter(self) -> None:
        """Before the first workflow is taken: a process without a row is dead."""
        await self._database.transaction(executors.enter, self._id)
        log.info("replica %s", self._id)

    def start(self) -> None:
        self._heartbeat = asyncio.create_task(self._live())

    async def leave(self) -> None:
        """Let the others carry on at once."""
        if self._heartbeat is not None:
            self._heartbeat.cancel()
            await asyncio.gather(self._heartbeat, return_exceptions=True)
        try:
            await self._database.transaction(executors.leave, self._id)
        except SQLAlchemyError:
            log.warning("not signed off; the others carry on after %.0f s", SILENT_S)

    async def _live(self) -> None:
        last_beat = steady_since = time.monotonic()
        for beats in count(1):
            await asyncio.sleep(BEAT_S)
            if self.declared_dead.is_set():
                return
            try:
                await self._beat()
                now = time.monotonic()
                # After a gap it may be the database or the machine that was away, for all alike.
                if now - last_beat > UNSTEADY_S:
                    steady_since = now
                last_beat = now
                if beats % BEATS_A_LOOK:
                    continue
                if now - steady_since >= SILENT_S:
                    await self._declare_dead()
                await self._carry_on()
            except Exception:  # No error of the database or of DBOS ends the heartbeat.
                log.warning("no sign of life could be given", exc_info=True)

    async def _beat(self) -> None:
        if not await self._database.transaction(executors.beat, self._id):
            log.error("silent for more than %.0f s: others carry on, this process stops", SILENT_S)
            self.declared_dead.set()

    async def _declare_dead(self) -> None:
        for dead in await self._database.transaction(executors.declare_dead, silent_s=SILENT_S):
            log.warning("replica %s is dead", dead)

    async def _carry_on(self) -> None:
        if abandoned := await self._database.transaction(self._requeue):
            log.warning("carrying on what dead replicas began: %s", ", ".join(abandoned))

    def _requeue(self, session: Session) -> list[str]:
        """Queue what belongs to no living process; a dead one may still have taken some."""
        if not executors.requeues_alone(session):
            return []
        begun = DBOS.list_workflows(status="PENDING", load_input=False, load_output=False)
        # In this order: who has begun something stands among the living before that.
        living = executors.living(session)
        abandoned = [each.workflow_id for each in begun if each.executor_id not in living]
        if abandoned:
            DBOS.resume_workflows(abandoned, queue_name=self._queue)
        return abandoned


LOOK_EVERY_S = 5.0
LOOKED_WITHIN_S = 12.0
"""Two looks and a little: after that something is wrong."""

GIVEN_UP = frozenset({"ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"})


def run_id(request_id: str, run: int) -> str:
    """The workflow that carries this run of the request."""
    return f"request:{request_id}:{run}"


class Recovery:
    """Looks on each replica: DBOS ends a workflow whose bookkeeping meets a database in trouble.

    DBOS repeats its own writes after some errors only: not after a full disk, a failover to a
    server that is read-only, or a host name that does not resolve for a moment. What it then does
    is played in tests/workflows/test_engine.py.
    """

    def __init__(
        self,
        database: Database,
        *,
        executor_id: str,
        queue: str,
        enqueue: Callable[[Session, str], None],
        carried: Callable[[], set[str]],
    ) -> None:
        self._database = database
        self._executor_id = executor_id
        self._queue = queue
        self._enqueue = enqueue
        self._carried = carried
        self._dropped: set[str] = set()
        self._looked_at = time.monotonic()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._looked_at = time.monotonic()
        self._task = asyncio.create_task(self._watch())

    async def close(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    def problems(self) -> list[str]:
        """Why a request whose workflow has ended would stay where it is."""
        silent_s = time.monotonic() - self._looked_at
        if silent_s <= LOOKED_WITHIN_S:
            return []
        return [
            f"workflow engine: no look for requests that nothing carries on for {silent_s:.0f} s"
        ]

    async def _watch(self) -> None:
        while True:
            try:
                await self._run_given_up_anew()
                await self._resume_dropped()
                self._looked_at = time.monotonic()
            except Exception:  # Whatever the database or DBOS has, the next look is another.
                log.warning("stranded requests are looked for later", exc_info=True)
            await asyncio.sleep(LOOK_EVERY_S)

    async def _run_given_up_anew(self) -> None:
        """Its next run goes on from the rows: what was sent is never sent again."""
        runs = {
            run_id(*found): found for found in await self._database.transaction(requests.unended)
        }
        if not runs:
            return
        for workflow in await DBOS.list_workflows_async(
            workflow_ids=[*runs], status=[*GIVEN_UP], load_input=False, load_output=False
        ):
            request_id, run = runs[workflow.workflow_id]
            if await self._database.transaction(self._run_anew, request_id, run):
                log.warning("%s was given up; it runs anew", workflow.workflow_id)

    def _run_anew(self, session: Session, request_id: str, run: int) -> bool:
        if not requests.run_anew(session, request_id, run=run):
            return False
        self._enqueue(session, request_id)
        return True

    async def _resume_dropped(self) -> None:
        """What counts as running here, twice in a row, and does not run."""
        begun = await DBOS.list_workflows_async(
            status="PENDING", executor_id=self._executor_id, load_input=False, load_output=False
        )
        missing = {each.workflow_id for each in begun} - self._carried()
        if dropped := sorted(missing & self._dropped):
            await DBOS.resume_workflows_async(dropped, queue_name=self._queue)
            log.warning("dropped by DBOS, resumed: %s", ", ".join(dropped))
        self._dropped = missing.difference(dropped)
