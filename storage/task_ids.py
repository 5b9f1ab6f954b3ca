"""The task_ids that the cloud gave, and the bot has shown."""

from collections.abc import Sequence

from sqlmodel import Session, col, select

from storage.tables import CallRow, RequestRow


def among(session: Session, names: Sequence[str], *, team_id: str) -> set[str]:
    """Which of the names are task_ids of calls in this workspace."""
    found = session.exec(
        select(CallRow.task_id)
        .join(RequestRow)
        .where(RequestRow.team_id == team_id, col(CallRow.task_id).in_(names))
    )
    return {task_id for task_id in found if task_id is not None}
