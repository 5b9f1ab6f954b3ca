"""Opening the database, and starting the workflows on it."""

import logging
from contextlib import AsyncExitStack

from sqlalchemy.exc import DBAPIError

from bot.app.clock import utc_now
from bot.app.unreachable import Unreachable
from bot.settings import Settings
from bot.workflows.engine import Engine
from bot.workflows.request_workflows import Crew
from bot.workflows.restoring import hold_if_restored, show_restored
from storage.database import Database, in_one_line
from storage.database_file import DatabaseBusy
from storage.schema import UnknownSchema, is_current, migrate

log = logging.getLogger(__name__)


async def open_database(stack: AsyncExitStack, settings: Settings) -> Database:
    """The database with the schema of this version; raises `Unreachable`."""
    try:
        database = Database(settings.database_url)
    except DatabaseBusy as error:
        raise Unreachable(str(error)) from error
    except OSError as error:
        message = f"DATABASE_URL: {settings.database_url} cannot be opened: {error}"
        raise Unreachable(message) from error
    stack.push_async_callback(database.close)
    try:
        if database.is_sqlite:
            migrate(database)
        elif not is_current(database):
            message = "the database has an older schema; run `prefetch-bot migrate` first"
            raise Unreachable(message)
        # Before the engine takes up what the database says to be on its way.
        if restored := await hold_if_restored(database, now=utc_now()):
            log.warning("%s", restored)
    except DBAPIError as error:
        raise _unusable(error) from error
    except (UnknownSchema, OSError) as error:
        message = f"DATABASE_URL: {error}"
        raise Unreachable(message) from error
    return database


async def launch(engine: Engine, crew: Crew, database: Database) -> None:
    """Take up what an earlier life left; raises `Unreachable`."""
    try:
        await engine.launch(crew)
        await database.transaction(show_restored, engine.show)
    except DBAPIError as error:
        raise _unusable(error) from error


def _unusable(error: DBAPIError) -> Unreachable:
    return Unreachable(f"DATABASE_URL: the database cannot be used: {in_one_line(error)}")
