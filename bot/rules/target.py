"""What can be prefetched, and why a piece of text cannot."""

from dataclasses import dataclass
from enum import StrEnum

from bot.rules.address import comparable, plain_host, split_address

# Huawei's CDN states 4,096 characters for one prefetch URL; VOD itself states no figure.
MAX_ADDRESS_LENGTH = 4096


@dataclass(frozen=True, slots=True)
class Asset:
    """`id` is 32 hexadecimal characters in lower case."""

    id: str


@dataclass(frozen=True, slots=True)
class Url:
    """`address` is sent exactly as it stands here, blanks and Chinese characters included."""

    address: str


Target = Asset | Url


class Reason(StrEnum):
    """Why a piece of text is not sent."""

    NOT_A_TARGET = "not_a_target"
    A_TIME = "a_time"
    NEARLY_AN_ID = "nearly_an_id"
    NOT_HTTP = "not_http"
    TOO_LONG = "too_long"
    CONTROL_CHARACTERS = "control_characters"
    CREDENTIALS = "credentials"
    NO_HOST = "no_host"
    BAD_PORT = "bad_port"
    BAD_HOST = "bad_host"
    PRIVATE_HOST = "private_host"
    SLACKS_OWN = "slacks_own"
    DIRECTORY = "directory"
    NO_SCHEME = "no_scheme"
    JOINED = "joined"
    FRAGMENT = "fragment"
    BROKEN_QUERY = "broken_query"
    WORDS_BEHIND = "words_behind"
    LEFT_OUT = "left_out"
    CORRECTED = "corrected"
    CUT = "cut"
    FILE_NOT_READ = "file_not_read"
    FOREIGN_HOST = "foreign_host"
    IN_WORDS = "in_words"  # a draft that an earlier version stored holds the sentence itself


@dataclass(frozen=True, slots=True)
class Rejected:
    """A piece of text that is not sent; `text` is empty for a file without a name.

    `text` is safe to show: cut short, with neither query string nor password. `names` are a foreign
    host and the IDs of whom to ask, or the sentence of `Reason.IN_WORDS`.
    """

    text: str
    reason: Reason
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Targets:
    """What a list asks for, in the order and the spelling first given.

    Two targets that `same_file` finds equal are one; `duplicates` counts the repetitions.
    """

    accepted: tuple[Target, ...] = ()
    rejected: tuple[Rejected, ...] = ()
    duplicates: int = 0


def host(url: Url) -> str:
    """The host of a URL in lower-case ASCII (punycode), without port, brackets or trailing dot."""
    return plain_host(split_address(url.address).host)


def same_file(target: Target) -> object:
    """A value that is equal for two targets of one file, as for two spellings of one host."""
    return target if isinstance(target, Asset) else comparable(target.address)
