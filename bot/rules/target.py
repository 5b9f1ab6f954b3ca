"""What can be prefetched, and why a piece of text cannot."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from bot.rules.address import comparable, plain_host, split_address
from bot.rules.reading import Places, Reading

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
    PAGE = "page"
    STORE = "store"
    NEARLY_HTTP = "nearly_http"
    ESCAPED = "escaped"
    PATTERN = "pattern"
    CELL_BEHIND = "cell_behind"
    COMMENT = "comment"
    NEGATED = "negated"
    UUID = "uuid"
    SUM = "sum"
    TASK = "task"
    NO_SCHEME = "no_scheme"
    JOINED = "joined"
    FRAGMENT = "fragment"
    BROKEN_QUERY = "broken_query"
    WORDS_BEHIND = "words_behind"
    LEFT_OUT = "left_out"
    CORRECTED = "corrected"
    CUT = "cut"
    COLUMNS = "columns"
    SHIFTED = "shifted"
    NO_FILE_IN_ROW = "no_file_in_row"
    NO_FILE_IN_TEXT = "no_file_in_text"
    DAMAGED = "damaged"
    UNSAFE = "unsafe"
    OF_SITEMAPS = "of_sitemaps"
    RELATIVE = "relative"
    LOOKS_THE_SAME = "looks_the_same"
    SIGNATURE_ENDS = "signature_ends"
    LOOK_FAILED = "look_failed"
    PICTURE = "picture"
    FILE_NOT_READ = "file_not_read"
    FILE_SCOPE = "file_scope"
    FILE_GONE = "file_gone"
    FILE_NOT_SHOWN = "file_not_shown"
    FILE_ELSEWHERE = "file_elsewhere"
    FILE_UNREACHED = "file_unreached"
    FILE_NO_TIME = "file_no_time"
    FILE_ONE_TOO_MANY = "file_one_too_many"
    FILE_TOO_LARGE = "file_too_large"
    FILE_ENCODING = "file_encoding"
    FILE_PACKED = "file_packed"
    FILE_EXPANDS = "file_expands"
    FILE_DAMAGED = "file_damaged"
    FILE_KIND = "file_kind"
    SHEETS = "sheets"
    HIDDEN_ROW = "hidden_row"
    HIDDEN_COLUMN = "hidden_column"
    FORMULA = "formula"
    FOREIGN_HOST = "foreign_host"
    IN_WORDS = "in_words"  # a draft that an earlier version stored holds the sentence itself


@dataclass(frozen=True, slots=True)
class Rejected:
    """A piece of text that is not sent; `text` is empty for a file without a name.

    `text` is safe to show: cut short, with neither query string nor password. `names` are a foreign
    host and the IDs of whom to ask, or the sentence of `Reason.IN_WORDS`. `offered` is the
    repaired address where one is likely, as safe to show; a person has to send it. `at` is where
    it stands in its list, which makes no difference between two texts; None where nothing counts.
    """

    text: str
    reason: Reason
    names: tuple[str, ...] = ()
    offered: str = ""
    at: Places | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Targets:
    """What a list asks for, in the order and the spelling first given.

    Two targets that `same_file` finds equal are one; `duplicates` counts the repetitions.
    `reading` says how the list was read; it makes no difference between two lists. Those of the
    accepted targets that stand in `alone` go out in calls of their own. `at` is where an accepted
    target stands in the list, as `Rejected.at`.
    """

    accepted: tuple[Target, ...] = ()
    rejected: tuple[Rejected, ...] = ()
    duplicates: int = 0
    reading: Reading | None = field(default=None, compare=False)
    alone: frozenset[Target] = frozenset()
    at: Mapping[Target, Places] = field(default_factory=dict, compare=False)


def host(url: Url) -> str:
    """The host of a URL in lower-case ASCII (punycode), without port, brackets or trailing dot."""
    return plain_host(split_address(url.address).host)


def same_file(target: Target) -> object:
    """A value that is equal for two targets of one file, as for two spellings of one host."""
    return target if isinstance(target, Asset) else comparable(target.address)
