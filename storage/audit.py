"""The audit trail: rows are added, the database refuses to change or delete them."""

from datetime import datetime

from sqlmodel import Session

from bot.rules.policy import Actor
from storage.tables import AuditRow

BOT = "bot"
"""The actor of what the workflow does by itself."""


def record(
    session: Session,
    action: str,
    *,
    tenant: str,
    actor: Actor,
    request_id: str | None,
    now: datetime,
    **facts: object,
) -> None:
    """Add one event; `facts` must be JSON and hold neither secrets nor query strings of URLs."""
    session.add(
        AuditRow(
            at=now,
            tenant=tenant,
            team_id=actor.team_id,
            actor=actor.user_id,
            action=action,
            request_id=request_id,
            facts=facts,
        )
    )
