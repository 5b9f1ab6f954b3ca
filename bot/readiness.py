"""Whether the bot would hear, store and carry out what somebody asks for now, and if not, why."""

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlmodel import Session

from bot.rules.refusals import HeldUp
from bot.slack.client import BotToken
from bot.slack.listening import Listening
from bot.vod.client import Heard, VodClient
from bot.workflows.cloud_pacing import Operation
from bot.workflows.engine import Engine
from storage import obstacles, overdue, pacing, write_probe
from storage.database import Database, in_one_line
from storage.database_file import DatabaseLost
from storage.mark_file import MarkNotWritten

FRESH_S = 1.0
"""Whoever asks more often is told what the last look has found."""

ANSWER_WITHIN_S = 1.8
"""Of the database, so that who asks is answered within two seconds in any case."""

UNMOVED_S = 150.0
"""The sender itself waits for two minutes when the cloud is away."""


@dataclass(frozen=True, slots=True)
class Readiness:
    """One line a reason not to be ready; the rest is for information."""

    problems: Sequence[str]
    pong_age_s: float | None
    cloud: Heard | None


@dataclass(frozen=True, slots=True)
class SlackAccess:
    """By what the bot hears Slack, and speaks to it; over HTTP no socket listens."""

    listening: Listening | None
    bot_token: BotToken

    def problems(self) -> list[str]:
        heard = self.listening.problems() if self.listening else []
        token_problem = self.bot_token.problem()
        return [*heard, *([token_problem] if token_problem else [])]

    def pong_age_s(self) -> float | None:
        return self.listening.pong_age() if self.listening else None


class Checks:
    """One look at a time, shared by all who ask meanwhile."""

    def __init__(
        self,
        *,
        database: Database,
        engine: Engine,
        slack: SlackAccess,
        vod: VodClient,
        tenant: str,
        now: Callable[[], datetime],
    ) -> None:
        self._database = database
        self._engine = engine
        self._slack = slack
        self._vod = vod
        self._tenant = tenant
        self._now = now
        # What waited while no bot ran has had no chance before.
        self._began = now()
        self._looking: asyncio.Task[Readiness] | None = None
        self._looked_at = 0.0
        self._asking: asyncio.Task[list[str]] | None = None

    async def readiness(self) -> Readiness:
        """Answered within two seconds; what does not answer in time is itself a reason."""
        looking = self._looking
        is_old = time.monotonic() - self._looked_at >= FRESH_S
        if looking is None or (looking.done() and is_old):
            looking = self._looking = asyncio.create_task(self._look())
        return await asyncio.shield(looking)

    async def close(self) -> None:
        """Wait for nothing any longer."""
        tasks = [task for task in (self._looking, self._asking) if task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _look(self) -> Readiness:
        problems = [
            *self._slack.problems(),
            *await self._answered_in_time(),
            *self._engine.problems(),
        ]
        self._looked_at = time.monotonic()
        return Readiness(problems, self._slack.pong_age_s(), self._vod.last_answer)

    async def _answered_in_time(self) -> list[str]:
        """A question that hangs is waited for again: another would hang beside it."""
        asking = self._asking = self._asking or asyncio.create_task(self._ask_database())
        done, _ = await asyncio.wait({asking}, timeout=ANSWER_WITHIN_S)
        if not done:
            return [f"database: no answer within {ANSWER_WITHIN_S:.0f} s"]
        self._asking = None
        return asking.result()

    async def _ask_database(self) -> list[str]:
        try:
            waiting = await self._database.promptly(self._touch, self._now())
        except HeldUp:
            return ["database: locked by another program, perhaps a backup"]
        except (DatabaseLost, MarkNotWritten) as error:
            return [f"database: {error}"]
        except DBAPIError as error:
            return [f"database: it takes no write ({in_one_line(error)})"]
        except (SQLAlchemyError, OSError) as error:
            return [f"database: it takes no write ({type(error).__name__})"]
        return waiting

    def _touch(self, session: Session, own: datetime) -> list[str]:
        """Write; then why a call that could go out does not."""
        now = pacing.shared_clock(session, own)
        write_probe.touch(session, self._engine.executor_id, now=now)
        if obstacles.standing(session, self._tenant) is not None:
            # The calls wait for a person, whom a new start of the bot does not replace.
            return []
        found = overdue.oldest(session, self._tenant, Operation.CREATE, now=now)
        if found is None:
            return []
        unmoved_s = (now - max(found.since, self._began)).total_seconds()
        if unmoved_s < UNMOVED_S:
            return []
        return [
            f"request {found.request_id}: a call waits although its turn came {unmoved_s:.0f} s ago"
        ]
