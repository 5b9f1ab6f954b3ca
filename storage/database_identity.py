"""What an older copy of the database is recognised by: its identity, its count and its place."""

import secrets
from datetime import datetime
from pathlib import Path

from sqlalchemy import text, update
from sqlmodel import Session, col, select

from storage.database import on_sqlite
from storage.mark_file import Mark
from storage.tables import IdentityRow, table_of

ONLY = 1
"""The primary key of the one row of the table `life`."""

MARK = "mark"
"""Under this name a session holds what is to be written beside the file after its commit."""

_IDENTITY = table_of(IdentityRow)
_ADVANCE = (
    update(_IDENTITY)
    .values(steps=_IDENTITY.c.steps + 1)
    .returning(_IDENTITY.c.identity, _IDENTITY.c.steps)
)


def lock(session: Session) -> IdentityRow:
    return session.get_one(IdentityRow, ONLY, with_for_update=True, populate_existing=True)


def advance(session: Session) -> None:
    """Count on by one: a copy that was made before stands behind the mark, and so is recognised.

    The mark is written after the commit, and before anybody hears that the transaction is done.
    So it is never behind a call that went out, and never ahead of the database.
    """
    # PostgreSQL has no place beside it, and replicas would wait for each other at this one row.
    if not on_sqlite(session):
        return
    identity, steps = session.execute(_ADVANCE).one()
    session.info[MARK] = Mark(identity=identity, steps=steps)


def remind(session: Session) -> None:
    """Have the mark beside the file written unchanged: a full disk shows before a call."""
    if on_sqlite(session):
        identity, steps = session.exec(select(IdentityRow.identity, IdentityRow.steps)).one()
        session.info[MARK] = Mark(identity=identity, steps=steps)


def settle_in(session: Session) -> None:
    """Remember where the database lies."""
    session.execute(update(IdentityRow).values(place=place(session)))


def begin_anew(session: Session, *, now: datetime) -> None:
    """From here on the database is another than the one that it was copied from."""
    session.execute(
        update(IdentityRow).values(
            identity=secrets.token_hex(16),
            place=place(session),
            restored_at=now,
            cards_due=True,
        )
    )
    advance(session)


def take_cards_due(session: Session) -> str | None:
    """The identity of the database, once after each restoration: its cards are to be shown."""
    return session.execute(
        update(IdentityRow)
        .where(col(IdentityRow.cards_due).is_(True))
        .values(cards_due=False)
        .returning(col(IdentityRow.identity))
    ).scalar_one_or_none()


def restored_at(session: Session) -> datetime | None:
    return session.exec(select(IdentityRow.restored_at)).one()


def place(session: Session) -> str:
    """What differs between a database and its copy: the file itself, or its name in the server."""
    if on_sqlite(session):
        # Not the device, whose number may change when the machine is started.
        return str(Path(str(session.get_bind().engine.url.database)).stat().st_ino)
    number = session.scalar(text("SELECT oid FROM pg_database WHERE datname = current_database()"))
    return f"{_server(session)}/{number}"


def _server(session: Session) -> str:
    allowed = "SELECT has_function_privilege('pg_control_system()', 'execute')"
    if not session.scalar(text(allowed)):
        return "?"
    return str(session.scalar(text("SELECT system_identifier FROM pg_control_system()")))
