"""The parts of a URL, read without changing a character of it."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from string import ascii_letters, digits

MAX_HOST_LENGTH = 253
MAX_LABEL_LENGTH = 63
DEFAULT_PORTS = {"http": "80", "https": "443"}

HOSTS = 256
"""Hosts that are remembered: a team publishes on few, and each is asked about again and again."""

UNRESERVED = frozenset(f"{ascii_letters}{digits}-._~")

# Written in this way already, as most addresses are.
_IS_COMPARABLE = re.compile(
    r"https?://[a-z0-9-]+(?:\.[a-z0-9-]+)*/(?:[A-Za-z0-9_~-][A-Za-z0-9_.~+-]*/)*"
    r"[A-Za-z0-9_~-][A-Za-z0-9_.~+-]*(?:\?[A-Za-z0-9_.~+=&-]*)?"
)
_ESCAPE = re.compile(r"%([0-9A-Fa-f]{2})")
_AUTHORITY_END = re.compile(r"[/?#]")
_QUERY_OR_FRAGMENT = re.compile(r"[?#]")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")


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


@dataclass(frozen=True, slots=True)
class Base:
    """The address of a file from which others are named, split once for all of them.

    `folders` are the segments of its path up to the last `/`, without dot segments.
    """

    scheme: str
    authority: str
    path: str
    folders: tuple[str, ...]

    def resolved(self, reference: str) -> str:
        """The address that a reference means which was found in the file (RFC 3986, 5.2).

        What the reference says itself stays as it is written; the file's query is not handed on.
        """
        if _SCHEME.match(reference):
            return reference
        if reference.startswith("//"):
            return f"{self.scheme}:{reference}"
        own_path = _QUERY_OR_FRAGMENT.split(reference, maxsplit=1)[0]
        path = self.path
        if own_path.startswith("/"):
            path = _without_dot_segments(own_path)
        elif own_path:
            path = _joined(self.folders, own_path)
        return f"{self.scheme}://{self.authority}{path}{reference[len(own_path) :]}"


def base_of(address: str) -> Base:
    """The address of a file, made ready to resolve what the file names."""
    scheme, _, rest = address.partition("://")
    authority = _AUTHORITY_END.split(rest, maxsplit=1)[0]
    path = split_address(address).path or "/"
    folders = _walked((), path.split("/")[:-1])
    return Base(scheme, authority, path, tuple(folders))


def resolved(reference: str, base: str) -> str:
    """As `Base.resolved`, for a single reference."""
    return base_of(base).resolved(reference)


def comparable(address: str) -> str:
    """A text that is equal for two addresses that RFC 3986 defines as one.

    The case of scheme, host and escapes, the scheme's own port, escapes of unreserved characters
    and dot segments make no difference; all else of path and query does.
    """
    if _IS_COMPARABLE.fullmatch(address):
        return address
    scheme = address.partition("://")[0].lower()
    parts = split_address(address)
    port = "" if parts.port in (None, DEFAULT_PORTS.get(scheme)) else f":{parts.port}"
    path = _without_dot_segments(_with_plain_escapes(parts.path)) or "/"
    query = "" if parts.query is None else f"?{_with_plain_escapes(parts.query)}"
    return f"{scheme}://{plain_host(parts.host)}{port}{path}{query}"


def _with_plain_escapes(text: str) -> str:
    """Unreserved characters as themselves, all other escapes in upper case."""
    return _ESCAPE.sub(_plain_escape, text) if "%" in text else text


def _plain_escape(escape: re.Match[str]) -> str:
    character = chr(int(escape[1], 16))
    return character if character in UNRESERVED else escape[0].upper()


def _without_dot_segments(path: str) -> str:
    if "/." not in path:
        return path
    return _joined((), path)


def _joined(folders: Sequence[str], path: str) -> str:
    """The path that leads on from these folders, without dot segments."""
    segments = path.split("/")
    kept = _walked(folders, segments)
    return "/".join([*kept, ""] if segments[-1] in {".", ".."} else kept)


def _walked(folders: Sequence[str], segments: Sequence[str]) -> list[str]:
    """The segments that are left, after those of the folders in which they begin."""
    kept = list(folders)
    for segment in segments:
        if segment == "..":
            if len(kept) > 1:
                kept.pop()
        elif segment != ".":
            kept.append(segment)
    return kept


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
