"""A piece of text read as one target, or rejected with its reason."""

import re

from bot.reading.characters import BLANKS
from bot.reading.private_hosts import is_private, is_wellformed
from bot.reading.slack_hosts import is_slacks
from bot.reading.time_words import names_a_file, time_in
from bot.rules.address import Parts, plain_host, split_address
from bot.rules.redaction import CONTROL_CHARACTERS, shown
from bot.rules.target import MAX_ADDRESS_LENGTH, Asset, Reason, Rejected, Target, Url

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
# What VOD makes and takes; a name that goes on behind one of these ends in one as well.
_EXTENSION = (
    r"\.(?:mp4|m4v|m3u8?|mpd|m2?ts|m4s|mov|mkv|flv|avi|wmv|webm|ogv|mpe?g|3gp|rmvb|f4v|mp3|m4a|aac|wav|ogg|flac"
    r"|jpe?g|png|gif|webp|bmp|vtt|srt|ass|pdf|zip|apk|exe|dmg)"
)
_WORDS_BEHIND = re.compile(rf"{_EXTENSION}[\"'>)]?[,;]?\s[^/.]*\.?$", re.IGNORECASE)
_BEFORE_A_TIME = {"at", "on", "um"}
_LONGEST_TIME = 40
# As this bot, among others, shows an address without what signs it.
_LEFT_OUT = re.compile(r"\?(?:…|\.{3})|…(?!$)")
_SHORTENED = re.compile(r"(?:…|\.{3,})$")
# A keyboard makes — of two hyphens, and “ of a plain mark, between the characters of an address.
_CORRECTED = re.compile(
    "(?<=[!-~])—(?=[!-~])|(?<==)[“”„]|[“”](?=&)|(?<=[A-Za-z0-9=_/-])[‘’](?=[A-Za-z0-9&_.-])"
)
_GLUED_SCHEME = re.compile(r"(?<!=)https?://", re.IGNORECASE)
# Nobody sees these in a name. Joiners and variation selectors belong to the character before them,
# which in ASCII is a keycap's alone.
_UNSEEN = re.compile(
    "[\xad\u061c\u180e\u200b\u200e\u200f\u2060-\u2065\ufeff]"
    "|(?<=[\x00-\x7f])(?:[\u200c\u200d]|[\ufe00-\ufe0f](?!\u20e3))"
)


def read_target(text: str) -> Target | Rejected:
    """One target, without the blanks around it; a rejected text is fit to be shown."""
    item = text.strip(BLANKS)
    if _ASSET_ID.fullmatch(item.rstrip(",;")):
        return Asset(item[:32].lower())
    reason = _fault(item)
    return Rejected(shown(item), reason) if reason else Url(item)


def is_web_address(text: str) -> bool:
    """Whether the text begins with `http://` or `https://`."""
    return text[:8].lower().startswith(("http://", "https://"))


def lacks_scheme(text: str) -> bool:
    """Whether the text is an address without its `https://`: a host name, then a path."""
    name, slash, _ = text.removeprefix("//").partition("/")
    return bool(slash) and _HOST_NAME.fullmatch(name) is not None


def _fault(item: str) -> Reason | None:
    if not is_web_address(item):
        if lacks_scheme(item):
            return Reason.NO_SCHEME
        if _NEAR_ID.fullmatch(item):
            return Reason.NEARLY_AN_ID
        if "/" in item:
            return Reason.NOT_HTTP
        is_time = len(item) <= _LONGEST_TIME and not names_a_file(item) and time_in(item)
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
    (CONTROL_CHARACTERS, Reason.CONTROL_CHARACTERS),
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
    """Whether an address begins inside; the value of a parameter, behind `=`, may be one."""
    place = f"{parts.host}:{parts.port or ''}{parts.path}"
    return bool(_WEB_SCHEME.search(place) or _GLUED_SCHEME.search(parts.query or ""))


def holds_a_secret(text: str) -> bool:
    """Whether the text holds a parameter whose name says that its value signs a URL."""
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
