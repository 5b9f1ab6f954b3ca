"""The bot is killed while it holds what a restored copy had on its way, before and after that."""

from collections import Counter
from pathlib import Path

import pytest

from bot.sandbox.fakeslack import LAUNCH, MEI
from tests.helpers.database_copies import Keeper
from tests.helpers.databases import sqlite_url
from tests.helpers.kill_checks import settle
from tests.helpers.killed_bots import lives_on
from tests.helpers.slack_people import propose
from tests.helpers.stored_rows import check_books

pytestmark = pytest.mark.integration

FILES = 31
MOMENTS = (
    "before the commit of bot.workflows.restoring._begin",
    "before the mark of the start",
    "after the mark of the start",
    "after the commit of bot.workflows.restoring._begin",
    "after the commit of storage.database_identity.settle_in",
)


async def test_kill_at_each_step_of_the_restoration_sends_nothing_twice(tmp_path: Path) -> None:
    async with lives_on(sqlite_url(tmp_path), tmp_path) as lives:
        stage = lives.stage
        keeper, mei = Keeper(stage, tmp_path), stage.slack.person(MEI)
        await lives.begin()
        stage.vod.levers.creates_per_minute, stage.vod.levers.retry_after_s = 1, 1
        urls = [f"https://v.example.com/{number}.mp4" for number in range(FILES)]
        await mei.submit(await propose(mei, "\n".join(urls), channel_id=LAUNCH))
        await stage.vod.next_call(within=30, operation="create")
        await keeper.back_up()
        stage.vod.levers.creates_per_minute = 60_000
        await settle(lives)
        await lives.kill()
        await keeper.restore()

        for moment in MOMENTS:
            await lives.begin(moment)
            assert lives.life.was_killed, moment
        await lives.begin()
        await settle(lives)

        sent = Counter(url for task in stage.vod.books.tasks for url in task.urls)
        assert sent == Counter(urls)
        sums = check_books(stage)
        assert sums.settled + sums.held == FILES
        assert sums.held > 0
