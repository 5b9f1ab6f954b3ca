"""What a refusal or a cause says in English, for tests of who raises or stores it."""

import re
from collections.abc import Callable, Sequence

from bot.rules.causes import Cause
from bot.rules.refusals import Refusal
from bot.words.causes import sentences
from bot.words.english import ENGLISH
from bot.words.refusals import sentence


def said(refused: Refusal) -> str:
    return sentence(ENGLISH, refused)


def saying(pattern: str) -> Callable[[Refusal], bool]:
    """For `pytest.raises(…, check=…)`: whether the sentence holds the pattern."""
    return lambda refused: re.search(pattern, said(refused)) is not None


def told(causes: Sequence[Cause], *, for_addresses: bool = True) -> str:
    """What a card says of the causes of a call."""
    return sentences(ENGLISH, causes, for_addresses=for_addresses)
