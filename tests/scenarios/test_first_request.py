"""An editor prefetches files with the slash command."""

import re

from bot.sandbox.fakeslack import LAUNCH, MEI
from bot.sandbox.stage import Stage


async def test_confirmed_files_are_sent_and_the_card_ends_true(stage: Stage) -> None:
    mei = stage.slack.person(MEI)
    await mei.command(LAUNCH, "/prefetch", "https://v.example.com/a.mp4 " + "1" * 32)
    await mei.submit(await mei.next_view())

    card = await stage.slack.next_message(LAUNCH)
    await stage.slack.wait_until(
        lambda: (now := stage.slack.message(LAUNCH, card.ts)) and "(succeeded)" in now.text
    )

    final = stage.slack.message(LAUNCH, card.ts)
    assert final is not None
    assert len(re.findall(r"\b[0-9a-f]{32}\b", final.text)) == len(stage.vod.books.tasks) == 2
    assert "About 998 of 1,000 left today" in final.text
    assert stage.vod.charged(stage.vod.today) == 2
