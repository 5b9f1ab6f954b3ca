"""Connections that go to exactly the IP address that was looked at before."""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from ipaddress import ip_address
from typing import Any

import httpcore

from bot.rules.looks import Fault
from bot.rules.public_addresses import IpAddress

Resolve = Callable[[str, int], Awaitable[Sequence[IpAddress]]]
"""The IP addresses of a host; empty, or an `OSError`, where it has none."""
MayReach = Callable[[IpAddress], bool]

TRIED = 3
"""So many IP addresses of one host are tried in turn."""


class NotConnected(Exception):  # noqa: N818
    """No connection was made, or only tried, because of the fault."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault)
        self.fault = fault


class Resolver:
    """Asks the system's resolver in threads of its own.

    A name server that hangs then keeps nothing waiting but other looks: the threads of the event
    loop resolve Slack's and the cloud's names.
    """

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(4, thread_name_prefix="resolving")

    async def __call__(self, host: str, port: int) -> Sequence[IpAddress]:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, _resolve, host, port)

    def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)


class CheckedConnections(httpcore.AsyncNetworkBackend):
    """Connects where all IP addresses of a host may be reached, and to one of these alone.

    The name is resolved once, so what a second look at it would give does not matter. The
    certificate is then verified for the name, as httpcore does after each connection.
    """

    def __init__(self, resolve: Resolve, may_reach: MayReach) -> None:
        self._resolve = resolve
        self._may_reach = may_reach
        self._plain = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Raise `NotConnected`; each IP address gets its part of the time."""
        found = await self._checked(host, port)
        for at, address in enumerate(found, start=1):
            try:
                return await self._plain.connect_tcp(
                    str(address),
                    port,
                    timeout=None if timeout is None else timeout / len(found),
                    local_address=local_address,
                    socket_options=socket_options,
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                if at == len(found):
                    raise
        raise AssertionError("unreachable: there is at least one address")

    async def sleep(self, seconds: float) -> None:
        await self._plain.sleep(seconds)

    async def _checked(self, host: str, port: int) -> Sequence[IpAddress]:
        try:
            found = await self._resolve(host, port)
        except (OSError, UnicodeError) as error:
            raise NotConnected(Fault.UNKNOWN_HOST) from error
        if not found:
            raise NotConnected(Fault.UNKNOWN_HOST)
        # One that may not be reached among others is enough: who answers so is not to be trusted.
        if not all(map(self._may_reach, found)):
            raise NotConnected(Fault.PRIVATE_HOST)
        return found[:TRIED]


def _resolve(host: str, port: int) -> Sequence[IpAddress]:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return tuple(dict.fromkeys(ip_address(place[0]) for _, _, _, _, place in found))
