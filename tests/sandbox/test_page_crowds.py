"""A thousand messages, 40,000 characters and several tabs keep the page quick."""

import asyncio
import json
from collections.abc import AsyncIterator

import pytest

from bot.sandbox.fakeslack import LAUNCH, MEI
from bot.sandbox.fakeslack.composer import MOST_TYPED
from bot.sandbox.page import SandboxPage
from tests.helpers.page_client import PageTab, opened
from tests.helpers.page_server import page_alone

pytestmark = pytest.mark.integration

CROWD = 1000
PAGE = 200
LONGEST_TEXT = 40_000


@pytest.fixture
async def page() -> AsyncIterator[SandboxPage]:
    async with page_alone() as page:
        yield page


def crowd(page: SandboxPage) -> list[str]:
    """A thousand messages of mei's in #launch; returns their timestamps."""
    workspace = page.scene.slack.workspace
    return [workspace.post(LAUNCH, MEI, f"message {n}").ts for n in range(CROWD)]


def message_frames(tab: PageTab) -> list[int]:
    """How many messages each frame carried."""
    return [len(frame["messages"]) for frame in tab.frames if frame["type"] == "messages"]


async def test_a_new_tab_is_told_the_newest_page_and_older_ones_on_demand(
    page: SandboxPage,
) -> None:
    stamps = crowd(page)
    async with opened(page) as tab:
        first = dict(tab.messages[LAUNCH])
        more_at_first = tab.more[LAUNCH]
        found = [(await tab.do("older", channel=LAUNCH))["result"] for _ in range(5)]

        assert list(first) == stamps[-PAGE:]
        assert more_at_first
        assert [page_of["messages"] for page_of in found] == [PAGE, PAGE, PAGE, PAGE, 0]
        assert sorted(tab.messages[LAUNCH]) == stamps
        assert not tab.more[LAUNCH]


async def test_one_change_among_a_thousand_is_told_alone(page: SandboxPage) -> None:
    crowd(page)
    async with opened(page) as tab:
        tab.frames.clear()
        await tab.do("say", channel=LAUNCH, text="one more")

        assert message_frames(tab) == [1]


async def test_edit_of_a_message_beyond_the_page_is_told_to_the_tab_that_holds_it(
    page: SandboxPage,
) -> None:
    stamps = crowd(page)
    workspace = page.scene.slack.workspace
    async with opened(page) as reader, opened(page) as newcomer:
        await reader.do("older", channel=LAUNCH)
        for tab in (reader, newcomer):
            tab.frames.clear()
        old = workspace.message(LAUNCH, stamps[-PAGE - 1])
        assert old is not None
        workspace.edit(old, text="mended")
        await reader.filled()
        await newcomer.filled()

        assert reader.messages[LAUNCH][old.ts]["text"] == "mended"
        assert message_frames(reader) == [1]
        assert message_frames(newcomer) == []


async def test_changes_that_follow_each_other_closely_are_told_together(
    page: SandboxPage,
) -> None:
    async with opened(page) as tab:
        tab.frames.clear()
        for number in range(PAGE):
            page.scene.slack.workspace.post(LAUNCH, MEI, str(number))
            page.scene.pulse.beat()
            await asyncio.sleep(0)
        await tab.until(lambda: len(tab.messages.get(LAUNCH, {})) == PAGE)

        assert len(message_frames(tab)) < PAGE / 10


async def test_deleted_message_is_told_as_removed(page: SandboxPage) -> None:
    async with opened(page) as tab:
        said = await tab.do("say", channel=LAUNCH, text="oops")
        message = page.scene.slack.message(LAUNCH, said["result"]["ts"])
        assert message is not None
        page.scene.slack.workspace.delete(message)
        await tab.filled()

        assert tab.messages[LAUNCH] == {}


async def test_reply_hangs_on_its_thread_and_tells_the_parent_anew(page: SandboxPage) -> None:
    async with opened(page) as tab:
        parent = (await tab.do("say", channel=LAUNCH, text="question"))["result"]["ts"]
        reply = await tab.do("say", channel=LAUNCH, text="answer", thread_ts=parent)
        second = await tab.do(
            "say", channel=LAUNCH, text="and more", thread_ts=reply["result"]["ts"]
        )

        held = tab.messages[LAUNCH]
        assert held[parent]["reply_count"] == 2
        assert held[second["result"]["ts"]]["thread_ts"] == parent


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("/prefetch x", "/prefetch is not supported in threads"),
        ("hello", "mei finds no message 1.0 to answer"),
    ],
)
async def test_what_cannot_stand_in_a_thread_is_refused(
    page: SandboxPage, text: str, words: str
) -> None:
    async with opened(page) as tab:
        answer = await tab.do("say", channel=LAUNCH, text=text, thread_ts="1.0")

        assert words in answer["error"]


@pytest.mark.parametrize(
    "text",
    [
        "<b>bold</b><script>alert(1)</script>",
        "مرحبا \u202e reversed",
        "👩🏽‍🚒🏳️‍🌈",
        "x" * MOST_TYPED,
        "\ud800 half a character",
    ],
    ids=["markup", "right to left", "emoji", "12,000 characters", "lone surrogate"],
)
async def test_any_text_arrives_as_it_was_typed(page: SandboxPage, text: str) -> None:
    async with opened(page) as tab:
        answer = await tab.do("say", channel=LAUNCH, text=text)
        (message,) = tab.messages[LAUNCH].values()

        assert answer["ok"]
        assert message["blocks"][0]["elements"][0]["elements"][0]["text"] == text


async def test_long_text_is_not_told_again_with_the_next_change(page: SandboxPage) -> None:
    async with opened(page) as tab:
        page.scene.slack.workspace.post(LAUNCH, MEI, "x" * LONGEST_TEXT)
        await tab.do("say", channel=LAUNCH, text="first")
        await tab.until(lambda: len(tab.messages[LAUNCH]) == 2)
        tab.frames.clear()
        await tab.do("say", channel=LAUNCH, text="short")

        assert len(json.dumps(tab.frames)) < LONGEST_TEXT / 4
