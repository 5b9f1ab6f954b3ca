"""Where an address leads: the host to connect to, and what to ask it for."""

import re
from dataclasses import dataclass
from ipaddress import IPv6Address
from urllib.parse import quote

from bot.rules.address import (
    DEFAULT_PORTS,
    MAX_HOST_LENGTH,
    MAX_LABEL_LENGTH,
    plain_host,
    split_address,
)
from bot.rules.target import MAX_ADDRESS_LENGTH

_NAME = re.compile(r"[a-z0-9_-]+(?:\.[a-z0-9_-]+)*")
_AS_WRITTEN = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"
"""What HTTP takes in a request line, beside letters and digits."""


@dataclass(frozen=True, slots=True)
class Place:
    """A host in lower-case ASCII without brackets, a port, and path with query as HTTP takes it."""

    scheme: str
    host: str
    port: int
    target: str

    @property
    def authority(self) -> str:
        """What the header `Host` says."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        is_plain = str(self.port) == DEFAULT_PORTS[self.scheme]
        return host if is_plain else f"{host}:{self.port}"


def place_of(url: str) -> Place | None:
    """None for what is no http or https address of a host and a port that there can be.

    Nor does an address lead anywhere that is longer than a person may paste: all that a playlist
    names may be as long as the address at which a redirect has led to it.
    """
    scheme = url.partition("://")[0].lower()
    if scheme not in DEFAULT_PORTS or len(url) > MAX_ADDRESS_LENGTH:
        return None
    parts = split_address(url)
    host = plain_host(parts.host)
    port = parts.port or DEFAULT_PORTS[scheme]
    if parts.has_user_info or not _is_host(host) or not _is_port(port):
        return None
    query = "" if parts.query is None else f"?{parts.query}"
    try:
        target = quote((parts.path or "/") + query, safe=_AS_WRITTEN)
    except UnicodeEncodeError:  # half of a surrogate pair
        return None
    return Place(scheme, host, int(port), target)


def _is_host(host: str) -> bool:
    if ":" not in host:
        is_short = all(len(label) <= MAX_LABEL_LENGTH for label in host.split("."))
        return is_short and len(host) <= MAX_HOST_LENGTH and _NAME.fullmatch(host) is not None
    try:
        return IPv6Address(host).scope_id is None
    except ValueError:
        return False


def _is_port(port: str) -> bool:
    return port.isascii() and port.isdigit() and len(port) <= 5 and 0 < int(port) <= 65535
