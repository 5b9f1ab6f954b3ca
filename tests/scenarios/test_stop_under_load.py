"""A stop in the middle of work: one line in the log, and the next life goes on."""

import asyncio
import re
from contextlib import suppress
from itertools import count

from bot.sandbox.fakeslack import MEI, CannotDoError
from bot.sandbox.stage import Stage
from tests.helpers.running_bot import MANIFEST, QUICK, quick_levers
from tests.helpers.slack_people import propose
from tests.helpers.stored_rows import check_no_call_went_out_twice, requests_of

STOPS_AFTER_S = (0.9, 1.1, 1.3)
WITHIN_S = 60.0
OF_THE_WORK = re.compile(r": the bot is up$| accepted as |trigger expired, offering")


async def test_stop_under_load_prints_one_line_and_loses_nothing() -> None:
    said: list[str] = []
    async with Stage(MANIFEST, levers=quick_levers(), environment=QUICK) as stage:
        await stage.start_bot()
        for after_s in STOPS_AFTER_S:
            said += await _stopped_under_load(stage, after_s)
            await stage.start_bot()

        await stage.slack.wait_until(lambda: _all_ended(stage), WITHIN_S)

    assert [line.rpartition(": ")[2] for line in said] == ["stopping"] * len(STOPS_AFTER_S)
    check_no_call_went_out_twice(stage)


async def _stopped_under_load(stage: Stage, after_s: float) -> list[str]:
    """What the bot printed of its stop, without the lines of the work itself."""
    printed = len(stage.bot.log)
    confirming = asyncio.create_task(_confirm_one_after_another(stage, f"{after_s}"))
    await asyncio.sleep(after_s)

    assert await stage.bot.stop() == 0
    confirming.cancel()
    await asyncio.gather(confirming, return_exceptions=True)
    return [line for line in stage.bot.log[printed:] if not OF_THE_WORK.search(line)]


async def _confirm_one_after_another(stage: Stage, name: str) -> None:
    mei = stage.slack.person(MEI)
    for number in count():
        # Near the stop no modal comes any longer.
        with suppress(CannotDoError, TimeoutError):
            await mei.submit(await propose(mei, f"https://v.example.com/{name}/{number}.mp4"))


def _all_ended(stage: Stage) -> bool:
    return all(request.ended_at is not None for request in requests_of(stage))
