"""A piece of text read as one target, or rejected with its reason."""

import re
from collections.abc import Callable
from functools import lru_cache

from bot.reading.characters import BLANKS, plain
from bot.reading.escapes import holds_an_escape, without_escapes
from bot.reading.file_names import MEDIA
from bot.reading.pages import is_a_page
from bot.reading.patterns import holds_a_pattern
from bot.reading.private_hosts import is_private, is_wellformed
from bot.reading.schemes import is_in_a_store, is_nearly_web, with_web_scheme
from bot.reading.slack_hosts import is_slacks
from bot.reading.tails import has_a_tail, may_hold_a_cell
from bot.reading.time_words import names_a_file, time_in
from bot.rules.address import HOSTS, Parts, plain_host, split_address
from bot.rules.redaction import CONTROL_CHARACTERS, shown
from bot.rules.target import MAX_ADDRESS_LENGTH, Asset, Reason, Rejected, Target, Url
from bot.rules.unseen import INVISIBLE, JOINERS, KEYCAP, SELECTORS

# The most usual form, in which nothing can be wrong but the host: read at a tenth of the cost.
_NAME = r"(?:[A-Za-z0-9_~\u4e00-\u9fff-]++|\.(?!\.)|%(?![03]|26)[0-9A-Fa-f]{2})+"
_PAIR = rf"[A-Za-z0-9_-]++={_NAME}"
PLAIN_ADDRESS = re.compile(
    r"https?://(?P<host>[A-Za-z0-9-]++(?:\.[A-Za-z0-9-]++)++(?::[0-9]{1,5})?)"
    rf"(?:/{_NAME})+{MEDIA}(?:\?{_PAIR}(?:&{_PAIR})*+)?"
)
_ASSET_ID = re.compile(r"[0-9A-Fa-f]{32}")
_HOST_NAME = re.compile(r"(?:[\w-]++\.)++[A-Za-z]{2,}(?::[0-9]{1,5})?")
_WEB_SCHEME = re.compile(r"https?://", re.IGNORECASE)
_UUID = re.compile(
    r"[{(]?(?:urn:uuid:)?[0-9A-F]{8}(?:-[0-9A-F]{4}){3}-[0-9A-F]{12}[)}]?", re.IGNORECASE
)
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
_SECRET_BEHIND_A_MARK = re.compile(rf"[&;|,，\s]{_SIGNS}")
_SEGMENT = re.compile(r"[^/]+")
_END_OF_A_NAME = re.compile(r"\.[A-Za-z0-9]{2,5}[^A-Za-z0-9]")
_BEFORE_A_TIME = {"at", "on", "um"}
_LONGEST_TIME = 40
# As this bot, among others, shows an address without what signs it.
_LEFT_OUT = re.compile(r"\?(?:…|\.{3})|…(?!\s|$)")
_SHORTENED = re.compile(r"(?:…|\.{3,})(?:\s|$)")
# A keyboard makes — of two hyphens, and “ of a plain mark, between the characters of an address.
_CORRECTED = re.compile(
    "(?<=[!-~])—(?=[!-~])|(?<==)[“”„]|[“”](?=&)|(?<=[A-Za-z0-9=_/-])[‘’](?=[A-Za-z0-9&_.-])"
)
_JOINED_BY_A_FRAGMENT = re.compile(r"#\s*https?://", re.IGNORECASE)
_GLUED_SCHEME = re.compile(r"(?<!=)https?://", re.IGNORECASE)
# The beginning of an address in the notation of JSON, whatever stands before it on the line.
_BEGINS_WITH_A_MASK = re.compile(r"[^:/]{0,60}(?::\s?)?[\"']?https?:\\", re.IGNORECASE)
# Nobody sees these in a name. Joiners and variation selectors belong to the character before them,
# which in ASCII is a keycap's alone.
_UNSEEN = re.compile(f"[{INVISIBLE}]|(?<=[\x00-\x7f])(?:[{JOINERS}]|[{SELECTORS}](?!{KEYCAP}))")


def read_target(text: str, *, is_exact: bool = False) -> Target | Rejected:
    """One target, without the blanks around it; a rejected text is fit to be shown.

    `is_exact` says that nothing behind the address can belong to the text around it, as in a link
    or in quotation marks.
    """
    item = text.strip(BLANKS)
    if _ASSET_ID.fullmatch(item.rstrip(",;")):
        return Asset(item[:32].lower())
    reason = _fault(item, is_exact=is_exact)
    return Rejected(shown(item), reason, offered=_offered(item, reason)) if reason else Url(item)


def _offered(item: str, reason: Reason) -> str:
    """What was probably meant, where that would be accepted, as it may be shown.

    Nothing where the repair is in what is never shown: it would look as what it repairs.
    """
    if reason not in _REPAIRS:
        return ""
    repaired = _REPAIRS[reason](item)
    is_fine = _ASSET_ID.fullmatch(repaired) or _fault(repaired, is_exact=True) is None
    offered = shown(repaired)
    return offered if is_fine and offered != shown(item) else ""


def is_web_address(text: str) -> bool:
    """Whether the text begins with `http://` or `https://`."""
    return text[:8].lower().startswith(("http://", "https://"))


def lacks_scheme(text: str) -> bool:
    """Whether the text is an address without its `https://`: a host name, then a path."""
    name, slash, _ = text.removeprefix("//").partition("/")
    return bool(slash) and _HOST_NAME.fullmatch(name) is not None


def _fault(item: str, *, is_exact: bool) -> Reason | None:
    if not is_web_address(item):
        return _why_no_address(item)
    if len(item) > MAX_ADDRESS_LENGTH:
        return Reason.TOO_LONG
    if plain := PLAIN_ADDRESS.fullmatch(item):
        return _fault_of_a_host(plain["host"])
    damages = _DAMAGES_IN_ASCII if item.isascii() else _DAMAGES
    if damage := next((reason for mark, reason in damages if mark.search(item)), None):
        return damage
    if _has_a_time_behind(item):
        return Reason.WORDS_BEHIND
    parts = split_address(item)
    if fault := next((reason for reason, is_so in _FAULTS if is_so(parts)), None):
        return fault
    if holds_an_escape(item):
        return Reason.ESCAPED
    if not is_exact and may_hold_a_cell(parts):
        return Reason.CELL_BEHIND
    return Reason.CONTROL_CHARACTERS if _UNSEEN.search(item) else None


def _why_no_address(item: str) -> Reason:
    if _BEGINS_WITH_A_MASK.match(item):
        return Reason.ESCAPED
    found = next((reason for is_so, reason in _NO_ADDRESSES if is_so(item)), None)
    if found is not None:
        return found
    if "/" in item:
        return Reason.NOT_HTTP
    is_time = len(item) <= _LONGEST_TIME and not names_a_file(item) and time_in(item)
    return Reason.A_TIME if is_time else Reason.NOT_A_TARGET


@lru_cache(maxsize=HOSTS)
def _fault_of_a_host(written: str) -> Reason | None:
    """What is wrong with an address because of its host alone."""
    parts = split_address(f"https://{written}/a.mp4")
    return next((reason for reason, is_so in _FAULTS if is_so(parts)), None)


_NO_ADDRESSES: tuple[tuple[Callable[[str], object], Reason], ...] = (
    (is_in_a_store, Reason.STORE),
    (is_nearly_web, Reason.NEARLY_HTTP),
    (lacks_scheme, Reason.NO_SCHEME),
    (_UUID.fullmatch, Reason.UUID),
    (_NEAR_ID.fullmatch, Reason.NEARLY_AN_ID),
)


def _with_scheme(item: str) -> str:
    return f"https://{item.removeprefix('//')}"


def _without_dashes(item: str) -> str:
    return "".join(filter(str.isalnum, item.lower().removeprefix("urn:uuid:")))


_REPAIRS: dict[Reason, Callable[[str], str]] = {
    Reason.ESCAPED: without_escapes,
    Reason.NEARLY_HTTP: with_web_scheme,
    Reason.NO_SCHEME: _with_scheme,
    Reason.CONTROL_CHARACTERS: lambda item: _UNSEEN.sub("", item),
    Reason.UUID: _without_dashes,
}


_DAMAGES = (
    (CONTROL_CHARACTERS, Reason.CONTROL_CHARACTERS),
    (_LEFT_OUT, Reason.LEFT_OUT),
    (_SHORTENED, Reason.CUT),
    (_CORRECTED, Reason.CORRECTED),
    (_JOINED_BY_A_FRAGMENT, Reason.JOINED),
)
_DAMAGES_IN_ASCII = tuple(it for it in _DAMAGES if it[0] is not _CORRECTED)


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
    # What stands between a name and its value is looked for first: most texts have none.
    return ("=" in text or "%3" in text) and _SECRET.search(text) is not None


def _has_broken_query(parts: Parts) -> bool:
    path = parts.path
    if _BROKEN_QUERY.search(path):
        return True
    return holds_a_secret(path) and (
        _SECRET_BEHIND_A_MARK.search(path) is not None
        or any(_has_a_secret_behind_a_name(path, *it.span()) for it in _SEGMENT.finditer(path))
    )


def _has_a_secret_behind_a_name(path: str, start: int, end: int) -> bool:
    # One expression for both would look through the segment again behind each name.
    name = _END_OF_A_NAME.search(path, start, end)
    return name is not None and _SECRET.search(path, name.end(), end + 1) is not None


def _has_a_time_behind(item: str) -> bool:
    *words, last = item.split()
    if not words or time_in(last) is None:
        return False
    return words[-1].lower() in _BEFORE_A_TIME or holds_a_secret(split_address(item).query or "")


def _is_directory(parts: Parts) -> bool:
    return parts.path.rpartition("/")[2] in {"", ".", ".."}


# In this order: each question may rely on the answers before it.
_FAULTS = (
    (Reason.CREDENTIALS, lambda parts: parts.has_user_info),
    (Reason.JOINED, _is_joined),
    (Reason.PATTERN, holds_a_pattern),
    (Reason.NO_HOST, lambda parts: not parts.host),
    (Reason.BAD_PORT, _has_bad_port),
    (Reason.BAD_HOST, lambda parts: not is_wellformed(parts.host)),
    (Reason.PRIVATE_HOST, lambda parts: is_private(parts.host)),
    (Reason.BAD_HOST, lambda parts: plain(parts.host) != parts.host),  # v．example.com  # noqa: RUF003
    (Reason.SLACKS_OWN, lambda parts: is_slacks(plain_host(parts.host))),
    (Reason.BROKEN_QUERY, _has_broken_query),
    (Reason.WORDS_BEHIND, has_a_tail),
    (Reason.PAGE, is_a_page),
    (Reason.DIRECTORY, _is_directory),
    (Reason.FRAGMENT, lambda parts: parts.has_fragment),
)
