"""Bringing a database to the schema that this version needs."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, text

from storage.database import Database

MIGRATION_LOCK = 7_266_433
"""Any number, the same in every version: replicas that start together migrate one after another."""


class NewerSchema(Exception):  # noqa: N818  # as DatabaseBusy: a state, told in words
    """A later version of the bot has migrated this database."""

    def __init__(self, revision: str) -> None:
        super().__init__(
            f"the database is at revision {revision} of a later version of the bot;"
            " start that version, or use another database"
        )


def migrate(database: Database, *, to: str = "head") -> str:
    """Run what is missing, all or nothing; returns the revision reached.

    Raises `NewerSchema` when there is more than this version knows.
    """
    with database.engine.begin() as connection:
        if not database.is_sqlite:
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": MIGRATION_LOCK})
        _scripts(connection)
        command.upgrade(_config(connection), to)
        return _revision(connection) or ""


def is_current(database: Database) -> bool:
    """Whether nothing is missing; raises `NewerSchema` as `migrate` does."""
    with database.engine.begin() as connection:
        return _revision(connection) == _scripts(connection).get_current_head()


def _scripts(connection: Connection) -> ScriptDirectory:
    scripts = ScriptDirectory.from_config(_config(connection))
    revision = _revision(connection)
    if revision is None:
        return scripts
    try:
        scripts.get_revision(revision)
    except CommandError as error:
        raise NewerSchema(revision) from error
    return scripts


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    return config
