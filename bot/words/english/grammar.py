"""Numbers, plurals and lists in English."""

from bot.words.grammar import Grammar

ENGLISH = Grammar("en")
number, counted, plural, any_of = (
    ENGLISH.number,
    ENGLISH.counted,
    ENGLISH.plural,
    ENGLISH.any_of,
)
