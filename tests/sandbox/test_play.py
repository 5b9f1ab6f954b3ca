"""What an editor reads in the headless demo, with each thing that can go wrong."""

import re

import pytest

from bot.sandbox.play import BEFORE_START, FAULTS, Play, bring_about
from bot.sandbox.stage import BotFailedToStart, Stage
from tests.helpers.running_bot import MANIFEST

TEXT = "https://v.example.com/a.mp4 11111111111111111111111111111111"

# Whether the request succeeded, and what the editor reads at the end.
ENDINGS: dict[str, tuple[bool, str]] = {
    "slack-429": (True, "2 of 2 ready"),
    "slack-500": (True, "2 of 2 ready"),
    "slack-slow": (True, "2 of 2 ready"),
    "not-in-channel": (True, "type /invite @prefetch-bot in that channel"),
    "channel-archived": (True, "The channel is archived."),
    "trigger-expired": (True, "[Review and confirm]"),
    "vod-refused": (True, "2 of 2 ready"),
    "vod-429": (True, "2 of 2 ready"),
    "vod-slow": (True, "2 of 2 ready"),
    "vod-reset": (False, "2 may have been sent"),
    "vod-reset-after": (False, "2 may have been sent"),
    "vod-timeout": (False, "2 may have been sent"),
    "vod-timeout-before": (False, "2 may have been sent"),
    "vod-500": (False, "2 may have been sent"),
    "vod-500-after": (False, "2 may have been sent"),
    "vod-502-html": (False, "2 may have been sent"),
    "vod-empty": (False, "2 may have been sent"),
    "vod-garbage": (False, "2 may have been sent"),
    "vod-huge": (False, "2 may have been sent"),
    "vod-redirect": (False, "2 may have been sent"),
    "vod-401": (False, "2 not sent"),
    "vod-token-expired": (False, "2 not sent"),
    "vod-403-arrears": (False, "2 not sent"),
    "vod-unknown-code": (False, "2 not sent"),
    "vod-not-published": (False, "2 not sent"),
    "quota-exhausted": (False, "None left today"),
    "vod-url-fails": (False, "2 failed"),
    "vod-stuck": (False, "Still processing after"),
    "vod-unknown-status": (False, "Still processing after"),
}


def test_every_fault_has_an_ending() -> None:
    assert set(ENDINGS) == set(FAULTS) - BEFORE_START


@pytest.mark.integration
@pytest.mark.parametrize("fault", ENDINGS)
async def test_each_fault_ends_in_words_that_an_editor_can_use(fault: str) -> None:
    succeeds, words = ENDINGS[fault]

    succeeded, told = await _played(fault)

    assert succeeded is succeeds, told
    assert words in told


@pytest.mark.integration
async def test_bot_without_the_scope_to_post_says_so_and_does_not_start() -> None:
    async with Stage(MANIFEST) as stage:
        bring_about(stage, ["missing-scope"])

        with pytest.raises(BotFailedToStart, match="lacks the scope chat:write"):
            await stage.start_bot()


@pytest.mark.integration
@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("quota", "About 1,000 of 1,000 left today"),
        ("status", "You have no requests yet"),
        ("help", "shows what is left today"),
    ],
)
async def test_question_is_answered_without_a_request(text: str, words: str) -> None:
    told: list[str] = []

    async with Stage(MANIFEST) as stage:
        await stage.start_bot()
        assert await Play(stage, told.append).act("/prefetch", text, [])

    assert words in told[-1]


@pytest.mark.integration
async def test_command_alone_opens_the_form_and_sends_nothing() -> None:
    told: list[str] = []

    async with Stage(MANIFEST) as stage:
        await stage.start_bot()
        assert await Play(stage, told.append).act("/prefetch", "", [])
        assert not stage.vod.books.tasks

    assert told[0] == "mei types in #launch:\n  /prefetch"
    assert "Playback URLs or asset IDs, one a line" in told[-1]


@pytest.mark.integration
async def test_what_is_scheduled_ends_the_play_at_once() -> None:
    told: list[str] = []

    async with Stage(MANIFEST) as stage:
        await stage.start_bot()
        assert await Play(stage, told.append).act("/prefetch", f"{TEXT} at 23:59", [])

    assert re.search(r"Send at.*: 20\d\d-\d\d-\d\d 15:59 UTC", told[1])
    assert "Waits until" in told[-1]


@pytest.mark.integration
async def test_what_cannot_be_sent_is_refused_with_reasons() -> None:
    told: list[str] = []

    async with Stage(MANIFEST) as stage:
        await stage.start_bot()
        succeeded = await Play(stage, told.append).act("/prefetch", "ftp://v.example.com/a.mp4", [])

    assert not succeeded
    assert "ftp://v.example.com/a.mp4" in told[-1]
    assert "http" in told[-1]


async def _played(fault: str) -> tuple[bool, str]:
    told: list[str] = []
    async with Stage(MANIFEST, environment={"PREFETCH_POLL_GIVE_UP_S": "5"}) as stage:
        await stage.start_bot()
        succeeded = await Play(stage, told.append).act("/prefetch", TEXT, [fault])
    return succeeded, "\n".join(told)
