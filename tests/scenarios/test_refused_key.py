"""The cloud refuses the bot's key: it says so, and does not try until the key is locked."""

from bot.sandbox.fakeslack import MEI
from bot.sandbox.stage import Stage
from tests.helpers.slack_people import outcome_of, prefetch, words
from tests.helpers.stored_rows import check_books, movements

ELEVEN = "\n".join(f"https://v.example.com/{number}.mp4" for number in range(11))


async def test_refused_key_is_used_once_and_then_spared(stage: Stage) -> None:
    stage.vod.set_fault("vod-401")
    mei = stage.slack.person(MEI)

    first = await prefetch(stage, mei, ELEVEN)
    second = await prefetch(stage, mei, ELEVEN)

    assert outcome_of(first) == outcome_of(second) == "failed"
    assert "(APIGW.0301). Nothing was sent. An operator has to check the access key" in words(first)
    assert "For 5 s the cloud has refused every call" in words(second)
    assert "About 1,000 of 1,000 left today" in second.text
    assert movements(stage) == {"reserve": 22, "release": 22}
    assert len(stage.vod.calls) == 1
    check_books(stage)
