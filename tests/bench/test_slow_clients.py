"""How long Slack waits while thousands of clients say half a request, beside how long without."""

import asyncio
import time
from statistics import median

import pytest

from bot.sandbox.bot_process import BotProcess
from bot.sandbox.stage import Stage
from tests.helpers.bench_report import at_most, check, show
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

SLOW = 2000
"""On each of the two ports."""

TRIES = 30
PAUSE_S = 0.2
READYZ = raw(b"", [], method="GET", path="/readyz")
AIM_S = 1.0


@pytest.mark.bench
async def test_acknowledgement_among_slow_clients() -> None:
    port, health = free_port(), free_port()
    async with Stage(HTTP_MANIFEST, levers=quick_levers()) as stage:
        environment = http_environment(stage, port) | {"HEALTH_PORT": str(health)}
        async with BotProcess(environment) as bot:
            await until_ready(health)
            baseline = await _times(stage, port, health)
            async with flood(SLOW, port, health):
                among = await _times(stage, port, health)
                began = time.monotonic()
                code = await bot.stop()
                stopped_s = time.monotonic() - began

    rows = [["", "alone", "", f"{SLOW:,} slow clients on each port", ""]]
    rows += [["", "middle", "slowest", "middle", "slowest"]]
    rows += [[what, *_figures(baseline[what]), *_figures(among[what])] for what in baseline]
    show(f"a request over HTTP, {TRIES} tries", rows)
    slowest = {what: max(times) for what, times in among.items()}
    for what, times in baseline.items():
        print(f"ratio of the middle, {what}: {median(among[what]) / median(times):.1f}")
    print(f"stopped in {stopped_s:.1f} s with exit code {code}")
    assert code == 0
    check(
        *(at_most(f"slowest {what} in seconds", took_s, AIM_S) for what, took_s in slowest.items())
    )


async def _times(stage: Stage, port: int, health: int) -> dict[str, list[float]]:
    times: dict[str, list[float]] = {"signed request": [], "/readyz": []}
    for number in range(TRIES):
        body = command(stage, text=f"status {number}")
        times["signed request"].append(await _seconds(port, raw(body, signed(stage, body))))
        times["/readyz"].append(await _seconds(health, READYZ))
        await asyncio.sleep(PAUSE_S)
    return times


async def _seconds(port: int, data: bytes) -> float:
    began = time.monotonic()
    answer = await send(port, data)
    assert answer is not None
    assert answer.status == 200
    return time.monotonic() - began


def _figures(times: list[float]) -> list[str]:
    return [f"{median(times) * 1000:.0f} ms", f"{max(times) * 1000:.0f} ms"]
