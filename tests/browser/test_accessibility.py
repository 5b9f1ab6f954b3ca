"""axe-core finds nothing serious, in light and dark, with a modal, in App Home."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser

from bot.sandbox.page import SandboxPage
from tests.helpers.browser_window import Window, expect, opened

AXE = "axe-core@4.14.1"
BAD = {"serious", "critical"}
FILM = "https://cdn.example.com/launch/film.mp4"
NO_NPM = "the accessibility tests did not run: apt-get install npm"

pytestmark = [
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.skipif(shutil.which("npm") is None, reason=NO_NPM),
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("axe")


@pytest_asyncio.fixture(loop_scope="session", scope="module")
async def axe(folder: Path) -> str:
    """The source of axe-core, from npm for this run alone."""
    install = ("npm", "install", "--no-save", "--no-package-lock", "--silent", AXE)
    process = await asyncio.create_subprocess_exec(*install, cwd=folder)
    assert await process.wait() == 0
    return (folder / "node_modules/axe-core/axe.min.js").read_text("utf-8")


@pytest_asyncio.fixture(loop_scope="session", params=["light", "dark"])
async def coloured(
    request: pytest.FixtureRequest, chromium: Browser, sandbox: SandboxPage
) -> AsyncIterator[Window]:
    async with opened(chromium, sandbox, color_scheme=request.param) as window:
        yield window


async def findings(window: Window, axe: str) -> list[str]:
    await window.page.evaluate(axe)
    found: dict[str, Any] = await window.page.evaluate("axe.run()")
    assert len(found["passes"]) > 15
    return [
        f"{violation['id']}: {node['target']} {node['failureSummary']}"
        for violation in found["violations"]
        if violation["impact"] in BAD
        for node in violation["nodes"]
    ]


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
