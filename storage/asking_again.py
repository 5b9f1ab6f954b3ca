"""Tasks that the service may still be working on, but that the bot has stopped asking about."""

from datetime import datetime

from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from bot.rules.task import TaskStatus
from storage.tables import TaskRow


def is_let_go(session: Session, request_id: str, *, asked_before: datetime) -> bool:
    """Whether there is one, and it has not just been asked about once more."""
    return session.exec(_let_go(request_id, asked_before)).first() is not None


def follow_again(
    session: Session, request_id: str, *, asked_before: datetime, now: datetime
) -> bool:
    """Have them asked about at once; False when others were first."""
    found = list(session.exec(_let_go(request_id, asked_before)))
    for row in found:
        row.let_go, row.reason, row.next_poll_at = False, None, now
    session.flush()
    return bool(found)


def _let_go(request_id: str, asked_before: datetime) -> SelectOfScalar[TaskRow]:
    return select(TaskRow).where(
        TaskRow.request_id == request_id,
        TaskRow.status == TaskStatus.PROCESSING,
        col(TaskRow.let_go).is_(True),
        col(TaskRow.next_poll_at) <= asked_before,
    )
