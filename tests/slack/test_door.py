"""Over HTTP only what Slack has signed now is acted on, and each request once."""

import asyncio
import gzip
import json
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing

import pytest

from bot.sandbox.fakeslack import LAUNCH, MEI
from bot.sandbox.fakeslack.http_mode import FORM, signature
from bot.sandbox.stage import Stage
from bot.slack.door import MOST_LARGE, USUAL_BYTES
from bot.slack.signature import Signature
from tests.helpers.http_bot import (
    Answer,
    Headers,
    answer_in,
    as_payload,
    command,
    done,
    port_of,
    post,
    raw,
    send,
    signed,
)

pytestmark = [pytest.mark.integration, pytest.mark.asyncio(loop_scope="module")]

JSON = "application/json"
T, S = "X-Slack-Request-Timestamp", "X-Slack-Signature"
EMPTY = Answer(401, b"")
LONGEST_LINE = 150
NOW = f"{time.time():.0f}"
WRONG_PAIRS: dict[str, Headers] = {
    "nothing": [],
    "timestamp alone": [(T, NOW)],
    "signature alone": [(S, "v0=" + "0" * 64)],
    **{
        f"timestamp {timestamp!r}": [
            (T, timestamp),
            (S, "v0=0"),
        ]
        for timestamp in (
            "abc",
            "",
            "-1",
            "1e9",
            "9" * 5000,
            "\xb2\xb3",
            "0x65",
            "nan",
            "1.5",
            "+1",
        )
    },
    **{
        f"signature {text[:20]!r}": [
            (T, NOW),
            (S, text),
        ]
        for text in ("v0=\xe9", "", "v0=", "v1=" + "0" * 64, "v0=" + "0" * 64, "v0=" + "g" * 64)
    },
}
Change = Callable[[str, str], Headers]
BENT: dict[str, Change] = {
    "doubled signature": lambda t, s: [(T, t), (S, s), (S, s)],
    "doubled timestamp": lambda t, s: [(T, t), (T, t), (S, s)],
    "wrong one after the right one": lambda t, s: [(T, t), (S, s), (S, "v0=" + "0" * 64)],
    "two in one header": lambda t, s: [(T, t), (S, f"{s},{s}")],
    "capital letters": lambda t, s: [(T, t), (S, s.upper())],
    "version 1": lambda t, s: [(T, t), (S, s.replace("v0", "v1"))],
    "no version": lambda t, s: [(T, t), (S, s.removeprefix("v0="))],
    "a digit less": lambda t, s: [(T, t), (S, s[:-1])],
    "a digit more": lambda t, s: [(T, t), (S, s + "0")],
    "another hour": lambda t, s: [(T, str(int(t) - 1)), (S, s)],
    "timestamp with a zero before": lambda t, s: [(T, f"0{t}"), (S, s)],
    "timestamp with a fraction": lambda t, s: [(T, f"{t}.0"), (S, s)],
}


def lines_of(caplog: pytest.LogCaptureFixture) -> list[str]:
    """The log, once it is seen to hold no traceback."""
    assert not [record for record in caplog.records if record.exc_info]
    return [record.getMessage() for record in caplog.records]


@pytest.mark.parametrize("headers", WRONG_PAIRS.values(), ids=WRONG_PAIRS.keys())
@pytest.mark.parametrize("response_url", [True, False])
async def test_request_that_nobody_signed_gets_401_and_does_nothing(
    shared_http: Stage, caplog: pytest.LogCaptureFixture, headers: Headers, *, response_url: bool
) -> None:
    before = done(shared_http)
    body = command(shared_http) if response_url else command(shared_http, response_url="")

    answer = await post(shared_http, body, [("Content-Type", FORM), *headers])

    assert answer == EMPTY
    assert done(shared_http) == before
    assert all(len(line) < LONGEST_LINE and MEI not in line for line in lines_of(caplog))


@pytest.mark.parametrize("bend", BENT.values(), ids=BENT.keys())
async def test_right_signature_in_a_wrong_form_gets_401(shared_http: Stage, bend: Change) -> None:
    before = done(shared_http)
    body = command(shared_http)
    _, (_, timestamp), (_, digest) = signed(shared_http, body)

    answer = await post(shared_http, body, [("Content-Type", FORM), *bend(timestamp, digest)])

    assert answer == EMPTY
    assert done(shared_http) == before


@pytest.mark.parametrize("age_s", [310, 86_400, -310, -86_400])
async def test_signature_of_another_time_gets_401(shared_http: Stage, age_s: int) -> None:
    before = done(shared_http)
    body = command(shared_http)

    answer = await post(shared_http, body, signed(shared_http, body, age_s=age_s))

    assert answer == EMPTY
    assert done(shared_http) == before


async def test_another_body_under_a_right_signature_gets_401(shared_http: Stage) -> None:
    before = done(shared_http)

    answer = await post(
        shared_http, command(shared_http, text="help"), signed(shared_http, command(shared_http))
    )

    assert answer == EMPTY
    assert done(shared_http) == before


async def test_wrong_secret_leaves_one_short_line_without_a_word_of_the_request(
    shared_http: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    body = command(shared_http, token="verification-token", text="a secret film")
    now = f"{time.time():.0f}"

    answer = await post(
        shared_http, body, [(T, now), (S, signature("another", now, body)), ("User-Agent", "evil")]
    )

    assert answer == EMPTY
    lines = lines_of(caplog)
    assert len(lines) <= 1
    assert not any(
        word in "".join(lines) for word in ("film", "verification", "evil", MEI, "http:")
    )


@pytest.mark.parametrize(
    "pair",
    [
        [(T, "abc"), (S, "v0=0")],
        [(T, NOW), (S, "v0=" + "0" * 64)],
        [(T, NOW), (S, "v0=\xe9"), ("X-Slack-Retry-Num", "1")],
    ],
    ids=["no timestamp", "another secret's form", "no ASCII, as a retry"],
)
async def test_three_hundred_forgeries_leave_few_lines_and_no_call(
    shared_http: Stage, caplog: pytest.LogCaptureFixture, pair: Headers
) -> None:
    before = done(shared_http)
    body = command(shared_http)
    headers = [("Content-Type", FORM), *pair]

    answers = await asyncio.gather(*(post(shared_http, body, headers) for _ in range(300)))

    assert set(answers) == {EMPTY}
    assert done(shared_http) == before
    assert sum(map(len, lines_of(caplog))) < 300 * LONGEST_LINE


async def test_unsigned_body_of_nearly_a_megabyte_leaves_one_bounded_line(
    shared_http: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    answer = await post(shared_http, b"x" * 900_000, [("Content-Type", FORM)])

    assert answer == EMPTY
    assert sum(map(len, lines_of(caplog))) < LONGEST_LINE


DAMAGED: dict[str, tuple[str, bytes, int]] = {
    "unknown charset": (f"{FORM}; charset=klingon", b"payload=%7B%7D", 400),
    "another charset": (f"{JSON}; charset=utf-16", b'{"type":"x"}', 400),
    "invalid UTF-8": (FORM, b"\xff\xfe\x80", 400),
    "invalid UTF-8 in JSON": (JSON, b'{"a":"\xff"}', 400),
    "compressed": (JSON, gzip.compress(b'{"type":"event_callback"}'), 400),
    "payload that is no JSON": (FORM, b"payload=x", 400),
    "payload that is a list": (FORM, b"payload=[]", 400),
    "payload that is null": (FORM, b"payload=null", 400),
    "payload that is a number": (FORM, b"payload=1", 400),
    "empty payload": (FORM, b"payload=", 400),
    "JSON array": (JSON, b'[{"type":"event_callback"}]', 400),
    "JSON text": (JSON, b'"x"', 400),
    "broken JSON": (JSON, b'{"type":', 400),
    "JSON that is nested too deeply": (JSON, b"[" * 200_000, 400),
    "fields of other shapes": (JSON, b'{"authorizations":[1],"team":[],"user":3}', 400),
    "no body": (FORM, b"", 400),
    "text": ("text/plain", b"{}", 415),
    "XML": ("application/xml", b"<a/>", 415),
    "2 MB": (FORM, b"x" * 2_000_000, 413),
}


@pytest.mark.parametrize(("content_type", "body", "status"), DAMAGED.values(), ids=DAMAGED.keys())
async def test_signed_body_that_slack_never_sends_gets_an_empty_4xx_without_traceback(
    shared_http: Stage,
    caplog: pytest.LogCaptureFixture,
    content_type: str,
    body: bytes,
    status: int,
) -> None:
    before = done(shared_http)

    answer = await post(shared_http, body, signed(shared_http, body, content_type=content_type))
    unsigned = await post(shared_http, body, [("Content-Type", content_type)])

    assert (answer, unsigned) == (Answer(status, b""), EMPTY)
    assert done(shared_http) == before
    assert all(len(line) < LONGEST_LINE for line in lines_of(caplog))


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/slack/events", 405),
        ("PUT", "/slack/events", 405),
        ("POST", "/", 404),
        ("POST", "/slack/events/", 404),
        ("POST", "/slack/../slack/events", 404),
        ("POST", "/latest/meta-data", 404),
    ],
)
async def test_other_methods_and_paths_are_refused_signed_or_not(
    shared_http: Stage, method: str, path: str, status: int
) -> None:
    body = command(shared_http)
    port, before = port_of(shared_http), done(shared_http)

    right = await send(port, raw(body, signed(shared_http, body), method=method, path=path))
    wrong = await send(port, raw(body, [], method=method, path=path))

    assert (right, wrong) == (Answer(status, b""), EMPTY)
    assert done(shared_http) == before


@pytest.mark.parametrize("length", ["Transfer-Encoding: chunked", "Content-Length: 99"])
async def test_body_that_is_larger_than_its_head_says_is_never_acted_on(
    shared_http: Stage, length: str
) -> None:
    before = done(shared_http)
    body = b"x" * 2_000_000
    head = raw(b"", signed(shared_http, body)).replace(b"Content-Length: 0", length.encode())
    chunk = b"1e8480\r\n" + body + b"\r\n0\r\n\r\n"

    answer = await send(port_of(shared_http), head + (chunk if "chunked" in length else body))

    assert answer is None or answer.status in {401, 413}
    assert done(shared_http) == before


async def test_large_bodies_that_nobody_signed_are_few_at_once(shared_http: Stage) -> None:
    """A thousand connections with a megabyte each would otherwise end the bot for want of memory.

    The next large one waits for no place, small ones need none, and all places come back.
    """
    port, large = port_of(shared_http), command(shared_http, text="x" * 2 * USUAL_BYTES)
    forged = raw(large, [(T, f"{time.time():.0f}"), (S, "v0=" + "0" * 64)])
    small = command(shared_http, trigger_id="small one among large ones")
    held = [await asyncio.open_connection("127.0.0.1", port) for _ in range(MOST_LARGE)]
    for _, writer in held:
        writer.write(forged[:-1])
        await writer.drain()
    usual = await post(shared_http, small, signed(shared_http, small))
    one_more = await send(port, forged[:-1])
    for _, writer in held:
        writer.write(forged[-1:])
    refused = [answer_in(await reader.read()) for reader, _ in held]
    for _, writer in held:
        writer.close()
    later = await post(shared_http, large, signed(shared_http, large))

    assert (one_more, usual.status, set(refused)) == (Answer(503, b""), 200, {EMPTY})
    assert later.status == 200


async def test_chunked_request_of_slack_is_taken(shared_http: Stage) -> None:
    body = json.dumps({"type": "url_verification", "challenge": "c", "token": "t"}).encode()
    head = raw(b"", signed(shared_http, body, content_type=JSON))
    head = head.replace(b"Content-Length: 0", b"Transfer-Encoding: chunked")

    answer = await send(port_of(shared_http), head + b"%x\r\n%b\r\n0\r\n\r\n" % (len(body), body))

    assert answer is not None
    assert answer.status == 200
    assert b"c" in answer.body


async def test_text_with_the_word_payload_is_understood(shared_http: Stage) -> None:
    mei = shared_http.slack.person(MEI)

    await mei.command(LAUNCH, "/prefetch", "https://v.example.com/payload.mp4")

    assert "payload.mp4" in str((await mei.next_view()).blocks)


async def test_command_sent_again_byte_for_byte_is_acknowledged_and_not_acted_on(
    shared_http: Stage,
) -> None:
    body = command(shared_http)
    headers = signed(shared_http, body)
    first = await post(shared_http, body, headers)
    await shared_http.slack.wait_until(lambda: shared_http.slack.log.of("response_url", "stolen"))
    await asyncio.sleep(0.2)
    before = done(shared_http)

    again = await post(shared_http, body, headers)
    retry = [("X-Slack-Retry-Num", "1"), ("X-Slack-Retry-Reason", "http_timeout")]
    as_retry = await post(shared_http, body, [*headers, *retry])
    as_json = await post(shared_http, body, [("Content-Type", JSON), *headers[1:]])
    await asyncio.sleep(0.5)

    assert (first.status, again, as_retry) == (200, Answer(200, b""), Answer(200, b""))
    assert as_json.status == 400
    assert done(shared_http) == before


async def test_copy_of_what_a_dead_process_had_begun_is_not_acknowledged(
    shared_http: Stage,
) -> None:
    """Acknowledged, a confirmation would be lost without a word."""
    body = command(shared_http, text="status")
    headers = signed(shared_http, body)
    key = Signature(timestamp=headers[1][1], digest=headers[2][1]).key
    with closing(sqlite3.connect(shared_http.database)) as left_behind, left_behind:
        left_behind.execute(
            "INSERT INTO delivery (key, at, answered) VALUES (?, '2026-11-28 12:00:00', 0)", (key,)
        )
    before = done(shared_http)

    answer = await post(shared_http, body, headers)

    assert answer == Answer(409, b"")
    assert done(shared_http) == before


async def test_request_that_cannot_be_remembered_is_refused_in_time(
    shared_http: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    before = done(shared_http)
    body = command(shared_http, text="status R-00000")
    began = time.monotonic()
    with closing(sqlite3.connect(shared_http.database, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")

        answer = await post(shared_http, body, signed(shared_http, body))

        seconds = time.monotonic() - began
        other.execute("ROLLBACK")
    assert answer == Answer(503, b"")
    assert seconds < 3
    assert done(shared_http) == before
    assert any("database" in line for line in lines_of(caplog))


async def test_many_copies_at_once_are_acted_on_once(shared_http: Stage) -> None:
    already = len(shared_http.slack.log.of("response_url"))
    body = command(shared_http, text="help")
    headers = signed(shared_http, body)

    answers = await asyncio.gather(*(post(shared_http, body, headers) for _ in range(20)))
    await asyncio.sleep(0.5)

    assert {answer.status for answer in answers} <= {200, 409}
    assert len(shared_http.slack.log.of("response_url")) == already + 1


@pytest.mark.parametrize(
    ("payload", "said"),
    [
        ({"type": "something_new", "user": {"id": MEI}}, "nothing listens"),
        ({"type": "something_new", "user": {"id": "U1"}}, "could not be told: channel_not_found"),
        ({"event": None}, "Bolt cannot read"),
        ({"type": "block_actions", "actions": [None]}, "Bolt cannot read"),
    ],
)
async def test_object_that_no_listener_takes_is_answered_without_traceback(
    shared_http: Stage, caplog: pytest.LogCaptureFixture, payload: object, said: str
) -> None:
    body = as_payload(payload)

    answer = await post(shared_http, body, signed(shared_http, body))

    assert answer.status == 200
    lines = lines_of(caplog)
    assert any(said in line for line in lines)
    assert all(len(line) < LONGEST_LINE and "\n" not in line for line in lines)


@pytest.mark.parametrize(
    "payload",
    [
        {"type": "block_actions", "actions": []},
        {"type": "view_submission", "view": {}},
        {"type": "view_submission", "view": {"callback_id": "prefetch"}},
        {"type": "view_closed"},
    ],
)
async def test_payload_that_ends_within_bolt_gets_no_5xx_and_no_traceback(
    shared_http: Stage, caplog: pytest.LogCaptureFixture, payload: object
) -> None:
    sent = len(shared_http.vod.books.tasks)
    body = as_payload(payload)

    answer = await post(shared_http, body, signed(shared_http, body))

    assert answer.status < 500
    assert len(shared_http.vod.books.tasks) == sent
    assert all(len(line) < LONGEST_LINE and "\n" not in line for line in lines_of(caplog))


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ([], 401),
        ([("Connection", "keep-alive")], 401),
        ([("Expect", "wonders")], 417),
        ([("Expect", "\x80")], 417),
        ([("Upgrade", "websocket"), ("Connection", "Upgrade")], 401),
    ],
)
async def test_second_request_on_a_connection_is_not_read(
    shared_http: Stage, caplog: pytest.LogCaptureFixture, headers: Headers, status: int
) -> None:
    """What hides behind an unsigned request is lost with it."""
    before = done(shared_http)
    body = command(shared_http)
    behind = raw(body, signed(shared_http, body))

    answer = await send(port_of(shared_http), raw(b"", headers) + behind)
    await asyncio.sleep(0.3)

    assert answer == Answer(status, b"")
    assert done(shared_http) == before
    assert all(len(line) < LONGEST_LINE for line in lines_of(caplog))
