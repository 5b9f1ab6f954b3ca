"""What the command line does with the database of DATABASE_URL."""

import asyncio
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy.exc import DBAPIError

from bot.setting_groups import DatabaseSettings
from bot.settings import read_settings
from bot.workflows.restoring import hold_if_restored
from storage.backup import CopyFailed, NoSqliteFile, copy_database
from storage.database import Database, check_file, in_one_line
from storage.database_file import DatabaseBusy
from storage.schema import NotInUse, UnknownSchema, check_in_use, migrate

Work = Callable[[Database], Coroutine[None, None, str]]


class NotPossible(Exception):  # noqa: N818
    """Why it was not done; `is_of_the_settings` when another DATABASE_URL or file is needed."""

    def __init__(self, message: str, *, is_of_the_settings: bool = False) -> None:
        super().__init__(message)
        self.is_of_the_settings = is_of_the_settings


def bring_up_to_date() -> str:
    """Migrate the database; raises `NotPossible` or `SettingsWrong`, as all functions here."""

    async def bring(database: Database) -> str:
        return f"schema is at revision {migrate(database)}"

    return _work_on_the_database(bring)


def copy_to(copy: Path) -> str:
    """Copy the SQLite file, also while the bot runs on it."""
    try:
        copy_database(read_settings(DatabaseSettings).database_url, copy)
    except NoSqliteFile as error:
        raise NotPossible(str(error), is_of_the_settings=True) from error
    except CopyFailed as error:
        raise NotPossible(str(error)) from error
    return f"copied to {copy}"


def hold_what_may_have_been_sent() -> str:
    """After a restore: whatever may have been sent since the copy is a doubt for a person."""

    async def hold(database: Database) -> str:
        check_in_use(database)
        migrate(database)
        return str(await hold_if_restored(database, now=datetime.now(UTC), asked=True))

    return _work_on_the_database(hold, has_to_be_there=True)


def _work_on_the_database(work: Work, *, has_to_be_there: bool = False) -> str:
    async def done() -> str:
        url = read_settings(DatabaseSettings).database_url
        if has_to_be_there:
            check_file(url)
        database = Database(url)
        try:
            return await work(database)
        finally:
            await database.close()

    try:
        return asyncio.run(done())
    except DBAPIError as error:
        message = f"DATABASE_URL: the database cannot be used: {in_one_line(error)}"
        raise NotPossible(message) from error
    except (DatabaseBusy, NotInUse, UnknownSchema, OSError) as error:
        message = f"DATABASE_URL: {error}"
        raise NotPossible(message) from error
