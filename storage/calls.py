"""The calls of requests: how they are stored, found and told; `storage.steps` changes a status."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import (
    BindParameter,
    Integer,
    Row,
    Select,
    bindparam,
    delete,
    func,
    insert,
    select,
    update,
)
from sqlmodel import Session, col

from bot.rules.causes import Cause
from bot.rules.lifecycle import SENDS_CALLS, Standing
from bot.rules.plan import PlannedCall
from bot.rules.states import CallId, CallState, CallStatus, TargetState, TargetStatus
from bot.rules.target import Asset, Target, Url
from storage.tables import CallRow, RequestRow, TargetRow, table_of

_CALLS, _TARGETS = table_of(CallRow), table_of(TargetRow)
_CALL, _TARGET, _REQUEST = _CALLS.c, _TARGETS.c, table_of(RequestRow).c

THIS_CALL = (
    _CALL.request_id == bindparam("of_request"),
    _CALL.position == bindparam("at_position"),
)
"""For a WHERE: the row of the call that `named` names."""

_OF_THIS_CALL = (
    _TARGET.request_id == bindparam("of_request"),
    _TARGET.call_position == bindparam("at_position"),
)

_EVERY = (
    select(
        _CALL.request_id,
        _CALL.position,
        _CALL.status,
        _CALL.files,
        _CALL.task_id,
        _CALL.reason,
        _CALL.let_go,
        _CALL.attempts,
        _CALL.sender,
    )
    .where(_CALL.request_id == bindparam("of_request"))
    .order_by(_CALL.position)
)
_ONE = _EVERY.where(THIS_CALL[1])
_WITH_STATUS = _EVERY.where(_CALL.status == bindparam("with_status"))
_NEXT_QUEUED = (
    _EVERY.join(_REQUEST.id.table, _REQUEST.id == _CALL.request_id)
    .where(_CALL.status == CallStatus.QUEUED, _REQUEST.status.in_(SENDS_CALLS))
    .limit(1)
)
_BEING_SENT = _EVERY.where(_CALL.status == CallStatus.SUBMITTING)
_STATUSES = select(_CALL.status).where(_CALL.request_id == bindparam("of_request")).distinct()
_UNANSWERED = (
    select(_CALL.position)
    .where(
        _CALL.request_id == bindparam("of_request"),
        _CALL.status.in_((CallStatus.QUEUED, CallStatus.SUBMITTING)),
    )
    .limit(1)
)
_EXPLAIN = update(_CALLS).where(*THIS_CALL).values(reason=bindparam("causes"))

_REQUEST_IDS: BindParameter[Any] = bindparam("request_ids", expanding=True)
_TARGETS_OF = select(
    _TARGET.request_id, _TARGET.call_position, _TARGET.kind, _TARGET.name, _TARGET.status
).order_by(_TARGET.request_id, _TARGET.call_position, _TARGET.position)
_TARGETS_OF_CALL = _TARGETS_OF.where(*_OF_THIS_CALL)
_TARGETS_OF_REQUESTS = _TARGETS_OF.where(_TARGET.request_id.in_(_REQUEST_IDS))
_MARK_TARGETS = update(_TARGETS).where(*_OF_THIS_CALL).values(status=TargetStatus.PROCESSING)
_DELETE_TARGETS = delete(_TARGETS).where(*_OF_THIS_CALL)
_ADD_TARGETS = insert(_TARGETS)
_ADD_CALLS = insert(_CALLS)
_LAST_POSITION = select(func.max(_CALL.position)).where(_CALL.request_id == bindparam("of_request"))
_MOVE_TARGETS = (
    update(_TARGETS)
    .where(*_OF_THIS_CALL, _TARGET.position >= bindparam("first_moved"))
    .values(
        call_position=bindparam("new_position"),
        position=_TARGET.position - bindparam("first_moved", type_=Integer),
    )
)


def named(call_id: CallId) -> dict[str, object]:
    """The values of `THIS_CALL`."""
    return {"of_request": call_id.request_id, "at_position": call_id.position}


def add(session: Session, request_id: str, planned: Sequence[PlannedCall], day: date) -> None:
    """Store the calls of a request, which wait to be sent, charged to that quota day."""
    session.execute(
        _ADD_CALLS,
        [
            {
                **_waiting(CallId(request_id, position), call.files, day),
                "asset_id": next((t.id for t in call.targets if isinstance(t, Asset)), None),
            }
            for position, call in enumerate(planned)
        ],
    )
    targets = [
        target_row
        for position, call in enumerate(planned)
        for target_row in _target_rows(
            CallId(request_id, position),
            (TargetState(target, TargetStatus.PENDING) for target in call.targets),
        )
    ]
    session.execute(_ADD_TARGETS, targets)


def split_off(
    session: Session, call_id: CallId, beside: Standing, causes: Sequence[Cause]
) -> CallId:
    """Move the last targets of a call to a new one behind all others, which stands as `beside`.

    The caller holds the lock of the request, so that nobody else adds a call to it.
    """
    first_moved = len(one(session, call_id).targets) - beside.files
    last = session.execute(_LAST_POSITION, {"of_request": call_id.request_id}).scalar_one()
    new = CallId(call_id.request_id, last + 1)
    row = _waiting(new, beside.files, beside.attempt.day)
    session.execute(_ADD_CALLS, [{**row, "asset_id": None, "reason": tuple(causes)}])
    session.execute(
        _MOVE_TARGETS,
        {**named(call_id), "first_moved": first_moved, "new_position": new.position},
    )
    return new


def one(session: Session, call_id: CallId) -> CallState:
    """The call as it stands; raises `NoResultFound` when no such call is stored."""
    row = session.execute(_ONE, named(call_id)).one()
    return _states(session, [row])[0]


def every(session: Session, request_id: str) -> list[CallState]:
    """All calls of the request in their order, read with two statements."""
    return _found(session, _EVERY, request_id)


def with_status(session: Session, request_id: str, status: CallStatus) -> list[CallState]:
    """The calls of the request that have the status, in their order."""
    return _found(session, _WITH_STATUS, request_id, with_status=status)


def next_queued(session: Session, request_id: str) -> CallState | None:
    """What is to be sent next; nothing where the request's status does not allow it."""
    return next(iter(_found(session, _NEXT_QUEUED, request_id)), None)


def statuses(session: Session, request_id: str) -> set[CallStatus]:
    """The statuses that any call of the request has."""
    return set(map(CallStatus, session.scalars(_STATUSES, {"of_request": request_id})))


def without_outcome(session: Session) -> list[tuple[RequestRow, CallState]]:
    """Every call that is queued, being sent or in doubt, with its request."""
    found = session.execute(
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
    rows = session.execute(_BEING_SENT, {"of_request": request_id}).all()
    senders = [row.sender for row in rows]
    return list(zip(_states(session, rows), senders, strict=True))


def sender(session: Session, call_id: CallId) -> str | None:
    """The process that set the last marker of the call."""
    found: str | None = session.execute(_ONE, named(call_id)).one().sender
    return found


def explain(session: Session, call_id: CallId, *causes: Cause) -> None:
    """Say something of a call whose status stays what it is."""
    session.execute(_EXPLAIN, {**named(call_id), "causes": causes})


def has_unanswered(session: Session, request_id: str) -> bool:
    """Whether a call of the request is still to be sent, or on its way to the cloud."""
    return session.execute(_UNANSWERED, {"of_request": request_id}).first() is not None


def store_targets(session: Session, call_id: CallId, targets: Sequence[TargetState]) -> None:
    """What the cloud lists for the call takes the place of what was stored of its targets."""
    session.execute(_DELETE_TARGETS, named(call_id))
    if rows := _target_rows(call_id, targets):
        session.execute(_ADD_TARGETS, rows)


def mark_processing(session: Session, call_id: CallId) -> None:
    """The cloud has every target of the call in its queue."""
    session.execute(_MARK_TARGETS, named(call_id))


def _found(
    session: Session, statement: Select[Any], request_id: str, **more: object
) -> list[CallState]:
    rows = session.execute(statement, {"of_request": request_id, **more}).all()
    return _states(session, rows)


def _states(session: Session, rows: Sequence[Row[Any] | CallRow]) -> list[CallState]:
    """The calls with their targets, which one statement reads for all of them."""
    targets = _targets(session, [CallId(row.request_id, row.position) for row in rows])
    return [_state(row, targets.get(CallId(row.request_id, row.position), ())) for row in rows]


def _targets(
    session: Session, call_ids: Sequence[CallId]
) -> Mapping[CallId, Sequence[TargetState]]:
    if not call_ids:
        return {}
    if len(call_ids) == 1:
        rows = session.execute(_TARGETS_OF_CALL, named(call_ids[0]))
    else:
        wanted = {"request_ids": sorted({each.request_id for each in call_ids})}
        rows = session.execute(_TARGETS_OF_REQUESTS, wanted)
    found: dict[CallId, list[TargetState]] = {}
    for request_id, position, kind, name, status in rows:
        target: Target = Asset(name) if kind == "asset" else Url(name)
        found.setdefault(CallId(request_id, position), []).append(TargetState(target, status))
    return found


def _state(row: Row[Any] | CallRow, targets: Sequence[TargetState]) -> CallState:
    return CallState(
        position=row.position,
        status=CallStatus(row.status),
        files=row.files,
        targets=tuple(targets),
        task_id=row.task_id,
        causes=row.reason,
        followed_no_longer=row.let_go,
        attempts=row.attempts,
    )


def _waiting(call_id: CallId, files: int, day: date) -> dict[str, object]:
    """The row of a call that waits to be sent for the first time."""
    return {
        **call_id._asdict(),
        "status": CallStatus.QUEUED,
        "files": files,
        "quota_date": day,
        "attempts": 0,
        "let_go": False,
        "polls": 0,
    }


def _target_rows(call_id: CallId, targets: Iterable[TargetState]) -> list[dict[str, object]]:
    return [
        {
            "request_id": call_id.request_id,
            "call_position": call_id.position,
            "position": place,
            "kind": "asset" if isinstance(state.target, Asset) else "url",
            "name": state.target.id if isinstance(state.target, Asset) else state.target.address,
            "status": state.status,
        }
        for place, state in enumerate(targets)
    ]
