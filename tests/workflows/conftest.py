"""What the tests of this folder work on: from a service alone to a whole bot."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.sandbox.stage import Stage
from tests.helpers.databases import migrated
from tests.helpers.running_bot import bot_on_stage
from tests.helpers.service_harness import Desk
from tests.helpers.workflow_harness import Workshop, open_workshop


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    async with bot_on_stage(tmp_path / "prefetch.db") as stage:
        yield stage


@pytest.fixture
async def desk(database_url: str) -> AsyncIterator[Desk]:
    async with migrated(database_url) as database:
        yield Desk(database)


@pytest.fixture
async def shop(tmp_path: Path) -> AsyncIterator[Workshop]:
    async with open_workshop(tmp_path) as shop:
        yield shop


@pytest.fixture
async def hasty_shop(tmp_path: Path) -> AsyncIterator[Workshop]:
    """Waits for the cloud no longer than a second."""
    async with open_workshop(tmp_path, timeout_s=1.0) as shop:
        yield shop
