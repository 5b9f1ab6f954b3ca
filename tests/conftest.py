"""Fixtures that several folders share."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from bot.sandbox.bot_process import BotProcess
from bot.sandbox.stage import Stage
from tests.desk import Desk
from tests.nursery import Nursery
from tests.postgresql import PostgreSql, postgresql_server
from tests.running_bot import bot_on_stage
from tests.storage.databases import KINDS, migrated, sqlite_url
from tests.workflows.workshop import Workshop, open_workshop


@pytest.fixture(scope="session", autouse=True)
def nursery() -> Iterator[None]:
    """Every process of a bot comes from it; its name and its end are those of any other."""
    nursery = Nursery()
    BotProcess.launch = nursery.bear
    yield
    nursery.close()


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    async with bot_on_stage(tmp_path / "prefetch.db") as stage:
        yield stage


@pytest.fixture
async def shop(tmp_path: Path) -> AsyncIterator[Workshop]:
    async with open_workshop(tmp_path) as shop:
        yield shop


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgreSql]:
    """Started for the first test that asks for it."""
    with postgresql_server() as server:
        yield server


@pytest.fixture
def postgresql_url(postgresql: PostgreSql) -> Iterator[str]:
    with postgresql.fresh_database() as url:
        yield url


@pytest.fixture(params=KINDS)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database, of each kind in turn."""
    if request.param == "sqlite":
        return sqlite_url(tmp_path)
    url: str = request.getfixturevalue("postgresql_url")
    return url


@pytest.fixture
async def desk(database_url: str) -> AsyncIterator[Desk]:
    async with migrated(database_url) as database:
        yield Desk(database)
