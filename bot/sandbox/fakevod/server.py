"""The stand-in itself: it hands each request to the cloud and delivers what that replies."""

import asyncio
import socket
import struct
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from email.utils import format_datetime
from types import TracebackType
from typing import Self
from uuid import uuid4

from aiohttp import web

from bot.sandbox.fakevod.assets import EXAMPLE_ASSETS, Asset, AssetShelf
from bot.sandbox.fakevod.board import Ordered
from bot.sandbox.fakevod.books import Books
from bot.sandbox.fakevod.calls import Call
from bot.sandbox.fakevod.cloud import Cloud
from bot.sandbox.fakevod.codes import EVERY_FAULT
from bot.sandbox.fakevod.levers import Levers
from bot.sandbox.fakevod.listener import HOST, Listener
from bot.sandbox.fakevod.tokens import Account
from bot.sandbox.fakevod.wire import Answer, Heard, Never, Operation, Reply

# Lingering for zero seconds makes a closed connection end in a reset.
_RESET_ON_CLOSE = struct.pack("ii", 1, 0)


def utc_now() -> datetime:
    return datetime.now(UTC)


class FakeVod:
    """Huawei Cloud VOD and IAM on loopback: `async with FakeVod(Account(…))`."""

    def __init__(
        self,
        account: Account,
        *,
        now: Callable[[], datetime] = utc_now,
        assets: Sequence[Asset] = EXAMPLE_ASSETS,
        levers: Levers | None = None,
    ) -> None:
        self.account = account
        self.levers = levers or Levers()
        self._cloud = Cloud(self.account, self.levers, AssetShelf.holding(assets))
        self._now = now
        self._listener = Listener()
        self._closing = asyncio.Event()
        self._no_longer_slow = asyncio.Event()

    @property
    def endpoint(self) -> str:
        return f"http://{HOST}:{self._listener.port}"

    @property
    def calls(self) -> Sequence[Call]:
        """Every call so far, oldest first."""
        return self._cloud.log.calls

    @property
    def books(self) -> Books:
        return self._cloud.books

    @property
    def assets(self) -> dict[str, Asset]:
        """Fixtures by ID; a change counts from the next call on."""
        return self._cloud.shelf.fixtures

    @property
    def faults(self) -> Sequence[Ordered]:
        """The faults that are switched on, oldest first."""
        return tuple(self._cloud.board.active.values())

    @property
    def today(self) -> date:
        """The quota day of this moment."""
        return self._now().astimezone(self.levers.quota_zone).date()

    def charged(self, day: date) -> int:
        """Files that accepted create calls cost on this quota day."""
        return self.books.charged(day)

    async def next_call(self, within: float = 5.0, *, operation: Operation | None = None) -> Call:
        """Wait for the next call that no earlier `next_call` has seen; TimeoutError after that."""
        return await self._cloud.log.next(operation, within)

    def set_fault(self, name: str, times: int | None = None, only: Operation | None = None) -> None:
        """Switch a fault on for so many of the calls that it concerns, or until it is cleared."""
        self._cloud.board.order(name, since=self._now(), times=times, only=only)
        if EVERY_FAULT[name].moment == "socket":
            self._listener.refuse()

    def clear_fault(self, name: str | None = None) -> None:
        """Switch one fault off, or all."""
        self._cloud.board.clear(name)
        if not any(ordered.fault.moment == "socket" for ordered in self.faults):
            self._listener.accept()

    def answer_slow_calls(self) -> None:
        """Let go each answer that waits for the lever `slow_seconds`, before its time."""
        self._no_longer_slow.set()
        self._no_longer_slow = asyncio.Event()

    def revoke_tokens(self) -> None:
        """Do what a changed password does: VOD.10054 for every token given so far."""
        self._cloud.office.revoke_all()

    async def __aenter__(self) -> Self:
        # A caller that gives up ends its handler, so no hanging call outlives its connection.
        server = web.Server(self._serve, handler_cancellation=True, access_log=None)
        await self._listener.open(server)
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._closing.set()
        self.answer_slow_calls()
        await self._listener.close()

    async def _serve(self, request: web.BaseRequest) -> web.StreamResponse:
        self._listener.busy.add(request.protocol)
        try:
            response = await self._answer(request)
        finally:
            self._listener.busy.discard(request.protocol)
        if self._listener.is_refusing:
            response.force_close()
        return response

    async def _answer(self, request: web.BaseRequest) -> web.StreamResponse:
        heard = Heard(
            time=self._now(),
            method=request.method,
            target=request.raw_path,
            headers=tuple(request.headers.items()),
            body=await request.content.read(),
            request_id=uuid4().hex,
        )
        return await self._deliver(request, heard, self._cloud.hear(heard))

    async def _deliver(
        self, request: web.BaseRequest, heard: Heard, reply: Reply
    ) -> web.StreamResponse:
        if isinstance(reply, Answer):
            await self._let_go_within(reply.after_seconds)
            date = format_datetime(heard.time.astimezone(UTC), usegmt=True)
            headers = [*reply.headers, ("X-Request-Id", heard.request_id), ("Date", date)]
            return web.Response(
                status=reply.status,
                body=reply.body,
                headers=dict(headers),
                content_type=reply.content_type,
            )
        if isinstance(reply, Never):
            await self._closing.wait()
        _reset(request)
        return web.Response()

    async def _let_go_within(self, seconds: float) -> None:
        if seconds <= 0 or self._closing.is_set():
            return
        try:
            async with asyncio.timeout(seconds):
                await self._no_longer_slow.wait()
        except TimeoutError:
            return


def _reset(request: web.BaseRequest) -> None:
    transport = request.transport
    if transport is None:
        return
    transport.get_extra_info("socket").setsockopt(
        socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE
    )
    transport.abort()
