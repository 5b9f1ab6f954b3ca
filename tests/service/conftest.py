"""A service for the tests of this folder."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.helpers.databases import migrated
from tests.helpers.service_harness import Desk
from tests.helpers.workflow_harness import Workshop, open_workshop


@pytest.fixture
async def desk(database_url: str) -> AsyncIterator[Desk]:
    async with migrated(database_url) as database:
        yield Desk(database)


@pytest.fixture
async def shop(tmp_path: Path) -> AsyncIterator[Workshop]:
    async with open_workshop(tmp_path) as shop:
        yield shop
