"""Addresses that may lead to one file, though nothing defines them as one."""

import re
from collections.abc import Sequence

from bot.rules.address import comparable
from bot.rules.redaction import signs, without_path_signature
from bot.rules.target import Target, Url

# What a URI cannot hold; browsers and programs write it percent-encoded.
_NOT_OF_A_URI = re.compile(r"[^!#$%&'()*+,/:;=?@A-Za-z0-9._~\[\]-]+")
# Times and numbers that stand beside a signature and belong to it.
_BESIDE_A_SIGNATURE = frozenset(
    {
        "t", "us", "exper", "rlimit", "st", "e", "exp", "et", "stime", "etime", "deadline", "ts",
        "timestamp", "nonce", "rand", "uid", "md5", "hash", "wstime", "txtime",
    }
)  # fmt: skip


def look_alikes(targets: Sequence[Target]) -> tuple[tuple[Url, ...], ...]:
    """The groups of addresses that may be one file each, in the order of the list.

    They differ in `http` and `https`, in characters beside their percent-encoding, or in what
    signs them.
    """
    return tuple(tuple(group) for group in _groups(targets).values() if len(group) > 1)


def first_of_each(targets: Sequence[Target]) -> tuple[Target, ...]:
    """The targets without those that resemble an earlier one."""
    first = {group[0] for group in _groups(targets).values()}
    return tuple(target for target in targets if not isinstance(target, Url) or target in first)


def _groups(targets: Sequence[Target]) -> dict[str, list[Url]]:
    groups: dict[str, list[Url]] = {}
    for target in targets:
        if isinstance(target, Url):
            groups.setdefault(_resemblance(target.address), []).append(target)
    return groups


def _resemblance(address: str) -> str:
    """What two addresses have in common that may be one file."""
    place, mark, query = comparable(address).partition("?")
    unsigned = _without_signature(query) if mark else ""
    plain = without_path_signature(place.partition("://")[2])
    return _NOT_OF_A_URI.sub(_encoded, f"{plain}?{unsigned}")


def _encoded(characters: re.Match[str]) -> str:
    return "%" + characters[0].encode("utf-8", "replace").hex("%").upper()


def _without_signature(query: str) -> str:
    pairs = query.split("&")
    named = [pair.partition("=")[0] for pair in pairs]
    if not any(map(signs, named)):
        return query
    left_out = {name for name in named if signs(name) or name.lower() in _BESIDE_A_SIGNATURE}
    return "&".join(pair for pair, name in zip(pairs, named, strict=True) if name not in left_out)
