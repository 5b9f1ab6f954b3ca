"""The call that waits although its turn has come."""

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import and_, func, or_
from sqlmodel import Session, col, select

from bot.rules.states import CallStatus, RequestStatus
from storage.tables import AuditRow, CallRow, PacingRow, RequestRow


@dataclass(frozen=True, slots=True)
class Overdue:
    """A request with a call that anybody could have sent since then."""

    request_id: str
    since: datetime


def oldest(session: Session, tenant: str, kind: str, *, now: datetime) -> Overdue | None:
    """The request that has waited longest; `since` is when it or the pace moved last.

    None where the next turn lies ahead, or nothing is to be sent.
    """
    pace = session.get(PacingRow, (tenant, kind))
    turn = datetime.fromtimestamp(pace.next_at if pace else 0.0, UTC)
    # Whatever was done with the request, by a person or with one of its calls, stands there.
    moved = (
        select(func.max(col(AuditRow.at)))
        .where(col(AuditRow.request_id) == col(RequestRow.id))
        .scalar_subquery()
    )
    waits = (
        select(CallRow.position)
        .where(col(CallRow.request_id) == col(RequestRow.id), CallRow.status == CallStatus.QUEUED)
        .exists()
    )
    rows = session.exec(
        select(RequestRow.id, RequestRow.confirmed_at, RequestRow.run_at, moved).where(
            RequestRow.tenant == tenant,
            or_(
                col(RequestRow.status) == RequestStatus.RUNNING,
                and_(
                    col(RequestRow.status) == RequestStatus.SCHEDULED, col(RequestRow.run_at) <= now
                ),
            ),
            waits,
        )
    )
    found = [
        Overdue(request_id, max(moment for moment in (turn, *moments) if moment is not None))
        for request_id, *moments in rows
    ]
    overdue = min(found, key=lambda each: each.since, default=None)
    return None if overdue is None or overdue.since >= now else overdue
