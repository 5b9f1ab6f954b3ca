"""One socket of Slack's Socket Mode, from its hello to its end."""

import asyncio
import json
import logging
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

import aiohttp
from aiohttp import WSMsgType

Json = dict[str, Any]
Hear = Callable[[Json], Awaitable[Json | None]]
"""Takes an envelope and gives its acknowledgement; None: there is none to send."""

log = logging.getLogger(__name__)

PING_S = 2.0
PONG_WITHIN_S = 8.0
"""Four pings; what the bot writes may vanish while it still hears, so only a pong counts."""

CLOSE_S = 1.0
LEAVE_S = 3.0
"""Slack waits as long for an acknowledgement, so the old socket stays open for one."""

HELLO = "hello"
BROKEN = "closed"
SILENT = "silent"


class Connection:
    """Hears and acknowledges until `ended`, which holds the reason that Slack gave, or ours.

    `has_answered`: a pong has come.
    """

    def __init__(self, socket: aiohttp.ClientWebSocketResponse, hear: Hear) -> None:
        self._socket = socket
        self._hear = hear
        self._answers: set[asyncio.Task[None]] = set()
        self._pong_at = self.opened_at = time.monotonic()
        self.has_answered = False
        self._is_open = True
        loop = asyncio.get_running_loop()
        self.greeted: asyncio.Future[str] = loop.create_future()
        self.ended: asyncio.Future[str] = loop.create_future()
        self._tasks = [asyncio.create_task(self._read()), asyncio.create_task(self._ping())]

    @property
    def pong_age(self) -> float:
        """Seconds since Slack last answered a ping."""
        return time.monotonic() - self._pong_at

    @property
    def is_live(self) -> bool:
        return self._is_open and not self._socket.closed and self.pong_age < PONG_WITHIN_S

    async def leave(self) -> None:
        """Close once what is being answered has been acknowledged."""
        if self._answers and self.is_live:
            await asyncio.wait(self._answers, timeout=LEAVE_S)
        await self.close()

    async def close(self) -> None:
        """End it now; what is still being answered goes unacknowledged, and comes again."""
        self._is_open = False
        self._end(BROKEN)
        for task in (*self._tasks, *self._answers):
            task.cancel()
        await asyncio.gather(*self._tasks, *self._answers, return_exceptions=True)
        with suppress(TimeoutError, aiohttp.ClientError, OSError):
            async with asyncio.timeout(CLOSE_S):
                await self._socket.close()

    async def _read(self) -> None:
        try:
            while True:
                frame = await self._socket.receive()
                match frame.type:
                    case WSMsgType.TEXT:
                        if envelope := self._envelope(frame.data):
                            answer = asyncio.create_task(self._answer(envelope))
                            self._answers.add(answer)
                            answer.add_done_callback(self._answers.discard)
                    case WSMsgType.PING:
                        await self._socket.pong(frame.data)
                    case WSMsgType.PONG:
                        self._pong_at = time.monotonic()
                        self.has_answered = True
                    case WSMsgType.BINARY:
                        log.warning("Slack sent a binary frame, which means nothing here")
                    case _:
                        return
        except (aiohttp.ClientError, OSError) as error:
            log.debug("the socket broke: %s", error)
        finally:
            self._is_open = False
            self._end(BROKEN)

    async def _ping(self) -> None:
        """Two signs of a dead socket: no pong for long, and a ping that cannot be written."""
        try:
            while self.pong_age < PONG_WITHIN_S:
                async with asyncio.timeout(PONG_WITHIN_S):
                    await self._socket.ping()
                await asyncio.sleep(PING_S)
        except (TimeoutError, aiohttp.ClientError, OSError) as error:
            log.debug("no ping could be written: %s", error)
        self._is_open = False
        self._end(SILENT)

    def _envelope(self, text: str) -> Json | None:
        """What is to be answered, if it is that; all else that Slack says is heard here."""
        try:
            message = json.loads(text)
        except (ValueError, RecursionError):
            message = None
        if not isinstance(message, dict):
            log.warning("Slack sent %d characters over the socket that are no message", len(text))
            return None
        if message.get("type") == "disconnect":
            self._end(str(message.get("reason") or BROKEN))
            return None
        if not self.greeted.done():
            self.greeted.set_result(HELLO)
        return message if "envelope_id" in message else None

    async def _answer(self, envelope: Json) -> None:
        try:
            payload = await self._hear(envelope)
            if payload is not None:
                await self._socket.send_str(json.dumps(payload))
        except (aiohttp.ClientError, OSError) as error:
            # Slack sends the envelope again, and what it asks for is not done twice.
            log.warning("an acknowledgement found its socket closed: %s", error)
        except Exception:
            log.exception("an envelope could not be answered")

    def _end(self, reason: str) -> None:
        if not self.ended.done():
            self.ended.set_result(reason)
        if not self.greeted.done():
            self.greeted.set_result(reason)
