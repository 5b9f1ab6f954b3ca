"""A workshop for the tests of this folder."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.workflows.workshop import Workshop, open_workshop


@pytest.fixture
async def hasty_shop(tmp_path: Path) -> AsyncIterator[Workshop]:
    """Waits for the cloud no longer than a second."""
    async with open_workshop(tmp_path, timeout_s=1.0) as shop:
        yield shop
