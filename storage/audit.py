"""The audit trail: rows are added, the database refuses to change or delete them."""

from datetime import datetime

from sqlalchemy import bindparam, func, select
from sqlmodel import Session, col

from bot.rules.states import Choice, Decision
from storage.tables import AuditRow, RequestRow
from storage.unit_of_work import UnitOfWork

BOT = "bot"
"""The actor of what the workflow does by itself."""


_CHOICES = (
    select(AuditRow)
    .where(col(AuditRow.request_id) == bindparam("request_id"), col(AuditRow.action).in_([*Choice]))
    .order_by(col(AuditRow.id))
)


def decisions(session: Session, request_id: str) -> tuple[Decision, ...]:
    """What people have decided about the request; the calls of one submission are one decision."""
    found: dict[tuple[datetime, str, str, str | None], Decision] = {}
    for row in session.execute(_CHOICES, {"request_id": request_id}).scalars():
        reason = row.facts.get("reason")
        same = (row.at, row.actor, row.action, reason)
        files = row.facts["files"] + (found[same].files if same in found else 0)
        found[same] = Decision(Choice(row.action), row.actor, files, row.at, reason)
    return tuple(found.values())


def last_at(session: Session) -> datetime | None:
    """When the bot last wrote something down."""
    return session.scalar(select(func.max(col(AuditRow.at))))


def record(work: UnitOfWork, action: str, request_id: str, **facts: object) -> None:
    """Add one event; `facts` must be JSON and hold neither secrets nor query strings of URLs."""
    work.session.add(
        AuditRow(
            at=work.now,
            tenant=work.tenant,
            team_id=_team(work, request_id),
            actor=BOT if work.actor is None else work.actor.user_id,
            action=action,
            request_id=request_id,
            facts=facts,
        )
    )


def _team(work: UnitOfWork, request_id: str) -> str:
    if work.actor is not None:
        return work.actor.team_id
    return work.session.get_one(RequestRow, request_id).team_id
