"""A caller of the stand-in for the cloud that signs by hand, without the code of `bot.vod`."""

import hashlib
import hmac
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from urllib.parse import quote, urlsplit

import httpx

AK = "AKEXAMPLE0000000000A"
SK = "SKexample000000000000000000000000000000B"
PROJECT = "0123456789abcdef0123456789abcdef"
NOON = datetime(2024, 2, 29, 4, 0, tzinfo=UTC)
ASSET = "99990000999900009999000099990000"
PREHEATING = f"/v1.0/{PROJECT}/asset/preheating"


@dataclass
class Clock:
    time: datetime = NOON

    def __call__(self) -> datetime:
        return self.time

    def pass_by(self, **span: float) -> None:
        self.time += timedelta(**span)


def sign(
    method: str,
    path: str,
    pairs: Iterable[tuple[str, str]],
    headers: dict[str, str],
    body: bytes,
    sk: str = SK,
    ak: str = AK,
) -> str:
    """Write the Authorization header for exactly these headers."""
    lowered = {name.lower(): value for name, value in headers.items()}
    names = sorted(lowered)
    canonical = method + "\n"
    canonical += quote(path).rstrip("/") + "/\n"
    canonical += canonical_query(pairs) + "\n"
    for name in names:
        canonical += name + ":" + lowered[name] + "\n"
    canonical += "\n" + ";".join(names) + "\n" + hashlib.sha256(body).hexdigest()
    text = "SDK-HMAC-SHA256\n" + lowered.get("x-sdk-date", "") + "\n"
    text += hashlib.sha256(canonical.encode()).hexdigest()
    signature = hmac.new(sk.encode(), text.encode(), "sha256").hexdigest()
    signed = ";".join(names)
    return f"SDK-HMAC-SHA256 Access={ak}, SignedHeaders={signed}, Signature={signature}"


def canonical_query(pairs: Iterable[tuple[str, str]]) -> str:
    return "&".join(f"{quote(k, '')}={quote(v, '')}" for k, v in sorted(pairs))


@dataclass
class Caller:
    endpoint: str
    clock: Clock = field(default_factory=Clock)
    ak: str = AK
    sk: str = SK
    extra: dict[str, str] = field(default_factory=dict)
    timeout: float = 5.0

    async def __aenter__(self) -> "Caller":
        self.http = httpx.AsyncClient(trust_env=False, timeout=self.timeout)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.http.aclose()

    def headers(self) -> dict[str, str]:
        host = urlsplit(self.endpoint).netloc
        date = self.clock().strftime("%Y%m%dT%H%M%SZ")
        base = {"Content-Type": "application/json", "Host": host, "X-Sdk-Date": date}
        return base | self.extra

    async def send(
        self,
        method: str,
        path: str,
        pairs: Iterable[tuple[str, str]] = (),
        body: bytes = b"",
    ) -> httpx.Response:
        pairs, headers = list(pairs), self.headers()
        headers["Authorization"] = sign(method, path, pairs, headers, body, self.sk, self.ak)
        return await self.raw(method, path, canonical_query(pairs), headers, body)

    async def raw(
        self, method: str, path: str, query: str, headers: dict[str, str], body: bytes = b""
    ) -> httpx.Response:
        url = f"{self.endpoint}{path}" + (f"?{query}" if query else "")
        return await self.http.request(method, url, headers=headers, content=body)

    async def create(self, payload: object) -> httpx.Response:
        return await self.send("POST", PREHEATING, body=json.dumps(payload).encode())

    async def query(self, task_id: str) -> httpx.Response:
        return await self.send("GET", PREHEATING, [("task_id", task_id)])


def urls(count: int) -> list[str]:
    return [f"https://cdn.example.com/asset/{place}/v.m3u8" for place in range(count)]


def code_of(answer: httpx.Response) -> str:
    return str(answer.json()["error_code"])
