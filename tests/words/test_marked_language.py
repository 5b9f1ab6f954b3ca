"""A second language reaches every screen: nothing that a person reads is said elsewhere."""

import pytest

from bot.blocks.text import section
from bot.words.english import ENGLISH
from tests.blocks.catalogue import Exhibit, catalogue
from tests.words.marked import marked, marks_in, unmarked_words

MARKED = marked(ENGLISH)


@pytest.mark.parametrize("shown", catalogue(MARKED), ids=lambda one: one.name)
def test_no_word_of_a_screen_is_said_outside_of_the_language(shown: Exhibit) -> None:
    assert unmarked_words(shown.payload) == set()
    assert marks_in(shown.payload) > 0


def test_no_sentence_can_be_handed_to_a_sentence() -> None:
    with pytest.raises(AssertionError, match="no language"):
        MARKED.cards.same_reason(2, "Nothing was sent.")

    assert MARKED.cards.same_reason(2, MARKED.phrases.files(3)).startswith("⟦")


def test_marked_language_shows_a_word_that_stands_elsewhere() -> None:
    stray = section(f"*R-7F3K2* · {MARKED.phrases.files(3)} are `sent` to <@U0MEI>")

    assert unmarked_words(stray) == {"are", "to"}
