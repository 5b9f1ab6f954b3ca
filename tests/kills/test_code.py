"""The list of what is to be killed at is not empty by mistake."""

import pkgutil

import pytest

from tests.helpers import kill_checks, kill_points_in_code, kill_runs
from tests.kills import test_restoration


def test_function_reaches_a_transaction_directly_or_through_others() -> None:
    assert {"keep_card_place", "hold", "_accept", "unclaim"} <= kill_points_in_code.transactions()
    assert "write" not in kill_points_in_code.transactions()


def test_calls_of_both_clients_are_found() -> None:
    assert {
        "chat_postMessage",
        "chat_update",
        "create_prefetch",
    } <= kill_points_in_code.calls()


@pytest.mark.parametrize(
    "named",
    [
        kill_checks.PLACE_KEPT,
        kill_checks.MARKER,
        *kill_checks.ANSWER_KEPT,
        *(moment for moment in test_restoration.MOMENTS if "mark of" not in moment),
    ],
)
def test_moment_that_a_test_waits_for_names_code(named: str) -> None:
    """A function that was renamed would never be waited for, and nothing would be seen of it."""
    name = named.rsplit(" ", 1)[-1].rstrip(".")

    assert pkgutil.resolve_name(name)


@pytest.mark.parametrize("part", ["storage.executors", "bot.workflows.recovery.Replica"])
def test_moment_of_one_database_names_code(part: str) -> None:
    assert any(f"{part}.".endswith(known) for known in kill_runs.OF_ONE)
    assert pkgutil.resolve_name(part)
