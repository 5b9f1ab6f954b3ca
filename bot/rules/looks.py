"""What the bot sees when it looks at a customer's address itself, and why it sees nothing."""

from dataclasses import dataclass
from enum import StrEnum


class Fault(StrEnum):
    """Why an address was not looked at, or not to its end."""

    NOT_NAMED = "not_named"
    """`PREFETCH_ALLOWED_DOMAINS` does not name the host, or looking is switched off."""
    OTHER_PORT = "other_port"
    """A port that is not of the web: the list of domains names hosts, and no other door of them."""
    NOT_AN_ADDRESS = "not_an_address"
    """Neither http nor https, too long, or with a user, a port or a host that no server has."""
    UNKNOWN_HOST = "unknown_host"
    """The name of the host leads to no IP address."""
    PRIVATE_HOST = "private_host"
    """The name of the host leads to the inside of some network."""
    NO_CONNECTION = "no_connection"
    """The server takes no connection, or shows no certificate that is good for its name."""
    BUSY = "busy"
    """Other looks of this bot took all connections; of the host nothing is known."""
    TOO_SLOW = "too_slow"
    BROKEN = "broken"
    """No answer that follows HTTP: cut off, shorter than it says, or with a flood of headers."""
    TOO_MANY_REDIRECTS = "too_many_redirects"
    STATUS = "status"
    """Of reading alone: the answer is no 200."""
    TOO_LARGE = "too_large"
    """Of reading alone: more bytes than may be read."""
    PACKED = "packed"
    """Of reading alone: compressed, although the bot asked for what is not."""


@dataclass(frozen=True, slots=True)
class NotSeen:
    """Why nothing was seen; `host` is whose fault it was.

    `redirects` counts the redirects that led to that host. `status` is 0 but for `Fault.STATUS`.
    """

    fault: Fault
    host: str = ""
    redirects: int = 0
    status: int = 0


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server says of a file without sending it; what it does not say is None or empty.

    `size` is in bytes. The headers are as the server wrote them, cut short: who shows one has to
    escape it. `final_url` is the address behind all redirects, signature included.
    """

    status: int
    size: int | None
    content_type: str
    cache_control: str
    pragma: str
    expires: str
    final_url: str
    redirects: int = 0


@dataclass(frozen=True, slots=True)
class Content:
    """A file that was read whole; `final_url` is the address behind all redirects."""

    body: bytes
    content_type: str
    final_url: str
