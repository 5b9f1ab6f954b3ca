"""Finding Chromium and starting it so that it speaks to this machine alone."""

import importlib.util
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.async_api import Browser

NAMES = ("chromium", "chromium-browser", "google-chrome")
# Without these it asks hosts outside for updates, certificates and field trials.
FLAGS = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def chromium_path() -> str | None:
    return next(filter(None, map(shutil.which, NAMES)), None)


def what_is_missing() -> str | None:
    """One line that says how to get it; None when the browser tests can run."""
    if importlib.util.find_spec("playwright") is None:
        return "tests/browser did not run: pip install playwright"
    if chromium_path() is None:
        return (
            "tests/browser did not run: apt-get install --no-install-recommends"
            " chromium fonts-noto-color-emoji"
        )
    return None


@asynccontextmanager
async def running_chromium() -> "AsyncIterator[Browser]":
    from playwright.async_api import async_playwright  # noqa: PLC0415  # may not be installed

    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=chromium_path(), args=list(FLAGS)
        )
        yield browser
        await browser.close()
