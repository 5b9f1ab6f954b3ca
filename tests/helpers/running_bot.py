"""The real bot in the test's own process, between the two stand-ins."""

from collections.abc import AsyncIterator, Collection, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import yaml
from dbos import DBOS

from bot.app.running import running
from bot.fetching.fetcher import Reach
from bot.manifest import manifest_for
from bot.sandbox.fakeslack import Tiers
from bot.sandbox.fakevod import Levers
from bot.sandbox.stage import Stage
from bot.settings import Settings
from tests.helpers.databases import migrated, sqlite_url

ROOT = Path(__file__).parents[2]
MANIFEST = yaml.safe_load((ROOT / "manifest.yml").read_text("utf-8"))
HTTP_MANIFEST = manifest_for(MANIFEST, command="/prefetch", address="https://bot.example.com")


def quick_levers() -> Levers:
    """Tasks that end at once, and no throttle that a test would meet by accident."""
    return Levers(task_seconds=0.1, creates_per_minute=6000, queries_per_minute=6000)


# Made once a process; from then on it is copied.
_made: list[bytes] = []

QUICK = {
    "PREFETCH_CREATES_PER_MINUTE": "6000",
    "PREFETCH_QUERIES_PER_MINUTE": "6000",
    "PREFETCH_POLL_FIRST_S": "0.2",
    "PREFETCH_POLL_EVERY_S": "0.2",
}


@asynccontextmanager
async def bot_on_stage(
    database: Path,
    *,
    levers: Levers | None = None,
    tiers: Tiers | None = None,
    reach: Reach | None = None,
    scopes: Collection[str] = (),
    **settings: str,
) -> AsyncIterator[Stage]:
    """Both stand-ins and a connected bot on the database file; `settings` are variables.

    `scopes` are those that the app was granted of the optional ones.

    A file that is not there has all tables already; tests/test_command_line.py starts without.
    """
    _provide(database, await _database_file())
    stage = Stage(MANIFEST, database=database, levers=levers or quick_levers(), tiers=tiers)
    stage.slack.scopes.update(scopes)
    async with stage, _bot_on(stage, database, settings, reach=reach):
        yield stage


@asynccontextmanager
async def bot_on(stage: Stage, database: Path, **settings: str) -> AsyncIterator[None]:
    """A bot for stand-ins that already run; a second one on the same file is a restart."""
    async with _bot_on(stage, database, settings, reach=None):
        yield


@asynccontextmanager
async def _bot_on(
    stage: Stage, database: Path, settings: Mapping[str, str], *, reach: Reach | None
) -> AsyncIterator[None]:
    environment: dict[str, Any] = {**stage.environment(database), **QUICK, **settings}
    async with running(Settings(_env_file=None, **environment), reach=reach):
        await stage.slack.connected()
        yield


def _provide(database: Path, content: bytes) -> None:
    if not database.exists():
        database.write_bytes(content)


def _file_in(folder: str) -> Path:
    return Path(folder, "prefetch.db")


async def _database_file() -> bytes:
    """An empty database with all tables of the bot and of DBOS."""
    if not _made:
        with TemporaryDirectory() as folder:
            url = sqlite_url(Path(folder))
            async with migrated(url):
                DBOS.migrate(url)
            _made.append(_file_in(folder).read_bytes())
    return _made[0]
