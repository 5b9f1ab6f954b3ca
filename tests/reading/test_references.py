"""The names by which people ask about a request, however they write them."""

import pytest

from bot.reading.references import request_id, task_id

ID = "5199337c31c8e4622f1590735b13a263"


@pytest.mark.parametrize(
    "text",
    [
        "R-7F1K0",
        "*R-7F1K0*:",
        "r-7f1k0",
        "7f1k0",
        "R7F1K0",
        " R-7FIKO\u200b",
        "7flko",
        "7FiKo",
        "７F1K0",
    ],
)
def test_request_id_is_read_however_it_is_said(text: str) -> None:
    assert request_id(text) == "R-7F1K0"


@pytest.mark.parametrize(
    "text", ["", "R-", "R-7F1K", "R-7F1K00", "R-7FUK0", "R--7F1K0", "7fık0", "７F1K0x"]
)
def test_other_text_is_no_request_id(text: str) -> None:
    assert request_id(text) is None


def test_request_id_may_begin_with_the_letter_of_its_prefix() -> None:
    assert request_id("RABCD") == "R-RABCD"


def test_task_id_is_read_in_either_case() -> None:
    assert task_id(f" {ID.upper()} ") == ID
    assert task_id(ID[:31]) is None
    assert task_id(ID[:31] + "g") is None
