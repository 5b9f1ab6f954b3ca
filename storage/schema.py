"""Bringing a database to the schema that this version needs."""

from pathlib import Path
from typing import Any

from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, text

from storage.database import Database

MIGRATION_LOCK = 7_266_433
"""Any number, the same in every version: replicas that start together migrate one after another."""


class UnknownSchema(Exception):  # noqa: N818  # as DatabaseBusy: a state, told in words
    """Something else has migrated this database, perhaps a later version of the bot."""

    def __init__(self, error: CommandError) -> None:
        super().__init__(
            f"the schema is not one that this version knows ({error}); start the later version of"
            " the bot that made it, or use another database"
        )


class NotInUse(Exception):  # noqa: N818
    """No bot has ever run on this database."""


def check_in_use(database: Database) -> None:
    """Raise `NotInUse` for a database without a schema: a typing error may have led to it."""
    with database.engine.begin() as connection:
        if MigrationContext.configure(connection).get_current_revision() is None:
            message = "no bot has run on this database; is it the right one?"
            raise NotInUse(message)


def migrate(database: Database, *, to: str = "head") -> str:
    """Run what is missing and return the revision reached; raises `UnknownSchema`.

    Each revision is a transaction, and changes one table only: replicas that are at work take
    tables in any order, and who waits for a second one may wait for them. That deadlock is played
    in tests/storage/test_schema.py.
    """
    config = _config()
    scripts = ScriptDirectory.from_config(config)
    while True:
        with database.engine.begin() as connection:
            if not database.is_sqlite:
                lock = text("SELECT pg_advisory_xact_lock(:key)")
                connection.execute(lock, {"key": MIGRATION_LOCK})
            revision, head = _revisions(connection, scripts)
            if revision in {head, to}:
                return revision or ""
            config.attributes["connection"] = connection
            _run_next(config, scripts)


def is_current(database: Database) -> bool:
    """Whether nothing is missing; raises `UnknownSchema` as `migrate` does."""
    with database.engine.begin() as connection:
        revision, head = _revisions(connection, ScriptDirectory.from_config(_config()))
        return revision == head


def _revisions(connection: Connection, scripts: ScriptDirectory) -> tuple[str | None, str]:
    """What the database is at, and what this version needs."""
    try:
        revision = MigrationContext.configure(connection).get_current_revision()
        if revision is not None:
            scripts.get_revision(revision)
    except CommandError as error:
        raise UnknownSchema(error) from error
    return revision, scripts.get_current_head() or ""


def _run_next(config: Config, scripts: ScriptDirectory) -> None:
    """`alembic upgrade +1`, which would read all scripts anew for each revision."""

    def step(revision: Any, _context: MigrationContext) -> Any:  # noqa: ANN401  # as alembic has it
        return scripts._upgrade_revs("+1", revision)  # noqa: SLF001  # as alembic's own command

    with EnvironmentContext(config, scripts, fn=step, destination_rev="+1"):
        scripts.run_env()


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return config
