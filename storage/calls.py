"""The calls of requests: how they are stored, found and told; `storage.steps` changes a status."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import ColumnElement, delete, update
from sqlmodel import Session, col, select

from bot.rules.lifecycle import MAY_BE_SENT
from bot.rules.plan import Batch
from bot.rules.target import Asset, Target, Url
from bot.rules.task import CallId, TargetState, TargetStatus, TaskState, TaskStatus
from storage.tables import RequestRow, TargetRow, TaskRow


def add(session: Session, call: CallId, batch: Batch, day: date) -> None:
    """Store a call that waits to be sent, charged to that quota day."""
    session.add(
        TaskRow(
            request_id=call.request_id,
            position=call.position,
            status=TaskStatus.QUEUED,
            files=batch.files,
            quota_date=day,
            asset_id=next((item.id for item in batch.targets if isinstance(item, Asset)), None),
        )
    )
    _add_targets(
        session, call, [TargetState(target, TargetStatus.PENDING) for target in batch.targets]
    )


def one(session: Session, call: CallId) -> TaskState:
    """Raises `NoResultFound` for a call that is not stored."""
    row = session.get_one(TaskRow, call)
    return _states(session, [row])[0]


def every(session: Session, request_id: str) -> list[TaskState]:
    """All calls of the request in their order, read with two statements."""
    return _found(session, TaskRow.request_id == request_id)


def with_status(session: Session, request_id: str, status: TaskStatus) -> list[TaskState]:
    """The calls of the request that have the status, in their order."""
    return _found(session, TaskRow.request_id == request_id, TaskRow.status == status)


def next_queued(session: Session, request_id: str) -> TaskState | None:
    """What is to be sent next; nothing where the request's status does not allow it."""
    row = session.exec(
        select(TaskRow)
        .join(RequestRow)
        .where(
            TaskRow.request_id == request_id,
            TaskRow.status == TaskStatus.QUEUED,
            col(RequestRow.status).in_(MAY_BE_SENT),
        )
        .order_by(col(TaskRow.position))
    ).first()
    return None if row is None else _states(session, [row])[0]


def statuses(session: Session, request_id: str) -> set[TaskStatus]:
    """The statuses that any call of the request has."""
    found = select(TaskRow.status).where(TaskRow.request_id == request_id).distinct()
    return set(map(TaskStatus, session.exec(found)))


def not_settled(session: Session) -> list[tuple[RequestRow, TaskState]]:
    """Every call of every request that is not sent, being sent, or in doubt."""
    found = session.exec(
        select(RequestRow, TaskRow)
        .join(TaskRow)
        .where(
            col(TaskRow.status).in_((TaskStatus.QUEUED, TaskStatus.SUBMITTING, TaskStatus.UNKNOWN))
        )
        .order_by(col(TaskRow.request_id), col(TaskRow.position))
    ).all()
    states = _states(session, [row for _, row in found])
    return [(request, state) for (request, _), state in zip(found, states, strict=True)]


def being_sent(session: Session, request_id: str) -> list[tuple[TaskState, str | None]]:
    """The calls whose marker stands, each with the process that set it."""
    rows = session.exec(
        select(TaskRow)
        .where(TaskRow.request_id == request_id, TaskRow.status == TaskStatus.SUBMITTING)
        .order_by(col(TaskRow.position))
    ).all()
    senders = [row.sender for row in rows]
    return list(zip(_states(session, rows), senders, strict=True))


def sender(session: Session, call: CallId) -> str | None:
    """The process that set the last marker of the call."""
    return session.get_one(TaskRow, call).sender


def explain(session: Session, call: CallId, *, reason: str) -> None:
    """Say something of a call whose status stays what it is."""
    session.get_one(TaskRow, call).reason = reason


def to_poll(session: Session, request_id: str) -> list[TaskRow]:
    """The calls that the cloud works on and that are still followed, the most urgent first."""
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
    """Whether a call of the request may still come to be followed."""
    return (
        session.exec(
            select(TaskRow.position).where(
                TaskRow.request_id == request_id,
                col(TaskRow.status).in_((TaskStatus.QUEUED, TaskStatus.SUBMITTING)),
            )
        ).first()
        is not None
    )


def poll_again(session: Session, call: CallId, *, at: datetime) -> None:
    """The cloud was asked once more about the call, and is asked again at that moment."""
    session.exec(update(TaskRow).where(*_is(call)).values(polls=TaskRow.polls + 1, next_poll_at=at))


def let_go(session: Session, call: CallId, *, reason: str) -> None:
    """Follow the call no longer; the status stays what the cloud last said."""
    session.exec(update(TaskRow).where(*_is(call)).values(let_go=True, reason=reason))


def store_targets(session: Session, call: CallId, targets: Sequence[TargetState]) -> None:
    """What the cloud lists for the call takes the place of what was stored of its targets."""
    session.exec(
        delete(TargetRow).where(
            col(TargetRow.request_id) == call.request_id,
            col(TargetRow.task_position) == call.position,
        )
    )
    _add_targets(session, call, targets)
    session.flush()


def mark_processing(session: Session, call: CallId) -> None:
    """The cloud has every target of the call in its queue."""
    session.exec(
        update(TargetRow)
        .where(
            col(TargetRow.request_id) == call.request_id,
            col(TargetRow.task_position) == call.position,
        )
        .values(status=TargetStatus.PROCESSING)
    )


def _is(call: CallId) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return col(TaskRow.request_id) == call.request_id, col(TaskRow.position) == call.position


def _found(session: Session, *conditions: ColumnElement[bool] | bool) -> list[TaskState]:
    rows = session.exec(select(TaskRow).where(*conditions).order_by(col(TaskRow.position)))
    return _states(session, rows.all())


def _states(session: Session, rows: Sequence[TaskRow]) -> list[TaskState]:
    """The calls with their targets, which one statement reads for all of them."""
    requests = {row.request_id for row in rows}
    wanted: list[ColumnElement[bool]] = [col(TargetRow.request_id).in_(requests)]
    if len(rows) == 1:
        wanted.append(col(TargetRow.task_position) == rows[0].position)
    targets: dict[CallId, list[TargetState]] = {}
    for item in session.exec(
        select(TargetRow)
        .where(*wanted)
        .order_by(col(TargetRow.request_id), col(TargetRow.task_position), col(TargetRow.position))
    ):
        state = TargetState(_target(item), item.status)
        targets.setdefault(CallId(item.request_id, item.task_position), []).append(state)
    return [_state(row, targets.get(CallId(row.request_id, row.position), [])) for row in rows]


def _state(row: TaskRow, targets: Sequence[TargetState]) -> TaskState:
    return TaskState(
        position=row.position,
        status=TaskStatus(row.status),
        files=row.files,
        targets=tuple(targets),
        task_id=row.task_id,
        reason=row.reason,
        let_go=row.let_go,
        attempts=row.attempts,
    )


def _target(stored: TargetRow) -> Target:
    return Asset(stored.name) if stored.kind == "asset" else Url(stored.name)


def _add_targets(session: Session, call: CallId, targets: Sequence[TargetState]) -> None:
    for place, state in enumerate(targets):
        target = state.target
        kind, name = ("asset", target.id) if isinstance(target, Asset) else ("url", target.address)
        session.add(
            TargetRow(
                request_id=call.request_id,
                task_position=call.position,
                position=place,
                kind=kind,
                name=name,
                status=state.status,
            )
        )
