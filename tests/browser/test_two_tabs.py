"""A second tab stays in step, and a reload loses nothing."""

import pytest

from bot.sandbox.fakeslack import LAUNCH, RANDOM
from tests.helpers.browser_window import Window, another, expect

pytestmark = pytest.mark.asyncio(loop_scope="session")

FILM = "https://cdn.example.com/launch/film.mp4"


async def test_second_tab_shows_what_happens_in_the_first(window: Window) -> None:
    second = await another(window.page.context, window.sandbox)

    await window.say(f"/prefetch {FILM}")
    await expect(second.modal).to_contain_text("1 file in 1 call")
    card = await window.next_card("Prefetch 1 file")
    await expect(second.modal).to_have_count(0)
    await expect(card).to_contain_text("1 of 1 ready")

    await expect(second.messages.last).to_contain_text("1 of 1 ready")
    assert second.troubles == []


async def test_reload_keeps_the_modal_and_what_was_typed_into_it(window: Window) -> None:
    await window.say("/prefetch")
    field = window.modal.get_by_label("Playback URLs or asset IDs")
    await field.fill(FILM)

    await window.page.reload()

    await expect(field).to_have_value(FILM)
    await window.modal.get_by_role("button", name="Next").click()
    await expect(window.modal).to_contain_text("1 file in 1 call")


async def test_reload_keeps_the_place_the_messages_and_a_half_written_text(window: Window) -> None:
    await window.go(RANDOM)
    await window.say("Nobody prefetches here")
    await expect(window.messages.last).to_contain_text("Nobody prefetches here")
    await window.box.fill("half of a")

    await window.page.reload()

    await expect(window.page.locator("h1")).to_have_text("#random")
    await expect(window.messages.last).to_contain_text("Nobody prefetches here")
    await expect(window.box).to_have_value("half of a")


async def test_back_returns_to_the_channel_before(window: Window) -> None:
    await window.page.get_by_role("button", name="random").click()
    await expect(window.page.locator("h1")).to_have_text("#random")

    await window.page.go_back()

    await expect(window.page.locator("h1")).to_have_text("#launch")
    assert window.page.url.endswith(LAUNCH)


async def test_page_comes_back_by_itself_when_the_connection_was_lost(window: Window) -> None:
    await window.say("before")
    async with window.page.expect_websocket():
        for socket in list(window.sandbox._sockets):
            await socket.close()
    await expect(window.page.get_by_text("bot running")).to_be_visible()

    await window.say("after")

    await expect(window.messages.last).to_contain_text("after")
    await expect(window.page.get_by_text("before", exact=True)).to_have_count(1)
