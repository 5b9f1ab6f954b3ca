"""The real bot at a request URL, and requests to it, byte by byte."""

import asyncio
import json
import socket
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

from bot.app.running import running
from bot.sandbox.fakeslack import LAUNCH, MEI
from bot.sandbox.fakeslack.http_mode import FORM, signature
from bot.sandbox.stage import Stage
from bot.settings import Settings
from tests.helpers.running_bot import HTTP_MANIFEST, QUICK, quick_levers

ANSWER_WITHIN_S = 30.0
READY_WITHIN_S = 60.0

Headers = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: bytes


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def http_environment(stage: Stage, port: int) -> dict[str, str]:
    """The settings of a bot that knows no app token."""
    environment = stage.environment(stage.database) | QUICK
    del environment["SLACK_APP_TOKEN"]
    return environment | {
        "PORT": str(port),
        "SLACK_SIGNING_SECRET": stage.slack.signing_secret,
    }


@asynccontextmanager
async def http_bot(database: Path) -> AsyncIterator[Stage]:
    """A bot in this process at the request URL of FakeSlack."""
    async with Stage(HTTP_MANIFEST, database=database, levers=quick_levers()) as stage:
        port = free_port()
        async with http_bot_on(stage, port):
            stage.slack.request_url = f"http://127.0.0.1:{port}/slack/events"
            yield stage


@asynccontextmanager
async def http_bot_on(stage: Stage, port: int, **settings: str) -> AsyncIterator[None]:
    """A bot for stand-ins that already run; one more on the same database is a replica."""
    environment = http_environment(stage, port) | settings
    async with running(Settings(_env_file=None, **environment)):  # type: ignore[arg-type]
        yield


def port_of(stage: Stage) -> int:
    return int(str(stage.slack.request_url).split(":")[2].split("/")[0])


def command(stage: Stage, **changed: str) -> bytes:
    """The form of a slash command that would be answered."""
    fields = {
        "command": "/prefetch",
        "text": "quota",
        "user_id": MEI,
        "channel_id": LAUNCH,
        "channel_name": "launch",
        "team_id": stage.slack.team_id,
        "trigger_id": "1",
        "response_url": f"{stage.slack.api_url.removesuffix('api/')}response/stolen",
    }
    return urlencode(fields | changed).encode()


def signed(stage: Stage, body: bytes, *, age_s: float = 0, content_type: str = FORM) -> Headers:
    """The headers that Slack sends with this body."""
    timestamp = str(int(time.time() - age_s))
    return [
        ("Content-Type", content_type),
        ("X-Slack-Request-Timestamp", timestamp),
        ("X-Slack-Signature", signature(stage.slack.signing_secret, timestamp, body)),
    ]


def raw(
    body: bytes, headers: Headers, *, method: str = "POST", path: str = "/slack/events"
) -> bytes:
    """One whole request; a header may hold any bytes, as latin-1 text."""
    lines = [f"{method} {path} HTTP/1.1", "Host: bot.example.com"]
    lines += [f"{name}: {value}" for name, value in headers]
    lines += [f"Content-Length: {len(body)}"]
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body


async def send(port: int, data: bytes) -> Answer | None:
    """What the bot answers to these bytes; None where it only closes the connection."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        async with asyncio.timeout(ANSWER_WITHIN_S):
            writer.write(data)
            await writer.drain()
            said = await reader.read()
    except ConnectionError:
        return None
    finally:
        writer.close()
    return answer_in(said)


def answer_in(said: bytes) -> Answer | None:
    head, _, body = said.partition(b"\r\n\r\n")
    return Answer(int(head.split(b" ")[1]), body) if head else None


async def until_ready(health_port: int) -> None:
    """Wait for a bot in a process of its own."""
    async with asyncio.timeout(READY_WITHIN_S):
        while True:
            with suppress(OSError):
                answer = await send(health_port, raw(b"", [], method="GET", path="/readyz"))
                if answer is not None and answer.status == 200:
                    return
            await asyncio.sleep(0.1)


async def post(stage: Stage, body: bytes, headers: Headers) -> Answer:
    answer = await send(port_of(stage), raw(body, headers))
    assert answer is not None
    return answer


def as_payload(payload: object) -> bytes:
    return urlencode({"payload": json.dumps(payload)}).encode()


def done(stage: Stage) -> Mapping[str, int]:
    """Everything that the bot has done so far where somebody could see it."""
    return {
        "calls": len(stage.slack.log.of("call")),
        "response URLs": len(stage.slack.log.of("response_url")),
        "files": len(stage.vod.books.tasks),
    }
