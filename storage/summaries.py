"""Requests in short: few statements for many of them, however many files they have."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import BindParameter, Row, bindparam, func, select
from sqlmodel import Session

from bot.rules.quota import Quota
from bot.rules.states import GOING_ON, CallStatus, Counts, RequestStatus, TargetStatus
from bot.rules.summaries import RequestSummary
from bot.rules.target import Asset, Target, Url
from storage.tables import CallRow, RequestRow, TargetRow, table_of

NAMED = 3
"""Targets of each request that are read for their names."""

_REQUEST, _CALL = table_of(RequestRow).c, table_of(CallRow).c
_TARGET = table_of(TargetRow).c
_IDS: BindParameter[Any] = bindparam("ids", expanding=True)
_ROWS = select(
    _REQUEST.id,
    _REQUEST.status,
    _REQUEST.user_id,
    _REQUEST.channel_id,
    _REQUEST.confirmed_at,
    _REQUEST.run_at,
    _REQUEST.card_refusal,
    _REQUEST.card_given_up,
).where(_REQUEST.id.in_(_IDS))
_CALLS = (
    select(_CALL.request_id, _CALL.status, func.sum(_CALL.files))
    .where(_CALL.request_id.in_(_IDS))
    .group_by(_CALL.request_id, _CALL.status)
)
_RESULTS = (
    select(_CALL.request_id, _CALL.status, _TARGET.status, func.count())
    .join(
        _TARGET.request_id.table,
        (_TARGET.request_id == _CALL.request_id) & (_TARGET.call_position == _CALL.position),
    )
    .where(
        _CALL.request_id.in_(_IDS),
        _CALL.status.in_((CallStatus.PROCESSING, CallStatus.PARTLY_FAILED)),
        _TARGET.status.in_((TargetStatus.SUCCEED, TargetStatus.FAILED)),
    )
    .group_by(_CALL.request_id, _CALL.status, _TARGET.status)
)
_FIRST = (
    select(_TARGET.request_id, _TARGET.kind, _TARGET.name)
    .where(
        _TARGET.request_id.in_(_IDS),
        _TARGET.call_position < NAMED,
        _TARGET.position < NAMED,
    )
    .order_by(_TARGET.request_id, _TARGET.call_position, _TARGET.position)
)

ByStatus = Mapping[CallStatus, int]
Results = Mapping[tuple[CallStatus, str], int]
"""How many targets have ended, and how, of the calls of each status that have both kinds."""


def of(session: Session, ids: Sequence[str], quota: Quota) -> list[RequestSummary]:
    """The requests with these IDs in short, in the order of the IDs; `quota` is that of today."""
    if not ids:
        return []
    wanted = {"ids": list(ids)}
    files: dict[str, dict[CallStatus, int]] = defaultdict(dict)
    for request_id, status, number in session.execute(_CALLS, wanted):
        files[request_id][CallStatus(status)] = int(number)
    results: dict[str, dict[tuple[CallStatus, str], int]] = defaultdict(dict)
    for request_id, status, result, number in session.execute(_RESULTS, wanted):
        results[request_id][CallStatus(status), result] = number
    first = _first(session, wanted)
    found = {
        row.id: _summary(row, files[row.id], results[row.id], first[row.id], quota)
        for row in session.execute(_ROWS, wanted)
    }
    return [found[request_id] for request_id in ids if request_id in found]


def counts_of(files: ByStatus, results: Results) -> Counts:
    """Files by outcome, as `CallState.counts` tells them call by call."""
    partly, processing = CallStatus.PARTLY_FAILED, CallStatus.PROCESSING
    failed = results.get((partly, TargetStatus.FAILED), 0)
    ready_yet = results.get((processing, TargetStatus.SUCCEED), 0)
    failed_yet = results.get((processing, TargetStatus.FAILED), 0)
    return Counts(
        ready=_sum(files, CallStatus.SUCCEEDED, partly) - failed + ready_yet,
        failed=_sum(files, CallStatus.FAILED) + failed + failed_yet,
        processing=_sum(files, processing) - ready_yet - failed_yet,
        waiting=_sum(files, CallStatus.QUEUED, CallStatus.SUBMITTING),
        not_sent=_sum(files, CallStatus.REJECTED),
        unknown=_sum(files, CallStatus.UNKNOWN),
        sent=_sum(files, CallStatus.SENT),
        cancelled=_sum(files, CallStatus.CANCELLED),
    )


def _summary(
    row: Row[Any], files: ByStatus, results: Results, first: Iterable[Target], quota: Quota
) -> RequestSummary:
    return RequestSummary(
        id=row.id,
        status=RequestStatus(row.status),
        user_id=row.user_id,
        channel_id=row.channel_id,
        confirmed_at=row.confirmed_at,
        files=sum(files.values()),
        counts=counts_of(files, results),
        quota=quota,
        first=tuple(first),
        run_at=row.run_at,
        queued=_sum(files, CallStatus.QUEUED),
        goes_on=not GOING_ON.isdisjoint(files),
        no_card=row.card_refusal if row.card_given_up else None,
    )


def _first(session: Session, wanted: Mapping[str, object]) -> Mapping[str, Sequence[Target]]:
    found: dict[str, list[Target]] = defaultdict(list)
    for request_id, kind, name in session.execute(_FIRST, wanted):
        if len(found[request_id]) < NAMED:
            found[request_id].append(Asset(name) if kind == "asset" else Url(name))
    return found


def _sum(files: ByStatus, *statuses: CallStatus) -> int:
    return sum(files.get(status, 0) for status in statuses)
