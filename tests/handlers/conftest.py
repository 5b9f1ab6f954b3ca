"""A reception for the tests of this folder."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.helpers.listener_harness import Reception, open_reception


@pytest.fixture
async def reception(tmp_path: Path) -> AsyncIterator[Reception]:
    async with open_reception(tmp_path) as reception:
        yield reception
