"""Telling people what they have to hear: each message is posted by one process, and once.

What has to be told is stored with its cause (`storage.notices`). Here a process puts it together to
messages, claims one, writes down that its post goes out, posts it, and writes down where it stands.
A message whose post has no answer is looked for in its conversation before another try. Where the
bot may not read there, it is posted once more and says that it may be a repetition.
"""

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime

from sqlmodel import Session

from bot.workflows.notice_posting import NoticePosting
from storage import notice_gathering, notice_messages, pacing
from storage.database import Database

log = logging.getLogger(__name__)

LOOK_EVERY_S = 2.0
AT_ONCE = 8


class Notices:
    """Looks on each replica for what is to be told; there is no leader."""

    def __init__(
        self,
        database: Database,
        posting: NoticePosting,
        *,
        now: Callable[[], datetime],
        look_every_s: float = LOOK_EVERY_S,
    ) -> None:
        self._database = database
        self._posting = posting
        self._now = now
        self._look_every_s = look_every_s
        self._due = asyncio.Event()
        self._telling: dict[str, asyncio.Task[None]] = {}
        self._watching: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._watching = asyncio.create_task(self._watch())

    def poke(self) -> None:
        """Something may have become due just now."""
        self._due.set()

    async def close(self) -> None:
        """Stop; a post under way is finished first, because its outcome would be unknown."""
        tasks = [*self._telling.values(), *([self._watching] if self._watching else [])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def tell_due(self) -> None:
        """Begin to tell what is due and not begun here."""
        for message_id in await self._database.transaction(self._look):
            if message_id not in self._telling and len(self._telling) < AT_ONCE:
                task = asyncio.create_task(self._tell(message_id))
                self._telling[message_id] = task

    async def settled(self) -> None:
        """Return when nothing is due any longer."""
        while await self._database.transaction(self._look):
            await self.tell_due()
            await asyncio.gather(*self._telling.values())

    async def _watch(self) -> None:
        while True:
            try:
                self._due.clear()
                await self.tell_due()
            except Exception:  # Whatever the database has, the next look is another.
                log.warning("notices are looked for later", exc_info=True)
            try:
                await asyncio.wait_for(self._due.wait(), self._look_every_s)
            except TimeoutError:
                continue

    async def _tell(self, message_id: str) -> None:
        try:
            await self._posting.tell(message_id)
        except Exception:  # The rows say how far it came; the next look goes on from there.
            log.warning("a notice is told later", exc_info=True)
        finally:
            self._telling.pop(message_id, None)

    def _look(self, session: Session) -> list[str]:
        now = pacing.shared_clock(session, self._now())
        notice_gathering.gather(session, now=now)
        return list(notice_messages.due(session, me=self._posting.me, now=now))
