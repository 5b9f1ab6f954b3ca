"""The listeners for the tests of this folder."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.helpers.listener_harness import ListenerHarness, open_listeners


@pytest.fixture
async def listeners(tmp_path: Path) -> AsyncIterator[ListenerHarness]:
    async with open_listeners(tmp_path) as listeners:
        yield listeners
