"""Whether DBOS looks into its queue: by itself it tells nobody when it no longer does."""

import logging
import threading
import time
from collections.abc import Callable

from sqlalchemy import Engine, event

log = logging.getLogger(__name__)

QUEUE_WORKER = "queue-worker-"
"""How DBOS begins the name of each thread that takes work from a queue."""

ENDS_WITHIN_S = 3.0
"""A database that is away may hold such a thread up, and supervisors kill the bot after 10 s."""

LOOK_AGAIN_S = 0.01

SEEN_WITHIN_S = 5.0
"""Many times what lies between two looks; a database that is slow for a moment is no reason."""


class Heartbeat:
    """A look is an answer that the thread of the queue has got from the database."""

    def __init__(self, queue: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._thread = f"{QUEUE_WORKER}{queue}"
        self._clock = clock
        self._seen_at = clock()
        self._has_looked = False

    def listen(self, engine: Engine) -> None:
        """Note every answer on these connections from now on."""
        event.listen(engine, "after_cursor_execute", self._note)
        self._seen_at = self._clock()

    def problems(self) -> list[str]:
        """Why what is queued would not be begun; DBOS has a few seconds for its first look."""
        if self._has_looked and not self._lives():
            return ["workflow engine: the thread that takes requests from the queue has ended"]
        silent_s = self._clock() - self._seen_at
        if silent_s > SEEN_WITHIN_S:
            return [f"workflow engine: it has not looked into the queue for {silent_s:.0f} s"]
        return []

    def _lives(self) -> bool:
        return any(thread.name == self._thread for thread in threading.enumerate())

    def _note(self, *_: object) -> None:
        if threading.current_thread().name == self._thread:
            self._seen_at = self._clock()
            self._has_looked = True


def join_queue_workers(*, within_s: float = ENDS_WITHIN_S) -> None:
    """Return when the threads of all queues have ended, or after `within_s` when one hangs."""
    last = time.monotonic() + within_s
    # Looked for and not joined: one that DBOS has just started cannot be joined yet.
    while _work_on_a_queue():
        if time.monotonic() >= last:
            log.warning("a thread of the queue has not ended within %g s", within_s)
            return
        time.sleep(LOOK_AGAIN_S)


def _work_on_a_queue() -> bool:
    return any(thread.name.startswith(QUEUE_WORKER) for thread in threading.enumerate())
