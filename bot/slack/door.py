"""The HTTP door: what Slack has signed reaches the listeners once, everything else is refused."""

import asyncio
import json
import logging
from collections.abc import Callable
from datetime import datetime
from typing import Protocol
from urllib.parse import parse_qsl

from aiohttp import web
from pydantic import SecretStr
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse

from bot.manifest import PATH
from bot.serving import RefusalLog, request_arrived
from bot.slack.signature import SIGNATURE, TIMESTAMP, Signature

log = logging.getLogger(__name__)

MOST_BYTES = 1024 * 1024
USUAL_BYTES = 64 * 1024
"""Few bodies of Slack's are larger."""

MOST_LARGE = 16
"""Larger bodies at once: a body is verified only once it is whole, and a thousand of a megabyte
from people who know no secret would fill the memory."""

REMEMBERED_WITHIN_S = 2.0
"""Slack waits for 3 s; what cannot be remembered by then is refused, and told to the person."""

FORM = "application/x-www-form-urlencoded"
JSON = "application/json"
UTF_8 = frozenset({"utf-8", "utf8"})


class Memory(Protocol):
    """Which requests were taken, by their keys; the same for all replicas."""

    async def take(self, key: str) -> bool:
        """Remember it; False when it was taken before."""
        ...

    async def answered(self, key: str) -> None:
        """Remember that it was acknowledged."""
        ...

    async def is_answered(self, key: str) -> bool: ...


class RefusedRequest(Exception):  # noqa: N818
    """The request gets this status and an empty body; the message is all that the log says."""

    def __init__(self, status: int, why: str) -> None:
        super().__init__(why)
        self.status = status


class Door:
    """Answers every HTTP request of Slack's, and of whoever else knows the address."""

    def __init__(
        self, app: AsyncApp, memory: Memory, *, secret: SecretStr, now: Callable[[], datetime]
    ) -> None:
        self._app = app
        self._memory = memory
        self._secret = secret
        self._now = now
        self._refusals = RefusalLog("HTTP door")
        self._marking: set[asyncio.Task[None]] = set()
        self._large = 0

    @property
    def application(self) -> web.Application:
        application = web.Application()
        application.router.add_route("*", "/{path:.*}", self.answer)
        return application

    async def close(self) -> None:
        await asyncio.gather(*self._marking)
        self._refusals.close()

    async def answer(self, request: web.Request) -> web.Response:
        """Verify before anything else; only what is authorised gets as far as Bolt."""
        try:
            signature, body = await self._verified(request)
            asked = _asked(request, body)
            if not await self._is_new(signature.key):
                return web.Response()
        except RefusedRequest as refusal:
            self._refusals.add(str(refusal), request.remote or "an unknown address")
            return web.Response(status=refusal.status)
        try:
            response = await self._app.async_dispatch(asked)
        except Exception as error:  # noqa: BLE001  # a listener's own ends in the error handler
            # Bolt reads into a payload to find its listener, and fails on parts that are missing.
            log.warning("Bolt cannot read what Slack sent: %s", type(error).__name__)
            return web.Response(status=400)
        if response.status == 200:
            marking = asyncio.create_task(self._mark(signature.key))
            self._marking.add(marking)
            marking.add_done_callback(self._marking.discard)
        return _to_http(response)

    async def _verified(self, request: web.Request) -> tuple[Signature, bytes]:
        try:
            headers = request.headers
            signature = Signature.of(
                headers.getall(TIMESTAMP, ()), headers.getall(SIGNATURE, ()), self._now()
            )
            # Whoever has not even tried costs no reading of a body.
            if signature is not None:
                body = await self._body(request)
                if signature.is_of(body, self._secret):
                    return signature, body
        except RefusedRequest:
            raise
        except Exception:  # noqa: BLE001  # whatever goes wrong here, nobody is let in
            why = "it cannot be verified"
        else:
            why = "it is not signed by Slack, or not now"
        raise RefusedRequest(401, why)

    async def _body(self, request: web.Request) -> bytes:
        body, is_large = bytearray(), False
        try:
            async for part in request.content.iter_any():
                body += part
                if len(body) > MOST_BYTES:
                    raise RefusedRequest(413, "its body is too large")
                if len(body) > USUAL_BYTES and not is_large:
                    if self._large == MOST_LARGE:
                        raise RefusedRequest(503, "too many large bodies at once")
                    self._large += 1
                    is_large = True
        finally:
            self._large -= is_large
        request_arrived(request)
        return bytes(body)

    async def _is_new(self, key: str) -> bool:
        """False for what was acted on and acknowledged; raises for what may never have been."""
        try:
            async with asyncio.timeout(REMEMBERED_WITHIN_S):
                if await self._memory.take(key):
                    return True
                if await self._memory.is_answered(key):
                    return False
        except Exception as error:  # whatever the database has: what is not remembered is not done
            log.warning(
                "the database does not remember a request of Slack's: %s", type(error).__name__
            )
            raise RefusedRequest(503, "the database does not remember it") from error
        # The process that took it may have died over it. Acknowledged, it would be lost silently.
        raise RefusedRequest(409, "it was taken before, and is not answered yet")

    async def _mark(self, key: str) -> None:
        try:
            await self._memory.answered(key)
        except Exception as error:  # noqa: BLE001  # a repetition is then refused, not acknowledged
            log.warning("an acknowledgement was not written down: %s", type(error).__name__)


def _asked(request: web.Request, body: bytes) -> AsyncBoltRequest:
    """What Slack says, for Bolt; raises `RefusedRequest` for what Slack never sends."""
    if request.path != PATH:
        raise RefusedRequest(404, "there is nothing at this path")
    if request.method != "POST":
        raise RefusedRequest(405, "it is no POST")
    if (request.charset or "utf-8").lower() not in UTF_8:
        raise RefusedRequest(400, "its charset is not UTF-8")
    try:
        payload = _read(request.content_type, body.decode())
        if isinstance(payload, dict) and payload:
            # As over a socket: what Bolt itself makes of a form is empty when the text that a
            # person typed holds the word payload (tests/slack/test_door.py types it).
            return AsyncBoltRequest(body=payload, mode="socket_mode")
    except RefusedRequest:
        raise
    except Exception:  # noqa: BLE001  # Bolt raises whatever a field of another shape brings about
        raise RefusedRequest(400, "its body cannot be read") from None
    raise RefusedRequest(400, "its payload is no object")


def _read(content_type: str, text: str) -> object:
    if content_type == JSON:
        return json.loads(text)
    if content_type != FORM:
        raise RefusedRequest(415, "it is neither a form nor JSON")
    form = dict(parse_qsl(text, keep_blank_values=True))
    return json.loads(form["payload"]) if "payload" in form else form


def _to_http(response: BoltResponse) -> web.Response:
    body = response.body or ""
    content_type = JSON if body.startswith("{") else "text/plain"
    return web.Response(status=response.status, text=body, content_type=content_type)
