"""Earlier requests that hold what somebody is about to ask for again."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import and_, or_, select
from sqlmodel import Session, col

from bot.rules.draft import Earlier
from bot.rules.request import Asset, Target, Url
from bot.rules.task import Counts, TargetStatus, TaskStatus
from storage.tables import RequestRow, TargetRow, TaskRow

OUTCOMES = {
    TaskStatus.QUEUED: "waiting",
    TaskStatus.SUBMITTING: "waiting",
    TaskStatus.PROCESSING: "processing",
    TaskStatus.SUCCEEDED: "ready",
    TaskStatus.PARTLY_FAILED: "ready",  # as what failed of it is left out
    TaskStatus.UNKNOWN: "unknown",
    TaskStatus.SENT: "sent",
}
"""The field of `Counts` for a target of a task; of the tasks left out nothing was spent."""


def holding(
    session: Session, targets: Sequence[Target], *, team_id: str, since: datetime
) -> tuple[Earlier, ...]:
    """Requests of this workspace that some of the targets went out with, or will; newest first.

    One that has ended counts if it was confirmed `since` then. What failed, was refused or was
    cancelled is not held: to ask for it again is what people are told to do.
    """
    request = (col(RequestRow.id), col(RequestRow.user_id), col(RequestRow.confirmed_at))
    conditions = (
        col(RequestRow.team_id) == team_id,
        or_(col(RequestRow.ended_at).is_(None), col(RequestRow.confirmed_at) >= since),
        col(TaskRow.status).in_(OUTCOMES),
    )
    of_urls = (
        select(*request, col(TaskRow.status), col(TargetRow.name))
        .join(TaskRow, col(TaskRow.request_id) == col(RequestRow.id))
        .join(
            TargetRow,
            and_(
                col(TargetRow.request_id) == col(TaskRow.request_id),
                col(TargetRow.task_position) == col(TaskRow.position),
            ),
        )
        .where(
            *conditions,
            col(TargetRow.kind) == "url",
            col(TargetRow.status) != TargetStatus.FAILED,
            col(TargetRow.name).in_([item.address for item in targets if isinstance(item, Url)]),
        )
    )
    of_assets = (
        select(*request, col(TaskRow.status), col(TaskRow.asset_id))
        .join(TaskRow, col(TaskRow.request_id) == col(RequestRow.id))
        .where(
            *conditions,
            col(TaskRow.asset_id).in_([item.id for item in targets if isinstance(item, Asset)]),
        )
    )
    found: dict[tuple[datetime, str, str], Counter[str]] = {}
    for statement in (of_urls, of_assets):
        for request_id, user_id, confirmed_at, status, _ in session.execute(statement):
            held = found.setdefault((confirmed_at, request_id, user_id), Counter())
            held[OUTCOMES[TaskStatus(status)]] += 1
    return tuple(
        Earlier(request_id, user_id, confirmed_at, Counts(**held))
        for (confirmed_at, request_id, user_id), held in sorted(found.items(), reverse=True)
    )
