"""What hypothesis makes up to send to the bot's ports."""

import json
import zlib
from collections.abc import Sequence
from typing import TypeVar
from urllib.parse import urlencode

from hypothesis import strategies as st

from bot.manifest import PATH
from bot.sandbox.fakeslack.http_mode import FORM
from bot.sandbox.stage import Stage
from bot.slack.signature import SIGNATURE, TIMESTAMP
from tests.helpers.door_requests import (
    FRAMINGS,
    JSON,
    RIGHT,
    SIGNINGS,
    WHOLE,
    Asked,
    Connection,
    Ending,
)
from tests.helpers.http_bot import command

T = TypeVar("T")


def _many(start: str, counts: Sequence[int] = (9_000, 70_000)) -> st.SearchStrategy[str]:
    """Made by counting: hypothesis would write out what it samples from."""
    return st.sampled_from(counts).map(lambda count: start + "/" * count)


def _mostly(usual: T, other: st.SearchStrategy[T]) -> st.SearchStrategy[T]:
    """`usual`, or once in eight a value of `other`: so few requests have several odd parts."""
    return st.integers(0, 7).flatmap(lambda number: other if number == 7 else st.just(usual))


latin = st.text(st.characters(max_codepoint=255), max_size=40)
values = st.one_of(
    latin,
    st.sampled_from(["", "0", "1e9", "-1", "\t", "v0=\xe9", "gzip", "\x00"]),
    _many("x"),
)
names = st.one_of(
    st.sampled_from(
        [
            *(TIMESTAMP, SIGNATURE, TIMESTAMP.lower(), SIGNATURE.upper()),
            *("Content-Type", "Content-Encoding", "Connection", "Upgrade", "Expect", "Host"),
            *("X-Slack-Retry-Num", "X-Forwarded-For", "Transfer-Encoding", "Cookie", "Range"),
            *("X-HTTP-Method-Override", "Sec-WebSocket-Key", "Content-Length", ""),
        ]
    ),
    latin,
)
content_types = st.sampled_from(
    [
        *(FORM, JSON, f"{FORM}; charset=klingon", f"{JSON}; charset=utf-16", f"{JSON};;=,\xff"),
        *("text/plain", "multipart/form-data; boundary=x", "", "a/b/c", "application/cloudevents"),
    ]
)
odd_headers = _mostly((), st.lists(st.tuples(names, values), max_size=4).map(tuple))
METHODS = st.sampled_from(["GET", "PUT", "OPTIONS", "CONNECT", "TRACE", "PRI"])
PATHS = st.sampled_from(["*", "/", "//", "/%00", "/livez", "http://a/b", f"{PATH}/", f"{PATH}?a=b"])
VERSIONS = st.sampled_from(["HTTP/1.0", "HTTP/0.9", "HTTP/2.0", "HTTP/9", ""])
typed_headers = st.tuples(content_types, odd_headers).map(
    lambda drawn: (("Content-Type", drawn[0]), *drawn[1])
)

leaves = st.one_of(
    *(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=20)),
    st.sampled_from(
        [
            *("view_submission", "block_actions", "url_verification", "event_callback", "shortcut"),
            *("/prefetch", "quota", "\ud800", "\u202e", "payload", "U1", "../.."),
        ]
    ),
)
keys = st.one_of(
    st.sampled_from(
        [
            *("type", "user", "user_id", "team", "team_id", "id", "command", "text", "payload"),
            *("view", "callback_id", "state", "values", "actions", "action_id", "trigger_id"),
            *("event", "event_id", "authorizations", "enterprise", "enterprise_id", "channel"),
            *("challenge", "ssl_check", "is_enterprise_install", "private_metadata", "token"),
            *(
                "bot_id",
                "message",
                "container",
                "block_id",
                "function_data",
                "inputs",
                "api_app_id",
            ),
        ]
    ),
    st.text(max_size=8),
)
trees = st.recursive(
    leaves,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(keys, inner, max_size=6)),
    max_leaves=25,
)
objects = st.dictionaries(keys, trees, min_size=1, max_size=8)


def _dumped(tree: object) -> bytes:
    return json.dumps(tree).encode()


def _half(data: bytes) -> bytes:
    return data[: len(data) // 2]


def _as_payload(data: bytes) -> bytes:
    return urlencode({"payload": data}).encode()


def _form(fields: dict[str, str]) -> bytes:
    return urlencode(fields, errors="surrogatepass").encode()


deep = st.integers(10, 60_000).map(lambda depth: b"[" * depth)
forms = st.dictionaries(keys, st.text(max_size=20).filter(str.isprintable), max_size=6).map(_form)
payloads = st.one_of(trees.map(_dumped), deep, st.binary(max_size=30)).map(_as_payload)
payload_words = st.sampled_from(
    [b"payload", b"payload=", b"payload=x&payload=y", b"text=payload&payload", b"PAYLOAD={}"]
)
bodies = st.one_of(
    *(st.binary(max_size=200), trees.map(_dumped), trees.map(_dumped).map(_half)),
    *(deep, forms, payloads, payload_words),
    trees.map(_dumped).map(zlib.compress),
    st.sampled_from([b"", b"\xff\xfe\x80"]),
    _many("x", [900_000, 1_100_000]).map(str.encode),
)


def commands(stage: Stage) -> st.SearchStrategy[bytes]:
    """Bodies that would be acted on if they were signed."""
    return st.sampled_from(["quota", "help", "https://v.example.com/a.mp4"]).map(
        lambda text: command(stage, text=text)
    )


def unsigned_requests(stage: Stage) -> st.SearchStrategy[Asked]:
    """Requests that nobody who knows the secret has signed like that."""
    return st.builds(
        Asked,
        body=st.one_of(bodies, commands(stage)),
        signing=st.sampled_from(sorted(SIGNINGS.keys() - {RIGHT})),
        framing=_mostly(WHOLE, st.sampled_from(list(FRAMINGS))),
        method=_mostly("POST", st.one_of(METHODS, latin)),
        path=_mostly(PATH, st.one_of(PATHS, latin, _many("/"))),
        version=_mostly("HTTP/1.1", VERSIONS),
        headers=typed_headers,
    )


# A body that is an object, told as what it is, gets as far as the listeners.
typed_bodies = st.one_of(
    st.tuples(st.just(JSON), objects.map(_dumped)),
    st.tuples(st.just(FORM), st.one_of(forms, objects.map(_dumped).map(_as_payload))),
    st.tuples(content_types, bodies),
)
signed_requests = st.tuples(typed_bodies, st.sampled_from([WHOLE, "chunked"])).map(
    lambda drawn: Asked(drawn[0][1], RIGHT, drawn[1], headers=(("Content-Type", drawn[0][0]),))
)

WEBSOCKET = (
    b"GET /slack/events HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
)
HTTP_2 = (
    b"GET /slack/events HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, HTTP2-Settings\r\n"
    b"Upgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQCAAAAAAIAAAAA\r\n\r\n"
)
HELLOS = (
    b"GET /slack/events\r\n",
    b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x00" * 600,
    b"PROXY TCP4 1.2.3.4 5.6.7.8 1 2\r\n",
    WEBSOCKET,
    HTTP_2,
    b"POST /slack/events HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n",
    b"POST /slack/events HTTP/1.1\r\nHost: a\r\n X: folded\r\n\r\n",
    b"POST /slack/events HTTP/1.1\nHost: a\n\n",
    b"POST /slack/events HTTP/1.1\r\n" + b"X: y\r\n" * 300 + b"\r\n",
)


def connections(stage: Stage) -> st.SearchStrategy[Connection]:
    """Bytes of other protocols, halves, and several requests behind each other."""
    hidden = commands(stage).map(lambda body: Asked(body, RIGHT))
    first = st.one_of(
        st.sampled_from(HELLOS),
        # Blank lines may stand before a request.
        st.binary(min_size=1, max_size=300).filter(bytes.strip),
        _many("GET ").map(str.encode),
        unsigned_requests(stage),
    )
    return st.builds(
        Connection,
        # What is signed stands behind something else only, and is never to be read.
        says=st.tuples(first, st.lists(st.one_of(hidden, first), max_size=3)).map(
            lambda drawn: (drawn[0], *drawn[1])
        ),
        kept=st.one_of(st.just(100), st.integers(0, 100)),
        pieces=st.integers(1, 8),
        ending=st.sampled_from(Ending),
    )
