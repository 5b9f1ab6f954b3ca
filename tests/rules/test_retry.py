"""When the cloud is called again."""

import pytest

from bot.rules.retry import (
    gives_up_unreachable,
    in_doubt_wait_s,
    next_poll_s,
    throttled_wait_s,
    unreachable_wait_s,
)


@pytest.mark.parametrize(
    ("retry_after_s", "wait_s"),
    [(None, 60), (30, 30), (0, 1), (0.2, 1), (-5, 1), (600, 600), (86_400, 600)],
)
def test_throttled_call_waits_as_told_within_bounds(
    retry_after_s: float | None, wait_s: float
) -> None:
    assert throttled_wait_s(retry_after_s) == wait_s


def test_wait_for_an_unreachable_cloud_doubles_up_to_two_minutes() -> None:
    waits = [unreachable_wait_s(attempt) for attempt in range(1, 9)]

    assert waits == [5, 10, 20, 40, 80, 120, 120, 120]


def test_one_call_in_doubt_delays_nothing_and_several_do() -> None:
    assert [in_doubt_wait_s(attempt) for attempt in range(1, 6)] == [0, 5, 10, 20, 40]


def test_unreachable_cloud_is_given_up_after_half_an_hour_of_waits() -> None:
    attempts = next(count for count in range(1, 100) if gives_up_unreachable(count))

    waited_s = sum(map(unreachable_wait_s, range(1, attempts)))
    assert waited_s <= 1800 < waited_s + unreachable_wait_s(attempts)


def test_no_attempt_is_no_reason_to_give_up() -> None:
    assert not gives_up_unreachable(0)


@pytest.mark.parametrize(
    ("polls", "jitter", "wait_s"),
    [(0, 0, 60), (0, 1, 72), (1, 0, 30), (1, 0.5, 33), (99, 1, 36)],
)
def test_task_is_first_asked_for_late_and_then_evenly(
    polls: int, jitter: float, wait_s: float
) -> None:
    assert next_poll_s(first_s=60, every_s=30, polls=polls, jitter=jitter) == pytest.approx(wait_s)
