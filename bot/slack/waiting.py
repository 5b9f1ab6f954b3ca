"""How long to wait before Slack is asked again."""

import math
import random
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

LONGEST_S = 60.0
"""Of a `Retry-After`, where somebody waits for the call."""

UNTOLD_S = 1.0
"""Of a 429 whose header is absent, empty or no time."""

FIRST_S = 0.5
MOST_S = 15.0
"""Half of the 30 s in which the bot has to listen again: a try that hangs takes the other half."""


def retry_after(
    header: str | None, now: Callable[[], datetime], *, longest_s: float = LONGEST_S
) -> float | None:
    """The seconds of a `Retry-After`, which may be a fraction or a date; None: it says none."""
    text = (header or "").strip()
    try:
        seconds = float(text)
    except ValueError:
        seconds = _seconds_until(text, now())
    if not math.isfinite(seconds):
        return None
    return min(max(seconds, 0.0), longest_s)


def backoff(failures: int) -> float:
    """Doubles with each failure up to a bound; the random half keeps replicas apart."""
    return min(FIRST_S * 2.0 ** min(failures, 10), MOST_S) * random.uniform(0.5, 1.0)  # noqa: S311


def _seconds_until(text: str, now: datetime) -> float:
    try:
        when = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return math.nan
    if when.tzinfo is None:
        when = when.replace(tzinfo=UTC)
    return (when - now).total_seconds()
