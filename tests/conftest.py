"""Fixtures that several folders share; what only some of them need is imported there."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from bot.sandbox.bot_process import BotProcess
from tests.helpers.forked_bots import ForkedBots
from tests.helpers.postgresql import PostgreSql, postgresql_server
from tests.helpers.quick_guard import Guard

# What is made up is the same in every run, so that a failure belongs to the change that was made;
# whoever wants to find what nobody has thought of asks for the profile `search`.
settings.register_profile("repeatable", derandomize=True)
settings.register_profile("search", max_examples=2_000, deadline=None)
settings.load_profile("repeatable")


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(Guard())


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Far apart, the longest tests begin at once, each on a worker of its own."""
    longest = [item for item in items if item.get_closest_marker("longest")]
    others = [item for item in items if not item.get_closest_marker("longest")]
    apart = len(items) // max(1, len(longest))
    for number, item in enumerate(longest):
        others.insert(number * apart, item)
    items[:] = others


@pytest.fixture(scope="session", autouse=True)
def forked_bots() -> Iterator[None]:
    """Every process of a bot is forked; its name and its end are those of any other process."""
    bots = ForkedBots()
    BotProcess.launch = bots.fork
    yield
    bots.close()


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgreSql]:
    """Started for the first test that asks for it."""
    with postgresql_server() as server:
        yield server


@pytest.fixture
def postgresql_url(postgresql: PostgreSql) -> Iterator[str]:
    with postgresql.fresh_database() as url:
        yield url


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.integration)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database, of each kind in turn."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'prefetch.db'}"
    url: str = request.getfixturevalue("postgresql_url")
    return url
