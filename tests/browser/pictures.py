"""Makes the README's pictures: `python -m tests.browser.pictures`."""

import asyncio

from playwright.async_api import Browser

from bot.sandbox.page import SandboxPage
from tests.helpers.browser_window import Window, expect, opened
from tests.helpers.chromium import running_chromium
from tests.helpers.page_server import page_with_process
from tests.helpers.running_bot import ROOT

FOLDER = ROOT / "bot/sandbox/page/pictures"
TARGETS = (
    "https://cdn.example.com/launch/film.mp4 https://cdn.example.com/launch/teaser.m3u8"
    " f488337c31c8e4622f1590735b134c65 ftp://cdn.example.com/launch/poster.jpg"
)


async def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    async with running_chromium() as chromium, page_with_process() as sandbox:
        sandbox.scene.vod.levers.task_seconds = 3.0
        await _confirm_and_card(chromium, sandbox)
        await _home(chromium, sandbox)


async def _confirm_and_card(chromium: Browser, sandbox: SandboxPage) -> None:
    async with opened(chromium, sandbox, color_scheme="light") as window:
        await window.say(f"/prefetch {TARGETS}")
        await expect(window.modal).to_be_visible()
        await _take(window, "confirm")
        card = await window.next_card("Prefetch")
        await window.page.get_by_role("tab", name="Slack").click()
        await expect(card).to_contain_text("▓▓▓")
        await _take(window, "card")


async def _home(chromium: Browser, sandbox: SandboxPage) -> None:
    async with opened(chromium, sandbox, color_scheme="dark") as window:
        await window.page.get_by_role("button", name="prefetch-bot App Home").click()
        await window.page.get_by_role("tab", name="Ledger").click()
        await expect(window.page.get_by_text("Quota today")).to_be_visible()
        await _take(window, "home")


async def _take(window: Window, name: str) -> None:
    path = FOLDER / f"{name}.png"
    await window.page.screenshot(path=path, animations="disabled", caret="hide")
    print(f"{path.relative_to(ROOT)}: {path.stat().st_size // 1000} kB")


if __name__ == "__main__":
    asyncio.run(main())
