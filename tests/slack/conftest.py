"""One bot at a request URL for all tests of a module that do not disturb each other."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from bot.sandbox.stage import Stage
from tests.helpers.http_bot import http_bot


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared_http(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    """A module that uses it is marked with `asyncio(loop_scope="module")`."""
    async with http_bot(tmp_path_factory.mktemp("http") / "prefetch.db") as stage:
        yield stage
