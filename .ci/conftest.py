"""Where the collected facts lie: beside the checkout, and not part of the project."""

from pathlib import Path

import pytest


@pytest.fixture
def facts() -> Path:
    return Path(__file__).parents[2] / "shared" / "facts"
