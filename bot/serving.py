"""HTTP servers whose clients get little time and few connections: half a request harms nobody."""

import asyncio
import logging
import os
import resource
import socket
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from functools import partial

from aiohttp import web
from aiohttp.web_protocol import RequestHandler

log = logging.getLogger(__name__)

REQUEST_WITHIN_S = 5.0
"""For head and body together; whoever asks the bot stops waiting after 3 s."""

ANSWER_WITHIN_S = 30.0
LINGER_S = 1.0
"""For reading on after a refusal, so that the sender gets to read it."""

STOP_WITHIN_S = 5.0
BACKLOG = 4096
"""Connections that the system holds until the loop takes them; Linux allows as many by default.

One that finds no place is lost without a word, and its sender tries again after one and three
seconds: too late for Slack.
"""

TAKEN_AT_ONCE = 64
"""Connections before the loop reads again: far fewer than would push out one not yet read."""

MOST_OPEN = 1024
"""Connections at once: no request takes long, and each connection serves one."""

MOST_OF_ONE_ADDRESS = 512
"""Unfinished requests; all of Slack's may come from the one address of a reverse proxy."""

FILES = 4 * MOST_OPEN
LINES = 10
WINDOW_S = 10.0

CONTINUE = "100-continue"

Handler = Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]


class RefusalLog:
    """One short line for each refusal, ten in ten seconds; of the rest only the number."""

    def __init__(self, place: str) -> None:
        self._place = place
        self._lines = 0
        self._left_out = 0
        self._window: asyncio.TimerHandle | None = None

    def add(self, why: str, address: str) -> None:
        """`why` is a text of ours: nothing that the sender wrote may reach the log."""
        if self._window is None:
            self._window = asyncio.get_running_loop().call_later(WINDOW_S, self._begin_anew)
        if self._lines < LINES:
            self._lines += 1
            log.warning("%s: refused a request from %s: %s", self._place, address, why)
        else:
            self._left_out += 1

    def close(self) -> None:
        if self._window is not None:
            self._window.cancel()
            self._begin_anew()

    def _begin_anew(self) -> None:
        if self._left_out:
            log.warning("%s: refused %d requests more", self._place, self._left_out)
        self._window, self._lines, self._left_out = None, 0, 0


class Connections:
    """The open connections of one port, by address; the oldest unfinished request makes room."""

    def __init__(self, refusals: RefusalLog, *, most: int) -> None:
        self._refusals = refusals
        self._most = most
        self._is_stopping = False
        self._open: set[_Connection] = set()
        self._unfinished: OrderedDict[str, OrderedDict[_Connection, None]] = OrderedDict()

    def opened(self, connection: "_Connection") -> None:
        if self._is_stopping:
            # The loop had accepted it before the port was closed.
            connection.drop()
            return
        self._open.add(connection)
        of_one = self._unfinished.setdefault(connection.address, OrderedDict())
        of_one[connection] = None
        if len(of_one) > min(MOST_OF_ONE_ADDRESS, self._most):
            self._drop(next(iter(of_one)), "too many unfinished requests of one address")
        if len(self._open) > self._most:
            busiest = max(self._unfinished.values(), key=len)
            self._drop(next(iter(busiest)), "too many connections")

    def finished(self, connection: "_Connection") -> None:
        """Its whole request has arrived, or it is gone."""
        of_one = self._unfinished.get(connection.address, OrderedDict())
        of_one.pop(connection, None)
        if not of_one:
            self._unfinished.pop(connection.address, None)

    def closed(self, connection: "_Connection") -> None:
        self.finished(connection)
        self._open.discard(connection)

    def too_slow(self, connection: "_Connection") -> None:
        self._drop(connection, "too slow")

    def stop(self) -> None:
        """Drop what is unfinished, and whatever still comes."""
        self._is_stopping = True
        for of_one in list(self._unfinished.values()):
            for connection in list(of_one):
                connection.drop()

    def refuse(self, connection: "_Connection", why: str) -> None:
        self._refusals.add(why, connection.address)

    def _drop(self, connection: "_Connection", why: str) -> None:
        self.refuse(connection, why)
        connection.drop()


class _Connection(RequestHandler):
    """One connection, which serves one request; aiohttp itself waits an hour for half a head."""

    __slots__ = ("_clock", "_connections", "_peer", "_wire", "address")

    def __init__(self, server: web.Server, connections: Connections) -> None:
        loop = asyncio.get_running_loop()
        # What is signed are the bytes as they came, so nothing may be decompressed.
        super().__init__(
            server,
            loop=loop,
            access_log=None,  # type: ignore[arg-type]  # it takes None, as AppRunner does
            lingering_time=LINGER_S,
            auto_decompress=False,
        )
        self._connections = connections
        self._wire: asyncio.Transport | None = None
        self._clock: asyncio.TimerHandle | None = None
        self.address = "an unknown address"

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        if isinstance(transport, asyncio.Transport):
            self._wire = transport
        peer = transport.get_extra_info("peername")
        self.address = str(peer[0]) if peer else self.address
        self._ends_in(REQUEST_WITHIN_S)
        self._connections.opened(self)

    def connection_lost(self, exc: BaseException | None) -> None:
        if self._clock is not None:
            self._clock.cancel()
        self._connections.closed(self)
        super().connection_lost(exc)

    def request_arrived(self) -> None:
        self._connections.finished(self)
        self._ends_in(ANSWER_WITHIN_S)

    def drop(self) -> None:
        """Close at once, and forget it now: the loop tells of its end only later."""
        self._connections.closed(self)
        if self._wire is not None:
            self._wire.abort()

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,  # noqa: ARG002  # it quotes the sender
    ) -> web.StreamResponse:
        if isinstance(exc, ConnectionError):
            self._connections.refuse(self, "its sender has left")
        elif status >= 500:
            log.error("a request could not be answered", exc_info=exc)
        else:
            self._connections.refuse(self, "it is no HTTP request")
        if request.writer.output_size > 0:
            sent = "the answer has begun already"
            raise ConnectionError(sent)
        response = web.Response(status=status)
        response.force_close()
        return response

    def log_exception(self, *_args: object, **_facts: object) -> None:
        """What aiohttp would log with a traceback: the sender's bytes end in the middle."""
        self._connections.refuse(self, "its body is no HTTP body")

    def _ends_in(self, seconds: float) -> None:
        if self._clock is not None:
            self._clock.cancel()
        self._clock = self._loop.call_later(seconds, self._connections.too_slow, self)


def request_arrived(request: web.BaseRequest) -> None:
    """Say that the whole request is there; until then its connection may be dropped."""
    if isinstance(request.protocol, _Connection):
        request.protocol.request_arrived()


async def listen(stack: AsyncExitStack, app: web.Application, port: int, *, place: str) -> None:
    """Serve `app` until the stack closes; raises `OSError` where the port cannot be had.

    `place` begins the lines about refused requests.
    """
    runner = web.AppRunner(app, shutdown_timeout=STOP_WITHIN_S)
    await runner.setup()
    stack.push_async_callback(runner.cleanup)
    refusals = RefusalLog(place)
    connections = Connections(refusals, most=_most_open())
    server = _server_of(runner)
    # Around all of aiohttp's own answers, and not as a middleware: it gives some before those.
    server.request_handler = partial(_answer_one, server.request_handler, refusals)
    stack.callback(refusals.close)
    stack.callback(connections.stop)

    def connect() -> _Connection:
        return _Connection(_server_of(runner), connections)

    loop = asyncio.get_running_loop()
    port_server = await loop.create_server(connect, port=port, backlog=TAKEN_AT_ONCE)
    stack.callback(port_server.close)
    for listening in port_server.sockets:
        # The loop knows one number for both, and would take as many at once as may wait.
        _let_wait(listening.fileno())


def _let_wait(descriptor: int) -> None:
    with socket.socket(fileno=os.dup(descriptor)) as listening:
        listening.listen(BACKLOG)


def _server_of(runner: web.AppRunner) -> web.Server:
    if runner.server is None:
        message = "a connection came after the end"
        raise ConnectionError(message)
    return runner.server


async def _answer_one(
    answer: Handler, refusals: RefusalLog, request: web.BaseRequest
) -> web.StreamResponse:
    # Nothing can hide behind a request, and there is no idle connection to tell from a slow one.
    if not request.can_read_body:
        request_arrived(request)
    try:
        response = await _expected(answer, refusals, request)
    except web.HTTPException as refusal:
        refusal.force_close()
        raise
    response.force_close()
    return response


async def _expected(
    answer: Handler, refusals: RefusalLog, request: web.BaseRequest
) -> web.StreamResponse:
    if request.headers.get("Expect", CONTINUE).lower() == CONTINUE:
        return await answer(request)
    # aiohttp would quote it, and fails over what is no UTF-8.
    refusals.add("it expects what there is not", request.remote or "an unknown address")
    return web.Response(status=417)


def _most_open() -> int:
    """A quarter of the files that the process may open: there are two servers at most."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != resource.RLIM_INFINITY and soft < FILES:
        # Many systems allow 1,024 until the process itself asks for more.
        soft = FILES if hard == resource.RLIM_INFINITY else min(FILES, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    return MOST_OPEN if soft == resource.RLIM_INFINITY else max(1, min(MOST_OPEN, soft // 4))
