"""Earlier requests that hold what somebody is about to ask for again."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Select, and_, func, or_, select
from sqlmodel import Session, col

from bot.rules.draft import Earlier
from bot.rules.request import Asset, Target
from bot.rules.task import (
    Counts,
    RequestStatus,
    TargetState,
    TargetStatus,
    TaskState,
    TaskStatus,
)
from storage.tables import RequestRow, TargetRow, TaskRow

UNSPENT = (TaskStatus.REJECTED, TaskStatus.CANCELLED)
"""Nothing of such a task has reached the service, and nothing will."""


def holding(
    session: Session, targets: Sequence[Target], *, team_id: str, since: datetime
) -> tuple[Earlier, ...]:
    """Requests of this workspace that some of the targets went out with, or will; newest first.

    One counts that has not ended, or ended `since` then, or may have sent them. What failed, was
    refused or was cancelled is not held: to ask for it again is what people are told to do.
    Addresses are compared as they were sent, queries included.
    """
    groups = (
        col(RequestRow.id),
        col(RequestRow.user_id),
        col(RequestRow.confirmed_at),
        col(RequestRow.status),
        col(RequestRow.run_at),
        col(TaskRow.status),
        col(TargetRow.status),
    )
    found: dict[str, Earlier] = {}
    for held in _held(targets, team_id=team_id, since=since):
        rows = session.execute(held.with_only_columns(*groups, func.count()).group_by(*groups))
        for request_id, user_id, confirmed_at, status, run_at, *group in rows:
            known = found.get(request_id)
            found[request_id] = Earlier(
                request_id,
                user_id,
                confirmed_at,
                _counts(*group) + (known.counts if known else Counts()),
                run_at if status == RequestStatus.SCHEDULED else None,
            )
    return tuple(sorted(found.values(), key=lambda item: item.confirmed_at, reverse=True))


def ids_holding(
    session: Session, targets: Sequence[Target], *, team_id: str, since: datetime, limit: int
) -> list[str]:
    """So many of the requests that `holding` finds, in no order."""
    found: list[str] = []
    for held in _held(targets, team_id=team_id, since=since):
        ids = held.with_only_columns(col(RequestRow.id)).distinct().limit(limit)
        found.extend(session.execute(ids).scalars())
    return list(dict.fromkeys(found))[:limit]


def _held(targets: Sequence[Target], *, team_id: str, since: datetime) -> list[Select[str]]:
    """What is held by its own name, then the assets in whose place their URLs stand."""
    of_task = and_(
        col(TargetRow.request_id) == col(TaskRow.request_id),
        col(TargetRow.task_position) == col(TaskRow.position),
    )
    held = (
        select(col(RequestRow.id))
        .join(TaskRow, col(TaskRow.request_id) == col(RequestRow.id))
        .join(TargetRow, of_task)
        .where(
            col(RequestRow.team_id) == team_id,
            or_(
                col(RequestRow.ended_at).is_(None),
                col(RequestRow.ended_at) >= since,
                col(TaskRow.status) == TaskStatus.UNKNOWN,
            ),
            col(TaskRow.status).not_in((*UNSPENT, TaskStatus.FAILED)),
        )
    )
    names = [item.id if isinstance(item, Asset) else item.address for item in targets]
    by_name = held.where(
        col(TargetRow.name).in_(names), col(TargetRow.status) != TargetStatus.FAILED
    )
    assets = [item.id for item in targets if isinstance(item, Asset)]
    if not assets:
        return [by_name]
    by_asset = held.where(col(TaskRow.asset_id).in_(assets), col(TargetRow.kind) == "url")
    return [by_name, by_asset]


def _counts(task_status: str, target_status: str, files: int) -> Counts:
    """As the card of their request counts them."""
    same = (TargetState(Asset(""), target_status),) * files
    return TaskState(0, TaskStatus(task_status), files, same).counts
