"""A file server on loopback that answers each path as a test has prepared it, byte for byte."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from ipaddress import ip_address
from ssl import SSLContext

from bot.rules.public_addresses import IpAddress, is_public

LOOPBACK = ip_address("127.0.0.1")


@dataclass(frozen=True)
class Asked:
    """A request as it arrived; header names in lower case."""

    method: str
    target: str
    headers: dict[str, str]


def plain(status: str = "200 OK", body: bytes = b"", **headers: str) -> bytes:
    """An answer of HTTP; `content_type` names the header Content-Type."""
    written = {name.replace("_", "-"): value for name, value in headers.items()}
    lines = [f"HTTP/1.1 {status}"]
    if not any(name.lower() in {"content-length", "transfer-encoding"} for name in written):
        lines.append(f"Content-Length: {len(body)}")
    lines += [f"{name}: {value}" for name, value in written.items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


@dataclass
class HostileFiles:
    """What it answers to a path, or to `HEAD path`, and what it was asked.

    An answer that ends in None never ends: its last part is sent again and again, and a single
    None says nothing at all. An event in it is waited for. A connection serves requests until an
    answer says `close`.
    """

    port: int = 0
    answers: dict[str, bytes | Sequence[bytes | asyncio.Event | None]] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    connections: int = 0
    _serving: set[asyncio.Task[None]] = field(default_factory=set)
    _changed: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def was_asked(self, times: int) -> None:
        """Wait until so many requests have arrived."""
        async with self._changed:
            await self._changed.wait_for(lambda: len(self.asked) >= times)

    @property
    def targets(self) -> list[str]:
        return [f"{asked.method} {asked.target}" for asked in self.asked]

    def url(self, path: str, host: str = "v.example.com", scheme: str = "http") -> str:
        return f"{scheme}://{host}:{self.port}{path}"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        task = asyncio.current_task()
        assert task is not None
        self._serving.add(task)
        try:
            while await self._serve_one(reader, writer):
                pass
        except (OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass  # the other end has gone, or the test has ended
        finally:
            self._serving.discard(task)
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()

    async def end(self) -> None:
        for task in (serving := list(self._serving)):
            task.cancel()
        await asyncio.gather(*serving)

    async def _serve_one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        asked = _asked(await reader.readuntil(b"\r\n\r\n"))
        self.asked.append(asked)
        async with self._changed:
            self._changed.notify_all()
        path = asked.target.partition("?")[0]
        found = self.answers.get(f"{asked.method} {path}", self.answers.get(path))
        answer = plain("404 Not Found") if found is None else found
        if isinstance(answer, bytes):
            head, mark, body = answer.partition(b"\r\n\r\n")
            # An answer to HEAD holds the headers alone.
            is_prepared = f"{asked.method} {path}" in self.answers
            writer.write(
                head + mark + (b"" if asked.method == "HEAD" and not is_prepared else body)
            )
            await writer.drain()
            return b"Connection: close" not in head
        last = b""
        for part in answer:
            if isinstance(part, asyncio.Event):
                await part.wait()
                continue
            while part is None:
                writer.write(last)
                await writer.drain()
                await asyncio.sleep(0.001 if last else 3600)
            last = part
            writer.write(part)
            await writer.drain()
        return False


@asynccontextmanager
async def hostile_files(tls: SSLContext | None = None) -> AsyncIterator[HostileFiles]:
    files = HostileFiles()
    server = await asyncio.start_server(files.serve, "127.0.0.1", 0, ssl=tls)
    files.port = server.sockets[0].getsockname()[1]
    try:
        yield files
    finally:
        server.close()
        await files.end()


class Names:
    """A resolver whose answers the test gives; a name that it does not know has none."""

    def __init__(self, **known: str) -> None:
        self.known = {"v.example.com": "127.0.0.1", "cdn.example.com": "127.0.0.1"}
        self.known |= {name.replace("_", "."): told for name, told in known.items()}
        self.asked: list[str] = []

    async def __call__(self, host: str, _port: int) -> Sequence[IpAddress]:
        self.asked.append(host)
        return [ip_address(told) for told in self.known.get(host, "").split()]


def public_or_loopback(address: IpAddress) -> bool:
    """The rule of the product, and the one address at which a test has its server."""
    return address == LOOPBACK or is_public(address)


def any_port(_port: int) -> bool:
    """A test has its server at the port that the system gives."""
    return True


def _asked(head: bytes) -> Asked:
    request, *lines = head.decode("latin-1").rstrip().split("\r\n")
    method, target, _ = request.split(" ")
    pairs = (line.partition(":") for line in lines)
    return Asked(method, target, {name.lower(): value.strip() for name, _, value in pairs})
