"""Ending a request: its last status, and who has to hear of it, in one transaction."""

from collections.abc import Iterable, Sequence
from datetime import timedelta

from sqlalchemy import select
from sqlmodel import Session, col

from bot.rules.causes import Cause
from bot.rules.notices import Address, Ended, Listener, Wish, is_told
from bot.rules.redaction import without_query
from bot.rules.states import CallState, Choice, Counts, RequestStatus
from bot.rules.target import Asset, Target
from storage import audit, calls, notices, requests
from storage.notice_facts import from_json
from storage.notice_tables import NoticeRow
from storage.tables import RequestRow
from storage.unit_of_work import UnitOfWork

TOGETHER_WITHIN = timedelta(minutes=2)
"""So long an end waits for others of the same person, where one of them may come."""

BUNDLE = "ended"
CAUSES_KEPT = 5


def end(work: UnitOfWork, request: RequestRow, status: RequestStatus, *, run: int) -> bool:
    """End the run of the locked request; False when that was done, or a later run has begun."""
    if not requests.end(request, status, run=run, now=work.now):
        return False
    audit.record(work, f"request.{status}", request.id)
    work.session.flush()
    ended = _ended(work, request, status)
    for listener in _listeners(request):
        before = _told_before(work.session, request.id, listener.user_id)
        if is_told(ended, listener, confirmed_at=request.confirmed_at, before=before):
            _tell(work, request, ended, listener.user_id)
    return True


def _ended(work: UnitOfWork, request: RequestRow, status: RequestStatus) -> Ended:
    found = calls.every(work.session, request.id)
    return Ended(
        request.id,
        request.runs,
        status,
        request.channel_id,
        sum((call.counts for call in found), Counts()),
        work.now,
        name=_name(found),
        was_scheduled=request.run_at is not None,
        cancelled_by=_cancelled_by(work.session, request.id),
        causes=_causes(found),
    )


def _tell(work: UnitOfWork, request: RequestRow, ended: Ended, user_id: str) -> None:
    may_be_more = _still_runs_for(work.session, request, user_id)
    notices.add(
        work,
        f"ended:{request.id}:{ended.run}:{user_id}",
        ended,
        Address(user_id, request_id=request.id, bundle=BUNDLE),
        team_id=request.team_id,
        due_at=work.now + TOGETHER_WITHIN if may_be_more else None,
    )


def _listeners(request: RequestRow) -> Iterable[Listener]:
    """Who asked, then those who are to hear of it as well."""
    wish = Wish(request.tell or Wish.FAILS)
    yield Listener(request.user_id, wish, is_asker=True)
    for user_id in request.also_tell or ():
        if user_id != request.user_id:
            # Whoever wants to hear nothing themselves, and names others, wants them to hear.
            others = Wish.ENDS if wish is Wish.NEVER else wish
            yield Listener(user_id, others, is_asker=False)


def _still_runs_for(session: Session, request: RequestRow, user_id: str) -> bool:
    """Whether another end of which this person would hear may come soon."""
    running = session.execute(
        select(col(RequestRow.user_id), col(RequestRow.also_tell)).where(
            col(RequestRow.status) == RequestStatus.RUNNING,
            col(RequestRow.team_id) == request.team_id,
            col(RequestRow.id) != request.id,
        )
    )
    return any(user_id == asker or user_id in (also or ()) for asker, also in running)


def _told_before(session: Session, request_id: str, user_id: str) -> Ended | None:
    """What this person was last told of the end of the request."""
    row = session.scalars(
        select(NoticeRow)
        .where(
            col(NoticeRow.request_id) == request_id,
            col(NoticeRow.user_id) == user_id,
            col(NoticeRow.code) == "ended",
        )
        .order_by(col(NoticeRow.made_at).desc())
        .limit(1)
    ).first()
    return None if row is None else from_json(row.code, row.facts)


def _cancelled_by(session: Session, request_id: str) -> tuple[str, ...]:
    decided = audit.decisions(session, request_id)
    return tuple(dict.fromkeys(it.user_id for it in decided if it.choice is Choice.CANCELLED))


def _causes(found: Sequence[CallState]) -> tuple[Cause, ...]:
    return tuple(dict.fromkeys(cause for call in found for cause in call.causes))[:CAUSES_KEPT]


def _name(found: Sequence[CallState]) -> str:
    """The name of the first file, without what signs its address."""
    targets = [state.target for call in found[:1] for state in call.targets[:1]]
    return _file_name(targets[0]) if targets else ""


def _file_name(target: Target) -> str:
    if isinstance(target, Asset):
        return target.id
    return without_query(target.address).rstrip("/").rpartition("/")[2]
