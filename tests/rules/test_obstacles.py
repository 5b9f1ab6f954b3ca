"""What stands in the way of every call, when the next one goes out, and when waiting ends."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.rules.causes import CloudError
from bot.rules.obstacles import (
    HASTE_S,
    KINDS,
    LOCKED_S,
    PROBES_S,
    Obstacle,
    met,
    soonest_probe,
    waits_too_long,
)

NOW = datetime(2026, 11, 30, 10, tzinfo=UTC)
KEY = CloudError("AuthenticationFailed", "no such key", "APIGW.0301")
LOCKED = CloudError("KeyLocked", "locked", "APIGW.0301")
BILL = CloudError("AccountProblem", "in arrears", "VOD.10120")


def waits(found: Obstacle, now: datetime = NOW) -> float:
    return (found.next_probe_at - now).total_seconds()


def test_each_refused_probe_makes_the_next_one_wait_longer_up_to_half_an_hour() -> None:
    found, seen = met(None, KEY, was_probe=False, now=NOW), []
    for _ in range(len(PROBES_S) + 2):
        seen.append(waits(found))
        found = met(found, KEY, was_probe=True, now=NOW)

    assert seen == [*PROBES_S, PROBES_S[-1], PROBES_S[-1]]
    assert found.since == NOW


def test_locked_key_is_left_alone_until_it_is_open_again() -> None:
    assert waits(met(None, LOCKED, was_probe=False, now=NOW)) == LOCKED_S


def test_call_that_was_out_before_says_nothing_new() -> None:
    found = met(None, KEY, was_probe=False, now=NOW)

    assert met(found, LOCKED, was_probe=False, now=NOW + timedelta(seconds=5)) is found


def test_another_kind_of_refusal_is_another_obstacle() -> None:
    later = NOW + timedelta(hours=1)
    found = met(met(None, KEY, was_probe=False, now=NOW), BILL, was_probe=True, now=later)

    assert (found.since, found.probes, found.cause) == (later, 0, BILL)


@pytest.mark.parametrize(
    ("tried_s_ago", "wait_s"), [(None, 0), (HASTE_S + 1, 0), (4, HASTE_S - 4), (-3, 3)]
)
def test_haste_of_people_makes_no_more_than_a_probe_every_few_seconds(
    tried_s_ago: float | None, wait_s: float
) -> None:
    tried_at = None if tried_s_ago is None else NOW - timedelta(seconds=tried_s_ago)

    assert (soonest_probe(tried_at, now=NOW) - NOW).total_seconds() == wait_s


@pytest.mark.parametrize(
    ("due_s", "now_s", "waited_s"),
    [
        (-50, 99, None),
        (-50, 100, 100),
        (30, 100, None),
        (30, 130, 100),
    ],
)
def test_bound_counts_from_when_the_request_was_due_and_could_not_go_out(
    due_s: float, now_s: float, waited_s: int | None
) -> None:
    found = met(None, BILL, was_probe=False, now=NOW)
    due_at, now = NOW + timedelta(seconds=due_s), NOW + timedelta(seconds=now_s)

    assert waits_too_long(found, due_at, bound_s=100, now=now) == waited_s


def test_every_kind_has_its_class_of_errors() -> None:
    assert {met(None, CloudError(kind, ""), was_probe=False, now=NOW).kind for kind in KINDS} == {
        *KINDS.values()
    }
