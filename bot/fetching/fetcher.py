"""Looking at an address, and reading a small file from it, within rules and bounds."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

import httpcore
import httpx

from bot.fetching.connecting import CheckedConnections, MayReach, NotConnected, Resolve, Resolver
from bot.fetching.headers import Headers
from bot.fetching.places import Place, place_of
from bot.rules.address import resolved
from bot.rules.looks import Answer, Content, Fault, NotSeen
from bot.rules.public_addresses import is_public

Seen = TypeVar("Seen", Answer, Content)

USER_AGENT = "prefetch-bot"
AT_ONCE = 16
"""Connections at a time, which are used again within `KEPT_S`."""
KEPT_S = 5.0
REDIRECTS = 3
REDIRECTING = frozenset({301, 302, 303, 307, 308})
REFUSES_HEAD = frozenset({403, 405, 501})
"""403 as well: an object store signs the method too, so what is signed for GET refuses HEAD."""
FIRST_BYTE = {"Range": "bytes=0-0"}

_MAY_BE_STALE = (httpcore.RemoteProtocolError, httpcore.ReadError, httpcore.WriteError)
_FAULTS: dict[type[Exception], Fault] = {
    httpcore.PoolTimeout: Fault.BUSY,  # before its own kind, of which it is one
    httpcore.TimeoutException: Fault.TOO_SLOW,
    TimeoutError: Fault.TOO_SLOW,
    httpcore.ConnectError: Fault.NO_CONNECTION,
    httpcore.NetworkError: Fault.BROKEN,
    httpcore.ProtocolError: Fault.BROKEN,
}


@dataclass(frozen=True, slots=True)
class Reach:
    """How the IP addresses of a host are found, and which of them, at which ports, may be reached.

    `resolve` is None for the system's resolver, and `tls` for the certificates that httpx trusts.
    """

    resolve: Resolve | None = None
    may_reach: MayReach = is_public
    may_use: Callable[[int], bool] = frozenset({80, 443}).__contains__
    tls: ssl.SSLContext | None = None


@dataclass(frozen=True, slots=True)
class Patience:
    """In seconds: for all of one look with its redirects, and for each connect, write and read."""

    in_all: float = 10.0
    each_step: float = 5.0


@dataclass(slots=True)
class _Way:
    """From the address that was given, over redirects, to where it leads now."""

    url: str
    host: str = ""
    redirects: int = 0


class _Stopped(Exception):  # noqa: N818
    """A look that ended before it saw anything."""

    def __init__(self, fault: Fault, *, status: int = 0) -> None:
        super().__init__(fault)
        self.fault = fault
        self.status = status


class Fetcher:
    """Looks at addresses of the hosts that `names_host` allows; a server never makes it raise.

    It follows no redirect that breaks a rule, keeps no cookie, has no credentials, unpacks
    nothing, and takes no proxy from the environment: a proxy resolves names itself, so that a
    check of IP addresses would mean nothing.
    """

    def __init__(
        self,
        names_host: Callable[[str], bool],
        *,
        reach: Reach | None = None,
        patience: Patience | None = None,
    ) -> None:
        self._names_host = names_host
        self._reach = reach or Reach()
        self._patience = patience or Patience()
        self._resolver = Resolver()

    def may_look_at(self, url: str) -> bool:
        """Whether the host of the address is named; nothing is resolved or reached."""
        place = place_of(url)
        return place is not None and self._rule_against(place) is None

    async def look(self, url: str) -> Answer | NotSeen:
        """What the server says of the file: by HEAD, by its first byte where HEAD is refused.

        A look may bring the file to the node of the delivery network that answers.
        """
        return await self._bounded(_Way(url), self._look)

    async def read(self, url: str, *, max_bytes: int) -> Content | NotSeen:
        """The whole file, where it is answered with 200 and is no larger than `max_bytes`."""

        async def read(way: _Way) -> Content:
            return await self._read(way, max_bytes)

        return await self._bounded(_Way(url), read)

    async def close(self) -> None:
        """Close all connections."""
        self._resolver.close()
        for name in ("_kept", "_fresh"):
            if name in self.__dict__:
                await getattr(self, name).aclose()

    async def _bounded(self, way: _Way, see: Callable[[_Way], Awaitable[Seen]]) -> Seen | NotSeen:
        """What the server shows, within the time, or what came between in a word of ours."""
        try:
            async with asyncio.timeout(self._patience.in_all):
                return await see(way)
        except _Stopped as stopped:
            return NotSeen(stopped.fault, way.host, way.redirects, stopped.status)
        except NotConnected as error:
            return NotSeen(error.fault, way.host, way.redirects)
        except tuple(_FAULTS) as error:
            fault = next(found for kind, found in _FAULTS.items() if isinstance(error, kind))
            return NotSeen(fault, way.host, way.redirects)

    async def _look(self, way: _Way) -> Answer:
        while True:
            place = self._allowed(way)
            status, headers = await self._asked(place, "HEAD")
            if status in REFUSES_HEAD:
                status, headers = await self._asked(place, "GET", FIRST_BYTE)
            if not _goes_on(way, status, headers):
                return Answer(
                    status,
                    headers.size(status),
                    headers.text("content-type"),
                    headers.text("cache-control"),
                    headers.text("pragma"),
                    headers.text("expires"),
                    way.url,
                    way.redirects,
                )

    async def _read(self, way: _Way, max_bytes: int) -> Content:
        while True:
            async with self._answered(self._allowed(way), "GET") as response:
                headers = Headers(response.headers)
                if _goes_on(way, response.status, headers):
                    continue
                if response.status != 200:
                    raise _Stopped(Fault.STATUS, status=response.status)
                if headers.is_packed:
                    raise _Stopped(Fault.PACKED)
                body = await _body(response, headers, max_bytes)
                return Content(body, headers.text("content-type"), way.url)

    def _allowed(self, way: _Way) -> Place:
        """Where the way leads, if that may be looked at."""
        place = place_of(way.url)
        way.host = place.host if place else ""
        if place is None:
            raise _Stopped(Fault.NOT_AN_ADDRESS)
        if fault := self._rule_against(place):
            raise _Stopped(fault)
        return place

    def _rule_against(self, place: Place) -> Fault | None:
        if not self._names_host(place.host):
            return Fault.NOT_NAMED
        return None if self._reach.may_use(place.port) else Fault.OTHER_PORT

    async def _asked(
        self, place: Place, method: str, more: dict[str, str] | None = None
    ) -> tuple[int, Headers]:
        """Status and headers; a body that follows is not read, and its connection is closed."""
        async with self._answered(place, method, more) as response:
            if method == "HEAD":  # Read to its end, which comes at once, the connection is kept.
                await response.aread()
            return response.status, Headers(response.headers)

    @asynccontextmanager
    async def _answered(
        self, place: Place, method: str, more: dict[str, str] | None = None
    ) -> AsyncIterator[httpcore.Response]:
        request = self._request(place, method, more or {})
        try:
            response = await self._kept.handle_async_request(request)
        except _MAY_BE_STALE:
            # A kept connection may have been closed meanwhile, or hold what followed the last
            # answer, as the body of an answer to HEAD.
            response = await self._fresh.handle_async_request(request)
        try:
            yield response
        finally:
            await response.aclose()

    def _request(self, place: Place, method: str, more: dict[str, str]) -> httpcore.Request:
        step = self._patience.each_step
        headers = {
            "Host": place.authority,
            "User-Agent": USER_AGENT,
            "Accept": "*/*",
            # What is compressed could grow a thousandfold between two looks at its size.
            "Accept-Encoding": "identity",
        }
        return httpcore.Request(
            method,
            httpcore.URL(
                scheme=place.scheme, host=place.host, port=place.port, target=place.target
            ),
            headers=list((headers | more).items()),
            extensions={
                "timeout": {
                    "connect": step,
                    "read": step,
                    "write": step,
                    "pool": step,
                }
            },
        )

    @cached_property
    def _kept(self) -> httpcore.AsyncConnectionPool:
        return self._pool(AT_ONCE)

    @cached_property
    def _fresh(self) -> httpcore.AsyncConnectionPool:
        return self._pool(0)

    def _pool(self, kept: int) -> httpcore.AsyncConnectionPool:
        resolve = self._reach.resolve or self._resolver
        return httpcore.AsyncConnectionPool(
            ssl_context=self._trusted,
            max_connections=AT_ONCE,
            max_keepalive_connections=kept,
            keepalive_expiry=KEPT_S,
            network_backend=CheckedConnections(resolve, self._reach.may_reach),
        )

    @cached_property
    def _trusted(self) -> ssl.SSLContext:
        # Only when it is needed: to read the certificates takes 40 ms.
        return self._reach.tls or httpx.create_ssl_context()


def _goes_on(way: _Way, status: int, headers: Headers) -> bool:
    """Take the next step of the way, if the answer is a redirect; raises `_Stopped`."""
    if status not in REDIRECTING or not headers.location:
        return False
    if way.redirects == REDIRECTS:
        raise _Stopped(Fault.TOO_MANY_REDIRECTS)
    way.redirects += 1
    way.url = resolved(headers.location, way.url).partition("#")[0]
    return True


async def _body(response: httpcore.Response, headers: Headers, max_bytes: int) -> bytes:
    if (headers.length or 0) > max_bytes:
        raise _Stopped(Fault.TOO_LARGE)
    body = bytearray()
    async for part in response.aiter_stream():
        body += part
        if len(body) > max_bytes:
            raise _Stopped(Fault.TOO_LARGE)
    return bytes(body)
