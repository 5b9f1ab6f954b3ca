"""Which calls the cloud is asked about, when, and which of them no longer."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, bindparam, or_, select, update
from sqlmodel import Session, col
from sqlmodel import select as select_rows
from sqlmodel.sql.expression import SelectOfScalar

from bot.rules.causes import Cause, lasting
from bot.rules.states import CallId, CallStatus
from storage.calls import THIS_CALL, named
from storage.tables import CallRow, table_of

_CALLS = table_of(CallRow)
_CALL = _CALLS.c
_IS_PROCESSING = _CALL.status == CallStatus.PROCESSING
_FOLLOWED = (
    select(
        _CALL.position,
        _CALL.status,
        _CALL.task_id,
        _CALL.polls,
        _CALL.next_poll_at,
        _CALL.submitted_at,
    )
    .where(
        _CALL.request_id == bindparam("request_id"),
        or_(
            _CALL.status.in_((CallStatus.QUEUED, CallStatus.SUBMITTING)),
            and_(_IS_PROCESSING, _CALL.let_go.is_(False)),
        ),
    )
    .order_by(_CALL.next_poll_at)
)
_POLL_AGAIN = (
    update(_CALLS)
    .where(*THIS_CALL, _IS_PROCESSING)
    .values(polls=_CALL.polls + 1, next_poll_at=bindparam("at"))
)
_CAUSES = select(_CALL.reason).where(*THIS_CALL)
# Another process may have heard meanwhile how the call ended.
_FOLLOW_NO_LONGER = (
    update(_CALLS).where(*THIS_CALL, _IS_PROCESSING).values(let_go=True, reason=bindparam("causes"))
)


@dataclass(frozen=True, slots=True)
class FollowedCall:
    """A call that the cloud works on: what to ask about it by, and when."""

    call_id: CallId
    task_id: str
    polls: int
    next_poll_at: datetime | None
    submitted_at: datetime | None


def followed(session: Session, request_id: str) -> tuple[list[FollowedCall], bool]:
    """The calls that are still followed, the most urgent first, and whether more may come."""
    found = session.execute(_FOLLOWED, {"request_id": request_id}).all()
    followed = [
        FollowedCall(CallId(request_id, position), task_id or "", *times)
        for position, status, task_id, *times in found
        if status == CallStatus.PROCESSING
    ]
    return followed, len(followed) < len(found)


def poll_again(session: Session, call_id: CallId, *, at: datetime) -> None:
    """The cloud was asked once more about the call, and is asked again at that moment."""
    session.execute(_POLL_AGAIN, {**named(call_id), "at": at})


def follow_no_longer(session: Session, call_id: CallId, *, cause: Cause) -> None:
    """Follow the call no longer; the status stays what the cloud last said."""
    before = session.execute(_CAUSES, named(call_id)).scalar_one()
    session.execute(_FOLLOW_NO_LONGER, {**named(call_id), "causes": (*lasting(before), cause)})


def is_followed_no_longer(session: Session, request_id: str, *, asked_before: datetime) -> bool:
    """Whether a call is followed no longer that nobody has asked about since `asked_before`."""
    return session.exec(_followed_no_longer(request_id, asked_before)).first() is not None


def follow_again(
    session: Session, request_id: str, *, asked_before: datetime, now: datetime
) -> bool:
    """Follow at once what is followed no longer; False when another process was first."""
    found = list(session.exec(_followed_no_longer(request_id, asked_before)))
    for row in found:
        row.let_go, row.reason, row.next_poll_at = False, lasting(row.reason), now
    session.flush()
    return bool(found)


def _followed_no_longer(request_id: str, asked_before: datetime) -> SelectOfScalar[CallRow]:
    return select_rows(CallRow).where(
        CallRow.request_id == request_id,
        CallRow.status == CallStatus.PROCESSING,
        col(CallRow.let_go).is_(True),
        col(CallRow.next_poll_at) <= asked_before,
    )
