"""Socket Mode: keeps one socket to Slack open, whatever becomes of the last one."""

import asyncio
import logging
import time

from bot.slack.connection import SILENT, Connection, Hear
from bot.slack.opening import NotOpened, Opener, left
from bot.slack.waiting import backoff

log = logging.getLogger(__name__)

START_WITHIN_S = 10.0
SETTLED_S = 5.0
"""A socket that lasts as long, and has answered a ping, has ended the trouble before it."""

STOP_S = 1.0
DEAF = "Slack: no live socket"
REFRESHING = frozenset({"warning", "refresh_requested"})


class Listening:
    """Hears what Slack sends; `deaf_for_good` ends when only a new process may help."""

    def __init__(self, opener: Opener, hear: Hear, *, give_up_s: float) -> None:
        self._opener = opener
        self._hear = hear
        self.give_up_s = give_up_s
        self._connection: Connection | None = None
        self._trouble: str | None = None
        self._fell_silent = False
        self._failures = 0
        self._failed_at: float | None = None
        self._deaf_s = 0.0
        self._leaving: set[asyncio.Task[None]] = set()
        self._keeping: asyncio.Task[str] | None = None

    async def start(self) -> None:
        """Listen from now on; raises `NotOpened` when Slack gives no socket within ten seconds."""
        give_up = time.monotonic() + START_WITHIN_S
        while self._connection is None:
            try:
                self._connection = await self._opener.open(self._hear)
            except NotOpened as trouble:
                wait_s = self._pause(trouble)
                if trouble.is_token or time.monotonic() + wait_s > give_up:
                    raise
                log.warning("%s", trouble)
                await asyncio.sleep(wait_s)
        self._failures = 0
        self._keeping = asyncio.create_task(self._keep(self._connection))

    def problems(self) -> list[str]:
        """Why nothing would be heard now; empty while a socket answers pings.

        After one that fell silent a new socket counts once it has answered the first of them.
        """
        connection = self._connection
        is_proven = connection is not None and connection.has_answered
        if self._is_live and (is_proven or not self._fell_silent):
            return []
        return [f"{DEAF}: {self._trouble}" if self._trouble else DEAF]

    def pong_age(self) -> float | None:
        """Seconds since Slack last answered a ping; None without a socket."""
        return self._connection.pong_age if self._connection else None

    async def deaf_for_good(self) -> str:
        """Return why, once nothing could be heard for so long although the network answers."""
        if self._keeping is None:
            raise RuntimeError("start it first")
        return await asyncio.shield(self._keeping)

    async def close(self) -> None:
        """Leave Slack once what is being answered has been acknowledged, which takes a second."""
        if self._keeping is not None:
            self._keeping.cancel()
            await asyncio.gather(self._keeping, return_exceptions=True)
        if self._connection is not None:
            self._leave(self._connection)
        if self._leaving:
            await asyncio.wait(self._leaving, timeout=STOP_S)
        for task in self._leaving:
            task.cancel()
        await asyncio.gather(*self._leaving, return_exceptions=True)

    @property
    def _is_live(self) -> bool:
        return self._connection is not None and self._connection.is_live

    async def _keep(self, connection: Connection) -> str:
        while True:
            reason = await self._until_it_ends(connection)
            # Slack closes the old socket some seconds after it has asked for a new one, and what
            # answers no ping may still bring something.
            if reason not in REFRESHING and reason != SILENT:
                self._leave(connection)
                self._connection = None
            try:
                fresh = await self._reopened(self._trouble_in(connection, reason))
            except NotOpened as trouble:
                return str(trouble)
            self._connection = fresh
            # The new one first: an envelope may be on its way to either.
            self._leave(connection)
            connection = fresh

    async def _reopened(self, trouble: NotOpened | None) -> Connection:
        """Wait as long as the trouble asks for, then try; raises it when that was long enough."""
        while True:
            if trouble is not None:
                self._say(str(trouble))
                self._count(trouble)
                if self._deaf_s >= self.give_up_s:
                    raise trouble
                await asyncio.sleep(self._pause(trouble))
            try:
                return await self._opener.open(self._hear)
            except NotOpened as error:
                trouble = error

    async def _until_it_ends(self, connection: Connection) -> str:
        """The reason; a socket that settles ends the trouble that went before."""
        while not connection.ended.done():
            await asyncio.wait({connection.ended}, timeout=SETTLED_S)
            if connection.has_answered and not connection.ended.done():
                self._settle()
        return connection.ended.result()

    def _settle(self) -> None:
        if self._trouble is not None:
            log.info("listening to Slack again")
        self._trouble = self._failed_at = None
        self._fell_silent = False
        self._deaf_s = 0.0
        self._failures = 0

    def _trouble_in(self, connection: Connection, reason: str) -> NotOpened | None:
        """None in the first refresh of a socket that had settled: that is Slack's routine."""
        has_settled = time.monotonic() - connection.opened_at >= SETTLED_S
        if reason in REFRESHING and has_settled:
            return None
        self._fell_silent = self._fell_silent or reason == SILENT
        # One that has answered may have been cut off with the whole network.
        return left(reason, answered=reason != SILENT or not connection.has_answered)

    def _pause(self, trouble: NotOpened) -> float:
        wait_s = backoff(self._failures)
        self._failures += 1
        return wait_s if trouble.wait_s is None else max(wait_s, trouble.wait_s)

    def _count(self, trouble: NotOpened) -> None:
        """Add up the time of being deaf, but for what ends in no answer at all.

        Then the network is gone, and a new process has no other.
        """
        now = time.monotonic()
        if self._failed_at is not None and trouble.answered and not self._is_live:
            self._deaf_s += now - self._failed_at
        self._failed_at = now

    def _say(self, words: str) -> None:
        """Each state once, however many tries it lasts."""
        if words != self._trouble:
            log.warning("%s listening to Slack: %s", "still" if self._is_live else "not", words)
        self._trouble = words

    def _leave(self, connection: Connection) -> None:
        leaving = asyncio.create_task(connection.leave())
        self._leaving.add(leaving)
        leaving.add_done_callback(self._leaving.discard)
