"""How many functions a reader passes from a confirmation to the POST, and from its answer on."""

from pathlib import Path

import httpx
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.fakeslack import LAUNCH, MEI
from bot.sandbox.fakevod import Levers
from bot.workflows import cards, engine
from tests.helpers.bench_report import show
from tests.helpers.call_paths import CallPath, CallPaths
from tests.helpers.running_bot import bot_on_stage

POST = httpx.AsyncClient.send.__code__
EDIT = AsyncWebClient.chat_update.__code__

URLS = " ".join(f"https://v.example.com/{number}.mp4" for number in range(80))
SLOW = Levers(task_seconds=0.1, slow_seconds=0.5, creates_per_minute=6000, queries_per_minute=6000)
"""The card stands long before the last of the calls is answered."""

TO_THE_POST = 16
TO_THE_CARD = 10


def from_answer_to_card(paths: CallPaths) -> CallPath:
    """Empty until a card was edited because of the answer to a POST."""
    # The client of the cloud hands its answer to whoever called it.
    takers = {
        [name for name in path if not name.startswith("bot/vod/")][-1] for path in paths.found[POST]
    }
    for path in paths.found[EDIT]:
        for taker in takers & {*path}:
            return path[path.index(taker) :]
    return ()


@pytest.mark.integration
async def test_paths_from_confirmation_to_post_and_from_answer_to_card_are_short(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cards, "EDIT_EVERY_S", 0.05)
    monkeypatch.setattr(engine, "POLLING_S", 0.1)
    paths = CallPaths({POST, EDIT})
    async with bot_on_stage(tmp_path / "prefetch.db", levers=SLOW) as stage:
        stage.vod.set_fault("vod-slow", only="create")
        mei = stage.slack.person(MEI)
        await mei.command(LAUNCH, "/prefetch", URLS)
        view = await mei.next_view()
        with paths.watch():
            await mei.submit(view)
            to_the_card = await stage.slack.wait_until(lambda: from_answer_to_card(paths))

    to_the_post = paths.found[POST][0]
    show("from the confirmation to the POST", [[name] for name in to_the_post])
    show("from the cloud's answer to the card", [[name] for name in to_the_card])
    assert "handlers/views.py:confirm_prefetch" in to_the_post
    assert to_the_card[-1] == "bot/slack/announcer.py:Announcer.edit"
    assert len(to_the_post) <= TO_THE_POST
    assert len(to_the_card) <= TO_THE_CARD
