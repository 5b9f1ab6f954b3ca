"""The parts of a URL, read without changing a character of it."""

import re
import unicodedata
from dataclasses import dataclass

MAX_HOST_LENGTH = 253
MAX_LABEL_LENGTH = 63
DEFAULT_PORTS = {"http": "80", "https": "443"}

_AUTHORITY_END = re.compile(r"[/?#]")
_QUERY_START = re.compile(r"[?#]")
_WORD = re.compile(r"\S+")
_SIGNING_NAME = (
    r"(?:auth[_-]?key|auth[_-]?info|authorization|(?:x-)?auth[_-]?token|access[_-]?token|token"
    r"|bcdn_token|security[_-]?token|signature|sign|sig|hmac|policy|expires?"
    r"|x-(?:amz|obs|oss|cos|goog|sdk)-[a-z-]+|(?:aws|oss|obs|google)?access[_-]?(?:key)?id"
    r"|(?:access|secret|api|private)[_-]?key|key[_-]?(?:pair[_-]?id|name)|credential"
    r"|hdn(?:ts|tl|ea)|__?token__|(?:ws|tx|url)?secret|(?:ws|tx)time|password|passwd|pwd|ak|sk)"
)
# A pair as it stands in a query, whether or not the address around it was copied as well.
_PAIR = re.compile(
    rf"(?<![A-Za-z0-9_-])(?P<name>{_SIGNING_NAME})(?:[ \t]{{0,2}}[=＝][ \t]{{0,2}}|%3D)(?!…)"
    r"[^\s&;]+",
    re.IGNORECASE,
)
# Akamai's token may hold a slash of its own, in the path that it is for.
_AKAMAI = re.compile(r"(?P<name>hdn(?:ts|tl|ea))=[^\s?#]{0,1000}?hmac=[0-9a-f]+", re.IGNORECASE)
_SEGMENT = re.compile(rf"(?<=/)(?P<name>{_SIGNING_NAME})(?:=|%3D)(?!…)[^\s/?#]+", re.IGNORECASE)
# The kinds B and C of Huawei's, Alibaba's and Tencent's CDN: a time of twelve digits or ten, or in
# hexadecimal eight, beside an MD5.
_PATH_SIGNATURE = re.compile(
    r"(?P<place>/asset)?/(?:[0-9]{10}(?:[0-9]{2})?/[0-9a-f]{32}"
    r"|[0-9a-f]{32}/(?:[0-9a-f]{8}|[0-9]{10}(?:[0-9]{2})?))/",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Parts:
    """As written; `port` is None without a colon, `query` without a `?`; both may be empty."""

    has_user_info: bool
    host: str
    port: str | None
    path: str
    query: str | None
    has_fragment: bool


def split_address(address: str) -> Parts:
    """Never fails: what is not there is empty."""
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
    """Equal for two spellings of one address, which differ in nothing behind the port.

    The case of scheme and host and the scheme's own port make no difference.
    """
    scheme = address.partition("://")[0].lower()
    parts = split_address(address)
    port = None if parts.port == DEFAULT_PORTS.get(scheme) else parts.port
    return scheme, plain_host(parts.host), port, parts.path, parts.query


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
    """For showing: `?…` stands for a query, `#…` for a bare fragment; user info is gone.

    In the path `…` stands for what signs the address there. Only what is shown is changed: the
    address is sent whole.
    """
    visible, *hidden = _QUERY_START.split(text, maxsplit=1)
    before, *addresses = visible.split("://")
    if hidden and "@" in hidden[0] and addresses and _may_hold_a_password(addresses[-1]):
        # A password may hold a bare `?` or `#`: what precedes it is then no host.
        addresses[-1] = ""
    shown = "://".join([_without_password(before), *map(_without_user_info, addresses)])
    shown = _without_path_signature(shown)
    return f"{shown}{text[len(visible)]}…" if hidden else shown


def without_queries(text: str) -> str:
    """Free text with each address in it as `without_query` shows it, and no value that signs."""
    # Word by word: to look for `\S+://` takes quadratic time in text without an address.
    shown = _WORD.sub(lambda word: without_query(word[0]) if "://" in word[0] else word[0], text)
    return _PAIR.sub(r"\g<name>=…", _without_path_signature(shown))


def _without_path_signature(text: str) -> str:
    """Asset IDs stay: `/asset/` and 32 hexadecimal characters is no signature."""
    if "/" not in text:
        return text
    text = _AKAMAI.sub(r"\g<name>=…", text)
    text = _SEGMENT.sub(r"\g<name>=…", text)
    return _PATH_SIGNATURE.sub(lambda found: "/…/…/" if found["place"] is None else found[0], text)


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
