"""Everything by keyboard: where the focus goes, what the keys do."""

import pytest
from playwright.async_api import Page

from tests.helpers.browser_window import Window, expect

pytestmark = pytest.mark.asyncio(loop_scope="session")

FILM = "https://cdn.example.com/launch/film.mp4"


async def focused(page: Page) -> str:
    name: str = await page.evaluate(
        "document.activeElement.getAttribute('aria-label') || document.activeElement.textContent"
    )
    return name


async def test_request_is_made_without_a_mouse(window: Window) -> None:
    keyboard = window.page.keyboard
    await expect(window.box).to_be_focused()
    await keyboard.type("/pre")
    await expect(window.page.get_by_role("option", name="/prefetch")).to_be_visible()
    await keyboard.press("Tab")
    await expect(window.box).to_have_value("/prefetch ")
    await keyboard.type(FILM)
    await keyboard.press("Enter")
    await expect(window.modal.get_by_role("button", name="Prefetch 1 file")).to_be_focused()
    await keyboard.press("Enter")

    await expect(window.modal).to_have_count(0)
    await expect(window.box).to_be_focused()
    await expect(window.messages.last).to_contain_text("1 of 1 ready")


async def test_palette_is_driven_by_arrows_and_left_by_escape(window: Window) -> None:
    await window.box.press_sequentially("/")
    option = window.page.get_by_role("option", name="/prefetch")
    await expect(option).to_have_attribute("aria-selected", "true")
    active = await window.box.get_attribute("aria-activedescendant")
    assert active == await option.get_attribute("id")

    await window.page.keyboard.press("ArrowDown")
    await window.page.keyboard.press("Enter")
    await expect(window.box).to_have_value("/prefetch ")
    await expect(window.page.locator("#composer-hint")).to_contain_text("quota | status | details")
    await window.box.fill("/")
    await window.page.keyboard.press("Escape")
    await expect(option).to_be_hidden()


async def test_focus_stays_in_the_modal_and_goes_back(window: Window) -> None:
    await window.say("/prefetch")
    await expect(window.modal).to_be_visible()

    names = []
    for _ in range(8):
        await window.page.keyboard.press("Tab")
        assert await window.page.evaluate("!!document.activeElement.closest('dialog')")
        names.append(await focused(window.page))
    assert {"Close", "Cancel", "Next"} <= set(names)
    for _ in range(8):
        await window.page.keyboard.press("Shift+Tab")
        assert await window.page.evaluate("!!document.activeElement.closest('dialog')")
    await window.page.keyboard.press("Escape")

    await expect(window.modal).to_have_count(0)
    await expect(window.box).to_be_focused()


async def test_escape_closes_each_time(window: Window) -> None:
    for _ in range(3):
        await window.say("/prefetch")
        await expect(window.modal).to_be_visible()
        await window.page.keyboard.press("Escape")
        await expect(window.modal).to_have_count(0)


async def test_shortcut_of_a_message_by_keyboard(window: Window) -> None:
    await window.say(f"Tonight: {FILM}")
    await expect(window.messages.last).to_contain_text("Tonight")
    await window.page.keyboard.press("ArrowUp")
    await expect(window.messages.last).to_be_focused()
    while await focused(window.page) != "More actions":
        await window.page.keyboard.press("Tab")
    await window.page.keyboard.press("Enter")
    await expect(window.page.get_by_role("menuitem").first).to_be_focused()
    await window.page.keyboard.press("End")
    await expect(window.page.get_by_role("menuitem").last).to_be_focused()
    await window.page.keyboard.press("p")
    await window.page.keyboard.press("Enter")

    await expect(window.modal).to_contain_text("1 file in 1 call")


async def test_escape_in_a_menu_gives_the_focus_back(window: Window) -> None:
    button = window.page.get_by_role("button", name="Shortcuts")
    await button.press("Enter")
    await expect(window.page.get_by_role("menuitem").first).to_be_focused()
    await window.page.keyboard.press("Escape")

    await expect(window.page.get_by_role("menu")).to_have_count(0)
    await expect(button).to_be_focused()


async def test_tabs_behind_the_scenes_follow_the_arrows(window: Window) -> None:
    await window.page.get_by_role("tab", name="Levers").focus()
    await window.page.keyboard.press("ArrowRight")
    await expect(window.page.get_by_role("tab", name="Slack")).to_be_focused()
    await expect(window.page.get_by_role("tabpanel", name="Slack")).to_be_visible()
    await window.page.keyboard.press("ArrowLeft")
    await window.page.keyboard.press("ArrowLeft")

    await expect(window.page.get_by_role("tab", name="Bot log")).to_have_attribute(
        "aria-selected", "true"
    )


async def test_focus_on_a_button_survives_that_its_card_is_drawn_anew(window: Window) -> None:
    window.sandbox.scene.vod.levers.task_seconds = 1.5
    await window.say(f"/prefetch {FILM}")
    card = await window.next_card("Prefetch 1 file")
    details = card.get_by_role("button", name="Details")
    await details.focus()

    await expect(card).to_contain_text("1 of 1 ready")

    await expect(details).to_be_focused()


async def test_new_messages_are_announced_and_old_ones_are_not(window: Window) -> None:
    log = window.page.get_by_role("log", name="Messages")

    await expect(log).to_have_attribute("aria-live", "polite")
    await expect(log).not_to_have_attribute("aria-busy", "true")


async def test_skip_link_leads_to_the_message_box(window: Window) -> None:
    await window.page.get_by_role("link", name="Skip to the message box").focus()
    await window.page.keyboard.press("Enter")

    await expect(window.box).to_be_focused()
