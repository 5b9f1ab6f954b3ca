"""The parts of a URL, read without changing a character of it."""

import re
import unicodedata
from dataclasses import dataclass

MAX_HOST_LENGTH = 253
MAX_LABEL_LENGTH = 63

_AUTHORITY_END = re.compile(r"[/?#]")
_QUERY_START = re.compile(r"[?#]")
_WORD = re.compile(r"\S+")


@dataclass(frozen=True, slots=True)
class Parts:
    """`host` and `port` are as written; `port` is None without a colon, empty after a bare one."""

    has_user_info: bool
    host: str
    port: str | None
    path: str


def split_address(address: str) -> Parts:
    """Never fails: what is not there is empty."""
    rest = address.partition("://")[2]
    authority = _AUTHORITY_END.split(rest, maxsplit=1)[0]
    path = _QUERY_START.split(rest[len(authority) :], maxsplit=1)[0]
    _, at, place = authority.rpartition("@")
    host, colon, port = place.rpartition(":")
    if not colon or place.endswith("]"):
        return Parts(has_user_info=bool(at), host=place, port=None, path=path)
    return Parts(has_user_info=bool(at), host=host, port=port, path=path)


def plain_host(written: str) -> str:
    """The form in which hosts are compared: lower-case ASCII, no brackets, no trailing dot.

    Labels beyond ASCII become punycode, so `视频.example` equals its `xn--` form.
    """
    if written.startswith("["):
        return written[1:].removesuffix("]").lower()
    return ".".join(_ascii_label(label) for label in readable_host(written).split("."))


def readable_host(written: str) -> str:
    """Full-width letters and dots become the plain ones that a resolver would see."""
    if len(written) > MAX_HOST_LENGTH:
        return written.lower()
    name = unicodedata.normalize("NFKC", written).replace("。", ".")
    return name.lower().removesuffix(".")


def without_query(text: str) -> str:
    """For showing: `?…` stands for a query or fragment, and user names and passwords are gone."""
    visible, *hidden = _QUERY_START.split(text, maxsplit=1)
    before, *addresses = visible.split("://")
    if hidden and "@" in hidden[0] and addresses and _may_hold_a_password(addresses[-1]):
        # A password may hold a bare `?` or `#`: what precedes it is then no host.
        addresses[-1] = ""
    shown = "://".join([_without_password(before), *map(_without_user_info, addresses)])
    return f"{shown}?…" if hidden else shown


def without_queries(text: str) -> str:
    """Free text with each address in it as `without_query` shows it."""
    # Word by word: to look for `\S+://` takes quadratic time in text without an address.
    return _WORD.sub(lambda word: without_query(word[0]) if "://" in word[0] else word[0], text)


def _ascii_label(label: str) -> str:
    # Python's punycode codec needs quadratic time, and no longer label is a host's.
    if label.isascii() or len(label) > MAX_LABEL_LENGTH:
        return label
    return "xn--" + label.encode("punycode").decode("ascii")


def _without_user_info(rest: str) -> str:
    # A password may hold a bare `/` or `@`, so only what follows the last `@` is surely no secret.
    return rest.rpartition("@")[2] if _may_hold_a_password(rest) else rest


def _may_hold_a_password(rest: str) -> bool:
    parts = split_address("://" + rest)
    return parts.has_user_info or not (parts.port or "0").isdigit()


def _without_password(text: str) -> str:
    user_info, at, rest = text.rpartition("@")
    return rest if at and ":" in user_info else text
