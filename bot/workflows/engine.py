"""DBOS: carries every confirmed request to its end, over crashes and restarts."""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from typing import Any
from uuid import uuid4

from dbos import DBOS, DBOSClient, DBOSConfig, DBOSPortableJSONSerializer, EnqueueOptions
from sqlmodel import Session

from bot.rules.states import RequestStatus
from bot.workflows.heartbeat import Heartbeat, join_queue_workers
from bot.workflows.recovery import Recovery, Replica, run_id
from bot.workflows.request_workflows import (
    CLOSING,
    CREWS,
    RUNNING,
    Crew,
    crew,
    run_later,
    run_request,
    show_card,
    stops_with_the_engine,
)
from bot.workflows.retention import Retention
from storage import requests
from storage.database import IDLE_IN_TRANSACTION_S, Database

log = logging.getLogger(__name__)

QUEUE = "requests"
APPLICATION = "prefetch-bot"
APPLICATION_VERSION = "1"
"""Pinned: by default a one-line edit leaves what is under way unfinished for ever.

See "Facts that were measured" in ARCHITECTURE.md.
"""

POLLING_S = 0.5
"""The first call of a confirmation goes out beside the queue, so nobody waits for it long."""

LISTENING_S = 0.5
"""DBOS sleeps so long between two looks for notifications, which we never send; a stop waits.

What it would send by itself it looks for just as often; its default is a hundred times a second.
"""


class Engine:
    """The one DBOS of this process, on the bot's own database."""

    def __init__(self, database: Database) -> None:
        # One process a SQLite file, so its own unfinished work is what it finds at launch. On
        # PostgreSQL an ID of its own each time: of two processes with one ID, the second does not
        # carry on what the first had begun ("Facts that were measured" in ARCHITECTURE.md).
        self.executor_id = "local" if database.is_sqlite else str(uuid4())
        self._database = database
        self._dbos: DBOS | None = None
        self._client: DBOSClient | None = None
        self._heartbeat = Heartbeat(QUEUE)
        self._retention: Retention | None = None
        self._replica = (
            None if database.is_sqlite else Replica(database, self.executor_id, queue=QUEUE)
        )
        self._recovery = Recovery(
            database,
            executor_id=self.executor_id,
            queue=QUEUE,
            enqueue=self.enqueue,
            carried=lambda: {workflow_id for workflow_id in RUNNING.values() if workflow_id},
        )

    async def launch(self, crew: Crew) -> None:
        """Recover what an earlier life left unfinished, then take what is confirmed."""
        serializer = DBOSPortableJSONSerializer()  # the default is pickle
        if self._replica is not None:
            await self._replica.enter()
        self._dbos = DBOS(config=_config(self._database, self.executor_id, serializer))
        logging.getLogger("dbos").addFilter(_tells_more_than_the_stop)
        CREWS.append(crew)
        CLOSING.clear()
        DBOS.launch()
        # Its own connections: what they hear shows that the queue is looked into.
        self._heartbeat.listen(self._dbos._sys_db.engine)  # noqa: SLF001
        await DBOS.register_queue_async(QUEUE, polling_interval_sec=POLLING_S)
        if self._replica is not None:
            self._replica.start()
        self._client = DBOSClient(
            system_database_engine=self._database.engine,
            serializer=serializer,
            application_name=APPLICATION,
            lazy=True,
        )
        self._retention = Retention(self._database, now=crew.now)
        self._retention.start()
        self._recovery.start()

    def enqueue(self, session: Session, request_id: str) -> None:
        """Hand a request over as its row now is, inside the caller's transaction.

        What is scheduled is shown at once and runs later; what was ended by a person is shown.
        """
        status, run, run_at = requests.run(session, request_id)
        workflow_id = run_id(request_id, run)
        if status is RequestStatus.RUNNING:
            self._start(session, run_request, workflow_id, request_id, run)
            return
        self.show(session, request_id, status)
        if status is RequestStatus.SCHEDULED and run_at is not None:
            wait_s = max(0.0, (run_at - crew().now()).total_seconds())
            self._start(session, run_later, workflow_id, request_id, run, delay_s=wait_s)

    def show(self, session: Session, request_id: str, occasion: str) -> None:
        """Bring the card up to date, inside the caller's transaction; once for each occasion."""
        self._start(session, show_card, f"card:{request_id}:{occasion}", request_id)

    def _start(
        self,
        session: Session,
        workflow: Callable[..., Coroutine[Any, Any, None]],
        workflow_id: str,
        *args: object,
        delay_s: float | None = None,
    ) -> None:
        if self._client is None:
            message = "launch the engine before enqueueing"
            raise RuntimeError(message)
        options: EnqueueOptions = {
            "workflow_name": workflow.__qualname__,
            "queue_name": QUEUE,
            "workflow_id": workflow_id,
        }
        if delay_s is not None:
            options["delay_seconds"] = delay_s
        self._client.enqueue_in_transaction(session, options, *args)

    def begin(self, request_id: str) -> None:
        """Send the first call of what was just confirmed; the queue brings the rest."""
        stops_with_the_engine(asyncio.create_task(crew().sender.begin(request_id)))

    def problems(self) -> list[str]:
        """Why what is confirmed now would not be carried out soon, in words."""
        return [*self._heartbeat.problems(), *self._recovery.problems()]

    async def declared_dead(self) -> None:
        """Return when other replicas carry this one's work on: then it has to stop."""
        if self._replica is None:
            await asyncio.Event().wait()
        else:
            await self._replica.declared_dead.wait()

    async def close(self) -> None:
        """Stop at once; what is under way is resumed by the next launch or by another replica."""
        await self._recovery.close()
        if self._retention is not None:
            await self._retention.close()
        CLOSING.set()
        await self._stop_working()
        await asyncio.to_thread(DBOS.destroy)
        if self._client is not None:
            self._client.destroy()
        if self._replica is not None:
            await self._replica.leave()
        CREWS.clear()

    async def _stop_working(self) -> None:
        """Take nothing more from the queue, then end what was taken.

        By itself DBOS takes its threads away first: what it has just taken from the queue then
        fails with a traceback (tests/scenarios/test_stop_under_load.py).
        """
        taken: set[asyncio.Task[Any]] = set()
        if self._dbos is not None:
            for event in self._dbos.background_thread_stop_events:
                event.set()
            await asyncio.to_thread(join_queue_workers)
            # A workflow is in this set from the moment in which its queue hands it over; no other
            # name leads to one that has not reached its own first line.
            taken.update(self._dbos._workflow_tasks)  # noqa: SLF001
        working = taken | set(RUNNING)
        for task in working:
            task.cancel()
        await asyncio.gather(*working, return_exceptions=True)


def _tells_more_than_the_stop(record: logging.LogRecord) -> bool:
    """False for DBOS's warning about each task that the stop itself has cancelled."""
    return not (CLOSING.is_set() and "task cancelled" in record.getMessage())


def _config(
    database: Database, executor_id: str, serializer: DBOSPortableJSONSerializer
) -> DBOSConfig:
    return {
        "name": APPLICATION,
        "system_database_url": database.url.render_as_string(hide_password=False),
        "application_version": APPLICATION_VERSION,
        "executor_id": executor_id,
        "sys_db_idle_transaction_timeout_sec": IDLE_IN_TRANSACTION_S,
        "serializer": serializer,
        "notification_listener_polling_interval_sec": LISTENING_S,
        "notification_coalesce_sec": LISTENING_S,
        "max_executor_threads": 32,
        "log_level": "WARNING",
    }
