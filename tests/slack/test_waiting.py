"""What the bot makes of a `Retry-After`, and how its waits grow."""

from datetime import UTC, datetime

import pytest

from bot.slack.waiting import MOST_S, backoff, retry_after

NOW = datetime(2026, 11, 29, 6, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("7", 7.0),
        (" 0.5 ", 0.5),
        (".5", 0.5),
        ("-3", 0.0),
        ("Sun, 29 Nov 2026 06:00:20 GMT", 20.0),
        ("Sun, 29 Nov 2026 05:59:00 GMT", 0.0),
        ("", None),
        (None, None),
        ("soon", None),
        ("nan", None),
        ("inf", None),
    ],
)
def test_retry_after_is_read_however_it_is_written(
    header: str | None, seconds: float | None
) -> None:
    assert retry_after(header, lambda: NOW) == seconds


def test_retry_after_is_bounded_by_whoever_waits() -> None:
    assert retry_after("86400", lambda: NOW) == 60.0
    assert retry_after("86400", lambda: NOW, longest_s=600.0) == 600.0
    assert retry_after("120", lambda: NOW, longest_s=600.0) == 120.0


def test_waits_double_up_to_a_bound_and_differ() -> None:
    for failures in range(30):
        waits = {backoff(failures) for _ in range(50)}
        most = min(0.5 * 2.0**failures, MOST_S)
        assert most / 2 <= min(waits) < max(waits) <= most
