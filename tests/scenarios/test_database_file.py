"""The database file goes under a bot that runs: nothing more is taken, and it ends with 3."""

import asyncio
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.sandbox.fakeslack import MEI
from bot.sandbox.stage import Stage
from tests.helpers.running_bot import MANIFEST, QUICK, quick_levers
from tests.helpers.slack_people import prefetch, propose
from tests.helpers.stored_rows import requests_of

NOTICED_WITHIN_S = 15.0
UNREACHABLE = 3
FILE = "https://v.example.com/a.mp4"


def _remove(file: Path) -> None:
    file.unlink()


def _replace(file: Path) -> None:
    copy = file.with_name("copy")
    copy.write_bytes(file.read_bytes())
    copy.rename(file)


def _move_away(file: Path) -> None:
    file.rename(file.with_name("moved.db"))


@pytest.mark.parametrize(
    ("trouble", "said"),
    # In the place of one that is gone, SQLite makes a new file for whoever opens it next.
    [
        (_remove, "(is gone|was replaced)"),
        (_replace, "was replaced"),
        (_move_away, "(is gone|was replaced)"),
    ],
)
async def test_bot_takes_nothing_into_a_file_that_is_gone_and_ends(
    trouble: Callable[[Path], None], said: str
) -> None:
    async with Stage(MANIFEST, levers=quick_levers(), environment=QUICK) as stage:
        await stage.start_bot()
        mei = stage.slack.person(MEI)
        await prefetch(stage, mei, FILE)
        view = await propose(mei, "https://v.example.com/b.mp4")
        trouble(stage.database)
        confirmed = await mei.submit(view)
        code = await asyncio.wait_for(stage.bot.ended(), NOTICED_WITHIN_S)
        is_there = stage.database.exists()

    assert code == UNREACHABLE
    assert re.search(f"DATABASE_URL: {stage.database} {said}", stage.bot.log[-1])
    assert "is gone" in stage.bot.log[-1] or is_there
    # Either words in the modal, or no answer from a process that has ended.
    assert confirmed.error or "Something went wrong" in str(confirmed.payload)
    assert len(stage.vod.books.tasks) == 1


async def test_file_that_was_moved_back_is_carried_on_with() -> None:
    async with Stage(MANIFEST, levers=quick_levers(), environment=QUICK) as stage:
        await stage.start_bot()
        mei = stage.slack.person(MEI)
        await prefetch(stage, mei, FILE)
        _move_away(stage.database)
        await asyncio.wait_for(stage.bot.ended(), NOTICED_WITHIN_S)
        stage.database.with_name("moved.db").rename(stage.database)

        await stage.start_bot()
        await prefetch(stage, mei, "https://v.example.com/b.mp4")

        assert len(requests_of(stage)) == 2
