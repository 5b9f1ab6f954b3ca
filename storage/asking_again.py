"""Calls that the service may still be working on, but that the bot has stopped asking about."""

from datetime import datetime

from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from bot.rules.states import CallStatus
from storage.tables import CallRow


def is_let_go(session: Session, request_id: str, *, asked_before: datetime) -> bool:
    """Whether there is one, and it has not just been asked about once more."""
    return session.exec(_let_go(request_id, asked_before)).first() is not None


def follow_again(
    session: Session, request_id: str, *, asked_before: datetime, now: datetime
) -> bool:
    """Have them asked about at once; False when others were first."""
    found = list(session.exec(_let_go(request_id, asked_before)))
    for row in found:
        row.let_go, row.reason, row.next_poll_at = False, (), now
    session.flush()
    return bool(found)


def _let_go(request_id: str, asked_before: datetime) -> SelectOfScalar[CallRow]:
    return select(CallRow).where(
        CallRow.request_id == request_id,
        CallRow.status == CallStatus.PROCESSING,
        col(CallRow.let_go).is_(True),
        col(CallRow.next_poll_at) <= asked_before,
    )
