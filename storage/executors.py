"""Which processes are alive, on the database's own clock; a process without a row is dead."""

from datetime import timedelta

from sqlalchemy import bindparam, delete, func, insert, select, text, update
from sqlmodel import Session, col

from storage.database import on_sqlite
from storage.tables import ExecutorRow, table_of

REQUEUING_LOCK = 7_266_434
"""Any number, the same in every version: one replica at a time hands work on."""

_EXECUTOR = table_of(ExecutorRow).c
_LIVING = select(_EXECUTOR.id)
_STAYS_ALIVE = _LIVING.where(_EXECUTOR.id == bindparam("executor_id")).with_for_update(read=True)


def enter(session: Session, executor_id: str) -> None:
    row = insert(ExecutorRow).values(id=executor_id, beat_at=func.clock_timestamp())
    session.execute(row)


def beat(session: Session, executor_id: str) -> bool:
    """Say that the process is alive; False when it was declared dead meanwhile."""
    alive = session.exec(
        update(ExecutorRow)
        .where(col(ExecutorRow.id) == executor_id)
        .values(beat_at=func.clock_timestamp())
        .returning(col(ExecutorRow.id))
    ).first()
    return alive is not None


def leave(session: Session, executor_id: str) -> None:
    session.exec(delete(ExecutorRow).where(col(ExecutorRow.id) == executor_id))


def forget_every(session: Session) -> None:
    """Declare all processes dead: none of them can set a marker after the commit."""
    session.exec(delete(ExecutorRow))


def declare_dead(session: Session, *, silent_s: float) -> list[str]:
    """Declare dead whoever was silent for so long, for good: their IDs."""
    silent = (
        select(col(ExecutorRow.id))
        .where(col(ExecutorRow.beat_at) < func.clock_timestamp() - timedelta(seconds=silent_s))
        # One whose row is locked is just now beating, or about to send.
        .with_for_update(skip_locked=True)
    )
    return list(
        session.exec(
            delete(ExecutorRow)
            .where(col(ExecutorRow.id).in_(silent))
            .returning(col(ExecutorRow.id))
        ).scalars()
    )


def living(session: Session) -> set[str]:
    return set(session.scalars(_LIVING))


def stays_alive(session: Session, executor_id: str) -> bool:
    """Whether the process is alive, and will not be declared dead before the commit.

    On SQLite the one process that has locked the file is always alive.
    """
    if on_sqlite(session):
        return True
    return session.scalar(_STAYS_ALIVE, {"executor_id": executor_id}) is not None


def requeues_alone(session: Session) -> bool:
    """Whether no other replica is handing work on, until the commit."""
    lock = text("SELECT pg_try_advisory_xact_lock(:key)")
    return bool(session.scalar(lock, {"key": REQUEUING_LOCK}))
