"""What is deleted after its time, and what never is."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlmodel import Session, SQLModel, select

from bot.sandbox.fakeslack import LAUNCH, MEI
from bot.sandbox.stage import Stage
from bot.workflows.retention import KEPT
from storage.database import Database, on_sqlite
from storage.schema import migrate
from storage.tables import AuditRow, CallRow, DraftRow, LedgerRow, RequestRow, TargetRow
from tests.helpers.running_bot import MANIFEST, bot_on, quick_levers
from tests.helpers.slack_people import prefetch
from tests.helpers.stored_rows import check_books, reading, requests_of
from tests.helpers.workflow_harness import utc_now

pytestmark = pytest.mark.integration

WITHIN_S = 60.0
OLD, YOUNG = utc_now() - KEPT - timedelta(hours=1), utc_now() - KEPT + timedelta(hours=1)
FOR_GOOD: tuple[type[SQLModel], ...] = (RequestRow, CallRow, TargetRow, LedgerRow, AuditRow)


@pytest.fixture
async def stage(database_url: str) -> AsyncIterator[Stage]:
    """The stand-ins, and an empty database with the schema."""
    database = Database(database_url)
    migrate(database)
    await database.close()
    environment = {"DATABASE_URL": database_url}
    async with Stage(MANIFEST, environment=environment, levers=quick_levers()) as stage:
        yield stage


async def test_old_drafts_and_finished_workflows_go_and_all_else_stays(
    stage: Stage, tmp_path: Path
) -> None:
    async with bot_on(stage, tmp_path):
        for name in "ab":
            await prefetch(stage, stage.slack.person(MEI), f"https://v.example.com/{name}.mp4")
        await until(lambda: statuses(stage) == ["SUCCESS"] * 2)
    first, second = requests_of(stage)
    with reading(stage) as session:
        age(session, first, OLD.timestamp())
        age(session, second, YOUNG.timestamp())
    kept = counts(stage)

    async with bot_on(stage, tmp_path):
        await until(lambda: len(statuses(stage)) == 1 and len(drafts(stage)) == 1)

    assert workflows(stage) == [f"request:{second.id}:1"]
    assert drafts(stage) == [second.draft_id]
    assert counts(stage) == kept
    check_books(stage)


async def test_workflow_that_has_not_ended_stays_however_old(stage: Stage, tmp_path: Path) -> None:
    stage.vod.levers.task_seconds = 3600
    async with bot_on(stage, tmp_path):
        mei = stage.slack.person(MEI)
        await mei.command(LAUNCH, "/prefetch", "https://v.example.com/a.mp4")
        await mei.submit(await mei.next_view())
        await stage.vod.next_call(operation="query", within=WITHIN_S)
    (request,) = requests_of(stage)
    with reading(stage) as session:
        age(session, request, OLD.timestamp())

    stage.vod.levers.task_seconds = 0.1
    async with bot_on(stage, tmp_path):
        await until(lambda: not drafts(stage))
        await until(lambda: requests_of(stage)[0].ended_at is not None)

    check_books(stage)


def age(session: Session, request: RequestRow, moment: float) -> None:
    """As if the request had ended then, and its draft had expired."""
    session.execute(
        text(
            f"UPDATE {table(session)} SET completed_at = :ms"  # noqa: S608
            " WHERE workflow_uuid = :id AND completed_at IS NOT NULL"
        ),
        {"ms": int(moment * 1000), "id": f"request:{request.id}:1"},
    )
    draft = session.get_one(DraftRow, request.draft_id)
    draft.expires_at = type(draft.expires_at).fromtimestamp(moment, draft.expires_at.tzinfo)
    session.commit()


def statuses(stage: Stage) -> list[str]:
    return look(stage, "status")


def workflows(stage: Stage) -> list[str]:
    return look(stage, "workflow_uuid")


def look(stage: Stage, column: str) -> list[str]:
    with reading(stage) as session:
        rows = session.execute(text(f"SELECT {column} FROM {table(session)}"))  # noqa: S608
        return [str(row[0]) for row in rows]


def table(session: Session) -> str:
    return "workflow_status" if on_sqlite(session) else "dbos.workflow_status"


def drafts(stage: Stage) -> list[str]:
    with reading(stage) as session:
        return list(session.exec(select(DraftRow.id)))


def counts(stage: Stage) -> list[int]:
    with reading(stage) as session:
        return [len(session.exec(select(row)).all()) for row in FOR_GOOD]


async def until(is_so: Callable[[], bool]) -> None:
    async with asyncio.timeout(WITHIN_S):
        while True:
            if is_so():
                return
            await asyncio.sleep(0.05)  # a row has no event
