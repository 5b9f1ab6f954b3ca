"""One row a tenant and kind of call paces all replicas alike (generic cell rate algorithm)."""

from datetime import datetime

from sqlalchemy import BindParameter, Float, bindparam, case, func, or_, select, update
from sqlmodel import Session, col

from storage.database import insert_missing, on_sqlite
from storage.tables import PacingRow, table_of

LATE_S = 0.02
"""A sleeper wakes some milliseconds late; so much of it does not put off all turns after it."""

FARTHEST_S = 600.0
"""Nobody pushes turns back by more."""

_PACES = table_of(PacingRow)
_PACE = _PACES.c
_THIS_PACE = (_PACE.tenant == bindparam("of_tenant"), _PACE.kind == bindparam("of_kind"))
_NEXT_AT = select(_PACE.next_at).where(*_THIS_PACE)
_MOMENT: BindParameter[float] = bindparam("moment", type_=Float)
_TAKE = (
    update(_PACES)
    .where(
        *_THIS_PACE,
        or_(
            _PACE.next_at <= bindparam("at_latest", type_=Float),
            # So far ahead lies only what was written before the clock was set back.
            _PACE.next_at > bindparam("too_far", type_=Float),
        ),
    )
    .values(
        next_at=case(
            (_PACE.next_at.between(bindparam("just_now", type_=Float), _MOMENT), _PACE.next_at),
            # Quiet time saves up nothing.
            else_=_MOMENT,
        )
        + bindparam("interval", type_=Float)
    )
    .returning(_PACE.next_at)
)


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
    moment = now.timestamp()
    wanted = {
        "of_tenant": tenant,
        "of_kind": kind,
        "moment": moment,
        "at_latest": moment - yield_s,
        "too_far": moment + FARTHEST_S + 60 / per_minute,
        "just_now": moment - LATE_S,
        "interval": 60 / per_minute,
    }
    while session.execute(_TAKE, wanted).first() is None:
        next_at: float | None = session.scalar(_NEXT_AT, wanted)
        if next_at is not None:
            return max(next_at + yield_s - moment, 0.001)
        _ensure_row(session, tenant, kind)
    return 0.0


def shared_clock(session: Session, own: datetime) -> datetime:
    """The one clock of all replicas: one that is fast would take turns too early."""
    if on_sqlite(session):
        return own
    moment: datetime = session.execute(select(func.clock_timestamp())).scalar_one()
    return moment


def push_back(session: Session, tenant: str, kind: str, *, until: datetime) -> None:
    """Nobody's turn comes before `until`: the cloud said that it was called too often."""
    _ensure_row(session, tenant, kind)
    moment = until.timestamp()
    session.exec(
        update(PacingRow)
        .where(col(PacingRow.tenant) == tenant, col(PacingRow.kind) == kind)
        .values(next_at=case((col(PacingRow.next_at) < moment, moment), else_=PacingRow.next_at))
    )


def _ensure_row(session: Session, tenant: str, kind: str) -> None:
    insert_missing(session, PacingRow, tenant=tenant, kind=kind, next_at=0.0)
