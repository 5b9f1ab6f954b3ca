"""Many cards at once: Slack's limits are kept, and each last state is shown soon."""

import asyncio
import os
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlmodel import Session, select

from bot.rules.deployment import Pace, SlackPace
from bot.sandbox.fakeslack import FakeSlack, Record, Tiers
from bot.sandbox.fakevod import Levers
from bot.workflows.cards import EDIT_EVERY_S
from storage.tables import RequestRow
from tests.helpers.bot_replicas import bot_replicas
from tests.helpers.slack_people import CARD
from tests.helpers.stored_rows import reading
from tests.helpers.workflow_harness import BotParts, Speed, open_parts, replica_of, urls

pytestmark = pytest.mark.integration

IN_REAL_TIME = "CARDS_IN_REAL_TIME" in os.environ
"""Whole processes in Slack's own minutes; otherwise their parts, in minutes of 15 s."""

SPEED = 1 if IN_REAL_TIME else 4
REQUESTS, FILES = (20, 100) if IN_REAL_TIME else (14, 10)
MINUTE_S = 60 / SPEED
EDITS_A_MINUTE, FINAL_WITHIN_S = 50, 60 / SPEED
EDITS_IN_A_TENTH = 8
"""Turns are evenly spaced, but a busy machine delivers some late. Without them it is twice that."""

REPLICAS = {"sqlite": 1, "postgresql": 2}
PACE = Pace(
    creates_per_minute=100 if IN_REAL_TIME else 6000,
    queries_per_minute=600 if IN_REAL_TIME else 6000,
    poll_first_s=30 if IN_REAL_TIME else 0.5,
    poll_every_s=10 if IN_REAL_TIME else 0.5,
    poll_give_up_s=600,
)
CARDS = SlackPace(edits_per_minute=45 * SPEED, posts_per_minute=55 * SPEED)
LEVERS = Levers(
    task_seconds=60 if IN_REAL_TIME else 1,
    creates_per_minute=100 if IN_REAL_TIME else 60_000,
    queries_per_minute=60_000,
    daily_limit=5000,
)


@dataclass(frozen=True)
class Played:
    """What Slack took, when each request ended, and what the bot said."""

    slack: FakeSlack
    ended: dict[str, float]
    said: str

    def seconds_late(self) -> list[float]:
        shown = _final(self.slack)
        return [shown[request_id] - at for request_id, at in self.ended.items()]


async def test_many_cards_at_once_pass_no_limit_and_end_true(
    database_url: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    replicas = REPLICAS[database_url.partition(":")[0].partition("+")[0]]
    if IN_REAL_TIME:
        played = await _by_processes(database_url, replicas)
    else:
        played = await _by_parts(database_url, tmp_path, replicas, caplog)
    late = played.seconds_late()
    edits = played.slack.log.of("call", "chat.update")
    fullest, tenth = _fullest(edits, MINUTE_S), _fullest(edits, MINUTE_S / 10)
    refused = [it for it in played.slack.log.of("call") if _is_refused(it)]

    print(
        f"{database_url.partition(':')[0]}, {replicas} replica(s),"
        f" {REQUESTS} requests of {FILES} URLs:"
        f" most chat.update in {MINUTE_S:.0f} s: {fullest}, in a tenth of it: {tenth};"
        f" slowest final card {max(late):.1f} s after its request's end; refused: {len(refused)}"
    )
    assert len(late) == REQUESTS
    assert fullest <= EDITS_A_MINUTE
    assert tenth <= EDITS_IN_A_TENTH
    assert max(late) <= FINAL_WITHIN_S
    assert refused == []
    assert "Traceback" not in played.said


async def _by_processes(database_url: str, replicas: int) -> Played:
    settings = {
        "PREFETCH_CREATES_PER_MINUTE": str(PACE.creates_per_minute),
        "PREFETCH_QUERIES_PER_MINUTE": str(PACE.queries_per_minute),
        "PREFETCH_CARD_EDITS_PER_MINUTE": str(CARDS.edits_per_minute),
        "PREFETCH_CARD_POSTS_PER_MINUTE": str(CARDS.posts_per_minute),
        "PREFETCH_POLL_FIRST_S": str(PACE.poll_first_s),
        "PREFETCH_POLL_EVERY_S": str(PACE.poll_every_s),
        "PREFETCH_POLL_GIVE_UP_S": str(PACE.poll_give_up_s),
        "PREFETCH_DAILY_LIMIT": "5000",
    }
    tiers = Tiers(window_s=MINUTE_S)
    async with bot_replicas(database_url, replicas, LEVERS, tiers, **settings) as workers:
        slack = workers.stage.slack
        for number in range(REQUESTS):
            await workers.confirm(FILES, f"folder-{number}")
        await slack.wait_until(lambda: len(_final(slack)) == REQUESTS, 600)
        await asyncio.sleep(MINUTE_S / 10)
        with reading(workers.stage) as session:
            ended = _ended(session)
        said = "\n".join(line for replica in workers.replicas for line in replica.log)
    return Played(slack, ended, said)


async def _by_parts(
    database_url: str, folder: Path, replicas: int, caplog: pytest.LogCaptureFixture
) -> Played:
    speed = Speed(PACE, CARDS, edit_every_s=EDIT_EVERY_S / SPEED)
    tiers = Tiers(window_s=MINUTE_S)
    async with (
        open_parts(
            folder, database_url=database_url, speed=speed, levers=LEVERS, tiers=tiers
        ) as parts,
        AsyncExitStack() as stack,
    ):
        others = [await stack.enter_async_context(replica_of(parts)) for _ in range(replicas - 1)]
        all_parts = [parts, *others]
        ids = [await parts.confirm(*urls(FILES, f"folder-{number}")) for number in range(REQUESTS)]
        await asyncio.gather(
            *(_carry_out(all_parts[number % replicas], one) for number, one in enumerate(ids))
        )
        ended = await parts.database.transaction(_ended)
    return Played(parts.slack, ended, caplog.text)


async def _carry_out(parts: BotParts, request_id: str) -> None:
    """What a workflow does."""
    parts.cards.show(request_id)
    await asyncio.gather(parts.sender.send(request_id), parts.follower.follow(request_id))
    await parts.end(request_id)
    await parts.cards.finish(request_id)


def _ended(session: Session) -> dict[str, float]:
    rows = session.exec(select(RequestRow)).all()
    return {row.id: row.ended_at.timestamp() for row in rows if row.ended_at is not None}


def _final(slack: FakeSlack) -> dict[str, float]:
    """When each card first showed how its request had ended."""
    found: dict[str, float] = {}
    for method in ("chat.postMessage", "chat.update"):
        for record in slack.log.of("call", method):
            shown = CARD.match(_text(record))
            if shown is not None and shown["end"] and not _is_refused(record):
                found.setdefault(shown["id"], record.at)
    return found


def _fullest(calls: list[Record], within_s: float) -> int:
    times = [record.at for record in calls]
    return max(sum(start <= at < start + within_s for at in times) for start in times)


def _text(record: Record) -> str:
    arguments = record.facts["arguments"]
    return str(arguments.get("text", "")) if isinstance(arguments, dict) else ""


def _is_refused(record: Record) -> bool:
    answer = record.facts["answer"]
    return isinstance(answer, dict) and not answer["ok"]
