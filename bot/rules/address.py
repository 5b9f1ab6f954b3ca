"""The parts of a URL, read without changing a character of it."""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

MAX_HOST_LENGTH = 253
MAX_LABEL_LENGTH = 63
DEFAULT_PORTS = {"http": "80", "https": "443"}

HOSTS = 256
"""Hosts that are remembered: a team publishes on few, and each is asked about again and again."""

_AUTHORITY_END = re.compile(r"[/?#]")


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts of a URL as written; `port` is None without a colon, `query` without a `?`."""

    has_user_info: bool
    host: str
    port: str | None
    path: str
    query: str | None
    has_fragment: bool


def split_address(address: str) -> Parts:
    """Split any text; a part that the text lacks is empty."""
    rest = address.partition("://")[2]
    authority = _AUTHORITY_END.split(rest, maxsplit=1)[0]
    requested, fragment_mark, _ = rest[len(authority) :].partition("#")
    path, query_mark, query = requested.partition("?")
    _, at, place = authority.rpartition("@")
    host, colon, port = place.rpartition(":")
    has_port = bool(colon) and not place.endswith("]")
    return Parts(
        has_user_info=bool(at),
        host=host if has_port else place,
        port=port if has_port else None,
        path=path,
        query=query if query_mark else None,
        has_fragment=bool(fragment_mark),
    )


def comparable(address: str) -> tuple[str | None, ...]:
    """A value that is equal for two spellings of one address.

    The case of scheme and host and the scheme's own port make no difference; path and query do.
    """
    scheme = address.partition("://")[0].lower()
    parts = split_address(address)
    port = None if parts.port == DEFAULT_PORTS.get(scheme) else parts.port
    return scheme, plain_host(parts.host), port, parts.path, parts.query


@lru_cache(maxsize=HOSTS)
def plain_host(written: str) -> str:
    """A host as hosts are compared: lower-case ASCII, no brackets, no trailing dot.

    Labels beyond ASCII become punycode, so `视频.example` equals its `xn--` form.
    """
    if written.startswith("["):
        return written[1:].removesuffix("]").lower()
    return ".".join(_ascii_label(label) for label in readable_host(written).split("."))


def readable_host(written: str) -> str:
    """A host with full-width letters and dots as the plain ones that a resolver would see."""
    if len(written) > MAX_HOST_LENGTH:
        return written.lower()
    name = unicodedata.normalize("NFKC", written).replace("。", ".")
    return name.lower().removesuffix(".")


def _ascii_label(label: str) -> str:
    # Python's punycode codec needs quadratic time, and no longer label is a host's.
    if label.isascii() or len(label) > MAX_LABEL_LENGTH:
        return label
    return "xn--" + label.encode("punycode").decode("ascii")
