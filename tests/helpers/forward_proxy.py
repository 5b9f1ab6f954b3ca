"""A small HTTP proxy: passes requests and tunnels on, and writes down what for."""

import asyncio
from base64 import b64encode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from urllib.parse import urlsplit

REFUSED = b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n"
NO_WAY = b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n"
TUNNEL = b"HTTP/1.1 200 Connection established\r\n\r\n"


@dataclass
class ForwardProxy:
    """Every host is this machine, so names that no resolver knows lead through the proxy alone."""

    user: str
    password: str
    port: int = 0
    passed: list[str] = field(default_factory=list)
    refused: int = 0

    @property
    def url(self) -> str:
        return f"http://{self.user}:{self.password}@127.0.0.1:{self.port}"

    @property
    def hosts(self) -> set[str]:
        return {host for place in self.passed if (host := urlsplit(place).hostname)}

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError, asyncio.IncompleteReadError):
            head = await reader.readuntil(b"\r\n\r\n")
            await self._pass_on(head, reader, writer)
        writer.close()

    async def _pass_on(
        self, head: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        method, target, _ = head.split(b"\r\n")[0].decode().split(" ")
        proof = b64encode(f"{self.user}:{self.password}".encode())
        if b"proxy-authorization: basic " + proof.lower() not in head.lower():
            self.refused += 1
            writer.write(REFUSED)
            return
        place = f"//{target}" if method == "CONNECT" else target
        self.passed.append(place)
        try:
            onward = await asyncio.open_connection("127.0.0.1", urlsplit(place).port)
        except OSError:
            writer.write(NO_WAY)
            return
        if method == "CONNECT":
            writer.write(TUNNEL)
        else:
            onward[1].write(_as_of_origin(head, place))
        await asyncio.gather(_pipe(reader, onward[1]), _pipe(onward[0], writer))


def _as_of_origin(head: bytes, target: str) -> bytes:
    """The head as the server itself would get it, for one request on its connection."""
    origin = f"{urlsplit(target).scheme}://{urlsplit(target).netloc}".encode()
    first, *lines = head.removesuffix(b"\r\n\r\n").split(b"\r\n")
    kept = [line for line in lines if not line.lower().startswith(b"proxy-")]
    if not any(line.lower().startswith(b"upgrade:") for line in kept):
        kept = [line for line in kept if not line.lower().startswith(b"connection:")]
        kept.append(b"Connection: close")
    return b"\r\n".join([first.replace(origin, b"", 1), *kept]) + b"\r\n\r\n"


async def _pipe(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while part := await reader.read(65_536):
            writer.write(part)
            await writer.drain()
    writer.close()


@asynccontextmanager
async def forward_proxy(*, password: str) -> AsyncIterator[ForwardProxy]:
    proxy = ForwardProxy("user", password)
    serving: set[asyncio.Task[None]] = set()

    def taken(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(proxy.serve(reader, writer))
        serving.add(task)
        task.add_done_callback(serving.discard)

    server = await asyncio.start_server(taken, "127.0.0.1", 0)
    proxy.port = server.sockets[0].getsockname()[1]
    try:
        yield proxy
    finally:
        server.close()
        for task in serving:
            task.cancel()
        await asyncio.gather(*serving, return_exceptions=True)
