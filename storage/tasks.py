"""Tasks on their way: every change of status stands here, each valid from one status only."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import ColumnElement, delete, update
from sqlmodel import Session, col, select

from bot.rules.task import RequestStatus, TargetState, TargetStatus, TaskState, TaskStatus
from storage.requests import target_row, task_state
from storage.tables import RequestRow, TargetRow, TaskRow


def one(session: Session, request_id: str, position: int) -> TaskState:
    return _state(session, session.get_one(TaskRow, (request_id, position)))


def every(session: Session, request_id: str) -> list[TaskState]:
    return _states(session, TaskRow.request_id == request_id)


def next_queued(session: Session, request_id: str) -> TaskState | None:
    """What is to be sent next; nothing while the request's time has not come."""
    row = session.exec(
        select(TaskRow)
        .join(RequestRow)
        .where(
            TaskRow.request_id == request_id,
            TaskRow.status == TaskStatus.QUEUED,
            RequestRow.status != RequestStatus.SCHEDULED,
        )
        .order_by(col(TaskRow.position))
    ).first()
    return None if row is None else _state(session, row)


def with_status(session: Session, request_id: str, status: TaskStatus) -> list[TaskState]:
    return _states(session, TaskRow.request_id == request_id, TaskRow.status == status)


def statuses(session: Session, request_id: str) -> set[TaskStatus]:
    """Those that any task of the request has."""
    found = select(TaskRow.status).where(TaskRow.request_id == request_id).distinct()
    return set(map(TaskStatus, session.exec(found)))


def not_settled(session: Session) -> list[tuple[RequestRow, TaskRow]]:
    """Every call of every request that is not sent, being sent, or in doubt."""
    found = session.exec(
        select(RequestRow, TaskRow)
        .join(TaskRow)
        .where(
            col(TaskRow.status).in_((TaskStatus.QUEUED, TaskStatus.SUBMITTING, TaskStatus.UNKNOWN))
        )
        .order_by(col(TaskRow.request_id), col(TaskRow.position))
    )
    return [*found.all()]


def explain(session: Session, request_id: str, position: int, *, reason: str) -> None:
    """Say something of a call whose status stays what it is."""
    session.get_one(TaskRow, (request_id, position)).reason = reason


def claim(
    session: Session, request_id: str, position: int, *, sender: str, now: datetime
) -> int | None:
    """The intent marker: `queued` to `submitting`, for one caller only; returns the attempt.

    Must be committed before the POST; None means that somebody else sends it, or nobody may.
    """
    return session.exec(
        update(TaskRow)
        .where(
            col(TaskRow.request_id) == request_id,
            col(TaskRow.position) == position,
            col(TaskRow.status) == TaskStatus.QUEUED,
        )
        .values(
            status=TaskStatus.SUBMITTING,
            attempts=TaskRow.attempts + 1,
            sender=sender,
            submitted_at=now,
        )
        .returning(col(TaskRow.attempts))
    ).scalar_one_or_none()


def unclaim(session: Session, request_id: str, position: int, *, sender: str, attempt: int) -> bool:
    """Take the marker back, under which this sender has sent nothing; False when none stands."""
    return _leave(
        session,
        request_id,
        position,
        TaskStatus.SUBMITTING,
        col(TaskRow.sender) == sender,
        col(TaskRow.attempts) == attempt,
        status=TaskStatus.QUEUED,
    )


def quota_date(session: Session, request_id: str, position: int) -> date:
    """The day that the task's files are charged to."""
    return session.exec(
        select(col(TaskRow.quota_date)).where(
            col(TaskRow.request_id) == request_id, col(TaskRow.position) == position
        )
    ).one()


def charge_to(session: Session, request_id: str, position: int, day: date) -> None:
    session.exec(
        update(TaskRow)
        .where(col(TaskRow.request_id) == request_id, col(TaskRow.position) == position)
        .values(quota_date=day)
    )


def being_sent(session: Session, request_id: str) -> list[tuple[TaskState, str | None]]:
    """The tasks whose marker stands, each with the process that set it."""
    rows = session.exec(
        select(TaskRow).where(
            TaskRow.request_id == request_id, TaskRow.status == TaskStatus.SUBMITTING
        )
    )
    return [(_state(session, row), row.sender) for row in rows.all()]


def leave_submitting(
    session: Session,
    request_id: str,
    position: int,
    status: TaskStatus,
    *,
    attempt: int,
    task_id: str | None = None,
    reason: str | None = None,
    next_poll_at: datetime | None = None,
) -> bool:
    """What became of the POST; False when the task no longer waits for this attempt's answer."""
    return _leave(
        session,
        request_id,
        position,
        TaskStatus.SUBMITTING,
        col(TaskRow.attempts) == attempt,
        status=status,
        task_id=task_id,
        reason=reason,
        next_poll_at=next_poll_at,
    )


def leave_queued(
    session: Session, request_id: str, position: int, status: TaskStatus, *, reason: str | None
) -> bool:
    """Give a task up that nobody is sending; False when it is no longer queued."""
    return _leave(
        session,
        request_id,
        position,
        TaskStatus.QUEUED,
        status=status,
        reason=reason,
    )


def leave_unknown(session: Session, request_id: str, position: int, status: TaskStatus) -> bool:
    """A person has decided what became of a call; False when somebody else was first.

    To send it again is another attempt from then on, for the ledger has lines of the one before.
    """
    return _leave(
        session,
        request_id,
        position,
        TaskStatus.UNKNOWN,
        status=status,
        reason=None,
        attempts=TaskRow.attempts + int(status is TaskStatus.QUEUED),
    )


def accept_late(
    session: Session,
    request_id: str,
    position: int,
    *,
    task_id: str,
    next_poll_at: datetime,
) -> bool:
    """The answer has come after all; False when it is no longer waited for."""
    return _leave(
        session,
        request_id,
        position,
        TaskStatus.UNKNOWN,
        status=TaskStatus.PROCESSING,
        task_id=task_id,
        reason=None,
        next_poll_at=next_poll_at,
    )


def to_poll(session: Session, request_id: str) -> list[TaskRow]:
    """Tasks that the service works on and that are still followed, the most urgent first."""
    return list(
        session.exec(
            select(TaskRow)
            .where(
                TaskRow.request_id == request_id,
                TaskRow.status == TaskStatus.PROCESSING,
                col(TaskRow.let_go).is_(False),
            )
            .order_by(col(TaskRow.next_poll_at))
        )
    )


def is_sending(session: Session, request_id: str) -> bool:
    """Whether a task of the request may still come to be followed."""
    return (
        session.exec(
            select(TaskRow.position).where(
                TaskRow.request_id == request_id,
                col(TaskRow.status).in_((TaskStatus.QUEUED, TaskStatus.SUBMITTING)),
            )
        ).first()
        is not None
    )


def poll_again(session: Session, request_id: str, position: int, *, at: datetime) -> None:
    session.exec(
        update(TaskRow)
        .where(col(TaskRow.request_id) == request_id, col(TaskRow.position) == position)
        .values(polls=TaskRow.polls + 1, next_poll_at=at)
    )


def let_go(session: Session, request_id: str, position: int, *, reason: str) -> None:
    """Follow no longer; the status stays what the service last said."""
    row = session.get_one(TaskRow, (request_id, position))
    row.let_go, row.reason = True, reason


def record_results(
    session: Session,
    request_id: str,
    position: int,
    *,
    status: TaskStatus,
    targets: Sequence[TargetState],
) -> int | None:
    """Store what the service lists; returns by how many files that is more than was charged.

    None means that the task is no longer processing: the list is older than what is known.
    """
    row = session.get_one(TaskRow, (request_id, position), with_for_update=True)
    if row.status != TaskStatus.PROCESSING:
        return None
    row.status = status
    more = max(0, len(targets) - row.files)
    row.files += more
    session.exec(
        delete(TargetRow).where(
            col(TargetRow.request_id) == request_id, col(TargetRow.task_position) == position
        )
    )
    session.add_all(
        target_row(request_id, position, place, item.target, item.status)
        for place, item in enumerate(targets)
    )
    session.flush()
    return more


def mark_sent(session: Session, request_id: str, position: int) -> None:
    """The service has every target of the task in its queue."""
    session.exec(
        update(TargetRow)
        .where(col(TargetRow.request_id) == request_id, col(TargetRow.task_position) == position)
        .values(status=TargetStatus.PROCESSING)
    )


def _leave(
    session: Session,
    request_id: str,
    position: int,
    was: TaskStatus,
    *conditions: ColumnElement[bool],
    **values: object,
) -> bool:
    left = session.exec(
        update(TaskRow)
        .where(
            col(TaskRow.request_id) == request_id,
            col(TaskRow.position) == position,
            col(TaskRow.status) == was,
            *conditions,
        )
        .values(**values)
        .returning(col(TaskRow.position))
    ).first()
    return left is not None


def _states(session: Session, *conditions: ColumnElement[bool] | bool) -> list[TaskState]:
    rows = session.exec(select(TaskRow).where(*conditions).order_by(col(TaskRow.position)))
    return [_state(session, row) for row in rows]


def _state(session: Session, row: TaskRow) -> TaskState:
    targets = session.exec(
        select(TargetRow)
        .where(TargetRow.request_id == row.request_id, TargetRow.task_position == row.position)
        .order_by(col(TargetRow.position))
    ).all()
    return task_state(row, targets)
