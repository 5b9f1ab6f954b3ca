"""The language in which a person is answered."""

from bot.words.english import ENGLISH
from bot.words.language import Words
from handlers.payloads import Payload


def words_for(body: Payload) -> Words:  # noqa: ARG001  # an installation's setting will choose
    """The language of the person behind a payload; English is the only one so far."""
    return ENGLISH
