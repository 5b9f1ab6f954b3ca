"""A second language reaches every screen: nothing that a person reads is said elsewhere."""

import inspect
from dataclasses import fields
from typing import get_type_hints

import pytest

from bot.blocks.modals import field_error
from bot.blocks.text import section
from bot.words.english import ENGLISH
from bot.words.language import Words
from bot.words.refusals import sentence
from tests.helpers.marked_language import marked, marks_in, unmarked_words
from tests.helpers.screen_catalogue import Exhibit, catalogue
from tests.helpers.screen_samples import refusals

SAID: dict[str, set[str]] = {}
MARKED = marked(ENGLISH, SAID)


FOR_THE_COMMAND_LINE = {"advice", "token"}
"""Sentences that are told beside others, and by themselves where the bot starts."""


@pytest.mark.parametrize("shown", catalogue(MARKED), ids=lambda one: one.name)
def test_no_word_of_a_screen_is_said_outside_of_the_language(shown: Exhibit) -> None:
    assert unmarked_words(shown.payload) == set()
    assert marks_in(shown.payload) > 0


@pytest.mark.parametrize("name", refusals())
def test_error_under_a_field_is_said_in_the_language(name: str) -> None:
    error = field_error(MARKED, sentence(MARKED, refusals()[name]))

    assert unmarked_words({"text": error}) == set()


def test_every_sentence_stands_on_a_screen_or_under_a_field() -> None:
    for refused in refusals().values():
        field_error(MARKED, sentence(MARKED, refused))
    assert MARKED.decisions.REASON_MISSING.startswith("⟦")
    assert [exhibit.name for exhibit in catalogue(MARKED) if not exhibit.payload] == []

    missing = {
        part.name: unsaid
        for part in fields(Words)
        if (unsaid := _sentences_of(part.type) - SAID[part.name] - FOR_THE_COMMAND_LINE)
    }
    assert missing == {}


def _sentences_of(protocol: object) -> set[str]:
    """The constants and functions that a protocol asks for."""
    functions = {name for name, found in vars(protocol).items() if inspect.isfunction(found)}
    named = {*get_type_hints(protocol), *functions}
    return {name for name in named if not name.startswith("_")}


def test_no_sentence_can_be_handed_to_a_sentence() -> None:
    with pytest.raises(AssertionError, match="no language"):
        MARKED.cards.same_reason(2, "Nothing was sent.")

    assert MARKED.cards.same_reason(2, MARKED.phrases.files(3)).startswith("⟦")


def test_marked_language_shows_a_word_that_stands_elsewhere() -> None:
    stray = section(f"*R-7F3K2* · {MARKED.phrases.files(3)} are `sent` to <@U0MEI>")

    assert unmarked_words(stray) == {"are", "to"}
