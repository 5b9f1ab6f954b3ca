"""English."""

from bot.words.english import (
    answers,
    buttons,
    cards,
    causes,
    decisions,
    failures,
    home,
    modals,
    phrases,
    playlists,
    preflight,
    quota,
    refusals,
    rejections,
    reports,
)
from bot.words.language import Words

ENGLISH = Words(
    phrases=phrases,
    quota=quota,
    cards=cards,
    buttons=buttons,
    modals=modals,
    preflight=preflight,
    decisions=decisions,
    home=home,
    reports=reports,
    answers=answers,
    refusals=refusals,
    rejections=rejections,
    failures=failures,
    causes=causes,
    playlists=playlists,
)
