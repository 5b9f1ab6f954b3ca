"""Hosts from which no content delivery network can fetch."""

import re
import unicodedata
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address

from bot.rules.address import HOSTS, MAX_HOST_LENGTH, MAX_LABEL_LENGTH, plain_host, readable_host
from bot.rules.public_addresses import is_public

PRIVATE_SUFFIXES = (
    ".localhost", ".local", ".localdomain", ".internal", ".intranet", ".lan", ".home", ".corp",
    ".private", ".home.arpa", ".ip6-localhost", ".ip6-loopback",
)  # fmt: skip

_HEXADECIMAL = re.compile(r"0x[0-9a-f]*")
_OCTAL = re.compile(r"0[0-7]*")
_DECIMAL = re.compile(r"[1-9][0-9]*")
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")


@lru_cache(maxsize=HOSTS)
def is_wellformed(written: str) -> bool:
    """Whether the text can be a host at all: an IP address or a name of legal labels."""
    host = plain_host(written)
    if written.startswith("["):
        # A zone means something on one machine only, and could hold any text.
        return "%" not in host and isinstance(_ip_address(host), IPv6Address)
    if _is_numeric(host):
        return _ip_address(host) is not None
    return (
        len(host) <= MAX_HOST_LENGTH
        and all(1 <= len(label) <= MAX_LABEL_LENGTH for label in host.split("."))
        and all(map(_may_stand_in_a_name, readable_host(written)))
    )


@lru_cache(maxsize=HOSTS)
def is_private(written: str) -> bool:
    """Whether only the inside of some network can reach the host."""
    host = plain_host(written)
    address = _ip_address(host)
    if address is None:
        return f".{host}".endswith(PRIVATE_SUFFIXES)
    return not is_public(address)


def _is_numeric(host: str) -> bool:
    # As browsers do: a last label that is a number makes the whole host an IPv4 address.
    return _NUMBER.fullmatch(host.rpartition(".")[2]) is not None


def _ip_address(host: str) -> IPv4Address | IPv6Address | None:
    try:
        if ":" in host:
            return IPv6Address(host.partition("%")[0])
        return IPv4Address(_ipv4_number(host)) if _is_numeric(host) else None
    except ValueError:
        return None


def _ipv4_number(host: str) -> int:
    """One to four numbers, as inet_aton reads them: 127.1, 0x7f000001, 0177.0.0.1 are equal."""
    *leading, last = [_number(label) for label in host.split(".")]
    if len(leading) > 3 or any(number > 255 for number in leading) or last >> _bits_left(leading):
        raise ValueError(host)
    return last + sum(number << (24 - 8 * place) for place, number in enumerate(leading))


def _bits_left(leading: list[int]) -> int:
    return 32 - 8 * len(leading)


def _number(label: str) -> int:
    if _HEXADECIMAL.fullmatch(label):
        return int(label[2:] or "0", 16)
    if _OCTAL.fullmatch(label):
        return int(label, 8)
    if _DECIMAL.fullmatch(label):
        return int(label)
    raise ValueError(label)


def _may_stand_in_a_name(character: str) -> bool:
    if character.isascii():
        return character.isalnum() or character in "-_."
    return unicodedata.category(character)[0] not in "CZ"
