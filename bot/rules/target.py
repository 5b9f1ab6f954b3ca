"""What can be prefetched, and why a piece of text cannot."""

import re
from dataclasses import dataclass
from enum import StrEnum

from bot.rules.address import Parts, comparable, plain_host, split_address, without_query
from bot.rules.keyboard import OUTER
from bot.rules.private_host import is_private, is_wellformed
from bot.rules.slack_host import is_slacks
from bot.rules.time_words import time_in

# Huawei's CDN states 4,096 characters for one prefetch URL; VOD itself states no figure.
MAX_ADDRESS_LENGTH = 4096
MAX_SHOWN_LENGTH = 200

_ASSET_ID = re.compile(r"[0-9A-Fa-f]{32}")
_HOST_NAME = re.compile(r"(?:[\w-]++\.)++[A-Za-z]{2,}(?::[0-9]{1,5})?")
_WEB_SCHEME = re.compile(r"https?://", re.IGNORECASE)
# What was meant as an asset ID: a character too many or too few, an O for a 0, a UUID's dashes.
_NEAR_ID = re.compile(r"(?=[^0-9]*+[0-9])[0-9A-Za-z-]{24,80}")
# A query's `?` as a Chinese keyboard writes it, encoded twice, or lost at a blank or a mark.
_BROKEN_QUERY = re.compile(
    r"(?:？|﹖|%3[Ff]|\\u003[Ff]"
    r"|\.[A-Za-z0-9]{2,5}[\s\u200b＆&，,|\"'“”‘’`]{1,9}(?:amp;)?)"
    r"[A-Za-z0-9_.-]{1,40}(?:=|%3[Dd])[^\s=]"
)
# As `auth_key`, `X-Amz-Signature`, `accessToken` and `txSecret`, but not `monkey`.
_SIGNS = (
    r"(?:(?<![A-Za-z])(?i:auth|sign|token|key|credential|expire|sig(?=[=_-])|hmac|hdn|hash|policy)"
    r"|Auth|Sign|Token|Key|Credential|Expire|(?i:secret))[A-Za-z0-9_.-]{0,30}(?:=|%3[Dd])[^\s=]"
)
_SECRET = re.compile(_SIGNS)
# A token may be a folder of the path; behind a name it belongs to a query that is none.
_SECRET_BEHIND_A_NAME = re.compile(
    rf"(?:\.[A-Za-z0-9]{{2,5}}[^/A-Za-z0-9][^/]*|[&;|,，\s]){_SIGNS}"
)
_VALUE = re.compile("=|%3[Dd]")
# What VOD makes and takes; a name that goes on behind one of these ends in one as well.
_EXTENSION = (
    r"\.(?:mp4|m4v|m3u8?|mpd|m2?ts|m4s|mov|mkv|flv|avi|wmv|webm|ogv|mpe?g|3gp|rmvb|f4v|mp3|m4a|aac|wav|ogg|flac"
    r"|jpe?g|png|gif|webp|bmp|vtt|srt|ass|pdf|zip|apk|exe|dmg)"
)
_WORDS_BEHIND = re.compile(rf"{_EXTENSION}[\"'>)]?[,;]?\s[^/.]*\.?$", re.IGNORECASE)
_BEFORE_A_TIME = {"at", "on", "um"}
_LONGEST_TIME = 40
_FILE_NAME = re.compile(r"\.(?![0-9]{2}[ap]m$)(?=[0-9]*[A-Za-z])[A-Za-z0-9]{2,5}$", re.IGNORECASE)
# As this bot, among others, shows an address without what signs it.
_LEFT_OUT = re.compile(r"\?(?:…|\.{3})|…(?!$)")
_SHORTENED = re.compile(r"(?:…|\.{3,})$")
# A keyboard makes — of two hyphens, and “ of a plain mark, between the characters of an address.
_CORRECTED = re.compile(
    "(?<=[!-~])—(?=[!-~])|(?<==)[“”„]|[“”](?=&)|(?<=[A-Za-z0-9=_/-])[‘’](?=[A-Za-z0-9&_.-])"
)
_GLUED_SCHEME = re.compile(r"(?<!=)https?://", re.IGNORECASE)
# Control characters, line separators, text direction overrides and halves of surrogate pairs.
_HIDDEN = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
# Nobody sees these in a name. Joiners and variation selectors belong to the character before them,
# which in ASCII is a keycap's alone.
_UNSEEN = re.compile(
    "[\xad\u061c\u180e\u200b\u200e\u200f\u2060-\u2065\ufeff]"
    "|(?<=[\x00-\x7f])(?:[\u200c\u200d]|[\ufe00-\ufe0f](?!\u20e3))"
)


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
    """Why something is not sent; the value is the sentence that a person reads."""

    NOT_A_TARGET = (
        "This is neither an asset ID (32 hexadecimal characters) nor an address that begins with "
        "https://; an address with blanks in it needs a line of its own."
    )
    A_TIME = (
        "This says a time, and a list holds only what is sent; choose the time under Send at, in "
        "the dialog that shows what would run."
    )
    NEARLY_AN_ID = (
        "An asset ID is 32 hexadecimal characters (0-9, a-f) and nothing else; copy it again."
    )
    NOT_HTTP = (
        "Only addresses that begin with http:// or https:// can be prefetched; "
        "give the one that viewers use."
    )
    TOO_LONG = f"The address is longer than {MAX_ADDRESS_LENGTH:,} characters; give a shorter one."
    CONTROL_CHARACTERS = "The address holds invisible control characters; copy it again."
    CREDENTIALS = "The address holds a user name or password; give it without them."
    NO_HOST = "The address names no host; give it in full, as https://host/file."
    BAD_PORT = "The port is not a number from 1 to 65535; correct it or leave it out."
    BAD_HOST = "The host name is not a valid one; check its spelling."
    PRIVATE_HOST = "The host is a private one; give the address that viewers use."
    SLACKS_OWN = (
        "This is an address of Slack itself, which is no file on the CDN; give the address that "
        "viewers use."
    )
    DIRECTORY = "This is a directory, and only files can be prefetched; give each file's address."
    NO_SCHEME = "The address lacks its beginning; put https:// before it."
    JOINED = (
        "Another address begins inside this one; give one address a line, or write its :// as "
        "%3A%2F%2F where it belongs to this one."
    )
    FRAGMENT = (
        "What follows a # never reaches the CDN; leave it out, or write %23 where the name itself "
        "holds a #."
    )
    BROKEN_QUERY = (
        "What looks like the query of this address does not begin with a plain ?; copy the address "
        "again."
    )
    WORDS_BEHIND = (
        "Words stand behind the address; give it alone on its line, or write %20 for a blank that "
        "belongs to its name. A time is chosen in the next dialog, or stands at the end of the "
        "command, as at 18:00."
    )
    LEFT_OUT = (
        "The … stands for what is left out here, as the bot hides what signs an address; copy the "
        "address from where it is whole, or write %E2%80%A6 where its name holds one."
    )
    CORRECTED = (
        "The — or the quotation mark in this address looks like a keyboard's correction of -- or "
        "of a plain one; copy the address again, or write it percent-encoded (%E2%80%94 for —) "
        "where it is meant."
    )
    CUT = (
        "The address seems to be cut at a blank or a mark; type the command alone and give one "
        "address a line, or write it in angle brackets."
    )


@dataclass(frozen=True, slots=True)
class Rejected:
    """`text` is safe to show: cut short, with neither query string nor password.

    `reason` is a sentence for a person: a `Reason`, or what a policy has to say.
    """

    text: str
    reason: str


def read_target(text: str) -> Target | Rejected:
    item = text.strip(OUTER)
    if _ASSET_ID.fullmatch(item.rstrip(",;")):
        return Asset(item[:32].lower())
    reason = _fault(item)
    return Rejected(shown(item), reason) if reason else Url(item)


def is_web_address(text: str) -> bool:
    return text[:8].lower().startswith(("http://", "https://"))


def lacks_scheme(text: str) -> bool:
    """Whether this is an address but for its `https://`: a host name, then a path."""
    name, slash, _ = text.removeprefix("//").partition("/")
    return bool(slash) and _HOST_NAME.fullmatch(name) is not None


def shown(text: str) -> str:
    """Safe to show, as `Rejected.text` has to be: what follows a `=` may be a signature."""
    name, *value = _VALUE.split(without_query(text), maxsplit=1)
    visible = _HIDDEN.sub("\ufffd", f"{name}=…" if value else name)
    return visible if len(visible) <= MAX_SHOWN_LENGTH else visible[: MAX_SHOWN_LENGTH - 1] + "…"


def host(url: Url) -> str:
    """Lower-case ASCII (punycode beyond it), without port, brackets or trailing dot."""
    return plain_host(split_address(url.address).host)


def same_file(target: Target) -> object:
    """Equal for two targets that are one: paths and queries keep their case, hosts do not."""
    return target if isinstance(target, Asset) else comparable(target.address)


def _fault(item: str) -> Reason | None:
    if not is_web_address(item):
        if lacks_scheme(item):
            return Reason.NO_SCHEME
        if _NEAR_ID.fullmatch(item):
            return Reason.NEARLY_AN_ID
        if "/" in item:
            return Reason.NOT_HTTP
        is_time = len(item) <= _LONGEST_TIME and not _FILE_NAME.search(item) and time_in(item)
        return Reason.A_TIME if is_time else Reason.NOT_A_TARGET
    if len(item) > MAX_ADDRESS_LENGTH:
        return Reason.TOO_LONG
    if damage := next((reason for mark, reason in _DAMAGES if mark.search(item)), None):
        return damage
    if _has_a_time_behind(item):
        return Reason.WORDS_BEHIND
    parts = split_address(item)
    fault = next((reason for reason, is_so in _FAULTS if is_so(parts)), None)
    return fault or (Reason.CONTROL_CHARACTERS if _UNSEEN.search(item) else None)


_DAMAGES = (
    (_HIDDEN, Reason.CONTROL_CHARACTERS),
    (_LEFT_OUT, Reason.LEFT_OUT),
    (_SHORTENED, Reason.CUT),
    (_CORRECTED, Reason.CORRECTED),
)


def _has_bad_port(parts: Parts) -> bool:
    port = parts.port
    if port is None:
        return False
    return not (port.isascii() and port.isdigit() and len(port) <= 5 and 1 <= int(port) <= 65535)


def _is_joined(parts: Parts) -> bool:
    """A query may hold an address as the value of a parameter, behind `=`."""
    place = f"{parts.host}:{parts.port or ''}{parts.path}"
    return bool(_WEB_SCHEME.search(place) or _GLUED_SCHEME.search(parts.query or ""))


def holds_a_secret(text: str) -> bool:
    """Whether a parameter stands in it whose name says that its value signs a URL."""
    return _SECRET.search(text) is not None


def _has_broken_query(parts: Parts) -> bool:
    broken = _BROKEN_QUERY.search(parts.path) or _SECRET_BEHIND_A_NAME.search(parts.path)
    return broken is not None


def _has_a_time_behind(item: str) -> bool:
    *words, last = item.split()
    if not words or time_in(last) is None:
        return False
    return words[-1].lower() in _BEFORE_A_TIME or holds_a_secret(split_address(item).query or "")


def _has_words_behind(parts: Parts) -> bool:
    return _WORDS_BEHIND.search(parts.path) is not None


def _is_directory(parts: Parts) -> bool:
    return parts.path.rpartition("/")[2] in {"", ".", ".."}


# In this order: each question may rely on the answers before it.
_FAULTS = (
    (Reason.CREDENTIALS, lambda parts: parts.has_user_info),
    (Reason.JOINED, _is_joined),
    (Reason.NO_HOST, lambda parts: not parts.host),
    (Reason.BAD_PORT, _has_bad_port),
    (Reason.BAD_HOST, lambda parts: not is_wellformed(parts.host)),
    (Reason.PRIVATE_HOST, lambda parts: is_private(parts.host)),
    (Reason.SLACKS_OWN, lambda parts: is_slacks(plain_host(parts.host))),
    (Reason.BROKEN_QUERY, _has_broken_query),
    (Reason.WORDS_BEHIND, _has_words_behind),
    (Reason.DIRECTORY, _is_directory),
    (Reason.FRAGMENT, lambda parts: parts.has_fragment),
)
