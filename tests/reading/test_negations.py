"""Targets that the words before them say not to send."""

import pytest

from bot.reading.commands import Prefetch, parse_command
from bot.reading.lists import parse_arguments, parse_list
from bot.reading.messages import parse_message
from bot.rules.target import Reason, Rejected, Targets, Url

A, B, C, D = (f"https://h.example.com/{name}.mp4" for name in "abcd")


def sent(targets: Targets) -> list[str]:
    return [it.address for it in targets.accepted if isinstance(it, Url)]


def negated(targets: Targets) -> list[str]:
    return [it.text for it in targets.rejected if it.reason is Reason.NEGATED]


@pytest.mark.parametrize(
    "words",
    ["not", "Don’t send", "do not use", "except", "skip", "instead of", "nicht", "keine", "außer",
     "ohne", "statt", "sauf", "不要预热", "除了", "别"],
)  # fmt: skip
def test_target_behind_a_negation_is_not_sent(words: str) -> None:
    for read in (parse_list, parse_arguments, lambda text: parse_message({"text": text})):
        found = read(f"{A}\n{words} {B}\n{C}")

        assert sent(found) == [A, C]
        assert negated(found) == [B]


@pytest.mark.parametrize("words", ["Notes", "nothing new", "Notre film", "特别", "skipper", "ship"])
def test_word_that_only_holds_a_negation_is_none(words: str) -> None:
    assert sent(parse_list(f"{words} {A}")) == [A]
    assert sent(parse_arguments(f"{words} {A}")) == [A]


def test_command_sends_what_stands_before_the_negation() -> None:
    command = parse_command(f"{A} but not {B} {C}")

    assert isinstance(command, Prefetch)
    assert sent(command.targets) == [A]
    assert negated(command.targets) == [B, C]


def test_negation_ends_with_its_sentence() -> None:
    assert sent(parse_arguments(f"It is not late! {A}")) == [A]


def test_heading_that_says_not_counts_up_to_an_empty_line_or_a_heading() -> None:
    found = parse_list(f"{A}\nDo not prefetch:\n{B}\n{C}\n\n{D}")

    assert sent(found) == [A, D]
    assert negated(found) == [B, C]
    assert sent(parse_list(f"Nicht senden:\n{A}\nSenden:\n{B}")) == [B]


def test_negated_target_is_shown_without_its_signature() -> None:
    (rejected,) = (it for it in parse_list(f"not {A}?sign=1").rejected if "://" in it.text)

    assert rejected == Rejected(f"{A}?…", Reason.NEGATED)
