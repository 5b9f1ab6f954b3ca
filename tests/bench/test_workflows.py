"""How many requests one process carries from the press to the last card in a second."""

import time

import pytest
from pydantic import SecretStr

from bot.rules.states import RequestStatus
from bot.sandbox.fakeslack import LAUNCH, MEI, Tiers
from bot.sandbox.stage import Stage
from bot.vod.client import VodClient
from bot.vod.connecting import Project, connect
from bot.vod.signing import AccessKey
from storage.tables import RequestRow
from tests.helpers.bench_report import at_least, check, show
from tests.helpers.bot_replicas import bot_replicas
from tests.helpers.stored_rows import check_books, requests_of
from tests.helpers.workflow_harness import utc_now

REQUESTS = 200
FAST = {
    "PREFETCH_CREATES_PER_MINUTE": "60000",
    "PREFETCH_QUERIES_PER_MINUTE": "60000",
    "PREFETCH_POLL_FIRST_S": "0.2",
    "PREFETCH_POLL_EVERY_S": "0.2",
    # What Slack would take is measured elsewhere.
    "PREFETCH_CARD_EDITS_PER_MINUTE": "60000",
    "PREFETCH_CARD_POSTS_PER_MINUTE": "60000",
}
WITHIN_S = 120.0


@pytest.mark.bench
async def test_requests_are_carried_at_a_good_rate(database_url: str) -> None:
    async with bot_replicas(database_url, 1, None, Tiers(enforced=False), **FAST) as workers:
        stage = workers.stage
        stage.vod.levers.creates_per_minute = stage.vod.levers.queries_per_minute = 60_000
        began = time.perf_counter()
        for number in range(REQUESTS):
            await _confirm(stage, number)
        await stage.slack.wait_until(lambda: _ended(stage) == REQUESTS, WITHIN_S)
        took_s = time.perf_counter() - began
        check_books(stage)
        bare_s = await _bare_calls_s(stage)

    show(
        f"{REQUESTS} requests of one call, one process, {database_url.partition(':')[0]}",
        [
            ["the calls alone", f"{REQUESTS / bare_s:.0f} a second"],
            ["prefetch-bot", f"{REQUESTS / took_s:.0f} a second"],
            ["ratio", f"{bare_s / took_s:.3f}"],
        ],
    )
    aim = 40 if database_url.startswith("sqlite") else 25
    check(at_least("requests a second", REQUESTS / took_s, aim))


async def _confirm(stage: Stage, number: int) -> None:
    mei = stage.slack.person(MEI)
    await mei.command(LAUNCH, "/prefetch", f"https://v.example.com/{number}.mp4")
    await mei.submit(await mei.next_view())


def _ended(stage: Stage) -> int:
    return sum(_has_succeeded(row) for row in requests_of(stage))


def _has_succeeded(row: RequestRow) -> bool:
    return row.status == RequestStatus.SUCCEEDED


async def _bare_calls_s(stage: Stage) -> float:
    """The baseline: as many prefetches and status queries, one after the other, nothing stored."""
    account = stage.vod.account
    project = Project(id=account.project_id, endpoint=stage.vod.endpoint)
    credentials = AccessKey(account.ak, SecretStr(account.sk))
    async with connect(project, credentials, now=utc_now) as client:
        began = time.perf_counter()
        for number in range(REQUESTS):
            await _one(client, f"https://bare.example.com/{number}.mp4")
        return time.perf_counter() - began


async def _one(client: VodClient, address: str) -> None:
    task_id = await client.create_prefetch(urls=[address])
    await client.show_prefetch(task_id)
