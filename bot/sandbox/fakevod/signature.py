"""The gateway's own reading of SDK-HMAC-SHA256, made from the raw request line and headers."""

import hashlib
import hmac
import re
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote, unquote_to_bytes

from bot.sandbox.fakevod.wire import Heard, raw_pairs

ALGORITHM = "SDK-HMAC-SHA256"

_DATE = re.compile(r"[0-9]{8}T[0-9]{6}Z")
_CLAIM = re.compile(
    rf"{ALGORITHM} Access=(?P<access>[^,\s]+), "
    r"SignedHeaders=(?P<headers>[^,\s]+), Signature=(?P<signature>[0-9a-f]{64})"
)


@dataclass(frozen=True, slots=True)
class Claim:
    """What an Authorization header says of itself."""

    access: str
    signed_headers: tuple[str, ...]
    signature: str


def read_claim(authorization: str) -> Claim | None:
    found = _CLAIM.fullmatch(authorization)
    if found is None:
        return None
    return Claim(found["access"], tuple(found["headers"].split(";")), found["signature"])


def signed_at(heard: Heard) -> datetime | None:
    text = heard.header("x-sdk-date") or ""
    if _DATE.fullmatch(text) is None:
        return None
    try:
        return datetime.strptime(text, "%Y%m%dT%H%M%S%z")
    except ValueError:
        return None


def canonical_request(heard: Heard, claim: Claim) -> str:
    # Values need no stripping: the HTTP parser has done it. Names holding an underscore are
    # left out of the signature by the vendor's own signer.
    names = sorted(name.lower() for name in claim.signed_headers if "_" not in name)
    lines = "".join(f"{name}:{heard.header(name) or ''}\n" for name in names)
    payload_hash = hashlib.sha256(heard.body).hexdigest()
    uri, query = _canonical_uri(heard.raw_path), _canonical_query(heard.raw_query)
    return "\n".join([heard.method, uri, query, lines, ";".join(names), payload_hash])


def signature_of(heard: Heard, canonical: str, sk: str) -> str:
    digest = hashlib.sha256(canonical.encode()).hexdigest()
    text = "\n".join([ALGORITHM, heard.header("x-sdk-date") or "", digest])
    return hmac.new(sk.encode(), text.encode(), hashlib.sha256).hexdigest()


def _canonical_uri(raw_path: str) -> str:
    uri = "/".join(_requoted(segment) for segment in raw_path.split("/"))
    return uri if uri.endswith("/") else f"{uri}/"


def _canonical_query(raw_query: str) -> str:
    # Sorted by decoded bytes: UTF-8 keeps the order of code points, upper case before lower.
    pairs = sorted(
        (unquote_to_bytes(name), unquote_to_bytes(value)) for name, value in raw_pairs(raw_query)
    )
    return "&".join(f"{quote(name, safe='')}={quote(value, safe='')}" for name, value in pairs)


def _requoted(text: str) -> str:
    return quote(unquote_to_bytes(text), safe="")
