"""The database that every test of this folder runs on."""

from collections.abc import AsyncIterator

import pytest

from storage.database import Database
from tests.helpers.databases import migrated


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    async with migrated(database_url) as database:
        yield database
