"""One browser window on the sandbox, and what a person does and sees in it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Locator, Page, Request
from playwright.async_api import expect as expect_in_browser

from bot.sandbox.fakeslack import LAUNCH, MEI
from bot.sandbox.page import SandboxPage

WITHIN_MS = 30_000
SIZE = {"width": 1280, "height": 800}

expect = expect_in_browser
expect.set_options(timeout=WITHIN_MS)


class Window:
    """`troubles` are console errors, exceptions, and requests to another machine."""

    def __init__(self, page: Page, sandbox: SandboxPage) -> None:
        self.page = page
        self.sandbox = sandbox
        self.troubles: list[str] = []
        page.on("console", self._read_console)
        page.on("pageerror", lambda error: self.troubles.append(str(error)))
        page.on("request", self._watch_request)

    async def go(self, place: str = LAUNCH, person: str = MEI) -> None:
        await self.page.goto(f"{self.sandbox.url}#{person}/{place}")
        await expect(self.page.get_by_text("bot running").or_(self.bot_down)).to_be_visible()
        await expect(self.page.locator("h1")).not_to_be_empty()

    @property
    def bot_down(self) -> Locator:
        return self.page.locator(".top-bar .state.down, .top-bar .state.starting")

    @property
    def box(self) -> Locator:
        return self.page.locator("#composer-text")

    @property
    def modal(self) -> Locator:
        return self.page.locator("dialog.modal")

    @property
    def messages(self) -> Locator:
        return self.page.locator(".message-list > .message")

    async def say(self, text: str) -> None:
        await self.box.fill(text)
        await self.box.press("Enter")

    async def next_card(self, submit: str) -> Locator:
        """Press the modal's button; the card that then appears."""
        known = {await row.get_attribute("data-ts") for row in await self.messages.all()}
        await self.modal.get_by_role("button", name=submit).click()
        await expect(self.modal).to_have_count(0)
        rows = self.page.locator(
            ".message-list > .message"
            + "".join(f':not([data-ts="{ts}"])' for ts in sorted(filter(None, known))),
            has_text="Prefetch R-",
        )
        await expect(rows).to_have_count(1)
        ts = await rows.first.get_attribute("data-ts")
        return self.page.locator(f'.message[data-ts="{ts}"]')

    async def choose_in_menu(self, message: Locator, name: str) -> None:
        await message.hover()
        await message.get_by_role("button", name="More actions").click()
        await self.page.get_by_role("menuitem", name=name).click()

    def _read_console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.troubles.append(message.text)

    def _watch_request(self, request: Request) -> None:
        inside = (self.sandbox.url, self.sandbox.url.replace("http", "ws"), "data:", "blob:")
        if not request.url.startswith(inside):
            self.troubles.append(f"asked {request.url}")


@asynccontextmanager
async def opened(chromium: Browser, sandbox: SandboxPage, **options: str) -> AsyncIterator[Window]:
    """A window at #launch as Mei; it must end without troubles."""
    context = await chromium.new_context(viewport=SIZE, **options)  # type: ignore[arg-type]
    try:
        window = await another(context, sandbox)
        yield window
        assert window.troubles == []
    finally:
        await context.close()


async def another(context: BrowserContext, sandbox: SandboxPage) -> Window:
    """A further window beside others of the same browser."""
    window = Window(await context.new_page(), sandbox)
    await window.go()
    return window
