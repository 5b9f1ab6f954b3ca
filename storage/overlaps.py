"""Earlier requests that hold what somebody is about to ask for again."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Select,
    and_,
    bindparam,
    func,
    inspect,
    or_,
    select,
)
from sqlmodel import Session

from bot.rules.draft import Overlap
from bot.rules.states import (
    CallState,
    CallStatus,
    Counts,
    RequestStatus,
    TargetState,
    TargetStatus,
)
from bot.rules.target import Asset, Target
from storage.tables import CallRow, RequestRow, TargetRow

NOT_HELD = (CallStatus.REJECTED, CallStatus.CANCELLED, CallStatus.FAILED)
"""Nothing of such a call is at the cloud, and nothing will be."""

NAMED = 3
"""So many requests are enough to say that there are some."""

# Made once, of the tables and not of their classes: every command asks, and statements that are
# made anew each time take longer (seen on 2026-11-26 with SQLAlchemy 2.1).
_REQUEST, _CALL, _TARGET = (inspect(row).local_table.c for row in (RequestRow, CallRow, TargetRow))


def _held(columns: Sequence[ColumnElement[Any]], *conditions: ColumnElement[bool]) -> Select[Any]:
    """Of the workspace `team_id`, what has not ended, or ended `since` then, or is in doubt."""
    of_call = and_(_TARGET.request_id == _CALL.request_id, _TARGET.call_position == _CALL.position)
    counts = or_(
        _REQUEST.ended_at.is_(None),
        _REQUEST.ended_at >= bindparam("since"),
        _CALL.status == CallStatus.UNKNOWN,
    )
    return (
        select(*columns)
        .join_from(RequestRow, CallRow, _CALL.request_id == _REQUEST.id)
        .join(TargetRow, of_call)
        .where(
            _REQUEST.team_id == bindparam("team_id"),
            counts,
            _CALL.status.not_in(NOT_HELD),
            *conditions,
        )
    )


_NAMES: BindParameter[Any] = bindparam("names", expanding=True)
_OF_NAME = (_TARGET.name.in_(_NAMES), _TARGET.status != TargetStatus.FAILED)
# An asset whose URLs stand in its place is known by its call alone.
_OF_ASSET = (_CALL.asset_id.in_(_NAMES), _TARGET.kind == "url")
_GROUP = (
    _REQUEST.id,
    _REQUEST.user_id,
    _REQUEST.confirmed_at,
    _REQUEST.status,
    _REQUEST.run_at,
    _CALL.status,
    _TARGET.status,
)
_COUNTED_BY_NAME, _COUNTED_BY_ASSET = (
    _held((*_GROUP, func.count()), *conditions).group_by(*_GROUP)
    for conditions in (_OF_NAME, _OF_ASSET)
)
_IDS_BY_NAME, _IDS_BY_ASSET = (
    _held((_REQUEST.id,), *conditions).distinct().limit(NAMED)
    for conditions in (_OF_NAME, _OF_ASSET)
)


def of(
    session: Session, targets: Sequence[Target], *, team_id: str, since: datetime
) -> tuple[Overlap, ...]:
    """Requests of this workspace that some of the targets went out with, or will; newest first.

    One counts that has not ended, or ended `since` then, or may have sent them. What failed, was
    refused or was cancelled is not held: to ask for it again is what people are told to do.
    Addresses are compared as they were sent, queries included.
    """
    found: dict[str, Overlap] = {}
    for request_id, user_id, confirmed_at, status, run_at, *group in _rows(
        session, _COUNTED_BY_NAME, _COUNTED_BY_ASSET, targets, team_id=team_id, since=since
    ):
        known = found.get(request_id)
        found[request_id] = Overlap(
            request_id,
            user_id,
            confirmed_at,
            _counts(*group) + (known.counts if known else Counts()),
            run_at if status == RequestStatus.SCHEDULED else None,
        )
    return tuple(sorted(found.values(), key=lambda item: item.confirmed_at, reverse=True))


def ids(session: Session, targets: Sequence[Target], *, team_id: str, since: datetime) -> list[str]:
    """At most `NAMED` of the requests that `of` finds, in no order."""
    rows = _rows(session, _IDS_BY_NAME, _IDS_BY_ASSET, targets, team_id=team_id, since=since)
    return list(dict.fromkeys(request_id for (request_id,) in rows))[:NAMED]


def _rows(
    session: Session,
    by_name: Select[Any],
    by_asset: Select[Any],
    targets: Sequence[Target],
    *,
    team_id: str,
    since: datetime,
) -> Iterator[Sequence[Any]]:
    about = {"team_id": team_id, "since": since}
    names = [item.id if isinstance(item, Asset) else item.address for item in targets]
    yield from session.execute(by_name, {**about, "names": names})
    if assets := [item.id for item in targets if isinstance(item, Asset)]:
        yield from session.execute(by_asset, {**about, "names": assets})


def _counts(call_status: str, target_status: str, files: int) -> Counts:
    """How many files of a target are in each state, as the card of its request counts them."""
    same = (TargetState(Asset(""), target_status),) * files
    return CallState(0, CallStatus(call_status), files, same).counts
