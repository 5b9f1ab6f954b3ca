"""Which requests stand on the desk of the team, for one reader; each list by an index."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, case, func, literal_column, select, true
from sqlmodel import Session

from bot.rules.states import RequestStatus
from bot.rules.summaries import Reader
from storage.tables import AuditRow, CallRow, RequestRow, table_of

_REQUEST, _CALL, _EVENT = table_of(RequestRow).c, table_of(CallRow).c, table_of(AuditRow).c

_IN_DOUBT = select(_CALL.request_id).where(
    # Written out, because a partial index answers no question with a parameter.
    _CALL.status == literal_column("'unknown'")
)
_NEWEST = (_REQUEST.confirmed_at.desc(), _REQUEST.id)


class Pile(StrEnum):
    """A list of the desk."""

    IN_DOUBT = "in doubt"  # ended, and a person has to decide
    RUNNING = "running"
    SCHEDULED = "scheduled"
    OWN = "own"  # the reader's own that have ended, and need nobody


class Found(NamedTuple):
    """The IDs of the first requests of a pile, how many it has, and how many are not shown."""

    ids: Sequence[str]
    total: int
    hidden: int


def pile(session: Session, which: Pile, reader: Reader, *, limit: int) -> Found:
    """The reader's own requests come first, then the newest; of the scheduled ones the next."""
    belongs = _belongs(which, reader)
    ids = session.scalars(
        select(_REQUEST.id)
        .where(belongs, _seen(reader))
        .order_by(*_order(which, reader))
        .limit(limit)
    ).all()
    if which is Pile.OWN:
        # All requests that a person ever made need not be counted.
        return Found(ids, len(ids), 0)
    seen = func.sum(case((_seen(reader), 1), else_=0))
    total, shown = session.execute(select(func.count(), seen).where(belongs)).one()
    return Found(ids, total, total - (shown or 0))


def version(session: Session) -> int:
    """A number that grows with whatever changes: each change is in the audit trail."""
    return session.scalar(select(func.max(_EVENT.id))) or 0


def _belongs(which: Pile, reader: Reader) -> ColumnElement[bool]:
    of_team = _REQUEST.team_id == reader.actor.team_id
    match which:
        case Pile.IN_DOUBT:
            ended = _REQUEST.status.not_in((RequestStatus.RUNNING, RequestStatus.SCHEDULED))
            return and_(of_team, ended, _REQUEST.id.in_(_IN_DOUBT))
        case Pile.RUNNING:
            return and_(of_team, _REQUEST.status == RequestStatus.RUNNING)
        case Pile.SCHEDULED:
            return and_(of_team, _REQUEST.status == RequestStatus.SCHEDULED)
        case Pile.OWN:
            ended = _REQUEST.status.not_in((RequestStatus.RUNNING, RequestStatus.SCHEDULED))
            is_own = _REQUEST.user_id == reader.actor.user_id
            return and_(of_team, is_own, ended, _REQUEST.id.not_in(_IN_DOUBT))


def _order(which: Pile, reader: Reader) -> Sequence[ColumnElement[Any]]:
    if which is Pile.OWN:
        return _NEWEST
    own_first = case((_REQUEST.user_id == reader.actor.user_id, 0), else_=1)
    if which is Pile.SCHEDULED:
        return (own_first, _REQUEST.run_at, _REQUEST.id)
    return (own_first, *_NEWEST)


def _seen(reader: Reader) -> ColumnElement[bool]:
    """What the reader may see of the workspace."""
    if reader.is_operator:
        return true()
    return _REQUEST.user_id == reader.actor.user_id
