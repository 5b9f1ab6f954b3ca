"""Many cards at once: Slack's limits are kept, and each last state is shown soon."""

import asyncio
import os

from sqlmodel import select

from bot.sandbox.fakeslack import Record, Tiers
from bot.sandbox.fakevod import Levers
from storage.tables import RequestRow
from tests.scenarios.books import reading
from tests.scenarios.people import CARD
from tests.workflows.company import Company, company

IN_REAL_TIME = "CARDS_IN_REAL_TIME" in os.environ
"""The whole of it in Slack's own minutes; otherwise all of it is ten times as fast, and less."""

SPEED = 1 if IN_REAL_TIME else 10
REQUESTS = 20 if IN_REAL_TIME else 8
MINUTE_S = 60 / SPEED
EDITS_A_MINUTE, FINAL_WITHIN_S = 50, 60 / SPEED
REPLICAS = {"sqlite": 1, "postgresql": 2}
SETTINGS = {
    "PREFETCH_CREATES_PER_MINUTE": str(100 * SPEED),
    "PREFETCH_QUERIES_PER_MINUTE": str(600 * SPEED),
    "PREFETCH_CARD_EDITS_PER_MINUTE": str(45 * SPEED),
    "PREFETCH_CARD_POSTS_PER_MINUTE": str(55 * SPEED),
    "PREFETCH_POLL_FIRST_S": str(30 / SPEED),
    "PREFETCH_POLL_EVERY_S": str(10 / SPEED),
    "PREFETCH_POLL_GIVE_UP_S": "600",
    "PREFETCH_DAILY_LIMIT": "5000",
}


async def test_many_cards_at_once_pass_no_limit_and_end_true(database_url: str) -> None:
    levers = Levers(
        task_seconds=60 / SPEED,
        creates_per_minute=100 * SPEED,
        queries_per_minute=6000,
        daily_limit=5000,
    )
    kind = database_url.partition(":")[0].partition("+")[0]
    tiers = Tiers(window_s=MINUTE_S)
    async with company(database_url, REPLICAS[kind], levers, tiers, **SETTINGS) as workers:
        for number in range(REQUESTS):
            await workers.confirm(100, f"folder-{number}")
        await workers.stage.slack.wait_until(
            lambda: len(_final(workers)) == REQUESTS, 60 + 600 / SPEED
        )
        await asyncio.sleep(MINUTE_S / 10)
        late = _seconds_late(workers)
        fullest = _fullest(workers.stage.slack.log.of("call", "chat.update"))
        refused = [it for it in workers.stage.slack.log.of("call") if _is_refused(it)]
        said = "\n".join(line for replica in workers.replicas for line in replica.log)

    print(
        f"{kind}, {REPLICAS[kind]} process(es), {REQUESTS} requests of 100 URLs:"
        f" most chat.update in {MINUTE_S:.0f} s: {fullest};"
        f" slowest final card {max(late):.1f} s after its request's end; refused: {len(refused)}"
    )
    assert fullest <= EDITS_A_MINUTE
    assert max(late) <= FINAL_WITHIN_S
    assert refused == []
    assert "Traceback" not in said


def _final(workers: Company) -> dict[str, float]:
    """When each card first showed how its request had ended."""
    found: dict[str, float] = {}
    for method in ("chat.postMessage", "chat.update"):
        for record in workers.stage.slack.log.of("call", method):
            shown = CARD.match(_text(record))
            if shown is not None and shown["end"] and not _is_refused(record):
                found.setdefault(shown["id"], record.at)
    return found


def _seconds_late(workers: Company) -> list[float]:
    shown = _final(workers)
    with reading(workers.stage) as session:
        ended = {row.id: row.ended_at for row in session.exec(select(RequestRow))}
    return [shown[one] - at.timestamp() for one, at in ended.items() if at is not None]


def _fullest(calls: list[Record]) -> int:
    times = [record.at for record in calls]
    return max(sum(start <= at < start + MINUTE_S for at in times) for start in times)


def _text(record: Record) -> str:
    arguments = record.facts["arguments"]
    return str(arguments.get("text", "")) if isinstance(arguments, dict) else ""


def _is_refused(record: Record) -> bool:
    answer = record.facts["answer"]
    return isinstance(answer, dict) and not answer["ok"]
