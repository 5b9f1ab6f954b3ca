"""The obstacle of a tenant: why the cloud refuses every call, and who makes the next one to see."""

from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import bindparam, update
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select

from bot.rules.causes import CloudError
from bot.rules.obstacles import SETTLES_S, Obstacle, Way, met, soonest_probe
from storage.alarm_tables import ObstacleRow
from storage.database import insert_missing
from storage.tables import table_of

_OBSTACLES = table_of(ObstacleRow)
_OBSTACLE = _OBSTACLES.c
_STANDS = (_OBSTACLE.tenant == bindparam("of_tenant"), _OBSTACLE.over_at.is_(None))
_NEXT_PROBE_AT = select_columns(_OBSTACLE.next_probe_at).where(*_STANDS)
_TAKE_PROBE = (
    update(_OBSTACLES)
    .where(*_STANDS, _OBSTACLE.next_probe_at <= bindparam("now"))
    .values(next_probe_at=bindparam("settled_at"))
    .returning(_OBSTACLE.tenant)
)


def standing(session: Session, tenant: str) -> Obstacle | None:
    """What stands in the way of every call now."""
    row = session.get(ObstacleRow, tenant, populate_existing=True)
    return None if row is None or row.over_at is not None else _obstacle(row)


def way(session: Session, tenant: str, *, now: datetime) -> Way:
    """Whether a call may go out now; `Way.PROBE` is said to one caller of all replicas alone."""
    next_probe_at: datetime | None = session.execute(_NEXT_PROBE_AT, {"of_tenant": tenant}).scalar()
    if next_probe_at is None:
        return Way.OPEN
    # So far ahead lies only what was written before the clock was set back; it is waited for.
    if next_probe_at > now:
        return Way.SHUT
    settled_at = now + timedelta(seconds=SETTLES_S)
    taken = session.execute(
        _TAKE_PROBE, {"of_tenant": tenant, "now": now, "settled_at": settled_at}
    ).first()
    return Way.SHUT if taken is None else Way.PROBE


def meet(
    session: Session, tenant: str, cause: CloudError, *, was_probe: bool, now: datetime
) -> None:
    """A call was refused as every other call would be. Safe to repeat, except for a probe."""
    if (row := _locked(session, tenant)) is None:
        first = met(None, cause, was_probe=False, now=now)
        values = {"tenant": tenant, "tried_by": None, "over_at": None, **_values(first)}
        if insert_missing(session, ObstacleRow, **values):
            return
        row = _locked(session, tenant)
    if row is None:
        raise AssertionError("unreachable: no row of an obstacle is ever deleted")
    found = _obstacle(row) if row.over_at is None else None
    _write(row, met(found, cause, was_probe=was_probe, now=now))
    row.over_at = None


def overcome(session: Session, tenant: str, *, now: datetime) -> bool:
    """The cloud has taken a probe; False when there was no obstacle any longer."""
    row = _locked(session, tenant)
    if row is None or row.over_at is not None:
        return False
    row.over_at = now
    return True


def try_now(session: Session, tenant: str, *, by: str | None, now: datetime) -> bool:
    """Let the next call be a probe; False when nothing stands in the way.

    `by` is the person who asks for it, None for a bot that has just started. Somebody who asks
    again and again brings no more than a probe every few seconds.
    """
    row = _locked(session, tenant)
    if row is None or row.over_at is not None:
        return False
    found = _obstacle(row)
    at = min(found.next_probe_at, soonest_probe(row.tried_at, now=now))
    _write(row, replace(found, next_probe_at=at, tried_by=by or found.tried_by))
    row.tried_at = at
    return True


def last(session: Session, tenant: str) -> tuple[Obstacle, datetime | None] | None:
    """The obstacle that was met last, and when it was overcome."""
    row = session.get(ObstacleRow, tenant, populate_existing=True)
    return None if row is None else (_obstacle(row), row.over_at)


def _locked(session: Session, tenant: str) -> ObstacleRow | None:
    return session.exec(
        select(ObstacleRow)
        .where(col(ObstacleRow.tenant) == tenant)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).first()


def _obstacle(row: ObstacleRow) -> Obstacle:
    cause = next((it for it in row.cause if isinstance(it, CloudError)), None)
    if cause is None:
        # What another version has stored and this one does not know.
        cause = CloudError("AuthenticationFailed", "")
    return Obstacle(cause, row.since, row.probes, row.next_probe_at, row.tried_by)


def _write(row: ObstacleRow, found: Obstacle) -> None:
    for name, value in _values(found).items():
        setattr(row, name, value)
    row.tried_by = found.tried_by


def _values(found: Obstacle) -> dict[str, object]:
    return {
        "cause": (found.cause,),
        "since": found.since,
        "probes": found.probes,
        "next_probe_at": found.next_probe_at,
    }
