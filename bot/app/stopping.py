"""A stop that hangs is cut off: nothing is lost by that, for the next start carries on."""

import logging
import os
import threading
from collections.abc import Callable

log = logging.getLogger(__name__)

CLOSES_WITHIN_S = 20.0
"""Of the engine and the database, which close in a moment unless the database does not answer."""

UNREACHABLE = 3


def end_process() -> None:
    """End without waiting for the threads that hang."""
    log.error(
        "the stop hangs, as a rule because the database does not answer; this process ends now,"
        " and the next start carries on what was under way"
    )
    logging.shutdown()
    os._exit(UNREACHABLE)


class StopWatch:
    """Ends the process when its stop takes too long.

    It is a thread of its own, for the event loop may be what hangs.
    """

    def __init__(self, *, within_s: float, end: Callable[[], None] = end_process) -> None:
        self._timer = threading.Timer(within_s, end)
        self._timer.daemon = True

    def begin(self) -> None:
        self._timer.start()

    def cancel(self) -> None:
        """The stop has come to its end, or has never begun."""
        self._timer.cancel()
