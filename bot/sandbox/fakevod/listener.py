"""A port on loopback that can stop listening for a while without being lost."""

import asyncio
import contextlib
import socket

from aiohttp import web

HOST = "127.0.0.1"
SHUTDOWN_SECONDS = 1.0


class Listener:
    """Listens from `open` to `close`, but while refusing, the port only stays bound."""

    def __init__(self) -> None:
        self.port = 0
        self.busy: set[web.RequestHandler] = set()
        self.is_refusing = False
        self._http: web.Server | None = None
        self._listening: asyncio.Server | None = None
        self._opening: asyncio.Task[None] | None = None
        self._held: socket.socket | None = None

    async def open(self, http: web.Server) -> None:
        self._http = http
        self._held = _bound(self.port)
        self.port = self._held.getsockname()[1]
        if not self.is_refusing:
            await self._listen(http, self._held)

    def refuse(self) -> None:
        """Close the listening socket and every idle connection; running calls are finished."""
        self.is_refusing = True
        if self._http is None:
            return
        for connection in self._http.connections:
            if connection not in self.busy:
                _end_now(connection)
        if self._listening is not None:
            self._listening.close()
            self._listening = None
            # A bound port that nobody listens on refuses, and nobody else can take it.
            self._held = _bound(self.port)

    def accept(self) -> None:
        self.is_refusing = False
        is_opening = self._opening is not None and not self._opening.done()
        if not is_opening and self._http is not None and self._held is not None:
            # From here on the kernel queues connections, before the loop accepts them.
            self._held.listen()
            self._opening = asyncio.get_running_loop().create_task(
                self._listen(self._http, self._held)
            )

    async def close(self) -> None:
        if self._opening is not None:
            await self._opening
        if self._listening is not None:
            self._listening.close()
        if self._held is not None:
            self._held.close()
        http, self._http = self._http, None
        if http is not None:
            http.pre_shutdown()
            await http.shutdown(SHUTDOWN_SECONDS)

    async def _listen(self, http: web.Server, held: socket.socket) -> None:
        self._held = None
        self._listening = await asyncio.get_running_loop().create_server(http, sock=held)
        if self.is_refusing:
            self.refuse()


def _end_now(connection: web.RequestHandler) -> None:
    if connection.transport is not None:
        # Closing alone takes a turn of the loop, in which a caller could still send.
        with contextlib.suppress(OSError):
            connection.transport.get_extra_info("socket").shutdown(socket.SHUT_RDWR)
        connection.force_close()


def _bound(port: int) -> socket.socket:
    held = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    # Connections that just ended would keep the port busy for a minute otherwise.
    held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        held.bind((HOST, port))
    except OSError:
        held.close()
        raise
    held.settimeout(0)
    return held
