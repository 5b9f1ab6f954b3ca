"""Signing a request with an access key pair, SDK-HMAC-SHA256."""

import hashlib
import hmac
from collections.abc import Callable, Generator, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from urllib.parse import quote, unquote_to_bytes

import httpx
from pydantic import SecretStr

from bot.vod.key_guard import KeyGuard

ALGORITHM = "SDK-HMAC-SHA256"
# What a proxy may rewrite (User-Agent, Accept, Connection) stays outside the signature.
SIGNED_HEADERS = ("Content-Type", "Host", "X-Project-Id", "X-Sdk-Date", "X-Security-Token")
_PAYLOAD_HASH_HEADER = "x-sdk-content-sha256"


@dataclass(frozen=True, slots=True)
class AccessKey:
    """A key pair; a temporary one needs its security token as well."""

    ak: str = field(repr=False)
    sk: SecretStr
    security_token: SecretStr | None = None


def query_string(pairs: Iterable[tuple[str, str]]) -> str:
    """The one spelling of a query that is both sent and signed."""
    return "&".join(f"{_quoted(name)}={_quoted(value)}" for name, value in sorted(pairs))


def canonical_request(method: str, url: httpx.URL, headers: Mapping[str, str], body: bytes) -> str:
    """The text that both sides hash; `headers` are exactly those to be signed."""
    path, _, query = url.raw_path.partition(b"?")
    signed = _canonical_headers(headers)
    lines = [
        method.upper(),
        _canonical_path(path),
        _canonical_query(query),
        *(f"{name}:{value}" for name, value in signed),
        "",
        ";".join(name for name, _ in signed),
        _payload_hash(dict(signed), body),
    ]
    return "\n".join(lines)


def string_to_sign(canonical: str, sdk_date: str) -> str:
    return f"{ALGORITHM}\n{sdk_date}\n{hashlib.sha256(canonical.encode()).hexdigest()}"


def authorization(
    key: AccessKey, *, method: str, url: httpx.URL, headers: Mapping[str, str], body: bytes
) -> str:
    """The Authorization header; `headers` must hold Host and X-Sdk-Date."""
    signed = _canonical_headers(headers)
    canonical = canonical_request(method, url, headers, body)
    message = string_to_sign(canonical, dict(signed)["x-sdk-date"])
    secret = key.sk.get_secret_value().encode()
    signature = hmac.new(secret, message.encode(), hashlib.sha256).hexdigest()
    names = ";".join(name for name, _ in signed)
    return f"{ALGORITHM} Access={key.ak}, SignedHeaders={names}, Signature={signature}"


class AccessKeyAuth(KeyGuard):
    """Signs each request at the time of sending; never repeats one, and spares a refused key."""

    requires_request_body = True

    def __init__(self, key: AccessKey, *, now: Callable[[], datetime]) -> None:
        super().__init__(now)
        self._key = key

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        request.headers["X-Sdk-Date"] = f"{self._now().astimezone(UTC):%Y%m%dT%H%M%SZ}"
        if self._key.security_token is not None:
            request.headers["X-Security-Token"] = self._key.security_token.get_secret_value()
        request.headers["Authorization"] = authorization(
            self._key,
            method=request.method,
            url=request.url,
            headers={n: request.headers[n] for n in SIGNED_HEADERS if n in request.headers},
            body=request.content,
        )
        yield request


def _canonical_path(path: bytes) -> str:
    segments = unquote_to_bytes(path).split(b"/")
    joined = "/".join(_quoted(segment) for segment in segments)
    return joined if joined.endswith("/") else joined + "/"


def _canonical_query(query: bytes) -> str:
    pairs = (part.partition(b"=") for part in query.split(b"&") if part)
    decoded = sorted((unquote_to_bytes(name), unquote_to_bytes(value)) for name, _, value in pairs)
    return "&".join(f"{_quoted(name)}={_quoted(value)}" for name, value in decoded)


def _canonical_headers(headers: Mapping[str, str]) -> list[tuple[str, str]]:
    # The cloud's own signer leaves out names with an underscore, which gateways drop.
    return sorted(
        (name.lower(), value.strip()) for name, value in headers.items() if "_" not in name
    )


def _payload_hash(signed: Mapping[str, str], body: bytes) -> str:
    if body and _PAYLOAD_HASH_HEADER in signed:
        return signed[_PAYLOAD_HASH_HEADER]
    return hashlib.sha256(body).hexdigest()


def _quoted(text: str | bytes) -> str:
    return quote(text, safe="")
