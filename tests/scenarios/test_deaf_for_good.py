"""A bot that Slack gives no socket any more: its supervisor starts a fresh one."""

import asyncio

from bot.sandbox.fakeslack import MEI
from bot.sandbox.fakevod import Levers
from bot.sandbox.stage import Stage
from tests.helpers.running_bot import MANIFEST, QUICK
from tests.helpers.slack_people import final_card, outcome_of, propose
from tests.helpers.stored_rows import check_no_call_went_out_twice

WITHIN_S = 60.0
TASK_SECONDS = 4.0
"""Longer than the bot has patience, so that it ends in the middle of the request."""

ENDED_WITH = (
    "Slack could not be listened to for 2 s although it answers; start the bot again once this is"
    " settled: Slack refuses the socket's handshake: HTTP 503"
)


async def test_bot_that_cannot_listen_ends_with_3_and_hands_its_work_on() -> None:
    levers = Levers(task_seconds=TASK_SECONDS, creates_per_minute=6000, queries_per_minute=6000)
    settings = {**QUICK, "PREFETCH_LISTEN_GIVE_UP_S": "2"}
    async with Stage(MANIFEST, levers=levers, environment=settings) as stage:
        await stage.start_bot()
        mei = stage.slack.person(MEI)
        await mei.submit(await propose(mei, "https://v.example.com/a.mp4"))
        await stage.slack.wait_until(lambda: stage.vod.books.tasks, WITHIN_S)
        stage.slack.socket_levers.refuse(503)
        await stage.slack.drop_sockets()

        code = await asyncio.wait_for(stage.bot.ended(), WITHIN_S)
        said = list(stage.bot.log)
        stage.slack.socket_levers.heal()
        await stage.start_bot()
        card = await final_card(stage)

    assert (code, said[-1]) == (3, ENDED_WITH)
    assert said[-2].endswith(": stopping")
    assert outcome_of(card) == "succeeded"
    assert not [line for line in said if "Traceback" in line or "unused" in line]
    assert len([line for line in said if "not listening to Slack: Slack refuses" in line]) == 1
    check_no_call_went_out_twice(stage)
