"""Playlists: files that only name other files, which a player then fetches one by one."""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeGuard

from bot.rules.address import split_address
from bot.rules.draft import Proposal
from bot.rules.looks import NotSeen
from bot.rules.redaction import signs, without_query
from bot.rules.refusals import Refusal
from bot.rules.target import Rejected, Target, Targets, Url

_OF_HLS = re.compile(r"[^?#]*\.m3u8?(?:[?#]|\Z)", re.IGNORECASE)
_OF_HLS_OR_DASH = re.compile(r"[^?#]*\.(?:m3u8?|mpd)(?:[?#]|\Z)", re.IGNORECASE)


def is_playlist(target: Target) -> bool:
    """Whether the path ends as that of a playlist does, of HLS or of DASH."""
    return isinstance(target, Url) and _OF_HLS_OR_DASH.match(target.address) is not None


def names_segments(target: Target) -> TypeGuard[Url]:
    """Whether the target is a playlist that the bot can read, one of HLS."""
    return isinstance(target, Url) and _OF_HLS.match(target.address) is not None


class Track(StrEnum):
    """What a rendition holds."""

    VIDEO = "video"
    AUDIO = "audio"
    SUBTITLES = "subtitles"


@dataclass(frozen=True, slots=True)
class Rendition:
    """A media playlist that a master playlist names; what the master does not say is 0 or empty.

    `size` is as `1920x1080`; `name` is a language or a title, as whoever made the playlist wrote
    it: who shows it has to escape it.
    """

    playlist: Url
    track: Track
    bits_per_second: int = 0
    size: str = ""
    name: str = ""

    @property
    def key(self) -> str:
        """The same for one rendition when the playlist is read again, with other signatures."""
        place = without_query(self.playlist.address)
        parts = (self.track, str(self.bits_per_second), self.size, self.name, place)
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class MasterPlaylist:
    """Names renditions, of which a player takes one or two.

    `is_cut` says that the file ends inside a line, which was not read.
    """

    renditions: tuple[Rendition, ...]
    rejected: tuple[Rejected, ...] = ()
    is_cut: bool = False


@dataclass(frozen=True, slots=True)
class MediaPlaylist:
    """Names segments, and the files with which a player begins.

    A live playlist names only the segments of the moment at which it was read. `is_cut` says that
    the file ends inside a line, which was not read.
    """

    targets: Targets
    is_live: bool
    is_cut: bool = False


@dataclass(frozen=True, slots=True)
class BeingRead:
    """A look that goes on, for as long as the playlist's server takes."""


@dataclass(frozen=True, slots=True)
class Unread:
    """A playlist of which the bot read nothing; `why` is None for a file that is no playlist.

    `is_master` is said of a rendition that names renditions itself: no player takes those.
    """

    playlist: Url
    why: NotSeen | None
    is_master: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    """The renditions of a master playlist, which stands at this position of the plan.

    `rejected` are those that cannot be sent.
    """

    playlist: Url
    position: int
    renditions: Sequence[Rendition]
    rejected: Sequence[Rejected] = ()
    is_cut: bool = False


@dataclass(frozen=True, slots=True)
class Offer:
    """A draft with what a playlist names beside all that was in the draft before.

    `more` is how many files come to it, `left_out` how many entries cannot be sent. `is_bare` says
    that only the playlist itself comes to it, a rendition, and no segment.
    """

    playlist: Url
    proposal: Proposal
    more: int
    left_out: int
    is_live: bool
    lacks_signatures: bool
    is_cut: bool = False
    is_bare: bool = False


@dataclass(frozen=True, slots=True)
class NoOffer:
    """What a playlist names cannot be added, because the bot refuses the larger request."""

    playlist: Url
    why: Refusal


@dataclass(frozen=True, slots=True)
class NothingNew:
    """A playlist names no file that could come to the draft.

    `already` is how many of those that it names are in the draft; `rejected` cannot be sent.
    """

    playlist: Url
    already: int
    rejected: Sequence[Rejected] = ()
    is_cut: bool = False


@dataclass(frozen=True, slots=True)
class Outdated:
    """The modal showed a look, and shows another draft or another time now."""


Looked = BeingRead | Outdated | Unread | Choice | Offer | NoOffer | NothingNew
"""What came of a look at a playlist."""


def lacks_signatures(playlist: Url, named: Sequence[Target]) -> bool:
    """Whether the playlist's own address is signed, and one that it names is not."""
    return _is_signed(playlist) and not all(
        _is_signed(target) for target in named if isinstance(target, Url)
    )


def _is_signed(url: Url) -> bool:
    if without_query(url.address).partition("?")[0] != url.address.partition("?")[0]:
        return True  # by its path
    pairs = (split_address(url.address).query or "").split("&")
    return any(signs(pair.partition("=")[0]) for pair in pairs)
