"""The bot is installed for a whole organisation, and one channel is shared with strangers."""

from pathlib import Path

from bot.sandbox.fakeslack import IDA, MEI, NORA
from bot.sandbox.stage import Stage
from tests.helpers.running_bot import MANIFEST, bot_on, quick_levers
from tests.helpers.slack_people import ask, outcome_of, prefetch, request_id, words
from tests.helpers.stored_rows import check_books

URL = "https://v.example.com/a.mp4"


async def test_person_of_an_organisation_finds_their_requests_in_each_of_its_workspaces(
    tmp_path: Path,
) -> None:
    database = tmp_path / "p.db"
    async with Stage(MANIFEST, database=database, levers=quick_levers()) as stage:
        stage.slack.is_org_wide = True
        async with bot_on(stage, database, PREFETCH_ALLOWED_USERS=f"{MEI},{IDA}"):
            mei, ida, nora = (stage.slack.person(one) for one in (MEI, IDA, NORA))
            own = await prefetch(stage, ida, URL)
            ida.act_in(stage.slack.team_id)
            other = await prefetch(stage, ida, f"{URL}?from-the-other-workspace")

            listed = await ask(stage, ida, "status")
            of_a_colleague = await ask(stage, mei, f"status {request_id(own)}")
            of_a_stranger = await ask(stage, nora, f"status {request_id(own)}")
            refused = await ask(stage, nora, f"{URL}?stranger")
            await ida.open_home()
            home = await stage.slack.wait_until(lambda: ida.home)

            for card in (own, other):
                assert outcome_of(card) == "succeeded"
                assert request_id(card) in listed.text
                assert request_id(card) in words(home)
            assert of_a_colleague.text.startswith(f"Prefetch {request_id(own)} (succeeded)")
            assert "No request found" in of_a_stranger.text
            assert "PREFETCH_ALLOWED_USERS" in refused.text
            check_books(stage)
