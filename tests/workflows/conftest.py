"""What the tests of this folder work on: from a service alone to a whole bot."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.sandbox.stage import Stage
from tests.helpers.databases import migrated
from tests.helpers.running_bot import bot_on_stage
from tests.helpers.service_harness import ServiceHarness
from tests.helpers.workflow_harness import BotParts, open_parts


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    async with bot_on_stage(tmp_path / "prefetch.db") as stage:
        yield stage


@pytest.fixture
async def harness(database_url: str) -> AsyncIterator[ServiceHarness]:
    async with migrated(database_url) as database:
        yield ServiceHarness(database)


@pytest.fixture
async def parts(tmp_path: Path) -> AsyncIterator[BotParts]:
    async with open_parts(tmp_path) as parts:
        yield parts


@pytest.fixture
async def parts_with_short_timeout(tmp_path: Path) -> AsyncIterator[BotParts]:
    """Waits for the cloud no longer than a second."""
    async with open_parts(tmp_path, timeout_s=1.0) as parts:
        yield parts
