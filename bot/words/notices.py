"""What a language has to say of notices: a protocol beside those of `bot.words.language`."""

from typing import Protocol

from bot.rules.notices import Ended, Welcome


class NoticeWords(Protocol):
    """What people are told once, each in mrkdwn."""

    MAY_REPEAT: str

    def ended(self, notice: Ended) -> str: ...
    def welcome(self, notice: Welcome) -> list[str]: ...
    def after_the_end(self, notice: Ended, *, is_direct: bool) -> list[str]: ...
