"""Pacing: exact spacing, and never more than the service allows in a minute."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlmodel import Session, create_engine

from storage import pacing
from storage.database import Database
from storage.pacing import LATE_S
from storage.tables import PacingRow
from tests.helpers.stored_requests import NOON, TENANT

TICK_S = 1e-6
"""Seconds since the epoch, as a float, are exact to a quarter of this."""


async def test_first_turn_comes_at_once(database: Database) -> None:
    assert await database.transaction(_take, NOON) == 0


async def test_second_turn_comes_exactly_one_interval_later(database: Database) -> None:
    await database.transaction(_take, NOON)

    assert await database.transaction(_take, _after(2)) == pytest.approx(4, abs=TICK_S)
    assert await database.transaction(_take, _after(6)) == 0
    assert await database.transaction(_take, _after(6)) == pytest.approx(6, abs=TICK_S)


async def test_turn_that_is_taken_a_moment_late_puts_off_no_other(database: Database) -> None:
    assert await database.transaction(_take, NOON) == 0
    assert await database.transaction(_take, _after(6 + LATE_S / 2)) == 0
    assert await database.transaction(_take, _after(11)) == pytest.approx(1, abs=TICK_S)
    assert await database.transaction(_take, _after(12)) == 0


async def test_quiet_time_saves_up_no_turns(database: Database) -> None:
    await database.transaction(_take, NOON)

    assert await database.transaction(_take, _after(3600)) == 0
    assert await database.transaction(_take, _after(3600)) == pytest.approx(6, abs=TICK_S)


async def test_one_of_many_who_ask_at_once_gets_the_turn(database: Database) -> None:
    waits = await asyncio.gather(*(database.transaction(_take, NOON) for _ in range(100)))

    assert waits.count(0) == 1


async def test_kinds_and_tenants_have_turns_of_their_own(database: Database) -> None:
    await database.transaction(_take, NOON)

    assert await database.transaction(_take, NOON, kind="query") == 0
    assert await database.transaction(_take, NOON, tenant="other") == 0


async def test_pushed_back_turn_comes_no_earlier(database: Database) -> None:
    await database.transaction(pacing.push_back, TENANT, "create", until=_after(60))

    assert await database.transaction(_take, NOON) == pytest.approx(60, abs=TICK_S)
    assert await database.transaction(_take, _after(60)) == 0


async def test_pushing_back_to_an_earlier_moment_brings_nothing_forward(
    database: Database,
) -> None:
    await database.transaction(pacing.push_back, TENANT, "create", until=_after(60))
    await database.transaction(pacing.push_back, TENANT, "create", until=_after(1))

    assert await database.transaction(_take, _after(1)) == pytest.approx(59, abs=TICK_S)


async def test_clock_that_is_set_back_stops_nothing(database: Database) -> None:
    await database.transaction(_take, _after(5 * 3600))

    assert await database.transaction(_take, NOON) == 0
    assert await database.transaction(_take, NOON) == pytest.approx(6, abs=TICK_S)


@settings(max_examples=60, deadline=None)
@given(
    per_minute=st.integers(1, 120),
    pauses=st.lists(st.floats(0, 30), min_size=1, max_size=40),
)
def test_no_minute_holds_more_turns_than_allowed(per_minute: int, pauses: list[float]) -> None:
    """Whoever asks waits just as long as they are told, and asks again after a pause."""
    with _bare_session() as session:
        moment, taken = NOON, []
        for pause in pauses:
            moment += timedelta(seconds=pause)
            while (wait_s := _take(session, moment, per_minute=per_minute)) > 0:
                moment += timedelta(seconds=wait_s)
            taken.append(moment.timestamp())

    assert all(
        sum(start <= other < start + 60 - LATE_S - TICK_S for other in taken) <= per_minute
        for start in taken
    )


@settings(max_examples=60, deadline=None)
@given(
    per_minute=st.integers(1, 120),
    asked=st.lists(st.floats(0, 180), min_size=1, max_size=80).map(sorted),
)
def test_turns_are_closer_than_the_interval_only_to_make_up_for_one_that_was_late(
    per_minute: int, asked: list[float]
) -> None:
    with _bare_session() as session:
        taken = [at for at in asked if _take(session, _after(at), per_minute=per_minute) == 0]

    gaps = [later - earlier for earlier, later in pairwise(taken)]
    assert taken[0] == asked[0]
    assert all(gap >= 60 / per_minute - LATE_S - 2 * TICK_S for gap in gaps)


def _take(
    session: Session,
    now: datetime,
    *,
    kind: str = "create",
    tenant: str = TENANT,
    per_minute: float = 10,
) -> float:
    return pacing.take_turn(session, tenant, kind, per_minute=per_minute, now=now)


def _after(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


@contextmanager
def _bare_session() -> Iterator[Session]:
    """Hypothesis runs one test function many times, and a fixture only once."""
    with TemporaryDirectory() as folder:
        engine = create_engine(f"sqlite:///{Path(folder) / 'pacing.db'}")
        PacingRow.metadata.tables["pacing"].create(engine)
        with Session(engine) as session:
            yield session
        engine.dispose()
