"""Lines of turns: each replica knows whether another waits for a request that comes first."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import Session, col, select

from storage.database import Database
from storage.tables import TurnLineRow
from storage.turn_lines import KEPT_S, SILENT_S, TurnLine
from tests.helpers.databases import migrated, sqlite_url
from tests.helpers.stored_requests import NOON, TENANT

pytestmark = pytest.mark.integration

OURS, THEIRS = (TurnLine(TENANT, "create", replica) for replica in ("ours", "theirs"))


@pytest.fixture
async def own(tmp_path: Path) -> AsyncIterator[Database]:
    async with migrated(sqlite_url(tmp_path)) as database:
        yield database


@pytest.fixture
async def shared(postgresql_url: str) -> AsyncIterator[Database]:
    async with migrated(postgresql_url) as database:
        yield database


async def test_file_of_one_process_has_no_other_line(own: Database) -> None:
    await own.transaction(THEIRS.stand, served_at=0.0, now=NOON, wait_s=5.0)

    assert await own.transaction(OURS.look, served_at=1.0, own=NOON) == (NOON, False)


async def test_request_that_another_replica_served_earlier_comes_first(
    shared: Database,
) -> None:
    await _stand(shared, THEIRS, served_at=50.0)

    assert await _is_other_first(shared, served_at=51.0)
    assert not await _is_other_first(shared, served_at=50.0)
    assert not await _is_other_first(shared, served_at=49.0)


async def test_replica_does_not_stand_behind_itself(shared: Database) -> None:
    await _stand(shared, OURS, served_at=50.0)

    assert not await _is_other_first(shared, served_at=51.0)


async def test_lines_of_other_kinds_and_tenants_are_others(shared: Database) -> None:
    await _stand(shared, TurnLine(TENANT, "query", "theirs"), served_at=50.0)
    await _stand(shared, TurnLine("other", "create", "theirs"), served_at=50.0)

    assert not await _is_other_first(shared, served_at=51.0)


async def test_replica_that_asks_no_longer_is_waited_for_no_longer(shared: Database) -> None:
    await _stand(shared, THEIRS, served_at=50.0, ago_s=5.0 + SILENT_S + 0.1)

    assert not await _is_other_first(shared, served_at=51.0)


async def test_last_word_of_a_replica_counts(shared: Database) -> None:
    await _stand(shared, THEIRS, served_at=50.0)
    await _stand(shared, THEIRS, served_at=60.0)
    assert not await _is_other_first(shared, served_at=55.0)

    await _stand(shared, THEIRS, served_at=40.0)
    assert await _is_other_first(shared, served_at=55.0)

    await shared.transaction(THEIRS.leave)
    assert not await _is_other_first(shared, served_at=55.0)


async def test_lines_of_replicas_that_are_long_gone_are_cleared_away(shared: Database) -> None:
    for replica, ago_s in (("long gone", KEPT_S + 60), ("a moment ago", 60.0)):
        await _stand(shared, TurnLine(TENANT, "create", replica), served_at=1, ago_s=ago_s)

    await _stand(shared, OURS, served_at=2.0)

    assert await shared.transaction(_replicas) == ["a moment ago", "ours"]


async def _stand(
    database: Database, line: TurnLine, *, served_at: float, ago_s: float = 0.0
) -> None:
    now = datetime.now(UTC) - timedelta(seconds=ago_s)
    await database.transaction(line.stand, served_at=served_at, now=now, wait_s=5.0)


async def _is_other_first(database: Database, *, served_at: float) -> bool:
    _, is_other_first = await database.transaction(OURS.look, served_at=served_at, own=NOON)
    return is_other_first


def _replicas(session: Session) -> list[str]:
    return list(session.exec(select(TurnLineRow.replica).order_by(col(TurnLineRow.replica))))
