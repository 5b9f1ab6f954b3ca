"""The audit trail: rows are added, the database refuses to change or delete them."""

from datetime import datetime

from sqlalchemy import bindparam, func, insert, select
from sqlmodel import Session, col

from bot.rules.states import Choice, Decision
from storage.tables import AuditRow, RequestRow, table_of
from storage.unit_of_work import UnitOfWork

BOT = "bot"
"""The actor of what the workflow does by itself."""


_EVENTS = table_of(AuditRow)
_EVENT, _REQUEST = _EVENTS.c, table_of(RequestRow).c
_ADD = insert(_EVENTS)
_CHOICES = (
    select(_EVENT.at, _EVENT.actor, _EVENT.action, _EVENT.facts)
    .where(_EVENT.request_id == bindparam("request_id"), _EVENT.action.in_([*Choice]))
    .order_by(_EVENT.id)
)
_TEAM = select(_REQUEST.team_id).where(_REQUEST.id == bindparam("request_id"))


def decisions(session: Session, request_id: str) -> tuple[Decision, ...]:
    """What people have decided about the request; the calls of one submission are one decision."""
    found: dict[tuple[datetime, str, str, str | None], Decision] = {}
    for row in session.execute(_CHOICES, {"request_id": request_id}):
        # A person's own words; what the bot gives as a reason is a list of causes.
        given = row.facts.get("reason")
        reason = given if isinstance(given, str) else None
        same = (row.at, row.actor, row.action, reason)
        files = row.facts["files"] + (found[same].files if same in found else 0)
        found[same] = Decision(Choice(row.action), row.actor, files, row.at, reason)
    return tuple(found.values())


def last_at(session: Session) -> datetime | None:
    """When the bot last wrote something down."""
    return session.scalar(select(func.max(col(AuditRow.at))))


def record(work: UnitOfWork, action: str, request_id: str, **facts: object) -> None:
    """Add one event; `facts` must be JSON and hold neither secrets nor query strings of URLs."""
    work.session.execute(
        _ADD,
        {
            "at": work.now,
            "tenant": work.tenant,
            "team_id": _team(work, request_id),
            "actor": BOT if work.actor is None else work.actor.user_id,
            "action": action,
            "request_id": request_id,
            "facts": facts,
        },
    )


def _team(work: UnitOfWork, request_id: str) -> str:
    if work.actor is not None:
        return work.actor.team_id
    team: str = work.session.execute(_TEAM, {"request_id": request_id}).scalar_one()
    return team
