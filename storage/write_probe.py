"""A real write, as small as possible: what proves that the next confirmation can be stored."""

from datetime import datetime, timedelta

from sqlalchemy import delete, update
from sqlmodel import Session, col

from storage import database_identity
from storage.database import insert_missing
from storage.tables import ProbeRow

KEPT = timedelta(days=1)


def touch(session: Session, replica: str, *, now: datetime) -> None:
    """Write what every call needs: a row, and on SQLite the mark beside the file.

    A disk that is full may still have room in the `-wal` that SQLite uses anew, but none for a
    mark, and then nothing could be sent. Each replica has a row of its own: at a common one all
    would wait for a replica that was stopped in the middle of its transaction.
    """
    if insert_missing(session, ProbeRow, replica=replica, at=now):
        # A replica has another name in each life, so the rows of earlier lives would stay.
        session.exec(delete(ProbeRow).where(col(ProbeRow.at) < now - KEPT))
    else:
        session.exec(update(ProbeRow).where(col(ProbeRow.replica) == replica).values(at=now))
    database_identity.remind(session)
