"""Signed HTTP requests to the app's request URL."""

import hashlib
import hmac
import json
import time
from collections.abc import Callable
from urllib.parse import urlencode, urljoin

import aiohttp

from bot.sandbox.fakeslack.delivery import Acked, Answer, Refused, TimedOut
from bot.sandbox.fakeslack.json_types import Json

FORM = "application/x-www-form-urlencoded"
RETRY_REASON = "http_timeout"


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """Slack's v0 signature of a request."""
    signed = f"v0:{timestamp}:".encode() + body
    return "v0=" + hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()


class HttpMode:
    """Speaks to the app as Slack does when Socket Mode is off.

    The path of each request is the manifest's for its kind; `url` tells the host, which is another
    here than in the manifest. Without `path_of` every kind goes to `url`.
    """

    def __init__(
        self,
        *,
        url: str,
        signing_secret: str,
        verification_token: str,
        path_of: Callable[[str, Json], str | None] | None = None,
        now: Callable[[], float] = time.time,
    ) -> None:
        self.url = url
        self._secret = signing_secret
        self._token = verification_token
        self._path_of = path_of
        self._now = now
        self._session = aiohttp.ClientSession()

    async def send(self, envelope: Json, within_s: float) -> Answer:
        url = self._url_for(envelope)
        if url is None:
            return Refused("the manifest names no request URL for it", retry=False)
        content_type, body = _encoded(envelope)
        headers = self._headers(content_type, body)
        if attempt := envelope.get("retry_attempt"):
            headers |= {"x-slack-retry-num": str(attempt), "x-slack-retry-reason": RETRY_REASON}
        timeout = aiohttp.ClientTimeout(total=within_s)
        try:
            async with self._session.post(
                url, data=body.encode(), headers=headers, timeout=timeout
            ) as response:
                return _answer(response, await response.read())
        except TimeoutError:
            return TimedOut()
        except aiohttp.ClientError as error:
            return Refused(type(error).__name__)

    def repeats(self, envelope_type: str, /) -> bool:
        # Slack documents retries over HTTP for events alone.
        return envelope_type == "events_api"

    async def verify_url(self) -> bool:
        """Slack's question before it accepts a request URL: does the app return the challenge."""
        body = json.dumps(
            {"type": "url_verification", "token": self._token, "challenge": "3eZbrw1aB"}
        )
        headers = self._headers("application/json", body)
        async with self._session.post(self.url, data=body, headers=headers) as response:
            return response.status == 200 and "3eZbrw1aB" in await response.text()

    async def check_ssl(self) -> bool:
        """Slack's occasional ssl_check."""
        body = urlencode({"ssl_check": "1", "token": self._token})
        headers = self._headers(FORM, body)
        async with self._session.post(self.url, data=body, headers=headers) as response:
            return response.ok

    async def close(self) -> None:
        await self._session.close()

    def _url_for(self, envelope: Json) -> str | None:
        if self._path_of is None:
            return self.url
        path = self._path_of(envelope["type"], envelope["payload"])
        return None if path is None else urljoin(self.url, path)

    def _headers(self, content_type: str, body: str) -> dict[str, str]:
        timestamp = str(int(self._now()))
        return {
            "content-type": content_type,
            "x-slack-request-timestamp": timestamp,
            "x-slack-signature": signature(self._secret, timestamp, body.encode()),
        }


def _encoded(envelope: Json) -> tuple[str, str]:
    payload = envelope["payload"]
    if envelope["type"] == "events_api":
        return "application/json", json.dumps(payload)
    if envelope["type"] == "slash_commands":
        return FORM, urlencode(payload)
    return FORM, urlencode({"payload": json.dumps(payload)})


def _answer(response: aiohttp.ClientResponse, body: bytes) -> Answer:
    if not response.ok:
        retry = response.headers.get("x-slack-no-retry") != "1"
        return Refused(f"HTTP {response.status}", retry=retry)
    if not body:
        return Acked(None)
    if response.content_type == "application/json":
        return Acked(json.loads(body))
    return Acked({"text": body.decode()})
