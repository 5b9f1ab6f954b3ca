"""Text behind an address that was never part of it: a cell, a size, a date, the rest of a line."""

import re

from bot.reading.file_names import MEDIA, ends_in_media, has_extension
from bot.rules.address import Parts

# Names of several rates in one: `/i/a.mp4,b.mp4,.csmil/master.m3u8`.
_SEVERAL_RATES = re.compile(r"[^/]*\.(?:csmil|smil|urlset)(?:/|\Z)")
_WIDE = "\u060c\u061b\u061f\u06d4\u0964\u0965\u3001-\u30ff\u3400-\u9fff\uff01-\uff65"
_BEHIND_A_NAME = re.compile(
    rf"{MEDIA}(?P<mark>[\"'`”’>)\]]*[,;.:!?…]{{0,3}}\s|[,;|$\"'`<>^{_WIDE}]"
    r"|[.!:](?=\d*\Z)|[\"'`”’>)\]]+[.:!?…]+\Z)"
)
_PATH_PARAMETER = re.compile(r";[A-Za-z0-9_.-]{1,40}=[^\s,|]*\Z")
# A size, a date, a version of HTTP, an option of a command: known also behind other names.
_RECOGNISED = re.compile(
    r"\s(?:\(?~?\d+(?:[.,]\d+)?\s?(?:[kmgt]i?b|bytes?|[km]bps|fps|p|sec|min)\)?"
    r"|[0-9]{4}[-/.年][0-9]{1,2}[-/.月][0-9]{1,2}日?(?:[\sT].*)?"
    r"|HTTP/[0-9].*)\Z",
    re.IGNORECASE,
)
_OPTION = re.compile(r"\s(?:-[A-Za-z]|--[a-z][a-z-]+)(?:[\s=]|\Z)")
_MARKUP = re.compile(r"</|<br|/>\Z|>\Z", re.IGNORECASE)
_IN_A_QUERY = re.compile(r"[\s\"<>`，；、。]|(?<=[^&=])\$")
_BEHIND_THE_LAST_DELIMITER = re.compile(r"[,;|](?P<behind>[^/,;|]*)\Z")
_CELL_IN_A_QUERY = re.compile(r"[,;|][^=&,;|]*\Z")


def has_a_tail(parts: Parts) -> bool:
    """Whether text stands behind the name or behind the query."""
    path = parts.path
    if _MARKUP.search(path) or _OPTION.search(path) or _goes_on_behind_a_name(path):
        return True
    if _RECOGNISED.search(path) and not ends_in_media(path):
        return True
    return bool(parts.query and _IN_A_QUERY.search(parts.query))


def may_hold_a_cell(parts: Parts) -> bool:
    """Whether the address ends in a comma, semicolon or bar and a word, as the next cell would."""
    if parts.query and _CELL_IN_A_QUERY.search(parts.query):
        return True
    found = _BEHIND_THE_LAST_DELIMITER.search(parts.path)
    return found is not None and "=" not in found["behind"] and not has_extension(found["behind"])


def _goes_on_behind_a_name(path: str) -> bool:
    found = _BEHIND_A_NAME.search(path)
    if found is None:
        return False
    if found["mark"] == ";" and _PATH_PARAMETER.match(path, found.start("mark")):
        return False
    begin_of_segment = path.rfind("/", 0, found.start()) + 1
    is_of_several = found["mark"] == "," and _SEVERAL_RATES.match(path, begin_of_segment)
    return not is_of_several
