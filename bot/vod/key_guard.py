"""Sparing a refused key, because more than five refusals in a row lock it for five minutes."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

import httpx

from bot.vod.answers import Answer
from bot.vod.error_codes import error_of
from bot.vod.errors import AuthenticationFailed, KeyLocked, WrongClock
from bot.vod.exchange import Authentication, Send, is_advice

PAUSES = (timedelta(seconds=60), timedelta(seconds=120), timedelta(minutes=5))


class KeyGuard(Authentication):
    """Refuses calls here, without sending them, for a while after the key was refused there."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._refusals = 0
        self._paused_until: datetime | None = None
        self._last: AuthenticationFailed | None = None
        self._refused_advice: AuthenticationFailed | None = None
        self._is_proved = False
        self._one_at_a_time = asyncio.Lock()

    async def around(self, request: httpx.Request, send: Send) -> Answer:
        """Until the key is known to be good, calls go one by one: a burst would lock it."""
        if is_advice(request):
            return await self._advised(send)
        if self._is_proved:
            return self._noted(await send())
        async with self._one_at_a_time:
            self._stop_while_paused()
            return self._noted(await send())

    def try_again(self) -> None:
        """The next call goes out; another refusal makes the next pause the longer."""
        self._paused_until = self._refused_advice = None

    async def _advised(self, send: Send) -> Answer:
        """A refused request for advice pauses no call; until one is accepted, no other is sent."""
        if self._is_proved and self._refused_advice is None:
            return self._noted_advice(await send())
        async with self._one_at_a_time:
            self._stop_while_paused()
            if self._refused_advice is not None:
                message = f"not sent, for the last one was refused: {self._refused_advice.message}"
                raise type(self._refused_advice)(message, code=self._refused_advice.code)
            return self._noted_advice(await send())

    def _noted_advice(self, answer: Answer) -> Answer:
        error = None if answer.is_success else error_of(answer)
        if isinstance(error, AuthenticationFailed):
            self._refused_advice = error
            return answer
        return self._noted(answer)

    def _noted(self, answer: Answer) -> Answer:
        error = None if answer.is_success else error_of(answer)
        if isinstance(error, AuthenticationFailed):
            self._refuse(error)
        elif error is None or (error.code or "").startswith("VOD."):
            # A VOD code comes from behind the gateway, which had accepted the key.
            self._refusals, self._paused_until, self._is_proved = 0, None, True
            self._refused_advice = None
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
                f"not sent, {wait:.0f} s to wait because {_what(self._last)} was refused: "
                f"{self._last.message}"
            )
            raise type(self._last)(
                message,
                code=self._last.code,
                request_id=self._last.request_id,
                retry_after=wait,
            )


def _what(error: AuthenticationFailed) -> str:
    return "the time of the signature" if isinstance(error, WrongClock) else "key or password"
