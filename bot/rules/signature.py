"""Until when a signed address holds, read where its kind of signature is known for certain.

A kind is recognised by the names and the shapes of its parameters together, never by one alone:
`t=1` is a start in a film, and only beside `us` and `sign` the end of a signature.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo

from bot.rules.address import split_address
from bot.rules.redaction import signs

USUAL_VALIDITY = timedelta(minutes=30)
"""What a domain usually adds to the time in a key: 1,800 s, Alibaba's default
(help.aliyun.com/document_detail/85115.html) and Huawei's example (usermanual-cdn/cdn_01_0040)."""

_UTC_8 = timezone(timedelta(hours=8))
# The seconds of ten digits since 1970; another time is a number of another kind.
_EARLIEST = datetime.fromtimestamp(1_000_000_000, UTC)
_LATEST = datetime.fromtimestamp(9_999_999_999, UTC)

_SECONDS = re.compile(r"[1-9][0-9]{9}")
_HEXADECIMAL = re.compile(r"[0-9a-f]{8}", re.IGNORECASE)
_DIGEST = re.compile(r"[0-9a-f]{32}(?:[0-9a-f]{32})?", re.IGNORECASE)
_KEY_WITH_TIME = re.compile(r"([1-9][0-9]{9})-[^-]+-[^-]+-[0-9a-f]+", re.IGNORECASE)
_STAMP = re.compile(r"[0-9]{8}T[0-9]{6}Z")
_DURATION = re.compile(r"[1-9][0-9]{0,6}")
_SPAN = re.compile(r"[0-9]{10};([1-9][0-9]{9})")
_MAY_SIGN_IN_PATH = re.compile(r"/(?:[0-9]{12}|hdn|__token__)", re.IGNORECASE)
_AKAMAI_IN_PATH = re.compile(r"/(?:hdn(?:ts|ea|tl)|__token__)=", re.IGNORECASE)
_AKAMAI_END = re.compile(r"(?:^|~)exp=([1-9][0-9]{9})(?=~|$)")
_TIME_IN_PATH = re.compile(
    r"/([0-9]{12}(?:[0-9]{2})?)/[0-9a-f]{32}(?:[0-9a-f]{32})?/", re.IGNORECASE
)

_ESCAPE = re.compile(r"%([0-7][0-9a-f])", re.IGNORECASE)

_TWO_VALUES = "?"
"""What no kind of signature reads as a time."""

_AKAMAI = ("hdnts", "hdnea", "hdntl", "__token__")
_DATED = ("amz", "obs", "oss", "goog", "cos", "tos")
_SIGNS_AN_END = ("signature", "sign", "sig", "upsig", "token", "bcdn_token", "hmac")
_WITH_SECRET = ("ws", "tx", "hw")
_OF_TENCENT_VOD = ("us", "exper", "rlimit")


@dataclass(frozen=True, slots=True)
class Signature:
    """The time that signs an address; `at` is None where it cannot be read.

    It ends at that time when `is_end`. Else it holds until then at least, and for as long after
    it as the domain's own settings say, which the address does not tell.
    """

    at: datetime | None
    is_end: bool

    def has_ended(self, moment: datetime) -> bool:
        """Whether nobody gets the file at that moment, for certain."""
        return self.at is not None and self.is_end and self.at <= moment

    def may_have_ended(self, moment: datetime) -> bool:
        """Whether it ends before that moment under what a domain usually adds to its time."""
        return self.at is not None and not self.is_end and self.at + USUAL_VALIDITY <= moment


UNREADABLE = Signature(None, is_end=False)


def signature(address: str) -> Signature | None:
    """What signs an address: its time where that is certain, `UNREADABLE`, or None without one.

    Two kinds in one address end with the earlier end.
    """
    if "?" not in address and not _MAY_SIGN_IN_PATH.search(address):
        return None
    parts = split_address(address)
    query = _query(parts.query) if parts.query else {}
    readers = {_KINDS[name] for name in query if name in _KINDS}
    read = [
        _of_time_in_path(parts.path),
        _of_token_in_path(parts.path),
        *(it(query) for it in readers),
    ]
    found = [it for it in read if it]
    ends = [it for it in found if it.is_end]
    if found:
        return min(ends or found, key=lambda it: it.at or _EARLIEST)
    return UNREADABLE if any(value and signs(name) for name, value in query.items()) else None


def _query(written: str) -> Mapping[str, str]:
    """Lower-case names with decoded values; `_TWO_VALUES` for a name that has two of them."""
    pairs: dict[str, str] = {}
    for pair in written.split("&"):
        name, _, value = pair.partition("=")
        key, decoded = _unescaped(name).lower(), _unescaped(value)
        if pairs.setdefault(key, decoded) != decoded:
            pairs[key] = _TWO_VALUES
    return pairs


def _unescaped(text: str) -> str:
    """Nothing that signs is beyond ASCII."""
    return _ESCAPE.sub(lambda escape: chr(int(escape[1], 16)), text) if "%" in text else text


def _of_time_in_path(path: str) -> Signature | None:
    """Kind B of Huawei's, Alibaba's and Tencent's CDN: `/YYYYMMDDHHMM[SS]/digest/file`, UTC+8.

    The domain adds its validity (support.huaweicloud.com, usermanual-cdn/cdn_01_0041;
    help.aliyun.com, cdn, type-b-signing). Kind C, `/digest/hexadecimal/file`, is not read: an ID
    and a name of eight letters look the same.
    """
    found = _TIME_IN_PATH.match(path)
    if found is None:
        return None
    shape = "%Y%m%d%H%M%S" if len(found[1]) == 14 else "%Y%m%d%H%M"
    return _as_end(_dated(found[1], shape, _UTC_8), is_end=False)


def _of_token_in_path(path: str) -> Signature | None:
    """Akamai's token, where it stands as a segment before the file; it may hold slashes itself."""
    plain = _unescaped(path)
    found = _AKAMAI_IN_PATH.search(plain)
    if found is None:
        return None
    token, mark, _ = plain[found.end() :].partition("~hmac=")
    return _of_token(token + mark)


def _of_akamai(query: Mapping[str, str]) -> Signature | None:
    """`hdnts=st=…~exp=…~acl=…~hmac=…` ends at `exp` (pypi.org/project/akamai-edgeauth)."""
    found = [_of_token(query[name]) for name in _AKAMAI if name in query]
    return found[0] if len(found) == 1 else None


def _of_token(token: str) -> Signature | None:
    ends = _AKAMAI_END.findall(token)
    return _seconds(ends[0], is_end=True) if len(ends) == 1 and "hmac=" in token else None


def _of_end(query: Mapping[str, str]) -> Signature | None:
    """`Expires` beside `Signature`: when the address ends, in seconds since 1970.

    OBS (support.huaweicloud.com, api-obs/obs_04_0011), S3 of version 2, CloudFront with a canned
    policy (docs.aws.amazon.com, private-content-creating-signed-url-canned-policy), Alibaba OSS and
    Google Cloud CDN (cloud.google.com/cdn/docs/using-signed-urls); beside `token` bunny.net.
    `deadline` and `exp` say the same of themselves; they count beside what signs alone.
    """
    if not any(query.get(name) for name in _SIGNS_AN_END):
        return None
    ends = [query[name] for name in ("expires", "deadline", "exp") if name in query]
    return _seconds(ends[0], is_end=True) if len(ends) == 1 else None


def _of_dated(query: Mapping[str, str]) -> Signature | None:
    """`X-Amz-Date` and so many seconds of `X-Amz-Expires` after it.

    docs.aws.amazon.com, sigv4-query-string-auth; other clouds have a prefix of their own, as
    `X-Obs-`.
    """
    for cloud in _DATED:
        stamp, lasts = query.get(f"x-{cloud}-date", ""), query.get(f"x-{cloud}-expires", "")
        is_whole = _STAMP.fullmatch(stamp) and _DURATION.fullmatch(lasts)
        if is_whole and query.get(f"x-{cloud}-signature"):
            begun = _dated(stamp, "%Y%m%dT%H%M%SZ", UTC)
            return _as_end(begun and begun + timedelta(seconds=int(lasts)), is_end=True)
    return None


def _of_key(query: Mapping[str, str]) -> Signature | None:
    """`auth_key=time-rand-uid-digest`, or `auth_key=digest` beside `timestamp`: kinds A and C2.

    For Huawei it is the time at which the signing began, and the domain's validity follows
    (support.huaweicloud.com, usermanual-cdn/cdn_01_0040 and cdn_01_0140). For Alibaba it may also
    be the end that the signer wished, and the validity still follows (help.aliyun.com, cdn,
    type-a-signing).
    """
    key = query.get("auth_key", "")
    if found := _KEY_WITH_TIME.fullmatch(key):
        return _seconds(found[1], is_end=False)
    return _either(query.get("timestamp", ""), is_end=False) if _DIGEST.fullmatch(key) else None


def _of_hexadecimal_t(query: Mapping[str, str]) -> Signature | None:
    """`t` beside `sign`, which is the end where `us`, `exper` or `rlimit` stands as well.

    That is Tencent VOD (cloud.tencent.com/document/product/266/14047). Without them it is the end
    for Qiniu, and the beginning for kind D of Tencent's CDN.
    """
    if not query.get("sign") or "t" not in query:
        return None
    is_end = any(name in query for name in _OF_TENCENT_VOD)
    return (_hexadecimal if is_end else _either)(query["t"], is_end=is_end)


def _of_secret(query: Mapping[str, str]) -> Signature | None:
    """`wsTime`, `txTime` or `hwTime` beside the secret of the same name.

    Huawei Live adds the domain's duration (support.huaweicloud.com, live/live_01_0049), Tencent's
    does not, and Wangsu lets the domain choose: so it is the least.
    """
    for cloud in _WITH_SECRET:
        if query.get(f"{cloud}secret") and (time := query.get(f"{cloud}time")):
            return _either(time, is_end=False)
    return None


def _of_token_with_e(query: Mapping[str, str]) -> Signature | None:
    """`e` beside `token=key:digest`: the end of a private download of Qiniu Kodo.

    developer.qiniu.com/kodo/manual/1202/download-token
    """
    is_of_qiniu = ":" in query.get("token", "")
    return _seconds(query.get("e", ""), is_end=True) if is_of_qiniu else None


def _of_span(query: Mapping[str, str]) -> Signature | None:
    """`q-sign-time=begin;end` beside `q-signature`: cloud.tencent.com/document/product/436/7778."""
    found = _SPAN.fullmatch(query.get("q-sign-time", ""))
    return _seconds(found[1], is_end=True) if found and query.get("q-signature") else None


_KINDS: dict[str, Callable[[Mapping[str, str]], Signature | None]] = {
    "auth_key": _of_key,
    **dict.fromkeys(("expires", "deadline", "exp"), _of_end),
    **dict.fromkeys(_AKAMAI, _of_akamai),
    **{f"x-{cloud}-date": _of_dated for cloud in _DATED},
    "t": _of_hexadecimal_t,
    **{f"{cloud}time": _of_secret for cloud in _WITH_SECRET},
    "e": _of_token_with_e,
    "q-sign-time": _of_span,
}
"""The parameter that tells the time of each kind, and who reads it."""


def _either(text: str, *, is_end: bool) -> Signature | None:
    return _seconds(text, is_end=is_end) or _hexadecimal(text, is_end=is_end)


def _seconds(text: str, *, is_end: bool) -> Signature | None:
    return _since_1970(int(text), is_end=is_end) if _SECONDS.fullmatch(text) else None


def _hexadecimal(text: str, *, is_end: bool) -> Signature | None:
    return _since_1970(int(text, 16), is_end=is_end) if _HEXADECIMAL.fullmatch(text) else None


def _since_1970(seconds: int, *, is_end: bool) -> Signature | None:
    return _as_end(datetime.fromtimestamp(seconds, UTC), is_end=is_end)


def _dated(text: str, shape: str, zone: tzinfo) -> datetime | None:
    try:
        at = datetime.strptime(text, shape).replace(tzinfo=zone)
    except ValueError:
        return None
    return at.astimezone(UTC) if _EARLIEST <= at <= _LATEST else None


def _as_end(at: datetime | None, *, is_end: bool) -> Signature | None:
    return None if at is None or not _EARLIEST <= at <= _LATEST else Signature(at, is_end)
