"""What came back from a call, read within a bound and made safe to quote."""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from html import unescape
from itertools import groupby

import httpx

MAX_ANSWER_BYTES = 1024 * 1024
MAX_WAIT_S = 86_400.0
_EXCERPT_CHARS = 200
_SHORTEST_SECRET = 6
_SECRET_HEADERS = ("Authorization", "X-Auth-Token", "X-Security-Token")
_AUTHORIZATION_PART = re.compile(r"(?:Access|Signature)=([^,\s]+)")
_QUERY_OF_URL = re.compile(r"\?(?:[^\s\"'<>,;]|[,;](?=[^\s\"'<>]))*")
# Tags and entities may stand in the middle of it.
_QUERY_IN_PAGE = re.compile(r"(?:\?|%3F|&#0*63;|&quest;)[^\s\"']*", re.IGNORECASE)
# bot.rules.redaction has a list of its own, for what people type: this package imports nothing of
# the bot, and servers quote headers and JSON. What signs for certain is in both lists, as
# tests/test_signing_names.py shows.
_NAME = (
    r"(?:(?:x-)?(?:auth|subject|security|access)[_-]?token|authorization|auth[_-]?(?:key|info)"
    r"|(?:access|secret|private|api)[_-]?key(?:[_-]?id)?|token(?:__)?|signature|sign|sig|hmac|policy"
    r"|credential|hdn(?:ts|tl|ea)|(?:ws|tx|hw|url)?secret|(?:ws|tx|hw)time|password|passwd|pwd|ak|sk)"
)
# Behind a colon may also stand a word that explains, as in `token: expired`.
_PAIR = re.compile(
    rf"(?<![A-Za-z0-9])(?P<name>{_NAME}[\"']?\s?(?:[=＝]|%3D|:(?=\W{{0,3}}(?:(?:Bearer|Basic) )?"
    r"[^\s\"']{0,100}(?-i:[0-9A-Z])))\s?[\"']?)(?:(?:Bearer|Basic) )?(?!…)[^\s\"'&;,<>]+",
    re.IGNORECASE,
)
# Akamai's token may hold a slash; the others stand as two folders in the path that they sign.
_AKAMAI = re.compile(
    r"(?P<name>(?:hdn(?:ts|tl|ea)|__token__)(?:=|%3D))\S{0,1000}?hmac(?:=|%3D)[0-9a-f]+",
    re.IGNORECASE,
)
_TIME = "[0-9]{10}(?:[0-9]{2}){0,2}"
_DIGEST = "(?:[0-9a-f]{32}){1,2}"
_PATH_SIGNATURE = re.compile(
    rf"(?<!/asset)/(?:{_TIME}/{_DIGEST}|{_DIGEST}/(?:[0-9a-f]{{8}}|{_TIME}))(?=/)",
    re.IGNORECASE,
)
_USER_INFO = re.compile(r"(?<=://)[^\s/@]+@")
_TAG = re.compile(r"<[^<>]*>")
_LONG_BLOB = re.compile(r"[A-Za-z0-9+_=-]{64,}")
_CANONICAL_DUMP = re.compile(r"[\s,.:;]*canonical_?request.*", re.IGNORECASE | re.DOTALL)
_UNPRINTABLE = re.compile(r"[\x00-\x20\x7f-\xa0\u200b-\u200f\u2028-\u202e\u2066-\u2069]+")


@dataclass(frozen=True, slots=True)
class Answer:
    """`content` never holds the secrets that the request carried; `retry_after` is in seconds.

    `signed_at` is when the request was signed, by the clock of this machine.
    """

    status: int
    content: bytes = field(repr=False)
    headers: httpx.Headers = field(repr=False)
    is_whole: bool = True
    signed_at: datetime | None = None

    @property
    def clock_ahead(self) -> timedelta | None:
        """How far this machine's clock is ahead of the cloud's; None where nothing tells it."""
        told = _moment(self.headers.get("Date", ""))
        return None if told is None or self.signed_at is None else self.signed_at - told

    @property
    def is_success(self) -> bool:
        return 200 <= self.status < 300

    @property
    def request_id(self) -> str | None:
        return safe_text(self.headers.get("X-Request-Id", "")) or None

    @property
    def retry_after(self) -> float | None:
        return _seconds(self.headers.get("Retry-After", ""), self.headers.get("Date", ""))

    @property
    def complaint(self) -> "Complaint":
        return _complaint(self)

    @property
    def excerpt(self) -> str:
        start = self.content[: 4 * _EXCERPT_CHARS].decode("utf-8", "replace")
        start = _QUERY_IN_PAGE.sub("?…", start)
        pieces = (" ".join(unescape(piece).split()) for piece in _TAG.split(start))
        # A gateway's page has its title once more as the heading.
        return safe_text(" ".join(piece for piece, _ in groupby(filter(None, pieces))))


@dataclass(frozen=True, slots=True)
class Complaint:
    """The error that an answer reports: its code as it came, its message made safe."""

    code: str | None
    message: str


async def read_answer(response: httpx.Response, *, hide: Iterable[str] = ()) -> Answer:
    """Read at most MAX_ANSWER_BYTES after decompression; a longer answer is cut, not refused."""
    content = bytearray()
    async for chunk in response.aiter_bytes():
        content += chunk
        if len(content) > MAX_ANSWER_BYTES:
            break
    is_whole = len(content) <= MAX_ANSWER_BYTES
    secrets = [*_secrets_of(response.request), *hide]
    clean = _without(bytes(content[:MAX_ANSWER_BYTES]), secrets)
    signed_at = _signed_at(response.request.headers.get("X-Sdk-Date", ""))
    return Answer(response.status_code, clean, response.headers, is_whole, signed_at)


def safe_text(text: str) -> str:
    """One short line, without the gateway's dump of our request and what signs or proves."""
    # The gateway answers a wrong signature with its own canonical request, headers and all.
    text = _CANONICAL_DUMP.sub("", text)
    text = _QUERY_OF_URL.sub("?…", text)
    text = _AUTHORIZATION_PART.sub("…", text)
    text = _AKAMAI.sub(r"\g<name>…", text)
    text = _PATH_SIGNATURE.sub("/…/…", text)
    text = _USER_INFO.sub("", text)
    text = _PAIR.sub(r"\g<name>…", text)
    text = _LONG_BLOB.sub("…", text)
    text = _UNPRINTABLE.sub(" ", text).strip()
    return text if len(text) <= _EXCERPT_CHARS else text[: _EXCERPT_CHARS - 1] + "…"


def _secrets_of(request: httpx.Request) -> list[str]:
    values = [request.headers.get(name, "") for name in _SECRET_HEADERS]
    return [*values, *_AUTHORIZATION_PART.findall(values[0])]


def _without(content: bytes, secrets: Iterable[str]) -> bytes:
    for secret in sorted(secrets, key=len, reverse=True):
        if len(secret) >= _SHORTEST_SECRET:
            content = content.replace(secret.encode(), "…".encode())
    return content


def _complaint(answer: Answer) -> Complaint:
    try:
        body = json.loads(answer.content)
    except (ValueError, RecursionError):
        return Complaint(None, answer.excerpt)
    if not isinstance(body, dict):
        return Complaint(None, answer.excerpt)
    # IAM's token call nests its error, and its `code` is the HTTP status once more.
    nested = body.get("error")
    error = nested if isinstance(nested, dict) else body
    code = body.get("error_code") or error.get("error_code") or error.get("code")
    message = body.get("error_msg") or error.get("error_msg") or error.get("message")
    return Complaint(
        safe_text(code) or None if isinstance(code, str) else None,
        safe_text(message) if isinstance(message, str) else answer.excerpt,
    )


def _signed_at(sdk_date: str) -> datetime | None:
    try:
        return datetime.strptime(sdk_date, "%Y%m%dT%H%M%S%z")
    except ValueError:
        return None


def _moment(date: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(date)
    except (ValueError, TypeError, OverflowError):
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _seconds(retry_after: str, date: str) -> float | None:
    if re.fullmatch(r"[0-9]{1,9}", retry_after.strip()):
        return min(float(retry_after), MAX_WAIT_S)
    try:
        # Measured from the answer's own clock, so ours may be wrong.
        wait = parsedate_to_datetime(retry_after) - parsedate_to_datetime(date)
    except (ValueError, TypeError, OverflowError):
        return None
    return min(max(wait.total_seconds(), 0.0), MAX_WAIT_S)
