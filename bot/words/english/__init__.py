"""English."""

from bot.words.english import (
    answers,
    buttons,
    cards,
    decisions,
    home,
    modals,
    phrases,
    quota,
)
from bot.words.language import Words

ENGLISH = Words(
    phrases=phrases,
    quota=quota,
    cards=cards,
    buttons=buttons,
    modals=modals,
    decisions=decisions,
    home=home,
    answers=answers,
)
