"""Clients that send half a request and wait keep nobody else from being answered."""

import asyncio
import os
import resource
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

import pytest
import pytest_asyncio

from bot.sandbox.bot_process import BotProcess
from bot.sandbox.stage import Stage
from tests.running_bot import HTTP_MANIFEST, quick_levers
from tests.slack.http_bot import (
    Answer,
    command,
    free_port,
    http_environment,
    raw,
    send,
    signed,
    until_ready,
)

pytestmark = pytest.mark.asyncio(loop_scope="module")

SLOW = int(os.environ.get("SLOW_CLIENTS", "2000"))
"""On each of the two ports."""

TRIES = 10
ANSWERED_WITHIN_S = 1.0
SLACK_WAITS_S = 3.0
"""One of the tries may take as long: this machine may be running other tests beside."""

STOPS_WITHIN_S = 15.0
READY_WITHIN_S = 60.0
AGAIN_AFTER_S = 2.0
HALVES = (
    b"",
    b"POST /slack/events HTTP/1.1\r\nHost: bot.exam",
    b"POST /slack/events HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n"
    b"X-Slack-Request-Timestamp: %d\r\nX-Slack-Signature: v0=" + b"0" * 64 + b"\r\n\r\nhalf",
)


@dataclass(frozen=True, slots=True)
class Measured:
    acknowledged_s: Sequence[float]
    statuses: Sequence[int]
    ready_s: Sequence[float]
    ready: Sequence[int]
    stopped_s: float
    exit_code: int | None
    log: Sequence[str]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def measured() -> AsyncIterator[Measured]:
    """One bot in a process of its own, with all the slow clients there are on both ports."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    port, health = free_port(), free_port()
    async with Stage(HTTP_MANIFEST, levers=quick_levers()) as stage:
        environment = http_environment(stage, port) | {"HEALTH_PORT": str(health)}
        async with BotProcess(environment) as bot:
            await until_ready(health)
            async with _slow_clients(port), _slow_clients(health):
                figures = await _measure(stage, bot, port, health)
    print(
        f"\n{SLOW} slow clients on each port: signed requests acknowledged in"
        f" {max(figures.acknowledged_s):.3f} s at most, /readyz in {max(figures.ready_s):.3f} s,"
        f" stopped in {figures.stopped_s:.1f} s, {len(figures.log)} lines of log"
    )
    yield figures


async def test_signed_requests_are_acknowledged_within_a_second(measured: Measured) -> None:
    assert set(measured.statuses) == {200}
    *most, last = sorted(measured.acknowledged_s)
    assert max(most) < ANSWERED_WITHIN_S
    assert last < SLACK_WAITS_S


async def test_readiness_is_told_within_a_second(measured: Measured) -> None:
    assert set(measured.ready) == {200}
    *most, last = sorted(measured.ready_s)
    assert max(most) < ANSWERED_WITHIN_S
    assert last < SLACK_WAITS_S


async def test_sigterm_ends_the_bot_in_its_usual_time(measured: Measured) -> None:
    assert measured.exit_code == 0
    assert measured.stopped_s < STOPS_WITHIN_S


async def test_log_stays_small(measured: Measured) -> None:
    assert "Traceback" not in "\n".join(measured.log)
    assert len(measured.log) < SLOW / 4


async def _measure(stage: Stage, bot: BotProcess, port: int, health: int) -> Measured:
    acknowledged, ready = [], []
    for number in range(TRIES):
        body = command(stage, text=f"status {number}")
        acknowledged.append(await _timed(port, raw(body, signed(stage, body))))
        ready.append(await _timed(health, raw(b"", [], method="GET", path="/readyz")))
        await asyncio.sleep(0.2)
    began = time.monotonic()
    code = await bot.stop()
    return Measured(
        acknowledged_s=[seconds for seconds, _ in acknowledged],
        statuses=[answer.status if answer else 0 for _, answer in acknowledged],
        ready_s=[seconds for seconds, _ in ready],
        ready=[answer.status if answer else 0 for _, answer in ready],
        stopped_s=time.monotonic() - began,
        exit_code=code,
        log=bot.log,
    )


async def _timed(port: int, data: bytes) -> tuple[float, Answer | None]:
    began = time.monotonic()
    answer = await send(port, data)
    return time.monotonic() - began, answer


@asynccontextmanager
async def _slow_clients(port: int) -> AsyncIterator[None]:
    """Connections that say half a request, and are opened anew when they are closed."""
    opened = 0

    async def hold(half: bytes) -> None:
        nonlocal opened
        while True:
            with suppress(OSError):
                reader, writer = await asyncio.open_connection("127.0.0.1", port)
                opened += 1
                writer.write(half.replace(b"%d", b"%d" % time.time()))
                try:
                    await reader.read()
                finally:
                    writer.close()
            await asyncio.sleep(AGAIN_AFTER_S)

    clients = [asyncio.create_task(hold(HALVES[n % len(HALVES)])) for n in range(SLOW)]
    try:
        async with asyncio.timeout(READY_WITHIN_S):
            while opened < SLOW:  # noqa: ASYNC110  # nothing tells it
                await asyncio.sleep(0.05)
        yield
    finally:
        for client in clients:
            client.cancel()
        await asyncio.gather(*clients, return_exceptions=True)
