"""The calls of requests: how they are stored, found and told; `storage.steps` changes a status."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import ColumnElement, delete, update
from sqlmodel import Session, col, select

from bot.rules.causes import Cause
from bot.rules.lifecycle import SENDS_CALLS
from bot.rules.plan import PlannedCall
from bot.rules.states import CallId, CallState, CallStatus, TargetState, TargetStatus
from bot.rules.target import Asset, Target, Url
from storage.tables import CallRow, RequestRow, TargetRow


def add(session: Session, call_id: CallId, call: PlannedCall, day: date) -> None:
    """Store a call that waits to be sent, charged to that quota day."""
    session.add(
        CallRow(
            request_id=call_id.request_id,
            position=call_id.position,
            status=CallStatus.QUEUED,
            files=call.files,
            quota_date=day,
            asset_id=next((item.id for item in call.targets if isinstance(item, Asset)), None),
        )
    )
    _add_targets(
        session, call_id, [TargetState(target, TargetStatus.PENDING) for target in call.targets]
    )


def one(session: Session, call_id: CallId) -> CallState:
    """Raises `NoResultFound` for a call that is not stored."""
    row = session.get_one(CallRow, call_id)
    return _states(session, [row])[0]


def every(session: Session, request_id: str) -> list[CallState]:
    """All calls of the request in their order, read with two statements."""
    return _found(session, CallRow.request_id == request_id)


def with_status(session: Session, request_id: str, status: CallStatus) -> list[CallState]:
    """The calls of the request that have the status, in their order."""
    return _found(session, CallRow.request_id == request_id, CallRow.status == status)


def next_queued(session: Session, request_id: str) -> CallState | None:
    """What is to be sent next; nothing where the request's status does not allow it."""
    row = session.exec(
        select(CallRow)
        .join(RequestRow)
        .where(
            CallRow.request_id == request_id,
            CallRow.status == CallStatus.QUEUED,
            col(RequestRow.status).in_(SENDS_CALLS),
        )
        .order_by(col(CallRow.position))
    ).first()
    return None if row is None else _states(session, [row])[0]


def statuses(session: Session, request_id: str) -> set[CallStatus]:
    """The statuses that any call of the request has."""
    found = select(CallRow.status).where(CallRow.request_id == request_id).distinct()
    return set(map(CallStatus, session.exec(found)))


def without_outcome(session: Session) -> list[tuple[RequestRow, CallState]]:
    """Every call that is queued, being sent or in doubt, with its request."""
    found = session.exec(
        select(RequestRow, CallRow)
        .join(CallRow)
        .where(
            col(CallRow.status).in_((CallStatus.QUEUED, CallStatus.SUBMITTING, CallStatus.UNKNOWN))
        )
        .order_by(col(CallRow.request_id), col(CallRow.position))
    ).all()
    states = _states(session, [row for _, row in found])
    return [(request, state) for (request, _), state in zip(found, states, strict=True)]


def being_sent(session: Session, request_id: str) -> list[tuple[CallState, str | None]]:
    """The calls whose marker stands, each with the process that set it."""
    rows = session.exec(
        select(CallRow)
        .where(CallRow.request_id == request_id, CallRow.status == CallStatus.SUBMITTING)
        .order_by(col(CallRow.position))
    ).all()
    senders = [row.sender for row in rows]
    return list(zip(_states(session, rows), senders, strict=True))


def sender(session: Session, call_id: CallId) -> str | None:
    """The process that set the last marker of the call."""
    return session.get_one(CallRow, call_id).sender


def explain(session: Session, call_id: CallId, *causes: Cause) -> None:
    """Say something of a call whose status stays what it is."""
    session.get_one(CallRow, call_id).reason = causes


def is_sending(session: Session, request_id: str) -> bool:
    """Whether a call of the request may still come to be followed."""
    return (
        session.exec(
            select(CallRow.position).where(
                CallRow.request_id == request_id,
                col(CallRow.status).in_((CallStatus.QUEUED, CallStatus.SUBMITTING)),
            )
        ).first()
        is not None
    )


def store_targets(session: Session, call_id: CallId, targets: Sequence[TargetState]) -> None:
    """What the cloud lists for the call takes the place of what was stored of its targets."""
    session.exec(delete(TargetRow).where(*_is_of(call_id)))
    _add_targets(session, call_id, targets)
    session.flush()


def mark_processing(session: Session, call_id: CallId) -> None:
    """The cloud has every target of the call in its queue."""
    session.exec(update(TargetRow).where(*_is_of(call_id)).values(status=TargetStatus.PROCESSING))


def is_call(call_id: CallId) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """For a WHERE: the row of that call."""
    return col(CallRow.request_id) == call_id.request_id, col(CallRow.position) == call_id.position


def _is_of(call_id: CallId) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return (
        col(TargetRow.request_id) == call_id.request_id,
        col(TargetRow.call_position) == call_id.position,
    )


def _found(session: Session, *conditions: ColumnElement[bool] | bool) -> list[CallState]:
    rows = session.exec(select(CallRow).where(*conditions).order_by(col(CallRow.position)))
    return _states(session, rows.all())


def _states(session: Session, rows: Sequence[CallRow]) -> list[CallState]:
    """The calls with their targets, which one statement reads for all of them."""
    requests = {row.request_id for row in rows}
    wanted: list[ColumnElement[bool]] = [col(TargetRow.request_id).in_(requests)]
    if len(rows) == 1:
        wanted.append(col(TargetRow.call_position) == rows[0].position)
    targets: dict[CallId, list[TargetState]] = {}
    for item in session.exec(
        select(TargetRow)
        .where(*wanted)
        .order_by(col(TargetRow.request_id), col(TargetRow.call_position), col(TargetRow.position))
    ):
        state = TargetState(_target(item), item.status)
        targets.setdefault(CallId(item.request_id, item.call_position), []).append(state)
    return [_state(row, targets.get(CallId(row.request_id, row.position), [])) for row in rows]


def _state(row: CallRow, targets: Sequence[TargetState]) -> CallState:
    return CallState(
        position=row.position,
        status=CallStatus(row.status),
        files=row.files,
        targets=tuple(targets),
        task_id=row.task_id,
        causes=row.reason,
        let_go=row.let_go,
        attempts=row.attempts,
    )


def _target(stored: TargetRow) -> Target:
    return Asset(stored.name) if stored.kind == "asset" else Url(stored.name)


def _add_targets(session: Session, call_id: CallId, targets: Sequence[TargetState]) -> None:
    for place, state in enumerate(targets):
        target = state.target
        kind, name = ("asset", target.id) if isinstance(target, Asset) else ("url", target.address)
        session.add(
            TargetRow(
                request_id=call_id.request_id,
                call_position=call_id.position,
                position=place,
                kind=kind,
                name=name,
                status=state.status,
            )
        )
