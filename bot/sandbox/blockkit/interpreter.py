"""Compares a value with its description and lists what Slack would say of it."""

from collections.abc import Callable, Mapping
from typing import Any

from bot.sandbox.blockkit.kinds import (
    ByType,
    Choice,
    Flag,
    Items,
    Kind,
    Loose,
    Number,
    OrNull,
    Shape,
    Text,
    Whole,
)
from bot.sandbox.blockkit.problem import Problem


def problems_of(value: object, kind: Kind, at: str) -> list[Problem]:
    """Problems in the order of the payload, each named once where it lies.

    Slack also repeats "failed to match all allowed schemas" for the objects around it.
    """
    found: list[Problem] = []
    _check(value, kind, at, found)
    return found


def _check(value: object, kind: Kind, at: str, found: list[Problem]) -> None:
    _CHECKS[type(kind)](value, kind, at, found)


def _text(value: object, kind: Text, at: str, found: list[Problem]) -> None:
    if not isinstance(value, str):
        found.append(Problem("must provide a string", at))
    elif len(value) < kind.at_least:
        found.append(Problem(f"must be more than {kind.at_least - 1} characters", at))
    elif kind.at_most is not None and len(value) > kind.at_most:
        found.append(Problem(f"must be less than {kind.at_most + 1} characters", at))
    elif kind.form is not None and not kind.form.pattern.fullmatch(value):
        found.append(Problem(f"input must be a valid: {kind.form.name}", at))


def _whole(value: object, kind: Whole, at: str, found: list[Problem]) -> None:
    if not isinstance(value, int) or isinstance(value, bool):
        found.append(Problem("must provide an integer", at))
    elif kind.at_least is not None and value < kind.at_least:
        found.append(Problem(f"must be greater than {kind.at_least}", at))
    elif kind.at_most is not None and value > kind.at_most:
        found.append(Problem(f"must be less than {kind.at_most}", at))


def _number(value: object, _kind: Number, at: str, found: list[Problem]) -> None:
    if not isinstance(value, int | float) or isinstance(value, bool):
        found.append(Problem("must provide a number", at))


def _flag(value: object, _kind: Flag, at: str, found: list[Problem]) -> None:
    if not isinstance(value, bool):
        found.append(Problem("must be a boolean", at))


def _choice(value: object, kind: Choice, at: str, found: list[Problem]) -> None:
    if not isinstance(value, str):
        found.append(Problem("must provide a string", at))
    elif value not in kind.values:
        found.append(Problem("must be a valid enum value", at))


def _items(value: object, kind: Items, at: str, found: list[Problem]) -> None:
    if not isinstance(value, list | tuple):
        found.append(Problem("must provide an array", at))
        return
    if len(value) < kind.at_least:
        found.append(Problem(f"must provide at least {kind.at_least} items", at))
    if kind.at_most is not None and len(value) > kind.at_most:
        found.append(Problem(f"no more than {kind.at_most} items allowed", at))
    for index, item in enumerate(value):
        _check(item, kind.of, f"{at}/{index}", found)


def _by_type(value: object, kind: ByType, at: str, found: list[Problem]) -> None:
    if not isinstance(value, Mapping):
        found.append(Problem("must provide an object", at))
    elif "type" not in value:
        found.append(Problem("missing required field: type", at))
    elif not isinstance(name := value["type"], str):
        found.append(Problem("must provide a string", f"{at}/type"))
    elif (shape := kind.shapes.get(name)) is None:
        found.append(Problem(f"unsupported type: {name}", f"{at}/type"))
    else:
        _fields(value, shape, at, found, tag="type")


def _shape(value: object, kind: Shape, at: str, found: list[Problem]) -> None:
    if not isinstance(value, Mapping):
        found.append(Problem("must provide an object", at))
    else:
        _fields(value, kind, at, found)


def _fields(
    value: Mapping[str, Any], shape: Shape, at: str, found: list[Problem], tag: str | None = None
) -> None:
    before = len(found)
    found.extend(
        Problem(f"missing required field: {name}", at) for name in shape.needs if name not in value
    )
    for name, field in value.items():
        kind = shape.needs.get(name) or shape.may.get(name)
        if kind is not None:
            _check(field, kind, f"{at}/{name}", found)
        elif name != tag:
            found.append(Problem(f"invalid additional property: {name}", at))
    if len(found) == before:
        for rule in shape.also:
            found.extend(Problem(p.message, at + p.pointer) for p in rule(value))


def _or_null(value: object, kind: OrNull, at: str, found: list[Problem]) -> None:
    if value is not None:
        _check(value, kind.kind, at, found)


def _loose(value: object, _kind: Loose, at: str, found: list[Problem]) -> None:
    if not isinstance(value, Mapping):
        found.append(Problem("must provide an object", at))


_CHECKS: dict[type, Callable[..., None]] = {
    Text: _text,
    Whole: _whole,
    Number: _number,
    Flag: _flag,
    Choice: _choice,
    Items: _items,
    Shape: _shape,
    ByType: _by_type,
    OrNull: _or_null,
    Loose: _loose,
}
