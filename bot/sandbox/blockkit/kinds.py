"""The words in which the tables of this package describe a payload."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from bot.sandbox.blockkit.problem import Problem

# A rule sees an object whose own fields are already right; its pointers are relative to it.
Rule: TypeAlias = Callable[[Mapping[str, Any]], Iterable[Problem]]


@dataclass(frozen=True, slots=True)
class Form:
    """A format of a text, under the name that a refusal gives it."""

    name: str
    pattern: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Text:
    """A string whose length is counted in characters."""

    at_most: int | None = None
    at_least: int = 0
    form: Form | None = None


@dataclass(frozen=True, slots=True)
class Whole:
    """An integer; a boolean is none."""

    at_least: int | None = None
    at_most: int | None = None


@dataclass(frozen=True, slots=True)
class Number:
    """An integer or a float."""


@dataclass(frozen=True, slots=True)
class Flag:
    """True or false."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One of a few strings."""

    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Items:
    """An array."""

    of: Kind
    at_least: int = 0
    at_most: int | None = None


@dataclass(frozen=True, slots=True)
class Shape:
    """An object with fields it needs, fields it may have, no others, then rules across them."""

    needs: Mapping[str, Kind] = field(default_factory=dict)
    may: Mapping[str, Kind] = field(default_factory=dict)
    also: tuple[Rule, ...] = ()


@dataclass(frozen=True, slots=True)
class ByType:
    """An object whose field `type` names its shape."""

    shapes: Mapping[str, Shape]


@dataclass(frozen=True, slots=True)
class OrNull:
    """The one place where Slack takes null: a column of a table that has no settings."""

    kind: Kind


@dataclass(frozen=True, slots=True)
class Loose:
    """An object whose fields Slack does not check."""


Kind: TypeAlias = Text | Whole | Number | Flag | Choice | Items | Shape | ByType | OrNull | Loose

URL = Form("uri", re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:\S+"))
WEB_URL = Form("url", re.compile(r"https?://\S+", re.IGNORECASE))
DATE = Form("date", re.compile(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])"))
TIME = Form("time", re.compile(r"([01]\d|2[0-3]):[0-5]\d"))

FLAG = Flag()
BLOCK_ID = Text(255, at_least=1)
ACTION_ID = Text(255, at_least=1)
SLACK_ID = Text(255, at_least=1)
LINK = Text(3000, at_least=1, form=URL)
PICTURE = Text(3000, at_least=1, form=WEB_URL)
