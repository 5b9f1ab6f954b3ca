"""Fixtures that several folders share."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.sandbox.stage import Stage
from tests.running_bot import bot_on_stage


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    async with bot_on_stage(tmp_path / "prefetch.db") as stage:
        yield stage
