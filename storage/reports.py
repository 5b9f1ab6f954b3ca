"""What quota days came to, by day, person and channel: read from the ledger, by days alone."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Select, and_, bindparam, case, func, select
from sqlmodel import Session

from bot.rules.movements import CHANGES, Movement
from bot.rules.reports import DayUse, Entry, Tally
from bot.rules.states import CallStatus, TargetStatus
from storage.summaries import counts_of
from storage.tables import CallRow, LedgerRow, QuotaDayRow, RequestRow, TargetRow, table_of

_LINE, _REQUEST = table_of(LedgerRow).c, table_of(RequestRow).c
_CALL, _TARGET = table_of(CallRow).c, table_of(TargetRow).c
_DAY = table_of(QuotaDayRow).c

_IN_SPAN = (
    _LINE.tenant == bindparam("tenant"),
    _LINE.day.between(bindparam("first"), bindparam("last")),
)
_PLACE = (_REQUEST.team_id, _REQUEST.user_id, _REQUEST.channel_id)
_MOVED = (
    select(
        _LINE.day,
        *_PLACE,
        _LINE.kind,
        func.sum(_LINE.files),
        # A call that goes out on another day takes its request along, which is counted once.
        func.count(case((_REQUEST.quota_date == _LINE.day, _REQUEST.id)).distinct()),
    )
    .join(_REQUEST.id.table, _REQUEST.id == _LINE.request_id)
    .where(*_IN_SPAN)
    .group_by(_LINE.day, *_PLACE, _LINE.kind)
)
_OF_SPAN = and_(
    # Each call has a line of the day that it is charged to, so the index of the days finds it.
    _CALL.request_id.in_(select(_LINE.request_id).where(*_IN_SPAN)),
    _CALL.quota_date.between(bindparam("first"), bindparam("last")),
)
_CALLS = (
    select(_CALL.quota_date, *_PLACE, _CALL.status, func.sum(_CALL.files))
    .join(_REQUEST.id.table, _REQUEST.id == _CALL.request_id)
    .where(_OF_SPAN)
    .group_by(_CALL.quota_date, *_PLACE, _CALL.status)
)
_RESULTS = (
    select(_CALL.quota_date, *_PLACE, _CALL.status, _TARGET.status, func.count())
    .join(_REQUEST.id.table, _REQUEST.id == _CALL.request_id)
    .join(
        _TARGET.request_id.table,
        (_TARGET.request_id == _CALL.request_id) & (_TARGET.call_position == _CALL.position),
    )
    .where(
        _OF_SPAN,
        _CALL.status.in_((CallStatus.PROCESSING, CallStatus.PARTLY_FAILED)),
        _TARGET.status.in_((TargetStatus.SUCCEED, TargetStatus.FAILED)),
    )
    .group_by(_CALL.quota_date, *_PLACE, _CALL.status, _TARGET.status)
)
_SUMS = (
    select(_DAY.day, _DAY.settled, _DAY.held)
    .where(
        _DAY.tenant == bindparam("tenant"),
        _DAY.day.between(bindparam("first"), bindparam("last")),
    )
    .order_by(_DAY.day)
)


class Span(NamedTuple):
    """Quota days of one tenant, both ends included."""

    tenant: str
    first: date
    last: date


class _Place(NamedTuple):
    day: date
    team_id: str
    user_id: str
    channel_id: str


@dataclass(slots=True)
class _Sums:
    """What is read of one place, statement by statement."""

    requests: int = 0
    moved: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    files: dict[CallStatus, int] = field(default_factory=dict)
    results: dict[tuple[CallStatus, str], int] = field(default_factory=dict)

    def tally(self) -> Tally:
        return Tally(
            requests=self.requests,
            counts=counts_of(self.files, self.results),
            spent=self.moved["settled"],
            promised=self.moved["reserved"],
            held=self.moved["held"],
        )


def entries(session: Session, span: Span, *, team_id: str) -> tuple[Entry, ...]:
    """What each person's requests of each channel came to on each day.

    Those of other workspaces that share the quota are counted, and name nobody.
    """
    found: dict[_Place, _Sums] = defaultdict(_Sums)
    for *place, kind, files, requests in _rows(session, _MOVED, span):
        sums = found[_Place(*place)]
        sums.requests = max(sums.requests, requests)
        for name, sign in CHANGES[Movement(kind)].items():
            sums.moved[name] += sign * int(files)
    for *place, status, files in _rows(session, _CALLS, span):
        found[_Place(*place)].files[CallStatus(status)] = int(files)
    for *place, status, result, targets in _rows(session, _RESULTS, span):
        found[_Place(*place)].results[CallStatus(status), result] = targets
    return tuple(
        Entry(place.day, place.user_id, place.channel_id, sums.tally())
        if place.team_id == team_id
        else Entry(place.day, None, None, sums.tally())
        for place, sums in found.items()
    )


def days(session: Session, span: Span) -> list[DayUse]:
    """The sums of the days on which anything was counted, the oldest first."""
    return [DayUse(*row) for row in _rows(session, _SUMS, span)]


def _rows(session: Session, statement: Select[Any], span: Span) -> Any:  # noqa: ANN401  # rows
    wanted: Mapping[str, object] = span._asdict()
    return session.execute(statement, wanted)
