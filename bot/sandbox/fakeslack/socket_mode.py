"""Socket Mode as Slack serves it: tickets, hello, envelopes, acknowledgements, disconnects."""

import asyncio
import json
import secrets
import socket as sockets
import struct

from aiohttp import WSMsgType, web

from bot.sandbox.fakeslack.changes import Changes
from bot.sandbox.fakeslack.delivery import Acked, Answer, NobodyThere, TimedOut
from bot.sandbox.fakeslack.journal import Journal
from bot.sandbox.fakeslack.json_types import Json
from bot.sandbox.fakeslack.socket_levers import SocketLevers

MOST_CONNECTIONS = 10
CONNECTION_SECONDS = 3600
PING_SECONDS = 10.0
LINK_DISABLED = "link_disabled"
RESET_ON_CLOSE = struct.pack("ii", 1, 0)


class _Refused(web.HTTPException):
    """Any status that Slack, or a server before it, may give a handshake."""

    def __init__(self, status: int, headers: dict[str, str]) -> None:
        self.status_code = status
        super().__init__(headers=headers)


class SocketMode:
    def __init__(self, *, app_id: str, log: Journal, changes: Changes) -> None:
        self._app_id = app_id
        self._log = log
        self._changes = changes
        self.levers = SocketLevers()
        self._tickets: set[str] = set()
        self._sockets: list[web.WebSocketResponse] = []
        self._transports: list[asyncio.Transport] = []
        self._turn = 0
        self._awaited: dict[str, asyncio.Future[Json]] = {}

    @property
    def connections(self) -> int:
        return len(self._sockets)

    def new_ticket(self) -> str:
        ticket = secrets.token_hex(16)
        self._tickets.add(ticket)
        return ticket

    async def serve(self, request: web.Request) -> web.WebSocketResponse:
        """One connection of the app, from its hello to its end."""
        self._check_in(request)
        await self.levers.answering()
        if request.transport is None:
            raise web.HTTPServiceUnavailable
        # Pings are answered below, because a lever keeps silent about them.
        socket = web.WebSocketResponse(heartbeat=PING_SECONDS, autoping=False)
        await socket.prepare(request)
        if len(self._sockets) >= MOST_CONNECTIONS:
            await self._say_goodbye(socket, "too_many_websockets")
            await socket.close()
            return socket
        if request.transport is not None:
            await self._converse(socket, request.transport)
        return socket

    async def send(self, envelope: Json, within_s: float) -> Answer:
        """Give the envelope to one of the sockets in turn and await its acknowledgement."""
        if not self._sockets:
            return NobodyThere()
        self._turn += 1
        socket = self._sockets[self._turn % len(self._sockets)]
        acknowledged: asyncio.Future[Json] = asyncio.get_running_loop().create_future()
        self._awaited[envelope["envelope_id"]] = acknowledged
        try:
            async with asyncio.timeout(within_s):
                await socket.send_str(json.dumps(envelope))
                ack = await acknowledged
        except TimeoutError:
            return TimedOut()
        except ConnectionError:
            return NobodyThere()
        finally:
            self._awaited.pop(envelope["envelope_id"], None)
        return Acked(ack.get("payload") if envelope["accepts_response_payload"] else None)

    def repeats(self, _envelope_type: str, /) -> bool:
        return True

    async def disconnect(self, reason: str) -> None:
        """Ask every connection to leave; the client opens a new one and closes the old.

        After `link_disabled` Slack ends them itself, and gives none until it is allowed again.
        """
        if reason == LINK_DISABLED:
            self.levers.is_allowed = False
        for socket in list(self._sockets):
            await self._say_goodbye(socket, reason)
            if reason == LINK_DISABLED:
                await socket.close()

    async def drop(self, *, reset: bool = False) -> None:
        """End every connection without a word: with TCP's own end, or with its reset."""
        for transport in list(self._transports):
            if reset:
                connection = transport.get_extra_info("socket")
                connection.setsockopt(sockets.SOL_SOCKET, sockets.SO_LINGER, RESET_ON_CLOSE)
                transport.abort()
            else:
                transport.close()
        await asyncio.sleep(0)

    def _check_in(self, request: web.Request) -> None:
        """A ticket is for one handshake, whatever becomes of it."""
        ticket = request.query.get("ticket", "")
        if ticket not in self._tickets:
            self._log.add("socket", "used_ticket")
            raise web.HTTPForbidden
        self._tickets.remove(ticket)
        status = self.levers.refusal()
        if status is not None:
            self._log.add("socket", "refused", status=status)
            self._changes.announce()
            after = self.levers.retry_after
            raise _Refused(status, {} if after is None else {"Retry-After": after})

    async def _converse(self, socket: web.WebSocketResponse, transport: asyncio.Transport) -> None:
        self._transports.append(transport)
        try:
            await self._greet(socket)
            async for frame in socket:
                if frame.type == WSMsgType.TEXT:
                    self._hear(json.loads(frame.data))
                elif frame.type == WSMsgType.PING and self.levers.answers_pings:
                    await socket.pong(frame.data)
        except ConnectionError:
            self._log.add("socket", "broken")
        finally:
            if socket in self._sockets:
                self._sockets.remove(socket)
            self._transports.remove(transport)
            self._log.add("socket", "closed", connections=len(self._sockets))
            self._changes.announce()

    async def _greet(self, socket: web.WebSocketResponse) -> None:
        if self.levers.greets:
            self._sockets.append(socket)
            self._log.add("socket", "hello", connections=len(self._sockets))
            self._changes.announce()
            await socket.send_json(self._hello())
        if self.levers.goodbye is not None:
            await self._say_goodbye(socket, self.levers.goodbye)

    def _hear(self, ack: Json) -> None:
        awaited = self._awaited.get(ack.get("envelope_id", ""))
        if awaited is None or awaited.done():
            self._log.add("trouble", "late_ack", ack=ack)
            self._changes.announce()
        else:
            awaited.set_result(ack)

    def _hello(self) -> Json:
        return {
            "type": "hello",
            "num_connections": len(self._sockets),
            "connection_info": {"app_id": self._app_id},
            "debug_info": {
                "host": "applink-sandbox",
                "build_number": 1,
                "approximate_connection_time": CONNECTION_SECONDS,
            },
        }

    async def _say_goodbye(self, socket: web.WebSocketResponse, reason: str) -> None:
        self._log.add("socket", "disconnect", reason=reason)
        await socket.send_json(
            {"type": "disconnect", "reason": reason, "debug_info": {"host": "applink-sandbox"}}
        )
