"""The shape of a playlist, M3U or M3U8: a file a line, and all else behind a `#`.

RFC 8216 has this one rule for master and media playlists alike, and a parser of playlists tells
neither comments nor lines apart that it does not know; so the lines are read as they stand.
"""

import re

from bot.reading.boundaries import ID
from bot.reading.characters import BLANKS, numbered_lines
from bot.reading.comments import rejected_comment
from bot.reading.link_tokens import Split
from bot.reading.shapes.shape import Read, plain_text, read_of
from bot.rules.reading import ListShape, Reading
from bot.rules.redaction import shown
from bot.rules.target import Reason, Rejected

_TAG = re.compile(r"#(?:EXT|PLAYLIST:|KODIPROP:)")
_MARKS_A_PLAYLIST = re.compile(r"^[ \t]*#EXT(?:INF:|-X-[A-Z])", re.MULTILINE)
_MAY_NAME_A_FILE = re.compile(rf"://|{ID}|\.[A-Za-z0-9]{{2,5}}\s*$")
_HAS_A_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|\\\\")


def read_playlist(text: str, split: Split) -> Read | None:
    """The lines without a `#`; a line without a host has no base here and is rejected."""
    plain = plain_text(text, split)
    if not plain.lstrip(BLANKS).startswith("#EXTM3U") and not _MARKS_A_PLAYLIST.search(plain):
        return None
    lines = numbered_lines(plain)
    entries = [line for _, line in lines if not line.startswith("#")]
    items = ((number, item) for number, line in lines for item in _items(line))
    return read_of(items, Reading(ListShape.PLAYLIST, len(entries)))


def _items(line: str) -> list[str | Rejected]:
    if not line.startswith("#"):
        is_relative = not _HAS_A_SCHEME.match(line)
        return [Rejected(shown(line), Reason.RELATIVE) if is_relative else line]
    is_switched_off = not _TAG.match(line) and _MAY_NAME_A_FILE.search(line)
    return [rejected_comment(line)] if is_switched_off else []
