"""The workflows of a request, as DBOS records them: what runs, in which steps."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TypedDict

from dbos import DBOS

from bot.workflows.cancellation import together
from bot.workflows.cards import Cards
from bot.workflows.following import Follower
from bot.workflows.outcomes import Outcomes
from bot.workflows.sending import Sender
from bot.workflows.starting import Starter
from storage.database import Database

log = logging.getLogger(__name__)


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
CREWS: list[Crew] = []

# Each with the workflow that it is, if it is one.
RUNNING: dict[asyncio.Task[None], str | None] = {}
# The queue hands out work while the last calls are waited for.
CLOSING = asyncio.Event()


@DBOS.workflow(max_recovery_attempts=None)
async def run_request(request_id: str, run: int) -> None:
    """Post the card, send, follow; then end the request and make the card final."""
    stops_with_the_engine()
    await _run(request_id, run)


@DBOS.workflow(max_recovery_attempts=None)
async def run_later(request_id: str, run: int) -> None:
    """Run a scheduled request, once its time has come."""
    stops_with_the_engine()
    await start(request_id)
    await _run(request_id, run)


@DBOS.workflow(max_recovery_attempts=None)
async def show_card(request_id: str) -> None:
    """Show the card of a request that no run carries: scheduled, or ended by a person."""
    stops_with_the_engine()
    await show(request_id)


async def _run(request_id: str, run: int) -> None:
    # Also in a later life, in which the step that did so counts as done.
    crew().cards.show(request_id)
    while True:
        # Slack being away must not hold the calls up, so the card is posted beside them.
        await together(post_card(request_id), send(request_id), follow(request_id))
        if await end(request_id, run):
            return


async def begin(request_id: str) -> None:
    try:
        await crew().sender.begin(request_id)
    except Exception:  # whatever it is, the workflow meets it as well, and is patient
        log.warning("request %s is left to the queue", request_id, exc_info=True)


def stops_with_the_engine(task: asyncio.Task[None] | None = None) -> None:
    task = task or asyncio.current_task()
    if task is not None:
        RUNNING[task] = DBOS.workflow_id
        task.add_done_callback(RUNNING.pop)
        if CLOSING.is_set():
            task.cancel()


@DBOS.step(**PATIENCE)
async def show(request_id: str) -> None:
    """Post the card if there is none, and bring it up to date."""
    await crew().cards.finish(request_id)


@DBOS.step(**PATIENCE)
async def start(request_id: str) -> None:
    """Start a scheduled request at its time; starting it a second time does nothing."""
    await crew().starter.start(request_id)


@DBOS.step(**PATIENCE)
async def post_card(request_id: str) -> None:
    """Have the card posted; a second one follows when Slack's answer to the first was lost."""
    crew().cards.show(request_id)


@DBOS.step(**PATIENCE)
async def send(request_id: str) -> None:
    """Send the queued calls; after a crash this goes on with those that were not sent."""
    await crew().sender.send(request_id)


@DBOS.step(**PATIENCE)
async def follow(request_id: str) -> None:
    """Ask in one step: a record for each question would make recovery slow.

    See "Facts that were measured" in ARCHITECTURE.md.
    """
    await crew().follower.follow(request_id)


@DBOS.step(**PATIENCE)
async def end(request_id: str, run: int) -> bool:
    """Write the last status, then the card; False when there is work again for this run."""
    workers = crew()
    ended = await workers.database.transaction(
        workers.outcomes.end, request_id, run=run, now=workers.now()
    )
    await workers.cards.finish(request_id)
    return ended


def crew() -> Crew:
    return CREWS[-1]
