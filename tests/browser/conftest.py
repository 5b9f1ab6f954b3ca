"""A browser for all tests of this folder, a sandbox for each module, a window for each test."""

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio

from bot.sandbox.fakeslack import JUN, MEI, NORA, SAM
from bot.sandbox.page import SandboxPage
from tests.helpers.chromium import running_chromium, what_is_missing
from tests.helpers.page_server import page_alone, page_with_process

if TYPE_CHECKING:
    from playwright.async_api import Browser

    from tests.helpers.browser_window import Window

PEOPLE = (MEI, JUN, SAM, NORA)
MISSING = what_is_missing()
collect_ignore_glob = ["test_*.py"] if MISSING else []


def pytest_itemcollected(item: pytest.Item) -> None:
    """Every test of this folder drives a browser."""
    item.add_marker(pytest.mark.integration)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if MISSING:
        terminalreporter.write_line(MISSING)


@pytest_asyncio.fixture(loop_scope="session", scope="session")
async def chromium() -> "AsyncIterator[Browser]":
    async with running_chromium() as browser:
        yield browser


@pytest_asyncio.fixture(loop_scope="session", scope="session")
async def axe(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The source of axe-core, from npm for this run alone."""
    from tests.helpers.accessibility import source_of_axe  # noqa: PLC0415  # needs playwright

    return await source_of_axe(tmp_path_factory.mktemp("axe"))


@pytest_asyncio.fixture(loop_scope="session", scope="module")
async def sandbox() -> AsyncIterator[SandboxPage]:
    """With the real bot; modals that a test leaves open are closed before the next."""
    async with page_with_process() as page:
        yield page


@pytest_asyncio.fixture(loop_scope="session")
async def quiet_sandbox() -> AsyncIterator[SandboxPage]:
    """Without a bot: tests are the app."""
    async with page_alone() as page:
        page.scene.slack.grant_optional_scopes()
        # What is shown is looked at here, and all of it at once.
        page.scene.slack.tiers.enforced = False
        yield page


@pytest_asyncio.fixture(loop_scope="session")
async def window(chromium: "Browser", sandbox: SandboxPage) -> "AsyncIterator[Window]":
    from tests.helpers.browser_window import opened  # noqa: PLC0415  # needs playwright

    for person in map(sandbox.scene.slack.person, PEOPLE):
        while person.views:
            await person.close(person.views[-1])
    async with opened(chromium, sandbox) as window:
        yield window


@pytest_asyncio.fixture(loop_scope="session")
async def quiet_window(chromium: "Browser", quiet_sandbox: SandboxPage) -> "AsyncIterator[Window]":
    from tests.helpers.browser_window import opened  # noqa: PLC0415  # needs playwright

    async with opened(chromium, quiet_sandbox) as window:
        yield window
