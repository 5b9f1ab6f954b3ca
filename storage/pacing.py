"""One row a tenant and kind of call paces all replicas alike (generic cell rate algorithm)."""

from datetime import datetime

from sqlalchemy import case, func, or_, select, update
from sqlmodel import Session, col

from storage.database import insert_missing, on_sqlite
from storage.tables import PacingRow

LATE_S = 0.02
"""A sleeper wakes some milliseconds late; so much of it does not put off all turns after it."""

FARTHEST_S = 600.0
"""Nobody pushes turns back by more."""


def take_turn(
    session: Session,
    tenant: str,
    kind: str,
    *,
    per_minute: float,
    now: datetime,
    yield_s: float = 0.0,
) -> float:
    """Seconds to wait; 0 means that the turn is taken, by this caller alone.

    Turns are evenly spaced: no window of a minute less `LATE_S` ever holds more than `per_minute`.
    `yield_s`: only a turn that nobody has taken for so long, so that others come first.
    """
    _ensure_row(session, tenant, kind)
    moment = now.timestamp()
    taken = session.exec(
        update(PacingRow)
        .where(
            col(PacingRow.tenant) == tenant,
            col(PacingRow.kind) == kind,
            or_(
                col(PacingRow.next_at) <= moment - yield_s,
                # So far ahead lies only what was written before the clock was set back.
                col(PacingRow.next_at) > moment + FARTHEST_S + 60 / per_minute,
            ),
        )
        .values(
            next_at=case(
                (col(PacingRow.next_at).between(moment - LATE_S, moment), col(PacingRow.next_at)),
                # Quiet time saves up nothing.
                else_=moment,
            )
            + 60 / per_minute
        )
        .returning(col(PacingRow.next_at))
    ).first()
    if taken is not None:
        return 0.0
    row = session.get_one(PacingRow, (tenant, kind))
    return max(row.next_at + yield_s - moment, 0.001)


def shared_clock(session: Session, own: datetime) -> datetime:
    """The one clock of all replicas: one that is fast would take turns too early."""
    if on_sqlite(session):
        return own
    moment: datetime = session.execute(select(func.clock_timestamp())).scalar_one()
    return moment


def push_back(session: Session, tenant: str, kind: str, *, until: datetime) -> None:
    """Nobody's turn comes before `until`: the service said that it was called too often."""
    _ensure_row(session, tenant, kind)
    moment = until.timestamp()
    session.exec(
        update(PacingRow)
        .where(col(PacingRow.tenant) == tenant, col(PacingRow.kind) == kind)
        .values(next_at=case((col(PacingRow.next_at) < moment, moment), else_=PacingRow.next_at))
    )


def _ensure_row(session: Session, tenant: str, kind: str) -> None:
    insert_missing(session, PacingRow, tenant=tenant, kind=kind, next_at=0.0)
