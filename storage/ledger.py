"""The ledger: sums a day and the movements that made them, always in the same transaction."""

from datetime import date, datetime

from sqlalchemy import bindparam, inspect, select, update
from sqlmodel import Session, col

from bot.rules.lifecycle import CHANGES, PROMISES, Attempt, Line, Movement
from bot.rules.quota import Quota, QuotaDay
from bot.rules.states import CallId
from storage.database import insert_missing
from storage.tables import LedgerRow, QuotaDayRow
from storage.unit_of_work import UnitOfWork

# Made once, of the table and not of the class: every command asks, and this was a third of the
# time (seen on 2026-11-24 with SQLAlchemy 2.1).
_DAY = inspect(QuotaDayRow).local_table.c
_SUMS = select(_DAY.settled, _DAY.reserved, _DAY.held, _DAY.exhausted_at).where(
    _DAY.tenant == bindparam("tenant"), _DAY.day == bindparam("day")
)

_LINE = inspect(LedgerRow).local_table.c
_OF_CALL = (
    _LINE.request_id == bindparam("request_id"),
    _LINE.call_position == bindparam("position"),
)
_CONFIRMED = select(_LINE.attempt).where(*_OF_CALL, _LINE.kind == Movement.SETTLE_HELD)
_IN_DOUBT = (
    select(_LINE.attempt, _LINE.day)
    .where(*_OF_CALL, _LINE.kind == Movement.HOLD, _LINE.attempt.not_in(_CONFIRMED))
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
    taken = session.exec(
        update(QuotaDayRow)
        .where(
            col(QuotaDayRow.tenant) == tenant,
            col(QuotaDayRow.day) == day,
            col(QuotaDayRow.exhausted_at).is_(None),
            col(QuotaDayRow.settled) + col(QuotaDayRow.reserved) + col(QuotaDayRow.held)
            <= limit - files,
        )
        .values(reserved=col(QuotaDayRow.reserved) + files)
        # Only RETURNING tells whether a row was taken: see "Facts that were measured" in
        # ARCHITECTURE.md.
        .returning(col(QuotaDayRow.reserved))
    ).first()
    return taken is not None


def write(work: UnitOfWork, call_id: CallId, line: Line) -> None:
    """Add the line and change the sums of its day; raises `IntegrityError` when the line exists.

    A line that takes from what is left of a day changes no sums: `reserve` has done that.
    """
    work.session.add(
        LedgerRow(
            tenant=work.tenant,
            day=line.attempt.day,
            request_id=call_id.request_id,
            call_position=call_id.position,
            kind=line.movement,
            attempt=line.attempt.number,
            files=line.files,
            at=work.now,
        )
    )
    if line.movement in PROMISES:
        return
    work.session.exec(
        update(QuotaDayRow)
        .where(col(QuotaDayRow.tenant) == work.tenant, col(QuotaDayRow.day) == line.attempt.day)
        .values(
            {
                name: getattr(QuotaDayRow, name) + sign * line.files
                for name, sign in CHANGES[line.movement].items()
            }
        )
    )


def attempts_in_doubt(session: Session, call_id: CallId) -> tuple[Attempt, ...]:
    """The attempts of a call that may have been sent, the oldest first; none is forgotten."""
    found = session.execute(_IN_DOUBT, call_id._asdict())
    return tuple(Attempt(number, day) for number, day in found)


def mark_exhausted(session: Session, tenant: str, day: date, *, now: datetime) -> None:
    """The cloud itself said that the day is used up: nothing more of the day can be promised."""
    _ensure_day(session, tenant, day)
    session.exec(
        update(QuotaDayRow)
        .where(
            col(QuotaDayRow.tenant) == tenant,
            col(QuotaDayRow.day) == day,
            col(QuotaDayRow.exhausted_at).is_(None),
        )
        .values(exhausted_at=now)
    )


def _ensure_day(session: Session, tenant: str, day: date) -> None:
    insert_missing(session, QuotaDayRow, tenant=tenant, day=day, reserved=0, settled=0, held=0)
