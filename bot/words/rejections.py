"""What a language says of what is left out: a protocol beside those of `bot.words.language`."""

from typing import Protocol

from bot.rules.reading import Places
from bot.rules.target import Rejected


class RejectionWords(Protocol):
    """Why a piece of text is not sent, and where it stands."""

    FILE_WITHOUT_NAME: str

    def at(self, places: Places) -> str: ...
    def perhaps(self, offered: str) -> str: ...
    def reason(self, rejected: Rejected) -> str: ...
