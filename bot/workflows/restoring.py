"""A database that was put back from a copy: what was on its way becomes a doubt for a person."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlmodel import Session

from bot.rules.causes import CancelledSinceCopy, Cause, DecidedSinceCopy, SentSinceCopy
from bot.rules.lifecycle import Event, EventKind
from bot.rules.states import CallId, CallState, CallStatus, RequestStatus
from storage import audit, calls, database_identity, drafts, executors, requests, steps
from storage.database import Database
from storage.mark_file import Mark, MarkDamaged
from storage.tables import IdentityRow, RequestRow
from storage.unit_of_work import UnitOfWork

LOST_LIFE = "before the restoration"
"""Stands as the sender of calls that the life after the copy may have sent."""

ASKED = "somebody says so"
MARK_GONE = "the mark beside it is missing"
MARK_DAMAGED = "the mark beside it cannot be understood"
MARK_OF_ANOTHER = "the mark beside it was written for another database"
BEHIND_ITS_MARK = "the bot has sent or cancelled more than it knows of"
ELSEWHERE = "it does not lie where it lay when the bot last ran on it"


@dataclass(frozen=True, slots=True)
class Restored:
    """What was found in the copy; `why` says by what it was recognised."""

    why: str
    copied_at: datetime | None
    calls: int
    files: int
    scheduled: int

    def __str__(self) -> str:
        moment = self.copied_at
        age = "unknown age" if moment is None else f"{moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
        return (
            f"the database was restored from a copy of {age} ({self.why});"
            f" {self.calls:,} calls with {self.files:,} files may have been sent since and wait for"
            f" an operator; {self.scheduled:,} scheduled requests stand as they did; what was"
            " confirmed since is gone, and its files are missing from the bot's count of the day"
        )


async def hold_if_restored(
    database: Database, *, now: datetime, asked: bool = False
) -> Restored | None:
    """Recognise an older database, and hold what it had on its way; before anything is sent.

    To be repeated until it returns. Raises `OSError` when the mark can be neither read nor written.
    """
    restored = await database.transaction(_begin, _mark_of(database), asked=asked, now=now)
    # After the mark: a database that lay here once without one would count as restored.
    await database.transaction(database_identity.settle_in)
    return restored


def show_restored(session: Session, show: Callable[[Session, str, str], None]) -> None:
    """Have the cards say it that no workflow changes by itself."""
    identity = database_identity.take_cards_due(session)
    if identity is None:
        return
    found = {request.id: request for request, _ in calls.without_outcome(session)}
    for request_id, request in found.items():
        if request.ended_at is not None or request.status == RequestStatus.SCHEDULED:
            show(session, request_id, identity)


def _mark_of(database: Database) -> Mark | MarkDamaged | None:
    if database.mark is None:
        return None
    try:
        return database.mark.read()
    except MarkDamaged as error:
        return error


def _begin(
    session: Session, mark: Mark | MarkDamaged | None, *, asked: bool, now: datetime
) -> Restored | None:
    row = database_identity.lock(session)
    why = ASKED if asked else _recognised(session, row, mark)
    if why is None:
        database_identity.advance(session)
        return None
    restored = _hold(session, why, now=now)
    database_identity.begin_anew(session, now=now)
    return restored


def _recognised(session: Session, row: IdentityRow, mark: Mark | MarkDamaged | None) -> str | None:
    """By what the database shows that it is a copy; None when it is not known to be one."""
    if isinstance(mark, MarkDamaged):
        return MARK_DAMAGED
    if mark is not None and mark.identity != row.identity:
        return MARK_OF_ANOTHER
    if mark is not None and mark.steps > row.steps:
        return BEHIND_ITS_MARK
    # Never before has this version run on it, so it wrote no mark.
    if row.place is None:
        return None
    if mark is None and row.steps:
        return MARK_GONE
    return None if row.place == database_identity.place(session) else ELSEWHERE


def _hold(session: Session, why: str, *, now: datetime) -> Restored:
    copied_at = audit.last_at(session)
    # A modal from before may have been confirmed since: a second click would send twice.
    drafts.delete_every(session)
    # Whoever still runs on this database can set no marker from here on.
    executors.forget_every(session)
    requests.expect_second_cards(session)
    held: list[int] = []
    scheduled = set()
    for request, call in calls.without_outcome(session):
        call_id = CallId(request.id, call.position)
        if request.status == RequestStatus.SCHEDULED and not _is_due(request, now):
            calls.explain(session, call_id, CancelledSinceCopy(copied_at))
            scheduled.add(request.id)
        elif call.status is CallStatus.UNKNOWN:
            calls.explain(session, call_id, *_with(call.causes, DecidedSinceCopy(copied_at)))
        else:
            requests.start(session, request.id)
            _doubt(session, request, call, SentSinceCopy(copied_at), now=now)
            held.append(call.files)
    return Restored(why, copied_at, len(held), sum(held), len(scheduled))


def _is_due(request: RequestRow, now: datetime) -> bool:
    return request.run_at is None or request.run_at <= now


def _with(causes: tuple[Cause, ...], more: Cause) -> tuple[Cause, ...]:
    """The causes and one more, which stands there only once however often this runs."""
    return causes if type(more) in map(type, causes) else (*causes, more)


def _doubt(
    session: Session, request: RequestRow, call: CallState, cause: Cause, *, now: datetime
) -> None:
    work = UnitOfWork(session, request.tenant, now)
    call_id = CallId(request.id, call.position)
    if call.status is CallStatus.QUEUED:
        marker = {"sender": LOST_LIFE, "submitted_at": now}
        steps.apply(work, call_id, Event(EventKind.CLAIMED), values=marker)
    steps.apply(work, call_id, Event(EventKind.UNANSWERED), **steps.explained(cause))
