"""A copy of the SQLite file that holds each transaction wholly or not at all."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from storage.database import database_url
from storage.database_file import DatabaseUnreadable, check_is_filled

OWN_ONLY = 0o600


class NoSqliteFile(Exception):  # noqa: N818
    """Raised for a PostgreSQL database, which is copied with its own tools, such as `pg_dump`."""


class CopyFailed(Exception):  # noqa: N818
    """Raised when a copy cannot be made; the message says which file is at fault, and why."""


def copy_database(url: str, copy: Path) -> None:
    """Write the file as it is at one moment; whoever runs on it goes on meanwhile.

    The copy is for its owner alone, for it holds signed addresses. It replaces nothing.
    """
    parsed = database_url(url)
    if parsed.get_backend_name() != "sqlite":
        message = "DATABASE_URL: this is a PostgreSQL database; copy it with pg_dump"
        raise NoSqliteFile(message)
    source = Path(str(parsed.database))
    try:
        check_is_filled(source)
    except DatabaseUnreadable as error:
        message = f"DATABASE_URL: {error}"
        raise CopyFailed(message) from error
    try:
        os.close(os.open(copy, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, OWN_ONLY))
    except OSError as error:
        message = f"{copy} cannot be made: {error.strerror}"
        raise CopyFailed(message) from error
    try:
        _copy(source, copy)
    except (sqlite3.Error, OSError) as error:
        copy.unlink(missing_ok=True)
        message = f"{source} could not be copied to {copy}: {error}"
        raise CopyFailed(message) from error


def _copy(source: Path, copy: Path) -> None:
    with closing(sqlite3.connect(source, timeout=30)) as connection:
        # VACUUM INTO writes into an empty file, and into no other that exists.
        connection.execute("VACUUM INTO ?", (str(copy),))
    file = os.open(copy, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(file)
    finally:
        os.close(file)
