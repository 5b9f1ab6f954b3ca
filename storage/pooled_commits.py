"""PostgreSQL commits for each transaction by itself, a few at a time."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from sqlalchemy import Engine
from sqlmodel import Session

POSTGRESQL_CONNECTIONS = 5
"""More only queue on the one quota row: see "Facts that were measured" in ARCHITECTURE.md."""


class PooledCommits:
    """A thread for each connection of the pool."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._threads = ThreadPoolExecutor(POSTGRESQL_CONNECTIONS, thread_name_prefix="database")

    def submit(self, fn: Callable[[Session], Any]) -> Future[Any]:
        def run() -> Any:  # noqa: ANN401  # whatever fn returns
            with Session(self._engine, expire_on_commit=False) as session, session.begin():
                return fn(session)

        return self._threads.submit(run)

    def close(self) -> None:
        """Return when all that was submitted is done."""
        self._threads.shutdown(wait=True)
