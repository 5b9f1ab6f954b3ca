"""When to call the cloud again."""

THROTTLED_WAIT_S = 60.0
"""The service's limits are per minute and its 429 carries no Retry-After that is documented."""

UNREACHABLE_WAIT_S = 5.0
UNREACHABLE_GIVE_UP_S = 1800.0


def throttled_wait_s(retry_after_s: float | None) -> float:
    wait = THROTTLED_WAIT_S if retry_after_s is None else retry_after_s
    return min(max(wait, 1.0), 600.0)


def unreachable_wait_s(attempt: int) -> float:
    """Doubles from 5 s to 2 minutes; `attempt` counts from 1."""
    return float(min(UNREACHABLE_WAIT_S * 2 ** (attempt - 1), 120.0))


def in_doubt_wait_s(attempt: int) -> float:
    """The same after calls without a clear answer in a row, of which one alone is no outage."""
    return unreachable_wait_s(attempt - 1) if attempt > 1 else 0.0


def gives_up_unreachable(attempts: int) -> bool:
    """Whether the waits after so many attempts in a row add up to half an hour."""
    return sum(map(unreachable_wait_s, range(1, attempts + 1))) > UNREACHABLE_GIVE_UP_S


def next_poll_s(*, first_s: float, every_s: float, polls: int, jitter: float) -> float:
    """Seconds until a task is asked for again; `jitter`, 0 to 1, adds up to a fifth."""
    wait = first_s if polls == 0 else every_s
    return wait * (1 + jitter / 5)
