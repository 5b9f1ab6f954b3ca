"""TCP between the bot and FakeSlack, on which bytes can vanish."""

import asyncio
import socket
import struct
from enum import StrEnum
from types import TracebackType
from typing import Self

LOOPBACK = "127.0.0.1"
CHUNK = 65536
RESET_ON_CLOSE = struct.pack("ii", 1, 0)


class Way(StrEnum):
    TO_SLACK = "to Slack"
    TO_BOT = "to the bot"


class Wire:
    """A relay to `port` that loses what it is told to lose.

    A connection that has lost something on a way loses all that follows on it, also once the wire
    is mended, as behind a router that has forgotten it; a new one is carried again. What ends
    while its way is cut seems to go on at the other end.
    """

    def __init__(self, port: int) -> None:
        self._target = port
        self._server: asyncio.Server | None = None
        self._port = 0
        self._cut: frozenset[Way] = frozenset()
        self._carrying: set[asyncio.Task[None]] = set()
        self._writers: set[asyncio.StreamWriter] = set()

    async def __aenter__(self) -> Self:
        await self.accept()
        return self

    async def __aexit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        await self.refuse()

    @property
    def url(self) -> str:
        return f"http://{LOOPBACK}:{self._port}"

    def cut(self, *ways: Way) -> None:
        """Lose what goes these ways from now on; without arguments, both."""
        self._cut = frozenset(ways or Way)

    def mend(self) -> None:
        """Carry what comes on new connections, and on those that have lost nothing."""
        self._cut = frozenset()

    async def accept(self) -> None:
        """Listen, on the port of the last time."""
        self._server = await asyncio.start_server(self._take, LOOPBACK, self._port)
        self._port = self._server.sockets[0].getsockname()[1]

    async def refuse(self) -> None:
        """End every connection, and refuse new ones, as when nobody listens on the port."""
        if self._server is not None:
            self._server.close()
        for task in self._carrying:
            task.cancel()
        await asyncio.gather(*self._carrying, return_exceptions=True)

    def reset(self) -> None:
        """Break every connection by TCP's RST."""
        for writer in self._writers:
            connection = writer.get_extra_info("socket")
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_ON_CLOSE)
            writer.transport.abort()

    def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        carrying = asyncio.create_task(self._carry(reader, writer))
        self._carrying.add(carrying)
        carrying.add_done_callback(self._carrying.discard)

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection(LOOPBACK, self._target)
        self._writers |= {writer, back}
        try:
            await asyncio.gather(
                self._pump(reader, back, Way.TO_SLACK), self._pump(there, writer, Way.TO_BOT)
            )
        finally:
            self._writers -= {writer, back}
            writer.transport.abort()
            back.transport.abort()

    async def _pump(
        self, source: asyncio.StreamReader, sink: asyncio.StreamWriter, way: Way
    ) -> None:
        is_lost = False
        while data := await _read(source):
            is_lost = is_lost or way in self._cut
            if not is_lost:
                sink.write(data)
        if not is_lost and way not in self._cut:
            sink.close()


async def _read(source: asyncio.StreamReader) -> bytes:
    try:
        return await source.read(CHUNK)
    except ConnectionError:
        return b""
