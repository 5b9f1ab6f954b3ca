"""The list of what is to be killed at is not empty by mistake."""

from tests.kills import code


def test_function_reaches_a_transaction_directly_or_through_others() -> None:
    assert {"keep_card_place", "hold", "_accept", "unclaim"} <= code.transactions()
    assert "write" not in code.transactions()


def test_calls_of_both_clients_are_found() -> None:
    assert {"chat_postMessage", "chat_update", "create_prefetch_of_urls"} <= code.calls()
