"""Attempts at the bot's ports: what goes over the wire for them, and what comes back."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.sandbox.fakeslack.http_mode import FORM, signature
from bot.sandbox.stage import Stage
from bot.slack.signature import SIGNATURE
from tests.helpers.http_bot import Headers, signed

JSON = "application/json"
CLIENT_WAITS_S = 0.25
"""For an answer; then it closes its half of the connection."""

CLOSED_WITHIN_S = 10.0
INTERIM = 100


RIGHT, WHOLE = "right", "right length"
Sign = Callable[[Stage, bytes], Headers]
SIGNINGS: Mapping[str, Sign] = {
    RIGHT: lambda stage, body: signed(stage, body)[1:],
    "not at all": lambda _stage, _body: [],
    "another secret": lambda stage, body: _signed_by(stage, body, "another"),
    "of another body": lambda stage, body: signed(stage, body + b" ")[1:],
    "old": lambda stage, body: signed(stage, body, age_s=400)[1:],
    "future": lambda stage, body: signed(stage, body, age_s=-400)[1:],
    "doubled": lambda stage, body: [*signed(stage, body)[1:], signed(stage, body)[2]],
    "timestamp alone": lambda stage, body: signed(stage, body)[1:2],
    "in capitals": lambda stage, body: [(k, v.upper()) for k, v in signed(stage, body)[1:]],
    "other names": lambda stage, body: [
        (k.replace("-", "_"), v) for k, v in signed(stage, body)[1:]
    ],
}
CHUNKED = ("Transfer-Encoding", "chunked")
LAST_CHUNK = b"0\r\n\r\n"
Framed = tuple[Headers, bytes]
FRAMINGS: Mapping[str, Callable[[Headers, bytes], Framed]] = {
    WHOLE: lambda more, body: ([*more, _length(len(body))], body),
    "chunked": lambda more, body: ([*more, CHUNKED], _chunk(body) + LAST_CHUNK),
    "no length": lambda more, body: (more, body),
    "half the length": lambda more, body: ([*more, _length(len(body) // 2)], body),
    "more than there is": lambda more, body: ([*more, _length(len(body) + 10)], body),
    "negative length": lambda more, body: ([*more, _length(-1)], body),
    "length in words": lambda more, body: ([*more, _length("many")], body),
    "huge length": lambda more, body: ([*more, _length("9" * 40)], body),
    "two lengths": lambda more, body: ([*more, _length(len(body)), _length(1)], body),
    "length and chunked": lambda more, body: (
        [*more, _length(len(body)), CHUNKED],
        _chunk(body) + LAST_CHUNK,
    ),
    "chunked twice": lambda more, body: ([*more, CHUNKED, CHUNKED], _chunk(body) + LAST_CHUNK),
    "unknown coding": lambda more, body: (
        [*more, ("Transfer-Encoding", "klingon"), _length(len(body))],
        body,
    ),
    "chunk size no number": lambda more, body: ([*more, CHUNKED], b"-z\r\n" + body + LAST_CHUNK),
    "chunk size huge": lambda more, body: ([*more, CHUNKED], b"f" * 20 + b"\r\n" + body),
    "chunks without end": lambda more, body: ([*more, CHUNKED], _chunk(body)),
    "long chunk extension": lambda more, body: (
        [*more, CHUNKED],
        b"1;" + b"x" * 20_000 + b"\r\n" + body,
    ),
    "signed in trailers": lambda more, body: (
        [CHUNKED],
        _chunk(body) + b"0\r\n" + _lines(more) + b"\r\n",
    ),
}


class Ending(StrEnum):
    """What the client does after its last byte."""

    WAITS = "waits"
    CLOSES = "closes its half"
    ABORTS = "aborts"


@dataclass(frozen=True, slots=True)
class Asked:
    """One request; `signing` of SIGNINGS and `framing` of FRAMINGS are done when it is sent."""

    body: bytes
    signing: str
    framing: str = WHOLE
    method: str = "POST"
    path: str = "/slack/events"
    version: str = "HTTP/1.1"
    headers: Headers = (("Content-Type", FORM),)


@dataclass(frozen=True, slots=True)
class Connection:
    """What one client says: requests, or mere bytes, cut off after `kept` of 100 parts."""

    says: Sequence[Asked | bytes]
    kept: int = 100
    pieces: int = 1
    ending: Ending = Ending.WAITS


@dataclass(frozen=True, slots=True)
class Heard:
    """The statuses that came back on one connection, without interim ones."""

    statuses: Sequence[int]
    is_closed: bool


def wire(stage: Stage, connection: Connection) -> bytes:
    whole = b"".join(
        part if isinstance(part, bytes) else request_bytes(stage, part) for part in connection.says
    )
    return whole[: len(whole) * connection.kept // 100]


def request_bytes(stage: Stage, asked: Asked) -> bytes:
    right = SIGNINGS[asked.signing](stage, asked.body)
    headers, body = FRAMINGS[asked.framing](right, asked.body)
    first = f"{asked.method} {asked.path} {asked.version}\r\nHost: a\r\n".encode("latin-1")
    return first + _lines([*asked.headers, *headers]) + b"\r\n" + body


async def say(port: int, data: bytes, *, pieces: int, ending: Ending) -> Heard:
    """Send the bytes in so many pieces; what came back until the bot closed the connection."""
    said = bytearray()
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        size = max(1, -(-len(data) // pieces))
        for start in range(0, len(data), size):
            writer.write(data[start : start + size])
            await writer.drain()
            await asyncio.sleep(0)
        if ending is Ending.ABORTS:
            writer.transport.abort()
            return Heard((), is_closed=True)
        if ending is Ending.CLOSES or not await _read(reader, said, CLIENT_WAITS_S):
            writer.write_eof()
            is_closed = await _read(reader, said, CLOSED_WITHIN_S)
            return Heard(_statuses(bytes(said)), is_closed=is_closed)
    except OSError:
        pass
    finally:
        writer.close()
    return Heard(_statuses(bytes(said)), is_closed=True)


async def _read(reader: asyncio.StreamReader, said: bytearray, within_s: float) -> bool:
    """Whether the other side has closed within that time."""
    try:
        async with asyncio.timeout(within_s):
            while part := await reader.read(65_536):
                said += part
    except TimeoutError:
        return False
    return True


def _statuses(said: bytes) -> Sequence[int]:
    """One connection gets one answer, so every other status line would be a second answer."""
    lines = [line for line in said.split(b"\r\n") if line.startswith(b"HTTP/1.")]
    return [status for line in lines if (status := int(line.split(b" ")[1])) != INTERIM]


def _signed_by(stage: Stage, body: bytes, secret: str) -> Headers:
    _, timestamp, _ = signed(stage, body)
    return [timestamp, (SIGNATURE, signature(secret, timestamp[1], body))]


def _chunk(body: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(body), body) if body else b""


def _lines(headers: Headers) -> bytes:
    return "".join(f"{name}: {value}\r\n" for name, value in headers).encode("latin-1")


def _length(value: int | str) -> tuple[str, str]:
    return "Content-Length", str(value)
