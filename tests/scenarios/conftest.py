"""A bot for each story, or one for all stories of a module that do not disturb each other."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from bot.sandbox.stage import Stage
from tests.helpers.running_bot import bot_on_stage


def pytest_itemcollected(item: pytest.Item) -> None:
    """Every story runs a bot between the two stand-ins."""
    item.add_marker(pytest.mark.integration)


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    async with bot_on_stage(tmp_path / "prefetch.db") as stage:
        yield stage


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared_stage(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    """A module that uses it is marked with `asyncio(loop_scope="module")`."""
    async with bot_on_stage(tmp_path_factory.mktemp("shared") / "prefetch.db") as stage:
        yield stage
