"""What a story of `release_play` is, its clock, and what several stories do."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from bot.rules.policy import Policy
from bot.rules.target import Asset, Target
from bot.sandbox.fakevod import Levers
from bot.workflows.scheduled_start import Starter
from tests.helpers.workflow_harness import BotParts, urls

NOON = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@dataclass
class Clock:
    """Runs as the machine's does, from the noon of a chosen day; a story may jump ahead."""

    start: datetime = field(default_factory=lambda: datetime.now(UTC))
    ahead: timedelta = timedelta()

    def now(self) -> datetime:
        moment = NOON + (datetime.now(UTC) - self.start) + self.ahead
        return moment.replace(microsecond=moment.microsecond // 10_000 * 10_000)

    def jump(self, length: timedelta) -> None:
        self.ahead += length


Tell = Callable[[BotParts, Clock], Awaitable[dict[str, str]]]


@dataclass(frozen=True)
class Story:
    """`tell` returns the ID of each request by what is told of it."""

    tell: Tell
    levers: Levers | None = None
    give_up_s: float = 60.0


def assets(count: int, digit: str) -> list[Target]:
    """Each of them is a call of its own."""
    return [Asset(f"{digit * 30}{number:02x}") for number in range(count)]


def starter(parts: BotParts, policy: Policy) -> Starter:
    return Starter(parts.database, parts.outcomes, policy=policy, now=parts.now)


async def finish(parts: BotParts, request_id: str) -> None:
    """Carry the request out as a workflow does."""
    await parts.send_and_follow(request_id)
    await parts.end_again(request_id)


async def doubtful(parts: BotParts, name: str) -> str:
    """A request that has ended with its only call in doubt; its ID."""
    request_id = await parts.confirm(*urls(1, f"doubt-{name}"))
    await interrupt(parts, request_id)
    await parts.end(request_id)
    return request_id


async def interrupt(parts: BotParts, request_id: str, *, claim: bool = True) -> None:
    """As if the process had died between the marker and the answer."""
    if claim:
        await parts.claim(request_id, 0)
    await parts.sender.send(request_id)


async def send_for(parts: BotParts, request_id: str, seconds: float) -> None:
    with suppress(TimeoutError):
        await asyncio.wait_for(parts.sender.send(request_id), seconds)


async def follow_for(parts: BotParts, request_id: str, seconds: float) -> None:
    with suppress(TimeoutError):
        await asyncio.wait_for(parts.follower.follow(request_id), seconds)
