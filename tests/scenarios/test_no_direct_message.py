"""The messages tab of the app is off: nothing is lost, and what cannot be posted is told once."""

import asyncio
from copy import deepcopy
from pathlib import Path

from sqlmodel import select

from bot.sandbox.fakeslack import LAUNCH, MEI, RANDOM
from bot.sandbox.stage import Stage
from storage.tables import AuditRow
from tests.helpers.running_bot import MANIFEST, bot_on, quick_levers
from tests.helpers.slack_people import (
    ask,
    cards,
    outcome_of,
    prefetch,
    propose,
    taken_by_the_cloud,
    words,
)
from tests.helpers.stored_rows import check_books, reading, requests_of

WITHIN_S = 30.0
URL = "https://v.example.com/a.mp4"
WITHOUT_MESSAGES = deepcopy(MANIFEST)
WITHOUT_MESSAGES["features"]["app_home"]["messages_tab_enabled"] = False


async def test_request_that_no_conversation_takes_a_card_of_is_found_by_its_requester(
    tmp_path: Path,
) -> None:
    database = tmp_path / "p.db"
    async with (
        Stage(WITHOUT_MESSAGES, database=database, levers=quick_levers()) as stage,
        bot_on(stage, database),
    ):
        mei = stage.slack.person(MEI)
        await mei.submit(await propose(mei, URL, channel_id=RANDOM))
        await taken_by_the_cloud(stage, 1)
        await _until_given_up(stage)
        (request,) = requests_of(stage)

        one = await ask(stage, mei, f"status {request.id}")
        await mei.open_home()
        home = await stage.slack.wait_until(lambda: mei.home)
        other = await prefetch(stage, mei, f"{URL}?in-a-channel-with-the-bot", channel_id=LAUNCH)

        assert "(succeeded): 1 of 1 ready" in one.text
        assert "No card of this request could be posted: Slack answers" in words(one)
        assert "Slack took no card of this request" in words(home)
        assert outcome_of(other) == "succeeded"
        assert cards(stage) == [other]
        assert _given_up(stage) == [request.id]
        check_books(stage, refused={"not_in_channel", "messages_tab_disabled"})


async def _until_given_up(stage: Stage) -> None:
    """After as many posts as its states took; on a busy machine the first is the last."""
    async with asyncio.timeout(WITHIN_S):
        while not _given_up(stage):  # noqa: ASYNC110  # the database tells nobody
            await asyncio.sleep(0.05)


def _given_up(stage: Stage) -> list[str | None]:
    with reading(stage) as session:
        rows = session.exec(select(AuditRow).where(AuditRow.action == "card.given_up"))
        return [row.request_id for row in rows]
