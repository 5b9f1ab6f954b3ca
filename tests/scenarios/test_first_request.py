"""An editor prefetches files with the slash command."""

import json

import pytest

from bot.sandbox.fakeslack import LAUNCH, MEI
from bot.sandbox.stage import Stage
from tests.helpers.slack_people import prefetch, propose, task_ids, words
from tests.helpers.stored_rows import check_books, movements

# As the page of the API gives them.
ASSET = "f488337c31c8e4622f1590735b134c65"
ASSETS = "https://example.com/asset"
FILE = "68b1241af3bf58bcde9914626e07f5af"
URLS = [
    f"{ASSETS}/9db42f5e08c15edecd99a98da241994a/313bfd52a75f95ff48e8bf02eca2ab20.flv",
    f"{ASSETS}/9e455adb02295aa123809e8dc7ca51c1/{FILE}.mp4",
    f"{ASSETS}/9e455adb02295aa123809e8dc7ca51c1/play_video/{FILE}_H.264_480X270_HEAACV1_300.mp4",
]


@pytest.mark.parametrize("between", [" ", "\n   "], ids=["one line", "one a line"])
async def test_example_of_the_api_page_costs_four_files_and_two_calls(
    stage: Stage, between: str
) -> None:
    text = " " + between.join([ASSET, *URLS])

    card = await prefetch(stage, stage.slack.person(MEI), text)

    creates = [call for call in stage.vod.calls if call.operation == "create"]
    assert [call.verdict for call in creates] == ["signature ok"] * 2
    assert [json.loads(call.body) for call in creates] == [{"asset_id": ASSET}, {"urls": URLS}]
    assert movements(stage) == {"reserve": 4, "settle": 4}
    assert task_ids(card) == [call.task_id for call in stage.vod.books.tasks]
    assert "4 of 4 ready" in words(card)
    assert "About *996 of 1,000 left today* (bot's count, resets 00:00 UTC+8)" in words(card)
    assert check_books(stage).settled == 4


async def test_confirmation_says_what_will_run_where_and_what_is_left_then(stage: Stage) -> None:
    view = await propose(stage.slack.person(MEI), f"{URLS[0]} {ASSET}")

    shown = words(view)
    assert view.body["submit"]["text"] == "Prefetch 2 files"
    assert f"*2 files* in *2 calls* to the cloud · posted to <#{LAUNCH}>" in shown
    assert "Quota today: 1,000 of 1,000 left → *998 left after this*" in shown
    assert f"• `asset {ASSET}`\n• `{URLS[0]}`" in shown
    assert "three to five minutes" in shown
    assert not [call for call in stage.vod.calls if call.operation == "create"]


async def test_acknowledgement_waits_for_no_answer_of_slack(stage: Stage) -> None:
    """Who the bot is, it has asked when it started."""
    mei = stage.slack.person(MEI)
    stage.slack.fail("auth.test", None, latency_s=10.0)

    delivery = await mei.command(LAUNCH, "/prefetch", "quota")

    assert delivery.is_acked
    assert len(stage.slack.log.of("call", "auth.test")) == 1
