"""Which result of the cloud belongs to which target: by meaning, and never by a guess."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from bot.rules.address import UNRESERVED, comparable
from bot.rules.states import TargetState
from bot.rules.target import Asset, Url

_SAFE = UNRESERVED.union("%!$&'()*+,;=:@/?#[]")
"""What a URL holds as it is; blanks and letters beyond ASCII are written as escapes."""

_ESCAPES = re.compile(r"(?:%[0-9A-Fa-f]{2})+")

Key = Callable[[str], str]


class Matches(NamedTuple):
    """What is known of each target; `unmatched` are listed URLs that may belong to several."""

    targets: tuple[TargetState, ...]
    unmatched: tuple[str, ...] = ()


def match_results(sent: Sequence[TargetState], listed: Sequence[tuple[str, str]]) -> Matches:
    """What is known of each target, given the `(url, status)` pairs that the cloud lists.

    An asset stands for whatever URLs are listed. URLs are found in whatever spelling and order
    the cloud lists them. An empty list changes nothing, and a URL that is listed twice counts once.
    """
    known = dict(listed)
    if not known:
        return Matches(tuple(sent))
    if any(isinstance(state.target, Asset) for state in sent):
        return Matches(_as_targets(known, known))
    found = _found([_address(state) for state in sent], known)
    told = [
        TargetState(state.target, known[found[_address(state)]])
        if _address(state) in found
        else state
        for state in sent
    ]
    spare = tuple(url for url in known if url not in set(found.values()))
    if len(found) < len(told):
        return Matches(tuple(told), spare)
    return Matches((*told, *_as_targets(spare, known)))


def _found(addresses: Sequence[str], known: Mapping[str, str]) -> dict[str, str]:
    """The listed URL of each address for which it is certain."""
    found: dict[str, str] = {}
    for of_address, of_url in SPELLINGS:
        taken = set(found.values())
        ours = _grouped((it for it in addresses if it not in found), of_address)
        theirs = _grouped((url for url in known if url not in taken), of_url)
        for key, alike in ours.items():
            urls = theirs.get(key, [])
            # Of several that look alike it makes no difference which is which, if all end alike.
            if len(urls) == len(alike) and len({known[url] for url in urls}) == 1:
                found.update(zip(alike, urls, strict=True))
    return found


def _grouped(texts: Iterable[str], key: Key) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for text in texts:
        found.setdefault(key(text), []).append(text)
    return found


def _as_written(address: str) -> str:
    return address


def _with_escapes(address: str) -> str:
    """As RFC 3986 compares addresses, with escapes for what a URL cannot hold as it is."""
    scheme, mark, rest = address.partition("://")
    host, slash, behind = rest.partition("/")
    return comparable(f"{scheme}{mark}{host}{slash}{_escaped(behind)}")


def _without_escapes(address: str) -> str:
    return _ESCAPES.sub(_unescaped, _with_escapes(address))


def _escaped(text: str) -> str:
    return "".join(
        character
        if character in _SAFE
        else "".join(f"%{byte:02X}" for byte in character.encode("utf-8", "replace"))
        for character in text
    )


def _unescaped(escapes: re.Match[str]) -> str:
    return bytes.fromhex(escapes[0].replace("%", "")).decode("utf-8", "replace")


def _without_scheme(address: str) -> str:
    return _without_escapes(address).partition("://")[2]


def _without_query(address: str) -> str:
    return _without_scheme(address.partition("?")[0])


def _the_rest(_: str) -> str:
    """Equal for all: what is left over on both sides belongs together where there is no choice."""
    return ""


SPELLINGS: tuple[tuple[Key, Key], ...] = (
    (_as_written, _as_written),
    (_with_escapes, _with_escapes),
    (_without_escapes, _without_escapes),
    (_without_scheme, _without_scheme),
    # The cloud may leave a query out, but not put another one in its place.
    (_without_query, _without_scheme),
    (_the_rest, _the_rest),
)
"""How addresses and listed URLs are compared, the surest way first."""


def _as_targets(urls: Iterable[str], known: Mapping[str, str]) -> tuple[TargetState, ...]:
    return tuple(TargetState(Url(url), known[url]) for url in urls)


def _address(state: TargetState) -> str:
    return state.target.address if isinstance(state.target, Url) else ""
