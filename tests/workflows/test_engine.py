"""The durable engine: what one life of the bot leaves unfinished, the next one finishes."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest

from bot.sandbox.fakeslack import LAUNCH, MEI, Message
from bot.sandbox.fakevod import Call
from bot.sandbox.stage import Stage
from bot.workflows import engine, recovery
from tests.helpers.running_bot import MANIFEST, bot_on, quick_levers

pytestmark = pytest.mark.integration

WITHIN_S = 60.0
ELEVEN = "\n".join(f"https://v.example.com/{number}.mp4" for number in range(11))


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    """The stand-ins alone; each test starts the bot by itself, more than once."""
    async with Stage(MANIFEST, levers=quick_levers()) as stage:
        yield stage


async def test_stop_right_after_the_confirmation_loses_nothing(
    stage: Stage, tmp_path: Path
) -> None:
    database = tmp_path / "prefetch.db"
    async with bot_on(stage, database):
        await _confirm(stage, ELEVEN)

    # Whether the first call went out before the stop is a matter of milliseconds.
    assert _sums(database) in {(11, 0, 0), (1, 10, 0)}
    async with bot_on(stage, database):
        await _final(stage, "11 of 11 ready")

    assert len(_creates(stage)) == 2
    assert len(_cards(stage)) == 1
    assert _sums(database) == (0, 11, 0)


async def test_first_call_does_not_wait_for_the_queue(
    stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = tmp_path / "prefetch.db"
    monkeypatch.setattr(engine, "POLLING_S", 3600.0)
    async with bot_on(stage, database):
        await _confirm(stage, ELEVEN)
        await stage.vod.next_call(operation="create", within=WITHIN_S)

    assert _sums(database) == (1, 10, 0)
    assert _cards(stage) == []


async def test_restart_between_two_calls_sends_the_rest_once(stage: Stage, tmp_path: Path) -> None:
    database = tmp_path / "prefetch.db"
    # The second call's turn comes six seconds after the first one's: time enough to stop.
    async with bot_on(stage, database, PREFETCH_CREATES_PER_MINUTE="10"):
        await _confirm(stage, ELEVEN)
        await stage.vod.next_call(operation="create", within=WITHIN_S)
        await stage.slack.next_message(LAUNCH)

    assert len(_creates(stage)) == 1
    async with bot_on(stage, database):
        await _final(stage, "11 of 11 ready")

    assert len(_creates(stage)) == 2
    assert len(_cards(stage)) == 1
    assert _sums(database) == (0, 11, 0)


async def test_stop_during_a_call_waits_for_its_answer(stage: Stage, tmp_path: Path) -> None:
    database = tmp_path / "prefetch.db"
    stage.vod.levers.slow_seconds = 1.5
    stage.vod.set_fault("vod-slow", times=1)
    async with bot_on(stage, database):
        await _confirm(stage, ELEVEN)
        await stage.vod.next_call(operation="create", within=WITHIN_S)

    assert _sums(database) == (1, 10, 0)
    async with bot_on(stage, database):
        await _final(stage, "11 of 11 ready")

    assert len(_creates(stage)) == 2
    assert _sums(database) == (0, 11, 0)


async def test_restart_goes_on_following(stage: Stage, tmp_path: Path) -> None:
    database = tmp_path / "prefetch.db"
    stage.vod.levers.task_seconds = 3600
    async with bot_on(stage, database):
        await _confirm(stage, ELEVEN)
        await stage.vod.next_call(operation="query", within=WITHIN_S)

    stage.vod.levers.task_seconds = 0.1
    async with bot_on(stage, database):
        await _final(stage, "11 of 11 ready")

    assert len(_creates(stage)) == 2
    assert len(_cards(stage)) == 1
    assert _sums(database) == (0, 11, 0)


async def test_finished_requests_are_left_alone_by_a_restart(stage: Stage, tmp_path: Path) -> None:
    database = tmp_path / "prefetch.db"
    async with bot_on(stage, database):
        await _confirm(stage, ELEVEN)
        await _final(stage, "11 of 11 ready")
        await _workflows_ended(database)
    calls, edits = len(stage.vod.calls), len(stage.slack.log.of("call", "chat.update"))

    async with bot_on(stage, database):
        await _confirm(stage, "https://v.example.com/another.mp4")
        await _final(stage, "1 of 1 ready")

    assert len(_cards(stage)) == 2
    assert len(_creates(stage)) == 3
    first, _ = _cards(stage)
    later = stage.slack.log.of("call", "chat.update")[edits:]
    assert first.ts not in {_argument(record.facts, "ts") for record in later}
    assert len(stage.vod.calls) > calls


async def test_slack_being_away_holds_no_call_up(stage: Stage, tmp_path: Path) -> None:
    async with bot_on(stage, tmp_path / "prefetch.db"):
        stage.slack.fail("chat.postMessage", "internal_error", status=500, times=1)
        await _confirm(stage, "https://v.example.com/a.mp4")
        await stage.vod.next_call(operation="create", within=WITHIN_S)
        posted_before = len(_cards(stage))
        await _final(stage, "1 of 1 ready")

    assert posted_before == 0
    assert len(_cards(stage)) == 1


DROPPED_AT_ITS_BEGIN = (
    "AFTER INSERT ON workflow_status BEGIN UPDATE workflow_status SET status = 'PENDING',"
    " executor_id = 'local' WHERE workflow_uuid = NEW.workflow_uuid; END"
)
NOT_RECORDED_AT_ITS_END = (
    "BEFORE UPDATE ON workflow_status WHEN NEW.status IN ('ERROR', 'SUCCESS')"
    " BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END"
)


async def test_request_whose_workflow_dbos_claimed_and_did_not_begin_is_carried_on(
    stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As it stands where the database was away just then: to DBOS the workflow runs."""
    monkeypatch.setattr(recovery, "LOOK_EVERY_S", 0.5)
    database = tmp_path / "prefetch.db"
    async with bot_on(stage, database):
        _change(database, f"CREATE TRIGGER spoilt {DROPPED_AT_ITS_BEGIN}")
        await _confirm(stage, ELEVEN)
        await _final(stage, "11 of 11 ready")
        await _workflows_ended(database)

    assert len(_creates(stage)) == 2
    assert len(_cards(stage)) == 1
    assert _sums(database) == (0, 11, 0)


async def test_workflow_whose_end_could_not_be_recorded_ends_later(
    stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As with a full disk, or a failover; the request itself has ended by then."""
    monkeypatch.setattr(recovery, "LOOK_EVERY_S", 0.5)
    database = tmp_path / "prefetch.db"
    async with bot_on(stage, database):
        _change(database, f"CREATE TRIGGER spoilt {NOT_RECORDED_AT_ITS_END}")
        await _confirm(stage, ELEVEN)
        await _final(stage, "11 of 11 ready")
        await asyncio.sleep(1.0)  # DBOS has tried to write its end by then.
        await _reads(database, "SELECT count(*) FROM workflow_status WHERE status = 'PENDING'", 1)
        _change(database, "DROP TRIGGER spoilt")
        await _workflows_ended(database)

    assert len(_creates(stage)) == 2
    assert len(_cards(stage)) == 1
    assert _sums(database) == (0, 11, 0)


@pytest.mark.parametrize("status", ["ERROR", "CANCELLED"])
async def test_request_whose_workflow_was_given_up_runs_anew(
    stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, status: str
) -> None:
    """Somebody cancels it in DBOS, or an earlier version met an error in it."""
    monkeypatch.setattr(recovery, "LOOK_EVERY_S", 0.5)
    database = tmp_path / "prefetch.db"
    stage.vod.levers.task_seconds = 3600
    async with bot_on(stage, database):
        await _confirm(stage, ELEVEN)
        await stage.vod.next_call(operation="query", within=WITHIN_S)
    _change(database, f"UPDATE workflow_status SET status = '{status}'")  # noqa: S608  # a test's
    stage.vod.levers.task_seconds = 0.1
    async with bot_on(stage, database):
        await _final(stage, "11 of 11 ready")
        await _reads(database, "SELECT count(*) FROM request WHERE runs = 2", 1)
        await _reads(database, "SELECT count(*) FROM request WHERE ended_at IS NOT NULL", 1)

    assert len(_creates(stage)) == 2
    assert len(_cards(stage)) == 1
    assert _sums(database) == (0, 11, 0)


async def _confirm(stage: Stage, targets: str) -> None:
    mei = stage.slack.person(MEI)
    await mei.command(LAUNCH, "/prefetch", targets)
    await mei.submit(await mei.next_view())


async def _final(stage: Stage, outcome: str) -> Message:
    def look() -> Message | None:
        final = [c for c in _cards(stage) if f"(succeeded): {outcome}" in c.text]
        return final[0] if final else None

    return await stage.slack.wait_until(look, WITHIN_S)


async def _workflows_ended(database: Path) -> None:
    """The last edit is the last step, but DBOS records its end a moment after."""
    await _reads(database, "SELECT count(*) FROM workflow_status WHERE status <> 'SUCCESS'", 0)


async def _reads(database: Path, query: str, number: int) -> None:
    async with asyncio.timeout(WITHIN_S):
        with closing(sqlite3.connect(database)) as file:
            while file.execute(query).fetchone() != (number,):  # noqa: ASYNC110  # a file
                await asyncio.sleep(0.02)


def _change(database: Path, statement: str) -> None:
    with closing(sqlite3.connect(database)) as file, file:
        file.execute(statement)


def _cards(stage: Stage) -> list[Message]:
    messages = stage.slack.workspace.messages.get(LAUNCH, {}).values()
    return [message for message in messages if not message.is_ephemeral]


def _creates(stage: Stage) -> list[Call]:
    return [call for call in stage.vod.calls if call.operation == "create"]


def _argument(facts: object, name: str) -> object:
    assert isinstance(facts, dict)
    return facts["arguments"].get(name)


def _sums(database: Path) -> tuple[int, int, int]:
    with closing(sqlite3.connect(database)) as file:
        row = file.execute(
            "SELECT sum(reserved), sum(settled), sum(held) FROM quota_day"
        ).fetchone()
    return (int(row[0]), int(row[1]), int(row[2]))
