"""What a language has to say of playlists: a protocol beside those of `bot.words.language`."""

from typing import Protocol

from bot.rules.looks import NotSeen
from bot.rules.playlists import Offer, Rendition


class PlaylistWords(Protocol):
    """The playlists of a draft, and what came of a look at one of them."""

    LOOK_LABEL: str
    LOOKING: str
    LOOK_AGAIN: str
    NOT_OF_HLS: str
    MASTER_AGAIN: str
    NO_SEGMENTS: str
    IS_CUT: str
    NO_RENDITION: str
    CHOOSE: str
    IS_LIVE: str
    LACKS_SIGNATURES: str

    def nothing_new(self, already: int, rejected: int) -> str: ...
    def more_renditions(self, left: int) -> str: ...
    def renditions_not_sent(self, rejected: int) -> str: ...
    def listed(self, number: int) -> str: ...
    def unread(self, why: NotSeen) -> str: ...
    def rendition(self, rendition: Rendition) -> str: ...
    def names(self, offer: Offer) -> str: ...
    def add_label(self, files: int) -> str: ...
