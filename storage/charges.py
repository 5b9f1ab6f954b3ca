"""A task's files in the ledger, on the day that the task is charged to."""

from collections.abc import Callable
from datetime import datetime

from sqlmodel import Session

from bot.rules.task import IN_DOUBT_BEFORE, TaskState, TaskStatus
from storage import quota, tasks
from storage.quota import Movement


def move(
    session: Session,
    movement: Movement,
    request_id: str,
    task: TaskState,
    *,
    tenant: str,
    now: datetime,
    attempt: int | None = None,
    files: int | None = None,
) -> None:
    """Write the ledger line as `quota.move` does: of the task as it is, where nothing is said."""
    quota.move(
        session,
        movement,
        tenant=tenant,
        day=tasks.quota_date(session, request_id, task.position),
        request_id=request_id,
        task_position=task.position,
        attempt=task.attempts if attempt is None else attempt,
        files=task.files if files is None else files,
        now=now,
    )


def give_up(
    session: Session,
    request_id: str,
    task: TaskState,
    leave: Callable[..., bool],
    status: TaskStatus,
    *,
    reason: str | None,
    again: str,
    tenant: str,
    now: datetime,
) -> bool:
    """Nothing of this attempt was sent: its files are free again; False when `leave` says so.

    What may have been sent before it stays in doubt, on its own day, because of `again`; only a
    person ends that. `leave` is the change of status in `storage.tasks`.
    """
    held = quota.held(session, request_id, task.position)
    if held:
        status, reason = TaskStatus.UNKNOWN, f"{again} {IN_DOUBT_BEFORE}"
    if not leave(session, request_id, task.position, status, reason=reason):
        return False
    move(session, Movement.RELEASE, request_id, task, tenant=tenant, now=now)
    if held:
        tasks.charge_to(session, request_id, task.position, held.day)
    return True
