"""A service for the tests of this folder."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.helpers.databases import migrated
from tests.helpers.service_harness import ServiceHarness
from tests.helpers.workflow_harness import BotParts, open_parts


@pytest.fixture
async def harness(database_url: str) -> AsyncIterator[ServiceHarness]:
    async with migrated(database_url) as database:
        yield ServiceHarness(database)


@pytest.fixture
async def parts(tmp_path: Path) -> AsyncIterator[BotParts]:
    async with open_parts(tmp_path) as parts:
        yield parts
