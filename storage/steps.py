"""Carrying out what `bot.rules.lifecycle` decides: status, ledger and audit in one transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import TypedDict, cast

from sqlalchemy import Executable, bindparam, select, update
from sqlmodel import Session

from bot.rules.causes import Cause, EarlierInDoubt, to_json
from bot.rules.lifecycle import Attempt, Event, Standing, Step, step, taken_over
from bot.rules.states import CallId, CallStatus
from storage import audit, calls, ledger
from storage.tables import CallRow, table_of
from storage.unit_of_work import UnitOfWork


class Explained(TypedDict):
    """What `apply` writes of the causes."""

    values: Mapping[str, object]
    facts: Mapping[str, object]


_CALLS = table_of(CallRow)
_CALL = _CALLS.c
_STANDS = (
    select(_CALL.status, _CALL.attempts, _CALL.quota_date, _CALL.files)
    .where(*calls.THIS_CALL)
    .with_for_update()
)


def standing(session: Session, call_id: CallId) -> Standing:
    """Where the call stands, which nobody else changes before the commit.

    Raises `NoResultFound` for a call that is not stored.
    """
    status, number, day, files = session.execute(_STANDS, calls.named(call_id)).one()
    found = Standing(CallStatus(status), Attempt(number, day), files)
    # Only a call that was sent before, or that is in doubt now, can have an attempt in doubt.
    if number > 1 or found.status is CallStatus.UNKNOWN:
        return replace(found, in_doubt=ledger.in_doubt(session, call_id))
    return found


def apply(
    work: UnitOfWork,
    call_id: CallId,
    event: Event,
    *,
    values: Mapping[str, object] | None = None,
    facts: Mapping[str, object] | None = None,
) -> Step | None:
    """Write down what an event does; None, with nothing written, when it changes nothing.

    `values` are further columns of the call's row, `facts` go into the audit trail.
    """
    taken = step(event, standing(work.session, call_id))
    return taken and carry_out(work, call_id, taken, values=values, facts=facts)


def carry_out(
    work: UnitOfWork,
    call_id: CallId,
    taken: Step,
    *,
    values: Mapping[str, object] | None = None,
    facts: Mapping[str, object] | None = None,
) -> Step | None:
    """Write down a step that `step` has taken from where `standing` has just found the call.

    Returns None, and writes nothing, when the call stands elsewhere by now.

    For a step that begins a new call, the caller holds the lock of the request.
    """
    if not _moves_on(work.session, call_id, taken, values or {}):
        return None
    for line in taken.lines:
        ledger.write(work, call_id, line)
    more = dict(facts or {})
    if taken.beside is not None:
        more |= _begin_beside(work, call_id, taken.beside, values or {})
    if taken.action is not None:
        note(work, call_id, taken.action, files=taken.before.files, **more)
    return taken


def give_up(
    work: UnitOfWork,
    call_id: CallId,
    event: Event,
    *,
    cause: Cause | None,
    again: Cause | None = None,
) -> Step | None:
    """Nothing of the last attempt was sent: its files are free again; None when that is settled.

    An earlier attempt that may have been sent stays in doubt; `again` says what became of this one.
    """
    taken = apply(work, call_id, event, **explained(*_known(cause)))
    if taken is not None and taken.falls_back_into_doubt:
        calls.explain(work.session, call_id, *_known(again or cause), EarlierInDoubt())
    return taken


def explained(*causes: Cause) -> Explained:
    """Why an event came about, as `values` of the call's row and as `facts` of the audit trail."""
    return {"values": {"reason": causes}, "facts": {"reason": to_json(causes) or None}}


def _known(cause: Cause | None) -> tuple[Cause, ...]:
    return () if cause is None else (cause,)


def note(work: UnitOfWork, call_id: CallId, action: str, **facts: object) -> None:
    """Write into the audit trail what happened to a call."""
    audit.record(work, action, call_id.request_id, position=call_id.position, **facts)


def _begin_beside(
    work: UnitOfWork, call_id: CallId, beside: Standing, values: Mapping[str, object]
) -> dict[str, object]:
    """Add the call that takes a part of the files over; returns its facts for the audit trail."""
    causes = cast("Sequence[Cause]", values.get("reason", ()))
    new = calls.split_off(work.session, call_id, beside, causes)
    ledger.write(work, new, taken_over(beside))
    return {"new_position": new.position, "new_files": beside.files}


def _moves_on(session: Session, call_id: CallId, taken: Step, values: Mapping[str, object]) -> bool:
    before, after = taken.before, taken.after
    written = {
        "status": after.status,
        "attempts": after.attempt.number,
        "quota_date": after.attempt.day,
        "files": after.files,
        **values,
    }
    moved = session.execute(
        _move(tuple(written)),
        {
            **calls.named(call_id),
            "status_before": before.status,
            "attempts_before": before.attempt.number,
            **{f"new_{name}": value for name, value in written.items()},
        },
    ).first()
    return moved is not None


@cache
def _move(columns: tuple[str, ...]) -> Executable:
    """Only RETURNING tells whether a row was taken: "Facts that were measured", ARCHITECTURE.md."""
    return (
        update(_CALLS)
        .where(
            *calls.THIS_CALL,
            _CALL.status == bindparam("status_before"),
            _CALL.attempts == bindparam("attempts_before"),
        )
        .values({name: bindparam(f"new_{name}") for name in columns})
        .returning(_CALL.position)
    )
