"""In which time zone the days of the quota are counted: one at a time, whatever a setting says."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select, update
from sqlmodel import Session, col

from bot.rules.quota import quota_day
from storage import executors
from storage.database import insert_missing, on_sqlite
from storage.tables import QuotaDayRow, QuotaZoneRow

STARTING = timedelta(minutes=10)
"""A replica that began so recently may not stand among the living yet."""


def take(session: Session, tenant: str, wanted: ZoneInfo, *, now: datetime) -> ZoneInfo:
    """The zone that this process has to count in: `wanted`, unless that would begin a second day.

    It would while files of the day in hand are counted in another zone, or another process counts
    in one.
    """
    insert_missing(session, QuotaZoneRow, tenant=tenant, name=wanted.key, started_at=now)
    name, started_at = session.execute(
        select(col(QuotaZoneRow.name), col(QuotaZoneRow.started_at))
        .where(col(QuotaZoneRow.tenant) == tenant)
        # Replicas that start together decide one after another.
        .with_for_update()
    ).one()
    used = ZoneInfo(name)
    is_alone = on_sqlite(session) or not (executors.living(session) or now - started_at < STARTING)
    zone = wanted if is_alone and not _is_counted(session, tenant, used, now) else used
    session.exec(
        update(QuotaZoneRow)
        .where(col(QuotaZoneRow.tenant) == tenant)
        .values(name=zone.key, started_at=now)
    )
    return zone


def _is_counted(session: Session, tenant: str, zone: ZoneInfo, now: datetime) -> bool:
    """Whether anything stands in the day in hand."""
    row = session.get(QuotaDayRow, (tenant, quota_day(now, zone).date))
    return row is not None and (
        row.settled + row.reserved + row.held > 0 or row.exhausted_at is not None
    )
