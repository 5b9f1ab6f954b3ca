"""Carrying out what `bot.rules.lifecycle` decides: status, ledger and audit in one transaction."""

from collections.abc import Mapping
from dataclasses import replace
from typing import TypedDict

from sqlalchemy import bindparam, inspect, select, update
from sqlmodel import Session, col

from bot.rules.causes import Cause, EarlierInDoubt, to_json
from bot.rules.lifecycle import Attempt, Event, Standing, Step, step
from bot.rules.states import CallId, CallStatus
from storage import audit, calls, ledger
from storage.tables import CallRow
from storage.unit_of_work import UnitOfWork


class Explained(TypedDict):
    """What `apply` writes of the causes."""

    values: Mapping[str, object]
    facts: Mapping[str, object]


_CALL = inspect(CallRow).local_table.c
_STANDS = (
    select(_CALL.status, _CALL.attempts, _CALL.quota_date, _CALL.files)
    .where(_CALL.request_id == bindparam("request_id"), _CALL.position == bindparam("position"))
    .with_for_update()
)


def standing(session: Session, call_id: CallId) -> Standing:
    """Where the call stands, which nobody else changes before the commit.

    Raises `NoResultFound` for a call that is not stored.
    """
    status, number, day, files = session.execute(_STANDS, call_id._asdict()).one()
    found = Standing(CallStatus(status), Attempt(number, day), files)
    # Only a call that was sent before, or that is in doubt now, can have an attempt in doubt.
    if number > 1 or found.status is CallStatus.UNKNOWN:
        return replace(found, in_doubt=ledger.attempts_in_doubt(session, call_id))
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
    """Write down a step from where `standing` has just found the call; as `apply` otherwise."""
    if not _moves_on(work.session, call_id, taken, values or {}):
        return None
    for line in taken.lines:
        ledger.write(work, call_id, line)
    if taken.action is not None:
        note(work, call_id, taken.action, files=taken.before.files, **(facts or {}))
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
    """For `apply`: the causes in the row of the call, and in the audit trail."""
    return {"values": {"reason": causes}, "facts": {"reason": to_json(causes) or None}}


def _known(cause: Cause | None) -> tuple[Cause, ...]:
    return () if cause is None else (cause,)


def note(work: UnitOfWork, call_id: CallId, action: str, **facts: object) -> None:
    """Write into the audit trail what happened to a call."""
    audit.record(work, action, call_id.request_id, position=call_id.position, **facts)


def _moves_on(session: Session, call_id: CallId, taken: Step, values: Mapping[str, object]) -> bool:
    before, after = taken.before, taken.after
    moved = session.exec(
        update(CallRow)
        .where(
            *calls.is_call(call_id),
            col(CallRow.status) == before.status,
            col(CallRow.attempts) == before.attempt.number,
        )
        .values(
            status=after.status,
            attempts=after.attempt.number,
            quota_date=after.attempt.day,
            files=after.files,
            **values,
        )
        # Only RETURNING tells whether a row was taken: see "Facts that were measured" in
        # ARCHITECTURE.md.
        .returning(col(CallRow.position))
    ).first()
    return moved is not None
