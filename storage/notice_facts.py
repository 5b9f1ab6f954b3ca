"""Notices as JSON: what one version has written, another one reads."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from pydantic import TypeAdapter

from bot.rules import causes
from bot.rules.notices import CODES, Notice


def to_json(notice: Notice) -> dict[str, Any]:
    """The facts of the notice, without its code."""
    facts: dict[str, Any] = TypeAdapter(type(notice)).dump_python(notice, mode="json")
    if "causes" in facts:
        # Of a cause, JSON has to say which it is.
        facts["causes"] = causes.to_json(notice.causes)
    return facts


def from_json(code: str, facts: Mapping[str, Any]) -> Notice:
    """The notice that `to_json` has stored; facts that this version does not know are left out.

    Raises `KeyError` for a code of a later version.
    """
    plain = {**facts, **({"causes": ()} if "causes" in facts else {})}
    found: Notice = TypeAdapter(CODES[code]).validate_python(plain)
    return replace(found, causes=causes.from_json(facts["causes"])) if "causes" in facts else found
