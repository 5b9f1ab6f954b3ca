"""A copy of the database is put back: nothing goes out twice by itself, a person decides."""

import os
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.sandbox.fakeslack import LAUNCH, MEI, SAM, Message
from bot.sandbox.fakevod import Levers
from bot.sandbox.stage import Stage
from tests.restoring import Keeper
from tests.running_bot import MANIFEST, QUICK
from tests.scenarios.books import check_books
from tests.scenarios.people import final, outcome_of, propose, words
from tests.storage.databases import migrated

FILES = int(os.environ.get("RESTORED_FILES", "61"))
WITHIN_S = 60.0
DAY = 10_000
REASON = {"reason": {"reason_text": "seen in the VOD console"}}


@pytest.fixture
async def stage(database_url: str, tmp_path: Path) -> AsyncIterator[Stage]:
    """The bot in a process of its own, ten calls a second, on a database of each kind."""
    levers = Levers(
        task_seconds=0.1,
        creates_per_minute=60_000,
        queries_per_minute=60_000,
        daily_limit=DAY,
        retry_after_s=1,
    )
    environment = {
        **QUICK,
        "DATABASE_URL": database_url,
        "PREFETCH_CREATES_PER_MINUTE": "600",
        "PREFETCH_DAILY_LIMIT": str(DAY),
    }
    database = tmp_path / "prefetch.db"
    async with migrated(database_url):
        pass
    async with Stage(MANIFEST, database=database, levers=levers, environment=environment) as stage:
        await stage.start_bot()
        yield stage


async def test_copy_from_the_middle_of_a_request_sends_nothing_twice_when_it_is_put_back(
    stage: Stage, tmp_path: Path
) -> None:
    keeper, mei, sam = Keeper(stage, tmp_path), stage.slack.person(MEI), stage.slack.person(SAM)
    await mei.submit(await propose(mei, _files(FILES)))
    await _taken(stage, max(2, FILES // 20))
    # Meanwhile the bot tries and is told to wait, so that the middle lasts as long as the copy.
    stage.vod.levers.creates_per_minute = 1
    await keeper.back_up()
    stage.vod.levers.creates_per_minute = 60_000
    card = await _only_card(stage)
    assert outcome_of(await final(stage, card)) == "succeeded"
    await stage.bot.stop()
    sent = _sent(stage)
    await keeper.restore()

    await stage.start_bot()

    card = await _card_with(stage, "may have been sent")
    assert _sent(stage) == sent == Counter(dict.fromkeys(_files(FILES).split(), 1))
    assert "This database was restored from a copy of " in words(card)
    sums = check_books(stage)
    assert sums.settled + sums.held == FILES
    # The mark holds now: another start finds nothing that is older.
    await stage.bot.stop()
    said = len(stage.bot.log)
    await stage.start_bot()
    assert "was restored" not in "\n".join(stage.bot.log[said:])
    # An operator decides, as about any doubt.
    await sam.click(card, "mark_as_sent")
    await sam.submit(await sam.next_view(), REASON)
    card = await _card_with(stage, "sent, not followed")
    sums = check_books(stage)
    assert (sums.settled, sums.held) == (FILES, 0)
    assert stage.vod.charged(stage.vod.today) == FILES
    assert _sent(stage) == sent


def _files(number: int) -> str:
    return "\n".join(f"https://v.example.com/{name}.mp4" for name in range(number))


def _sent(stage: Stage) -> Counter[str]:
    return Counter(url for task in stage.vod.books.tasks for url in task.urls)


async def _taken(stage: Stage, calls: int) -> None:
    while len(stage.vod.books.tasks) < calls:
        await stage.vod.next_call(within=WITHIN_S, operation="create")


async def _only_card(stage: Stage) -> Message:
    return await stage.slack.next_message(LAUNCH)


async def _card_with(stage: Stage, said: str) -> Message:
    def look() -> Message | None:
        found = stage.slack.workspace.messages.get(LAUNCH, {}).values()
        return next((m for m in found if said in m.text and outcome_of(m)), None)

    return await stage.slack.wait_until(look, WITHIN_S)
