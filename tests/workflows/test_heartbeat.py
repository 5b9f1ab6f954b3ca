"""Whether the queue is looked into, as its thread shows by what it hears from the database."""

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine

from bot.workflows.heartbeat import SEEN_WITHIN_S, Heartbeat, join_queue_workers

WORKER = "queue-worker-requests"


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = create_engine(f"sqlite:///{tmp_path / 'queue.db'}")
    yield engine
    engine.dispose()


@dataclass
class Clock:
    """Stands still until a test moves it."""

    now_s: float = 1000.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def heart(engine: Engine, clock: Clock) -> Heartbeat:
    heart = Heartbeat("requests", clock)
    heart.listen(engine)
    return heart


def test_first_look_has_its_time(heart: Heartbeat) -> None:
    assert heart.problems() == []


def test_thread_that_has_ended_is_a_reason_at_once(heart: Heartbeat, engine: Engine) -> None:
    with living(WORKER, engine):
        during = heart.problems()

    assert during == []
    assert heart.problems() == [
        "workflow engine: the thread that takes requests from the queue has ended"
    ]


def test_thread_that_took_its_place_is_none(heart: Heartbeat, engine: Engine) -> None:
    """DBOS begins another one when a thread has died."""
    with living(WORKER, engine):
        pass
    with living(WORKER, engine):
        assert heart.problems() == []


@pytest.mark.parametrize("name", [WORKER, "queue-worker-another", "database"])
def test_thread_that_lives_and_hears_nothing_is_a_reason(
    heart: Heartbeat, clock: Clock, engine: Engine, name: str
) -> None:
    """It hangs; what other threads hear tells nothing of it."""
    with living(WORKER, engine), living(name, engine):
        clock.now_s += SEEN_WITHIN_S
        before = heart.problems()
        look(engine)
        clock.now_s += 2.0

        (problem,) = heart.problems()

    assert before == []
    assert problem == "workflow engine: it has not looked into the queue for 7 s"


def test_stop_waits_for_every_thread_of_a_queue() -> None:
    ended: list[str] = []

    def work(name: str) -> None:
        time.sleep(0.1)
        ended.append(name)

    names = [WORKER, "queue-worker-another"]
    for name in names:
        threading.Thread(target=work, args=[name], name=name, daemon=True).start()

    join_queue_workers(within_s=60.0)

    assert sorted(ended) == sorted(names)


def test_stop_waits_for_a_thread_that_is_just_being_started() -> None:
    ended = []
    starting = threading.Thread(target=lambda: ended.append(True), name=WORKER, daemon=True)
    # What `start` does first: from then on the thread is found, and cannot be joined.
    threading._limbo[starting] = starting  # type: ignore[attr-defined]
    later = threading.Timer(0.2, starting.start)
    later.start()

    join_queue_workers(within_s=60.0)

    assert ended == [True]


def test_stop_does_not_wait_for_ever_for_threads_that_hang(
    engine: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    with living(WORKER, engine), living("queue-worker-another", engine):
        begun = time.monotonic()
        join_queue_workers(within_s=0.2)
        waited_s = time.monotonic() - begun

    assert 0.2 <= waited_s < 5.0
    assert "a thread of the queue has not ended within 0.2 s" in caplog.text


@contextmanager
def living(name: str, engine: Engine) -> Iterator[None]:
    """A thread that has looked once and then waits."""
    has_looked, may_end = threading.Event(), threading.Event()

    def work() -> None:
        look(engine)
        has_looked.set()
        may_end.wait()

    thread = threading.Thread(target=work, name=name, daemon=True)
    thread.start()
    has_looked.wait()
    try:
        yield
    finally:
        may_end.set()
        thread.join()


def look(engine: Engine) -> None:
    with engine.connect() as connection:
        connection.exec_driver_sql("SELECT 1")
