"""The ledger: sums a day and the movements that made them, always in the same transaction."""

from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple

from sqlalchemy import bindparam, inspect, select, update
from sqlmodel import Session, col

from bot.rules.quota import Quota, QuotaDay
from storage.database import insert_missing
from storage.tables import LedgerRow, QuotaDayRow


class Movement(StrEnum):
    """One line of the ledger."""

    RESERVE = "reserve"  # free -> reserved
    SETTLE = "settle"  # reserved -> settled: the service gave a task_id
    RELEASE = "release"  # reserved -> free: proved that the service took nothing
    HOLD = "hold"  # reserved -> held: may have been sent
    CONFIRM = "confirm"  # held -> settled: a person says that it was sent
    CORRECT = "correct"  # free -> settled: the service counts more files than were charged
    LEAVE = "leave"  # reserved -> free: the call goes out on another day
    ARRIVE = "arrive"  # free -> reserved, on that other day


CHANGES: dict[Movement, dict[str, int]] = {
    # The sums were already changed by `reserve`, which alone may refuse.
    Movement.RESERVE: {},
    Movement.ARRIVE: {},
    Movement.SETTLE: {"reserved": -1, "settled": 1},
    Movement.RELEASE: {"reserved": -1},
    Movement.HOLD: {"reserved": -1, "held": 1},
    Movement.CONFIRM: {"held": -1, "settled": 1},
    Movement.CORRECT: {"settled": 1},
    Movement.LEAVE: {"reserved": -1},
}

# Made once, of the table and not of the class: every command asks (measured: a third of the time).
_DAY = inspect(QuotaDayRow).local_table.c
_SUMS = select(_DAY.settled, _DAY.reserved, _DAY.held, _DAY.exhausted_at).where(
    _DAY.tenant == bindparam("tenant"), _DAY.day == bindparam("day")
)


def quota_of(session: Session, tenant: str, day: QuotaDay, *, limit: int) -> Quota:
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
    """Promise `files` of the day, by one conditional UPDATE; False when they do not fit."""
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
        # Only RETURNING tells whether a row was taken: psycopg answers rowcount -1 (measured).
        .returning(col(QuotaDayRow.reserved))
    ).first()
    return taken is not None


def move(
    session: Session,
    movement: Movement,
    *,
    tenant: str,
    day: date,
    request_id: str,
    task_position: int,
    attempt: int,
    files: int,
    now: datetime,
) -> None:
    """Write the ledger line and change the sums; raises `IntegrityError` when the line exists.

    `RESERVE` and `ARRIVE` change no sums: `reserve` has done that.
    """
    session.add(
        LedgerRow(
            tenant=tenant,
            day=day,
            request_id=request_id,
            task_position=task_position,
            kind=movement,
            attempt=attempt,
            files=files,
            at=now,
        )
    )
    changes = {
        name: getattr(QuotaDayRow, name) + sign * files for name, sign in CHANGES[movement].items()
    }
    if not changes:
        return
    session.exec(
        update(QuotaDayRow)
        .where(col(QuotaDayRow.tenant) == tenant, col(QuotaDayRow.day) == day)
        .values(**changes)
    )


class Held(NamedTuple):
    """An attempt that may have gone out, and the day that its files are counted on."""

    attempt: int
    day: date


def held(session: Session, request_id: str, task_position: int) -> Held | None:
    """The last attempt of a task that is still in doubt; the ledger forgets none of them."""
    of_task = (
        col(LedgerRow.request_id) == request_id,
        col(LedgerRow.task_position) == task_position,
    )
    told = select(col(LedgerRow.attempt)).where(*of_task, col(LedgerRow.kind) == Movement.CONFIRM)
    found = session.execute(
        select(col(LedgerRow.attempt), col(LedgerRow.day))
        .where(*of_task, col(LedgerRow.kind) == Movement.HOLD, col(LedgerRow.attempt).not_in(told))
        .order_by(col(LedgerRow.attempt).desc())
    ).first()
    return None if found is None else Held(*found)


def mark_exhausted(session: Session, tenant: str, day: date, *, now: datetime) -> None:
    """The service itself said that the day is used up."""
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
