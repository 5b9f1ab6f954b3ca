"""The quota's time zone is changed between two starts: no day is promised twice."""

from pathlib import Path

import pytest

from bot.sandbox.fakeslack import MEI
from bot.sandbox.stage import Stage
from tests.helpers.running_bot import MANIFEST, bot_on, quick_levers
from tests.helpers.slack_people import ask, prefetch

EARLIEST, LATEST, BETWEEN = "Etc/GMT+12", "Pacific/Kiritimati", "Asia/Shanghai"
"""The first two lie 26 hours apart, so at no moment is it the same day in both."""

FILES = "\n".join(f"https://v.example.com/{number}.mp4" for number in range(10))


@pytest.mark.parametrize(
    "zones", [(LATEST, EARLIEST), (EARLIEST, LATEST), (EARLIEST, BETWEEN, LATEST)], ids="-".join
)
async def test_day_in_hand_is_finished_whatever_zone_the_next_start_names(
    zones: tuple[str, ...], tmp_path: Path
) -> None:
    first, *later = zones
    database = tmp_path / "prefetch.db"
    async with Stage(MANIFEST, levers=quick_levers()) as stage:
        mei = stage.slack.person(MEI)
        async with bot_on(stage, database, **_in(first)):
            await prefetch(stage, mei, FILES)
        for zone in later:
            async with bot_on(stage, database, **_in(zone)):
                said = await ask(stage, mei, "quota")
                refused = await ask(stage, mei, "https://v.example.com/one-more.mp4")

                assert "About *0 of 10 left today*" in said.text
                assert "*Not sent: 1 file, but" in refused.text

        assert len(stage.vod.books.tasks) == 1


def _in(zone: str) -> dict[str, str]:
    return {"PREFETCH_QUOTA_TIMEZONE": zone, "PREFETCH_DAILY_LIMIT": "10"}
