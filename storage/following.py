"""Which calls the cloud is asked about, when, and which of them no longer."""

from datetime import datetime

from sqlalchemy import update
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from bot.rules.causes import Cause
from bot.rules.states import CallId, CallStatus
from storage.calls import is_call
from storage.tables import CallRow


def to_poll(session: Session, request_id: str) -> list[CallRow]:
    """The calls that the cloud works on and that are still followed, the most urgent first."""
    return list(
        session.exec(
            select(CallRow)
            .where(
                CallRow.request_id == request_id,
                CallRow.status == CallStatus.PROCESSING,
                col(CallRow.let_go).is_(False),
            )
            .order_by(col(CallRow.next_poll_at))
        )
    )


def poll_again(session: Session, call_id: CallId, *, at: datetime) -> None:
    """The cloud was asked once more about the call, and is asked again at that moment."""
    session.exec(
        update(CallRow)
        .where(*is_call(call_id), col(CallRow.status) == CallStatus.PROCESSING)
        .values(polls=CallRow.polls + 1, next_poll_at=at)
    )


def let_go(session: Session, call_id: CallId, *, cause: Cause) -> None:
    """Follow the call no longer; the status stays what the cloud last said."""
    session.exec(
        update(CallRow)
        # Another process may have heard meanwhile how the call ended.
        .where(*is_call(call_id), col(CallRow.status) == CallStatus.PROCESSING)
        .values(let_go=True, reason=(cause,))
    )


def is_let_go(session: Session, request_id: str, *, asked_before: datetime) -> bool:
    """Whether the bot has stopped asking about a call, and nobody has just had it ask again."""
    return session.exec(_let_go(request_id, asked_before)).first() is not None


def follow_again(
    session: Session, request_id: str, *, asked_before: datetime, now: datetime
) -> bool:
    """Have such calls asked about at once; False when another process was first."""
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
