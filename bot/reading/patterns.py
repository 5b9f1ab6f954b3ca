"""Patterns and placeholders, which stand for many files or for a word that was not filled in."""

import re

from bot.reading.file_names import MEDIA
from bot.rules.address import Parts

# Akamai's token names the paths that it opens, with a star, in the query or in a folder.
_TOKEN = re.compile(
    r"hdn(?:ts|tl|ea)=[^/?#a]*+(?:a(?!cl=)[^/?#a]*+)*+(?:acl=[^~?#]*+~)?[^/?#]*+", re.IGNORECASE
)
_PLACEHOLDER = (
    r"\{{1,3}[^{}/?]{0,60}\}"  # {id}, {{ id }}, ${ID}, {1..20}
    r"|\$[A-Za-z]\w{0,40}(?:%0?\d*d)?\$"  # $Number$, $Time%05d$
    r"|<[^\W\d][\w -]{0,40}>"  # <asset_id>
    r"|%[A-Z_]{3,40}%"  # %VERSION%
)
_WILDCARD = re.compile(rf"\?*{MEDIA}\Z")  # seg-?.ts
_ANYWHERE = re.compile(_PLACEHOLDER)
_IN_A_PATH = re.compile(
    rf"\*|{_PLACEHOLDER}"
    r"|\[(?:[0-9]{1,9}|[A-Za-z])-(?:[0-9]{1,9}|[A-Za-z])(?::[0-9]{1,9})?\]"  # [001-100]
    r"|\[(?i:\w{0,40}_\w{0,40}|\w{0,40}id|name|number)\]"  # [asset_id]
    r"|%0[0-9]d|%[ds](?=[._/-]|\Z)"  # %05d
    r"|[0-9]\.{2,3}[0-9]"  # 1..9
    r"|(?<![A-Za-z])YOUR[_-][A-Z_-]+"
    r"|\$[A-Z][A-Z_]+(?=[._/-]|\Z)"  # $NAME
    r"|/:[A-Za-z_]\w*(?=/|\Z)"  # /:id
)


def holds_a_pattern(parts: Parts) -> bool:
    """Whether host, path or query hold what stands for something else; signatures may use `*`."""
    if (
        _ANYWHERE.search(parts.query or "")
        or _WILDCARD.match(parts.query or "")
        or re.search(r"[*{}<>$]", parts.host)
    ):
        return True
    path = parts.path
    return _IN_A_PATH.search(_TOKEN.sub("", path) if "hdn" in path.lower() else path) is not None
