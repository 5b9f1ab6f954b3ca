"""The ledger: sums a day and the movements that made them, always in the same transaction."""

from datetime import date, datetime
from functools import cache

from sqlalchemy import BindParameter, Executable, Integer, bindparam, insert, select, update
from sqlmodel import Session

from bot.rules.lifecycle import Attempt, Line
from bot.rules.movements import CHANGES, PROMISES, Movement
from bot.rules.quota import Quota, QuotaDay
from bot.rules.states import CallId
from storage.database import insert_missing
from storage.tables import LedgerRow, QuotaDayRow, table_of
from storage.unit_of_work import UnitOfWork

_DAYS = table_of(QuotaDayRow)
_DAY = _DAYS.c
_SUMS = select(_DAY.settled, _DAY.reserved, _DAY.held, _DAY.exhausted_at).where(
    _DAY.tenant == bindparam("tenant"), _DAY.day == bindparam("day")
)

_THIS_DAY = (_DAY.tenant == bindparam("of_tenant"), _DAY.day == bindparam("of_day"))
_RESERVE = (
    update(_DAYS)
    .where(
        *_THIS_DAY,
        _DAY.exhausted_at.is_(None),
        _DAY.settled + _DAY.reserved + _DAY.held
        <= bindparam("limit", type_=Integer) - bindparam("more", type_=Integer),
    )
    .values(reserved=_DAY.reserved + bindparam("more", type_=Integer))
    # Only RETURNING tells whether a row was taken: see "Facts that were measured" in
    # ARCHITECTURE.md.
    .returning(_DAY.reserved)
)
_MARK_EXHAUSTED = (
    update(_DAYS)
    .where(*_THIS_DAY, _DAY.exhausted_at.is_(None))
    .values(exhausted_at=bindparam("at"))
)

_LINES = table_of(LedgerRow)
_LINE = _LINES.c
_ADD_LINE = insert(_LINES)
_OF_CALL = (
    _LINE.request_id == bindparam("request_id"),
    _LINE.call_position == bindparam("position"),
)
_ENDED = (Movement.SETTLE_HELD, Movement.RELEASE_HELD)
_DOUBTS_ENDED = select(_LINE.attempt).where(*_OF_CALL, _LINE.kind.in_(_ENDED))
_IN_DOUBT = (
    select(_LINE.attempt, _LINE.day, _LINE.files)
    .where(*_OF_CALL, _LINE.kind == Movement.HOLD, _LINE.attempt.not_in(_DOUBTS_ENDED))
    .order_by(_LINE.attempt)
)


def quota_of(session: Session, tenant: str, day: QuotaDay, *, limit: int) -> Quota:
    """The bot's own count of the day, in files."""
    found = session.execute(_SUMS, {"tenant": tenant, "day": day.date}).first()
    if found is None:
        return Quota(day, limit)
    settled, reserved, held, exhausted_at = found
    return Quota(
        day,
        limit,
        settled=settled,
        reserved=reserved,
        held=held,
        exhausted=exhausted_at is not None,
    )


def reserve(session: Session, tenant: str, day: date, *, files: int, limit: int) -> bool:
    """Promise `files` of the day, by one conditional UPDATE; False when they do not fit.

    The lines of the ledger for them are written by `write`, once it is known for which calls.
    """
    _ensure_day(session, tenant, day)
    wanted = {"of_tenant": tenant, "of_day": day, "more": files, "limit": limit}
    return session.execute(_RESERVE, wanted).first() is not None


def write(work: UnitOfWork, call_id: CallId, line: Line) -> None:
    """Add the line and change the sums of its day; raises `IntegrityError` when the line exists.

    A line that takes from what is left of a day changes no sums: `reserve` has done that.
    """
    work.session.execute(
        _ADD_LINE,
        {
            "tenant": work.tenant,
            "day": line.attempt.day,
            "request_id": call_id.request_id,
            "call_position": call_id.position,
            "kind": line.movement,
            "attempt": line.attempt.number,
            "files": line.files,
            "at": work.now,
        },
    )
    if line.movement in PROMISES:
        return
    work.session.execute(
        _change(line.movement),
        {"of_tenant": work.tenant, "of_day": line.attempt.day, "moved": line.files},
    )


def in_doubt(session: Session, call_id: CallId) -> tuple[Line, ...]:
    """The lines that hold files of a call's attempts in doubt, the oldest first."""
    found = session.execute(_IN_DOUBT, call_id._asdict())
    return tuple(Line(Movement.HOLD, Attempt(number, day), files) for number, day, files in found)


def mark_exhausted(session: Session, tenant: str, day: date, *, now: datetime) -> None:
    """The cloud itself said that the day is used up: nothing more of the day can be promised."""
    _ensure_day(session, tenant, day)
    session.execute(_MARK_EXHAUSTED, {"of_tenant": tenant, "of_day": day, "at": now})


@cache
def _change(movement: Movement) -> Executable:
    moved: BindParameter[int] = bindparam("moved", type_=Integer)
    return (
        update(_DAYS)
        .where(*_THIS_DAY)
        .values(
            {
                name: _DAY[name] + moved if sign > 0 else _DAY[name] - moved
                for name, sign in CHANGES[movement].items()
            }
        )
    )


def _ensure_day(session: Session, tenant: str, day: date) -> None:
    insert_missing(session, QuotaDayRow, tenant=tenant, day=day, reserved=0, settled=0, held=0)
