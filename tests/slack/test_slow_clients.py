"""Clients that send half a request and wait keep nobody else from being answered.

How quickly is measured, not tested: see `tests/bench/test_slow_clients.py`.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

import pytest
import pytest_asyncio

from bot.sandbox.bot_process import STOP_WITHIN_S, BotProcess
from bot.sandbox.stage import Stage
from bot.serving import BACKLOG, MOST_OF_ONE_ADDRESS
from tests.helpers.http_bot import (
    command,
    free_port,
    http_environment,
    raw,
    send,
    signed,
    until_ready,
)
from tests.helpers.running_bot import HTTP_MANIFEST, quick_levers
from tests.helpers.slow_clients import flood

pytestmark = [pytest.mark.integration, pytest.mark.asyncio(loop_scope="module")]

SLOW = 1100
"""On each of the two ports: more than the bot keeps open on one."""

TRIES = 5
BURST = MOST_OF_ONE_ADDRESS + 300
READYZ = raw(b"", [], method="GET", path="/readyz")


@dataclass(frozen=True, slots=True)
class Seen:
    in_a_burst: int
    acknowledged: Sequence[int]
    ready: Sequence[int]
    exit_code: int | None
    log: Sequence[str]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def seen() -> AsyncIterator[Seen]:
    """One bot in a process of its own, in a burst of silent connections and then among many."""
    port, health = free_port(), free_port()
    async with Stage(HTTP_MANIFEST, levers=quick_levers()) as stage:
        environment = http_environment(stage, port) | {"HEALTH_PORT": str(health)}
        async with BotProcess(environment) as bot:
            await until_ready(health)
            in_a_burst = await _answer_in_a_burst(stage, bot, port)
            async with flood(SLOW, port, health):
                acknowledged = [await _acknowledgement(stage, port, n) for n in range(TRIES)]
                ready = [await _status(health, READYZ) for _ in range(TRIES)]
                code = await bot.stop()
            yield Seen(in_a_burst, acknowledged, ready, code, bot.log)


async def test_signed_requests_are_acknowledged_among_slow_clients(seen: Seen) -> None:
    assert set(seen.acknowledged) == {200}


async def test_readiness_is_told_among_slow_clients(seen: Seen) -> None:
    assert set(seen.ready) == {200}


async def test_request_that_arrived_whole_is_not_pushed_out_by_later_ones(seen: Seen) -> None:
    assert seen.in_a_burst == 200


async def test_sigterm_ends_the_bot_with_slow_clients_connected(seen: Seen) -> None:
    """One that did not end within its time would have been killed: code -9."""
    assert seen.exit_code == 0, f"not within {STOP_WITHIN_S} s"


async def test_log_stays_small(seen: Seen) -> None:
    assert "Traceback" not in "\n".join(seen.log)
    assert len(seen.log) < SLOW / 4


async def _answer_in_a_burst(stage: Stage, bot: BotProcess, port: int) -> int:
    """A bot that is out of breath finds one signed request, and many silent ones after it."""
    body = command(stage, text="status")
    bot.pause()
    try:
        answering = asyncio.create_task(_status(port, raw(body, signed(stage, body))))
        await asyncio.sleep(0.1)
        async with _silent(port, BURST):
            bot.go_on()
            return await answering
    finally:
        bot.go_on()


@asynccontextmanager
async def _silent(port: int, number: int) -> AsyncIterator[None]:
    assert number < BACKLOG, "the system would make the others wait"
    opened = [await asyncio.open_connection("127.0.0.1", port) for _ in range(number)]
    try:
        yield
    finally:
        for _, writer in opened:
            writer.close()


async def _acknowledgement(stage: Stage, port: int, number: int) -> int:
    body = command(stage, text=f"status {number}")
    return await _status(port, raw(body, signed(stage, body)))


async def _status(port: int, data: bytes) -> int:
    """0: the connection was closed without an answer."""
    answer = await send(port, data)
    return answer.status if answer else 0
