"""App Home: the quota of the day and one's own requests."""

import json

from bot.sandbox.fakeslack import JUN, LAUNCH, MEI
from bot.sandbox.stage import Stage


async def test_home_shows_the_quota_and_only_the_viewers_own_requests(stage: Stage) -> None:
    mei, jun = stage.slack.person(MEI), stage.slack.person(JUN)
    await mei.command(LAUNCH, "/prefetch", "https://v.example.com/a.mp4")
    await mei.submit(await mei.next_view())
    card = await stage.slack.next_message(LAUNCH)
    request_id = card.text.split()[1].rstrip(":")

    await mei.open_home()
    await jun.open_home()
    hers = await stage.slack.wait_until(lambda: mei.home)
    his = await stage.slack.wait_until(lambda: jun.home)

    assert request_id in json.dumps(hers.blocks)
    assert request_id not in json.dumps(his.blocks)
    assert "999 of 1,000 left today" in json.dumps(his.blocks)


async def test_prefetch_button_of_home_asks_for_targets_and_channel(stage: Stage) -> None:
    mei = stage.slack.person(MEI)
    await mei.open_home()
    home = await stage.slack.wait_until(lambda: mei.home)

    await mei.click(home, "prefetch_from_home")
    form = await mei.next_view()

    assert [block["block_id"] for block in form.blocks] == ["targets", "channel"]
