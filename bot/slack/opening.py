"""One try to open a socket: a new address from Slack, then the handshake with it."""

import asyncio
import json
import os
from collections.abc import Callable
from datetime import datetime
from urllib.parse import urlsplit

import aiohttp

from bot.slack.connection import BROKEN, HELLO, SILENT, Connection, Hear
from bot.slack.errors import BAD_TOKEN, RATE_LIMITED, token_trouble
from bot.slack.waiting import retry_after
from bot.words.english import ENGLISH

OPEN_S = 5.0
HANDSHAKE_S = 5.0
OBEYED_S = 600.0
"""Of a `Retry-After`: as long as Slack says, but not for ever on the word of a broken proxy."""

REASONS = {
    BROKEN: "Slack closed the socket",
    SILENT: "Slack's socket fell silent",
    "warning": "Slack is about to close the socket",
    "refresh_requested": "Slack asks for a new socket again and again",
    "link_disabled": (
        "Socket Mode is off for the app: switch it on under Socket Mode at api.slack.com/apps"
    ),
    "too_many_websockets": (
        "Slack refuses one more socket: ten connections are the limit of an app; end bots that"
        " run with the same SLACK_APP_TOKEN"
    ),
}


class NotOpened(Exception):  # noqa: N818
    """Why the bot does not listen: constant words for one cause, so that it is said once.

    `answered`: Slack or something before it spoke in this try, so the network is there.
    """

    def __init__(
        self,
        words: str,
        *,
        answered: bool,
        wait_s: float | None = None,
        is_token: bool = False,
    ) -> None:
        super().__init__(words)
        self.answered = answered
        self.wait_s = wait_s
        self.is_token = is_token


def left(reason: str, *, answered: bool) -> NotOpened:
    """What a socket that ended means."""
    words = REASONS.get(reason, f"Slack ended the socket ({reason[:100]})")
    return NotOpened(words, answered=answered)


class Opener:
    """Opens sockets for one app token; keeps no address, because each serves once."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        *,
        api_url: str,
        app_token: str,
        proxy_for: Callable[[str], str | None],
        now: Callable[[], datetime],
    ) -> None:
        self._session = session
        self._url = f"{api_url.rstrip('/')}/apps.connections.open"
        self._app_token = app_token
        self._proxy_for = proxy_for
        self._now = now

    async def open(self, hear: Hear) -> Connection:
        """A connection that has said hello; raises `NotOpened`."""
        connection = await self._shake_hands(await self._new_address(), hear)
        try:
            async with asyncio.timeout(HANDSHAKE_S):
                greeting = await connection.greeted
        except TimeoutError:
            greeting = SILENT
        except asyncio.CancelledError:
            await connection.close()
            raise
        if greeting != HELLO:
            await connection.close()
            raise left(greeting, answered=True)
        return connection

    async def _new_address(self) -> str:
        headers = {"Authorization": f"Bearer {self._app_token}"}
        proxy = self._proxy_for(self._url)
        try:
            async with (
                asyncio.timeout(OPEN_S),
                self._session.post(
                    self._url, headers=headers, proxy=proxy, allow_redirects=False
                ) as response,
            ):
                text = await response.text(errors="replace")
                wait_s = self._told(response.headers.get("Retry-After"))
                return _address_in(response, text, wait_s)
        except TimeoutError:
            raise NotOpened("Slack gives no address: no answer in time", answered=False) from None
        # A charset that is none is a LookupError.
        except (aiohttp.ClientError, OSError, ValueError, LookupError) as error:
            spoke = aiohttp.ClientResponseError | aiohttp.ServerDisconnectedError
            raise NotOpened(what_failed(error), answered=isinstance(error, spoke)) from error

    async def _shake_hands(self, address: str, hear: Hear) -> Connection:
        """Slack has just given the address, so whatever happens now, the network is there."""
        # A proxy that is no tunnel knows http alone.
        url = address.replace("ws", "http", 1)
        try:
            async with asyncio.timeout(HANDSHAKE_S):
                socket = await self._session.ws_connect(
                    url, proxy=self._proxy_for(url), autoping=False
                )
        except aiohttp.WSServerHandshakeError as error:
            words = f"Slack refuses the socket's handshake: HTTP {error.status}"
            header = error.headers.get("Retry-After") if error.headers else None
            raise NotOpened(words, answered=True, wait_s=self._told(header)) from error
        except TimeoutError:
            words = "Slack does not answer the socket's handshake"
            raise NotOpened(words, answered=True) from None
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise NotOpened(what_failed(error), answered=True) from error
        return Connection(socket, hear)

    def _told(self, header: str | None) -> float | None:
        return retry_after(header, self._now, longest_s=OBEYED_S)


def _address_in(response: aiohttp.ClientResponse, text: str, wait_s: float | None) -> str:
    answer = _json(text)
    code = str(answer.get("error") or "")
    if response.status == RATE_LIMITED or code == "ratelimited":
        words = "Slack gives no address: too many were asked for (429)"
        raise NotOpened(words, answered=True, wait_s=1.0 if wait_s is None else wait_s)
    trouble = token_trouble("SLACK_APP_TOKEN", answer)
    if trouble is not None:
        raise NotOpened(ENGLISH.failures.token(trouble), answered=True, is_token=code in BAD_TOKEN)
    address = answer.get("url")
    if answer.get("ok") is True and isinstance(address, str) and _is_socket(address):
        return address
    if code:
        words = f"Slack gives no address: {code[:100]}"
    elif response.status == 200:
        words = "Slack gives no address: its answer is no JSON with one in it"
    else:
        words = f"Slack gives no address: HTTP {response.status}"
    raise NotOpened(words, answered=True, wait_s=wait_s)


def _is_socket(address: str) -> bool:
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return parts.scheme in {"ws", "wss"} and bool(parts.hostname)


def _json(text: str) -> dict[str, object]:
    try:
        answer = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return answer if isinstance(answer, dict) else {}


def what_failed(error: Exception) -> str:
    """Not the error's own text: it may hold a ticket, a response URL, or a proxy's password."""
    kind = type(error).__name__
    if isinstance(error, aiohttp.ClientHttpProxyError):
        return f"the proxy refuses the way to Slack: HTTP {error.status}"
    if isinstance(error, aiohttp.ClientConnectorError):
        where = f"{error.host}:{error.port}"
        reason = os.strerror(error.os_error.errno) if error.os_error.errno else kind
        return f"no connection to {where}: {reason}"
    return f"the connection to Slack fails ({kind})"
