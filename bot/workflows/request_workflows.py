"""The workflows of a request: DBOS records that each was asked for, and that it has ended.

What has been done of it stands in the rows of the request. So a workflow that is begun again after
a crash goes on from there, also in another version, and DBOS has nothing to read or write between
its begin and its end.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Concatenate, ParamSpec, TypeVar

from dbos import DBOS

from bot.workflows.cancellation import together
from bot.workflows.cards import Cards
from bot.workflows.following import Follower
from bot.workflows.outcomes import Outcomes
from bot.workflows.scheduled_start import Starter
from bot.workflows.sending import Sender
from storage.database import Database

log = logging.getLogger(__name__)

P = ParamSpec("P")
R = TypeVar("R")

RETRY_S = 3.0
"""Everything may be repeated, so nothing is given up while Slack or the database is away."""


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
    await _carry_out(request_id, run)


@DBOS.workflow(max_recovery_attempts=None)
async def run_later(request_id: str, run: int) -> None:
    """Run a scheduled request, once its time has come."""
    stops_with_the_engine()
    await _patiently(crew().starter.start, request_id)
    await _carry_out(request_id, run)


@DBOS.workflow(max_recovery_attempts=None)
async def show_card(request_id: str) -> None:
    """Show the card of a request that no run carries: scheduled, or ended by a person."""
    stops_with_the_engine()
    await _patiently(crew().cards.finish, request_id)


async def _carry_out(request_id: str, run: int) -> None:
    has_ended = False
    while not has_ended:
        # Slack being away must not hold the calls up, so the card is posted beside them.
        crew().cards.show(request_id)
        await together(
            _patiently(crew().sender.send, request_id),
            _patiently(crew().follower.follow, request_id),
        )
        has_ended = await _patiently(_end, request_id, run)


async def _end(request_id: str, run: int) -> bool:
    """Write the last status, then the card; False when there is work again for this run."""
    workers = crew()
    ended = await workers.database.transaction(
        workers.outcomes.end, request_id, run=run, now=workers.now()
    )
    await workers.cards.finish(request_id)
    return ended


async def _patiently(
    work: Callable[Concatenate[str, P], Awaitable[R]],
    request_id: str,
    *args: P.args,
    **kwargs: P.kwargs,
) -> R:
    while True:
        try:
            return await work(request_id, *args, **kwargs)
        except Exception:  # whatever it is: the rows say how far it came
            log.warning("request %s: tried again in %.0f s", request_id, RETRY_S, exc_info=True)
            await asyncio.sleep(RETRY_S)


def stops_with_the_engine(task: asyncio.Task[None] | None = None) -> None:
    task = task or asyncio.current_task()
    if task is not None:
        RUNNING[task] = DBOS.workflow_id
        task.add_done_callback(RUNNING.pop)
        if CLOSING.is_set():
            task.cancel()


def crew() -> Crew:
    return CREWS[-1]
