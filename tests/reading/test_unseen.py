"""Characters that nobody sees: each reader knows all of them, for there is one list."""

import pytest

from bot.reading.lists import parse_list
from bot.reading.targets import read_target
from bot.reading.time_words import time_in
from bot.rules.free_text import as_text
from bot.rules.target import Reason, Rejected, Targets, Url
from bot.rules.unseen import CONTROLS, HALF_PAIRS, INVISIBLE, JOINERS, OVERRIDES, characters_of


def test_list_is_written_out_with_both_ends() -> None:
    assert characters_of("a-cxé-ë") == "abcxéêë"
    assert characters_of(HALF_PAIRS)[0] == "\ud800"
    assert characters_of(HALF_PAIRS)[-1] == "\udfff"


@pytest.mark.parametrize("unseen", characters_of(INVISIBLE + JOINERS + OVERRIDES), ids=ascii)
def test_what_nobody_sees_is_no_part_of_a_name_a_time_or_a_text(unseen: str) -> None:
    inside = read_target(f"https://h/in{unseen}side.mp4")
    around = parse_list(f"{unseen}https://h/inside.mp4{unseen}")

    assert isinstance(inside, Rejected)
    assert inside.reason is Reason.CONTROL_CHARACTERS
    assert around == Targets((Url("https://h/inside.mp4"),))
    assert time_in(f"18:{unseen}30") is not None
    assert as_text(f"a{unseen}b") == "ab"


@pytest.mark.parametrize("control", characters_of(CONTROLS), ids=ascii)
def test_control_is_no_part_of_a_name(control: str) -> None:
    verdict = read_target(f"https://h/in{control}side.mp4")

    assert isinstance(verdict, Rejected)
    assert verdict.reason is Reason.CONTROL_CHARACTERS
