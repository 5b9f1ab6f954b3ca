"""What a refusal says in English, for tests of who raises it."""

import re
from collections.abc import Callable

from bot.rules.refusals import Refusal
from bot.words.english import ENGLISH
from bot.words.refusals import sentence


def said(refused: Refusal) -> str:
    return sentence(ENGLISH, refused)


def saying(pattern: str) -> Callable[[Refusal], bool]:
    """For `pytest.raises(…, check=…)`: whether the sentence holds the pattern."""
    return lambda refused: re.search(pattern, said(refused)) is not None
