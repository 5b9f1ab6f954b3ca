"""What may be shown of an address, and of text that may hold addresses: nothing that signs."""

import re

from bot.rules.address import split_address
from bot.rules.unseen import CONTROLS, HALF_PAIRS, LINE_SEPARATORS, OVERRIDES

MAX_SHOWN_LENGTH = 200
MAX_READ_LENGTH = 4000
"""So much of a text is looked at to show its beginning: a longer one may be megabytes."""

CONTROL_CHARACTERS = re.compile(f"[{CONTROLS}{LINE_SEPARATORS}{OVERRIDES}{HALF_PAIRS}]")
"""Controls, line separators, text direction overrides and halves of surrogate pairs."""

_WORD = re.compile(r"\S+")
# bot.vod.answers has a list of its own, for it imports nothing of ours and reads what servers
# quote: headers and JSON, with a secret behind a colon. People paste queries, where each value
# stands behind a `=`, and what they write behind a colon is a word. What signs for certain is in
# both lists, as tests/test_signing_names.py shows.
_SIGNING_NAME = (
    r"(?:auth[_-]?key|auth[_-]?info|authorization|(?:x-)?(?:auth|subject|security|access)[_-]?token"
    r"|token|bcdn_token|signature|sign|sig|hmac|policy|expires?"
    r"|x-(?:amz|obs|oss|cos|goog|sdk)-[a-z-]+|(?:aws|oss|obs|google)?access[_-]?(?:key)?id"
    r"|(?:access|secret|api|private)[_-]?key|key[_-]?(?:pair[_-]?id|name)|credential"
    r"|hdn(?:ts|tl|ea)|__?token__|(?:ws|tx|hw|url)?secret|(?:ws|tx|hw)time|password|passwd|pwd|ak|sk)"
)
_SIGNS = re.compile(_SIGNING_NAME, re.IGNORECASE)
# A pair as it stands in a query, whether or not the address around it was copied as well.
_PAIR = re.compile(
    rf"(?<![A-Za-z0-9_-])(?P<name>{_SIGNING_NAME})(?:[ \t]{{0,2}}[=＝][ \t]{{0,2}}|%3D)(?!…)"
    r"[^\s&;]+",
    re.IGNORECASE,
)
# Akamai's token may hold a slash of its own, in the path that it is for.
_AKAMAI = re.compile(
    r"(?P<name>hdn(?:ts|tl|ea)|__token__)(?:=|%3D)[^\s?#]{0,1000}?hmac(?:=|%3D)[0-9a-f]+",
    re.IGNORECASE,
)
_SEGMENT = re.compile(rf"(?<=/)(?P<name>{_SIGNING_NAME})(?:=|%3D)(?!…)[^\s/?#]+", re.IGNORECASE)
# A letter that needs no escape hides a name from the expressions above.
_ESCAPED_LETTER = re.compile(r"%[4-7][0-9a-f]", re.IGNORECASE)
# The kinds B and C of Huawei's, Alibaba's and Tencent's CDN: a time of ten, twelve or fourteen
# digits, or in hexadecimal eight, beside an MD5 or a SHA-256. The plain `/` comes first: `re` finds
# a sign that must be there much faster than a group that may be there.
_TIME = "[0-9]{10}(?:[0-9]{2}){0,2}"
_DIGEST = "(?:[0-9a-f]{32}){1,2}"
_PATH_SIGNATURE = re.compile(
    rf"/(?P<place>asset/)?(?:{_TIME}/{_DIGEST}|{_DIGEST}/(?:[0-9a-f]{{8}}|{_TIME}))/",
    re.IGNORECASE,
)
_VALUE = re.compile("=|%3[Dd]")


def without_path_signature(text: str) -> str:
    """The text with `…` for what signs in a path; an ID behind `/asset/` is no signature."""
    if "/" not in text:
        return text
    if _may_hold_a_pair(text):
        text = "/".join(map(_with_plain_name, text.split("/"))) if "%" in text else text
        text = _AKAMAI.sub(r"\g<name>=…", text)
        text = _SEGMENT.sub(r"\g<name>=…", text)
    return _PATH_SIGNATURE.sub(lambda found: "/…/…/" if found["place"] is None else found[0], text)


def _with_plain_name(segment: str) -> str:
    """The segment with its name unescaped, where that name signs."""
    if not _ESCAPED_LETTER.search(segment):
        return segment
    plain = _ESCAPED_LETTER.sub(lambda escape: chr(int(escape[0][1:], 16)), segment)
    return plain if _SEGMENT.match(f"/{plain}", 1) else segment


def signs(name: str) -> bool:
    """Whether a parameter of this name signs an address, or says until when it is signed."""
    return _SIGNS.fullmatch(name) is not None


def without_query(text: str) -> str:
    """An address as it may be shown: `?…` for a query, `#…` for a fragment, no user info.

    In the path `…` stands for what signs the address there. Only what is shown is changed: the
    address is sent whole.
    """
    visible = text.partition("?")[0].partition("#")[0]
    hidden = text[len(visible) :]
    before, *addresses = visible.split("://")
    if "@" in hidden and addresses and _may_hold_a_password(addresses[-1]):
        # A password may hold a bare `?` or `#`: what precedes it is then no host.
        addresses[-1] = ""
    shown = "://".join([_without_password(before), *map(_without_user_info, addresses)])
    shown = without_path_signature(shown)
    return f"{shown}{hidden[0]}…" if hidden else shown


def without_queries(text: str) -> str:
    """Free text with each address in it as `without_query` shows it, and no value that signs."""
    # Word by word: to look for `\S+://` takes quadratic time in text without an address.
    shown = _WORD.sub(lambda word: without_query(word[0]) if "://" in word[0] else word[0], text)
    shown = without_path_signature(shown)
    return _PAIR.sub(r"\g<name>=…", shown) if _may_hold_a_pair(shown) else shown


def shown(text: str) -> str:
    """Text cut short, without what may sign or control: so is the text of a rejected item."""
    name, *value = _VALUE.split(without_query(text[:MAX_READ_LENGTH]), maxsplit=1)
    return _cut_short(f"{name}=…" if value else name)


def shown_line(line: str) -> str:
    """A line with words and addresses, as `shown` shows one address."""
    return _cut_short(" ".join(map(_shown_word, line[:MAX_READ_LENGTH].split())))


def _shown_word(word: str) -> str:
    if "://" not in word and not _VALUE.search(word):
        return word
    marked = word.lstrip("#")  # a fragment begins with the same mark as a comment
    return word[: len(word) - len(marked)] + shown(marked)


def _cut_short(text: str) -> str:
    visible = CONTROL_CHARACTERS.sub("\ufffd", text)
    return visible if len(visible) <= MAX_SHOWN_LENGTH else visible[: MAX_SHOWN_LENGTH - 1] + "…"


def _may_hold_a_pair(text: str) -> bool:
    """Whether there is a sign that stands between a name and its value in one of the patterns."""
    return "=" in text or "＝" in text or "%3" in text


def _without_user_info(rest: str) -> str:
    # A password may hold a bare `/` or `@`, so only what follows the last `@` is surely no secret.
    return rest.rpartition("@")[2] if _may_hold_a_password(rest) else rest


def _may_hold_a_password(rest: str) -> bool:
    parts = split_address("://" + rest)
    return parts.has_user_info or not (parts.port or "0").isdigit()


def _without_password(text: str) -> str:
    user_info, at, rest = text.rpartition("@")
    return rest if at and ":" in user_info else text
