"""Taking up again what DBOS has given up or dropped although its request has not ended."""

import asyncio
import logging
import time
from collections.abc import Callable

from dbos import DBOS
from sqlmodel import Session

from storage import requests
from storage.database import Database

log = logging.getLogger(__name__)

LOOK_EVERY_S = 5.0
LOOKED_WITHIN_S = 12.0
"""Two looks and a little: after that something is wrong."""

GIVEN_UP = frozenset({"ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"})


def run_id(request_id: str, run: int) -> str:
    """The workflow that carries this run of the request."""
    return f"request:{request_id}:{run}"


class Stranded:
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
