"""Kinds of settings: how each is written, and what is wrong with one that is not."""

import re
from typing import Annotated, Literal, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BeforeValidator, HttpUrl, SecretStr, ValidationError
from pydantic_settings import NoDecode
from sqlalchemy.exc import ArgumentError

from storage.database import database_url

Written = TypeVar("Written", bound=str | SecretStr)


def split_list(value: object) -> object:
    if isinstance(value, str):
        return frozenset(filter(None, (part.strip() for part in value.split(","))))
    return value


def is_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:  # a folder of zones is no zone
        message = "not a time zone"
        raise ValueError(message) from error
    return name


def is_database(url: str) -> str:
    try:
        database_url(url)
    except (ValueError, ArgumentError) as error:
        message = (
            "neither sqlite:///FILE nor postgresql://USER:PASSWORD@HOST/NAME; an @ within the"
            " password is written %40"
        )
        raise ValueError(message) from error
    return url


def plain_address(value: str) -> str:
    """A base to which paths are added; what is wrong with it is told without a word of it."""
    try:
        url = HttpUrl(value)
    except ValidationError as error:
        # Its own text quotes the address, which may hold a password.
        message = "not an address that begins with https:// or http://"
        raise ValueError(message) from error
    if url.username is not None or url.password is not None or "@" in value:
        message = "holds a user or a password, which would reach the log; leave them out"
        raise ValueError(message)
    if "?" in value or "#" in value:
        message = "holds a query or a fragment; paths are added to its end, so leave them out"
        raise ValueError(message)
    return value.rstrip("/")


def fits_a_header(value: Written) -> Written:
    text = value.get_secret_value() if isinstance(value, SecretStr) else value
    if not (text.isascii() and text.isprintable() and text == text.strip()):
        message = "holds a blank at an end, a line end, or characters beyond ASCII"
        raise ValueError(message)
    return value


def begins_with(start: str) -> AfterValidator:
    def check(secret: SecretStr) -> SecretStr:
        if not secret.get_secret_value().startswith(start):
            message = f"must begin with {start}"
            raise ValueError(message)
        return secret

    return AfterValidator(check)


def each(pattern: str, what: str) -> AfterValidator:
    """Of a list; `*` may always stand in it."""
    form = re.compile(pattern)

    def check(items: frozenset[str]) -> frozenset[str]:
        wrong = sorted(item for item in items if item != "*" and not form.fullmatch(item))
        if wrong:
            message = f"{wrong[0]} is no {what}"
            raise ValueError(message)
        return items

    return AfterValidator(check)


Listed = Annotated[frozenset[str], NoDecode, BeforeValidator(split_list)]
People = Annotated[
    Listed, each("[UW][A-Z0-9]+", "user ID: in Slack, Profile, More, Copy member ID")
]
Channels = Annotated[
    Listed, each("[CDG][A-Z0-9]+", "channel ID: it stands below the channel's About")
]
Domains = Annotated[
    Listed, each(r"(?:\*\.)?[\w-]+(?:\.[\w-]+)*", "host name, as media.example.com")
]
Key = Annotated[str, AfterValidator(fits_a_header)]
Secret = Annotated[SecretStr, AfterValidator(fits_a_header)]
Address = Annotated[str, AfterValidator(plain_address)]
Switch = Literal["on", "off"]
ZoneName = Annotated[str, AfterValidator(is_zone)]
DatabaseUrl = Annotated[str, AfterValidator(is_database)]
