"""Bringing a database to the schema that this version needs."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from storage.database import Database

MIGRATION_LOCK = 7_266_433
"""Any number, the same in every version: replicas that start together migrate one after another."""


def migrate(database: Database, *, to: str = "head") -> str:
    """Run what is missing, all or nothing; returns the revision reached."""
    with database.engine.begin() as connection:
        if not database.is_sqlite:
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": MIGRATION_LOCK})
        command.upgrade(_config(connection), to)
        return _revision(connection) or ""


def is_current(database: Database) -> bool:
    with database.engine.begin() as connection:
        head = ScriptDirectory.from_config(_config(connection)).get_current_head()
        return _revision(connection) == head


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    return config
