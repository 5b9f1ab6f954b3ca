"""Sparing a refused key, because more than five refusals in a row lock it for five minutes."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

from bot.vod.answers import Answer
from bot.vod.error_codes import error_of
from bot.vod.errors import AuthenticationFailed, KeyLocked
from bot.vod.exchange import Send

PAUSES = (timedelta(seconds=60), timedelta(seconds=120), timedelta(minutes=5))


class KeyGuard:
    """Refuse calls here, without sending them, for a while after the key was refused there."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._refusals = 0
        self._paused_until: datetime | None = None
        self._last: AuthenticationFailed | None = None
        self._is_proved = False
        self._one_at_a_time = asyncio.Lock()

    async def call(self, send: Send) -> Answer:
        """Until the key is known to be good, calls go one by one: a burst would lock it."""
        if self._is_proved:
            return self._noted(await send())
        async with self._one_at_a_time:
            self._stop_while_paused()
            return self._noted(await send())

    def _noted(self, answer: Answer) -> Answer:
        error = None if answer.is_success else error_of(answer)
        if isinstance(error, AuthenticationFailed):
            self._refuse(error)
        elif error is None or (error.code or "").startswith("VOD."):
            # A VOD code comes from behind the gateway, which had accepted the key.
            self._refusals, self._paused_until, self._is_proved = 0, None, True
        return answer

    def _refuse(self, error: AuthenticationFailed) -> None:
        self._refusals += 1
        is_locked = isinstance(error, KeyLocked)
        pause = PAUSES[-1 if is_locked else min(self._refusals, len(PAUSES)) - 1]
        self._paused_until = self._now() + pause
        self._is_proved = False
        self._last = error

    def _stop_while_paused(self) -> None:
        if self._last is None or self._paused_until is None:
            return
        wait = (self._paused_until - self._now()).total_seconds()
        if wait > 0:
            message = (
                f"not sent, {wait:.0f} s to wait because key or password was refused: "
                f"{self._last.message}"
            )
            raise type(self._last)(
                message,
                code=self._last.code,
                request_id=self._last.request_id,
                retry_after=wait,
            )
