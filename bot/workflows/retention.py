"""Deleting what nobody needs any longer; requests, ledger and audit trail are kept for good."""

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from dbos import DBOS

from storage import deliveries, drafts
from storage.database import Database

log = logging.getLogger(__name__)

KEPT = timedelta(days=30)
DELIVERIES_KEPT = timedelta(hours=1)
"""A signature is good for ten minutes at most: as long as clocks may differ, both ways."""

EVERY_S = 3600.0
AT_ONCE = 200
"""A few at a time, so that nobody waits long for the one writer of SQLite."""

FINISHED = ["SUCCESS", "ERROR", "CANCELLED"]


class Retention:
    """Every hour, on each replica: what is gone already does no harm."""

    def __init__(self, database: Database, *, now: Callable[[], datetime]) -> None:
        self._database = database
        self._now = now
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._task = asyncio.create_task(self._work())

    async def close(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def clear_away(self) -> None:
        """Delete what is older than its time kept.

        Those are signed requests that were taken, drafts, and records of ended workflows.
        """
        old = self._now() - DELIVERIES_KEPT
        while await self._database.transaction(deliveries.delete, before=old, at_most=AT_ONCE):
            pass
        before = self._now() - KEPT
        while await self._database.transaction(drafts.delete, before=before, at_most=AT_ONCE):
            pass
        while ended := await DBOS.list_workflows_async(
            status=FINISHED,
            completed_before=before.isoformat(),
            limit=AT_ONCE,
            load_input=False,
            load_output=False,
        ):
            await DBOS.delete_workflows_async([each.workflow_id for each in ended])

    async def _work(self) -> None:
        while True:
            try:
                await self.clear_away()
            except Exception:  # Whatever the database or DBOS has, the next hour is another.
                log.warning("old records stay for another hour", exc_info=True)
            await asyncio.sleep(EVERY_S)
