"""DBOS: carries every confirmed request to its end, over crashes and restarts."""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypedDict
from uuid import uuid4

from dbos import DBOS, DBOSClient, DBOSConfig, DBOSPortableJSONSerializer, EnqueueOptions
from sqlmodel import Session

from bot.rules.states import RequestStatus
from bot.workflows.cards import Cards
from bot.workflows.following import Follower
from bot.workflows.heartbeat import Heartbeat, join_queue_workers
from bot.workflows.outcomes import Outcomes
from bot.workflows.replicas import Replica
from bot.workflows.retention import Retention
from bot.workflows.sending import Sender
from bot.workflows.starting import Starter
from bot.workflows.stranded import Stranded, run_id
from bot.workflows.uninterrupted import together
from storage import requests
from storage.database import IDLE_IN_TRANSACTION_S, Database

log = logging.getLogger(__name__)

QUEUE = "requests"
APPLICATION = "prefetch-bot"
APPLICATION_VERSION = "1"
"""Pinned: by default a one-line edit leaves what is under way unfinished for ever.

See "Facts that were measured" in ARCHITECTURE.md.
"""

POLLING_S = 0.3
"""The first call of a confirmation goes out beside the queue, so nobody waits for it long."""

LISTENING_S = 0.1
"""DBOS sleeps so long between two looks for notifications, which we never send; a stop waits."""


class _Patience(TypedDict):
    retries_allowed: bool
    max_attempts: int
    interval_seconds: float
    backoff_rate: float


# Every step may be repeated, so none is given up while Slack or the database is away.
PATIENCE: _Patience = {
    "retries_allowed": True,
    "max_attempts": 100_000,
    "interval_seconds": 3.0,
    "backoff_rate": 1.0,
}


@dataclass(frozen=True, slots=True)
class Crew:
    """Those who do the work of a request."""

    database: Database
    cards: Cards
    starter: Starter
    sender: Sender
    follower: Follower
    outcomes: Outcomes
    now: Callable[[], datetime]


# DBOS keeps one registry of functions a process, filled at import; they find their crew here.
_crews: list[Crew] = []


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
        self._stranded = Stranded(
            database,
            executor_id=self.executor_id,
            queue=QUEUE,
            enqueue=self.enqueue,
            carried=lambda: {workflow_id for workflow_id in _running.values() if workflow_id},
        )

    async def launch(self, crew: Crew) -> None:
        """Recover what an earlier life left unfinished, then take what is confirmed."""
        serializer = DBOSPortableJSONSerializer()  # the default is pickle
        if self._replica is not None:
            await self._replica.enter()
        self._dbos = DBOS(config=_config(self._database, self.executor_id, serializer))
        logging.getLogger("dbos").addFilter(_tells_more_than_the_stop)
        _crews.append(crew)
        _closing.clear()
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
        self._stranded.start()

    def enqueue(self, session: Session, request_id: str) -> None:
        """Hand a request over as its row now is, inside the caller's transaction.

        What is scheduled is shown at once and runs later; what was ended by a person is shown.
        """
        row = requests.row(session, request_id)
        workflow_id = run_id(request_id, row.runs)
        if row.status == RequestStatus.RUNNING:
            self._start(session, run_request, workflow_id, request_id, row.runs)
            return
        self.show(session, request_id, row.status)
        if row.status == RequestStatus.SCHEDULED and row.run_at is not None:
            wait_s = max(0.0, (row.run_at - _crew().now()).total_seconds())
            self._start(session, run_later, workflow_id, request_id, row.runs, delay_s=wait_s)

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
        _stops_with_the_engine(asyncio.create_task(_begin(request_id)))

    def problems(self) -> list[str]:
        """Why what is confirmed now would not be carried out soon, in words."""
        return [*self._heartbeat.problems(), *self._stranded.problems()]

    async def taken_for_dead(self) -> None:
        """Return when other replicas carry this one's work on: then it has to stop."""
        if self._replica is None:
            await asyncio.Event().wait()
        else:
            await self._replica.fenced.wait()

    async def close(self) -> None:
        """Stop at once; what is under way is resumed by the next launch or by another replica."""
        await self._stranded.close()
        if self._retention is not None:
            await self._retention.close()
        _closing.set()
        await self._stop_working()
        await asyncio.to_thread(DBOS.destroy)
        if self._client is not None:
            self._client.destroy()
        if self._replica is not None:
            await self._replica.leave()
        _crews.clear()

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
        working = taken | set(_running)
        for task in working:
            task.cancel()
        await asyncio.gather(*working, return_exceptions=True)


def _tells_more_than_the_stop(record: logging.LogRecord) -> bool:
    """False for DBOS's warning about each task that the stop itself has cancelled."""
    return not (_closing.is_set() and "task cancelled" in record.getMessage())


# Each with the workflow that it is, if it is one.
_running: dict[asyncio.Task[None], str | None] = {}
# The queue hands out work while the last calls are waited for.
_closing = asyncio.Event()


@DBOS.workflow(max_recovery_attempts=None)
async def run_request(request_id: str, run: int) -> None:
    """Post the card, send, follow; then end the request and make the card final."""
    _stops_with_the_engine()
    await _run(request_id, run)


@DBOS.workflow(max_recovery_attempts=None)
async def run_later(request_id: str, run: int) -> None:
    """The same, once the time of the request has come."""
    _stops_with_the_engine()
    await start(request_id)
    await _run(request_id, run)


@DBOS.workflow(max_recovery_attempts=None)
async def show_card(request_id: str) -> None:
    """For a request that nothing else happens to now."""
    _stops_with_the_engine()
    await show(request_id)


async def _run(request_id: str, run: int) -> None:
    # Also in a later life, in which the step that did so counts as done.
    _crew().cards.show(request_id)
    while True:
        # Slack being away must not hold the calls up, so the card is posted beside them.
        await together(post_card(request_id), send(request_id), follow(request_id))
        if await end(request_id, run):
            return


async def _begin(request_id: str) -> None:
    try:
        await _crew().sender.begin(request_id)
    except Exception:  # whatever it is, the workflow meets it as well, and is patient
        log.warning("request %s is left to the queue", request_id, exc_info=True)


def _stops_with_the_engine(task: asyncio.Task[None] | None = None) -> None:
    task = task or asyncio.current_task()
    if task is not None:
        _running[task] = DBOS.workflow_id
        task.add_done_callback(_running.pop)
        if _closing.is_set():
            task.cancel()


@DBOS.step(**PATIENCE)
async def show(request_id: str) -> None:
    """Posted if it was not, and true in any case."""
    await _crew().cards.finish(request_id)


@DBOS.step(**PATIENCE)
async def start(request_id: str) -> None:
    """A second time does nothing."""
    await _crew().starter.start(request_id)


@DBOS.step(**PATIENCE)
async def post_card(request_id: str) -> None:
    """When Slack's answer is lost, or the process before it is stored, a second card follows."""
    _crew().cards.show(request_id)


@DBOS.step(**PATIENCE)
async def send(request_id: str) -> None:
    """After a crash, goes on with what was not sent."""
    await _crew().sender.send(request_id)


@DBOS.step(**PATIENCE)
async def follow(request_id: str) -> None:
    """Ask in one step: a record for each question would make recovery slow.

    See "Facts that were measured" in ARCHITECTURE.md.
    """
    await _crew().follower.follow(request_id)


@DBOS.step(**PATIENCE)
async def end(request_id: str, run: int) -> bool:
    """The last status first, then the card; False when there is work again for this run."""
    crew = _crew()
    ended = await crew.database.transaction(crew.outcomes.end, request_id, run=run, now=crew.now())
    await crew.cards.finish(request_id)
    return ended


def _crew() -> Crew:
    return _crews[-1]


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
        "max_executor_threads": 32,
        "log_level": "WARNING",
    }
