"""axe-core finds nothing serious, in light and dark, with a modal, in App Home."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser

from bot.sandbox.page import SandboxPage
from tests.helpers.accessibility import findings, needs_npm
from tests.helpers.browser_window import Window, expect, opened

FILM = "https://cdn.example.com/launch/film.mp4"
pytestmark = [pytest.mark.asyncio(loop_scope="session"), needs_npm]


@pytest_asyncio.fixture(loop_scope="session", params=["light", "dark"])
async def coloured(
    request: pytest.FixtureRequest, chromium: Browser, sandbox: SandboxPage
) -> AsyncIterator[Window]:
    async with opened(chromium, sandbox, color_scheme=request.param) as window:
        yield window


async def test_conversation(coloured: Window, axe: str) -> None:
    await coloured.say("/prefetch quota")
    await expect(coloured.messages.last).to_contain_text("Only visible to you")
    await coloured.say(f"Hello @mei *{FILM}*")
    await coloured.say(f"/prefetch {FILM}")
    card = await coloured.next_card("Prefetch 1 file")
    await expect(card).to_contain_text("1 of 1 ready")

    assert await findings(coloured, axe) == []


async def test_modal_with_a_field_error(coloured: Window, axe: str) -> None:
    await coloured.page.get_by_role("button", name="Shortcuts").click()
    await coloured.page.get_by_role("menuitem", name="Prefetch files").click()
    await coloured.modal.get_by_role("button", name="Next").click()
    await expect(coloured.modal.locator(".error").first).to_be_visible()
    await coloured.modal.get_by_role("combobox").click()
    await expect(coloured.modal.get_by_role("option").first).to_be_visible()

    assert await findings(coloured, axe) == []
    await coloured.page.keyboard.press("Escape")
    await coloured.page.keyboard.press("Escape")
    await expect(coloured.modal).to_have_count(0)


async def test_app_home(coloured: Window, axe: str) -> None:
    await coloured.go("home")
    await expect(coloured.page.get_by_text("Quota today")).to_be_visible()

    assert await findings(coloured, axe) == []


async def test_menu_and_palette(coloured: Window, axe: str) -> None:
    await coloured.page.get_by_role("button", name="Shortcuts").click()
    assert await findings(coloured, axe) == []
    await coloured.page.keyboard.press("Escape")

    await coloured.box.fill("/pre")
    await expect(coloured.page.get_by_role("option", name="/prefetch")).to_be_visible()
    assert await findings(coloured, axe) == []


@pytest.mark.parametrize("name", ["Slack", "Cloud", "Ledger", "Bot log"])
async def test_behind_the_scenes(coloured: Window, axe: str, name: str) -> None:
    await coloured.page.get_by_role("tab", name=name).click()
    panel = coloured.page.get_by_role("tabpanel", name=name)
    if await panel.locator("summary").count():
        await panel.locator("summary").first.click()

    assert await findings(coloured, axe) == []
