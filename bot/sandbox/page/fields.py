"""Reads what a tab sends; whatever is missing or of another kind is refused in words."""

from collections.abc import Mapping
from typing import Any

Limits = tuple[float, float]


class MalformedError(Exception):
    """The tab sent something that no action takes."""


class Fields:
    def __init__(self, given: Mapping[str, Any]) -> None:
        self._given = given

    def get(self, name: str) -> object:
        return self._given.get(name)

    def text(self, name: str) -> str:
        found = self._given.get(name)
        if not isinstance(found, str):
            message = f"{name} must be a text"
            raise MalformedError(message)
        return found

    def optional_text(self, name: str) -> str | None:
        return None if self._given.get(name) is None else self.text(name)

    def texts(self, name: str) -> list[str]:
        """A list of texts; empty when there is none."""
        found = self._given.get(name) or []
        if not isinstance(found, list) or not all(isinstance(one, str) for one in found):
            message = f"{name} must be a list of texts"
            raise MalformedError(message)
        return found

    def part(self, name: str) -> "Fields":
        """An object inside; empty when there is none."""
        return Fields(_mapping(name, self._given.get(name) or {}))

    def typed(self, name: str) -> dict[str, dict[str, Any]]:
        """{block_id: {action_id: value}}; empty when there is none."""
        outer = _mapping(name, self._given.get(name) or {})
        return {block_id: dict(_mapping(block_id, held)) for block_id, held in outer.items()}

    def number(self, name: str, limits: Limits) -> float:
        found, (least, most) = self._given.get(name), limits
        is_number = isinstance(found, int | float) and not isinstance(found, bool)
        if not is_number or not least <= found <= most:  # type: ignore[operator]
            message = f"{name} must be a number from {least:g} to {most:g}"
            raise MalformedError(message)
        return float(found)  # type: ignore[arg-type]

    def count(self, name: str, limits: Limits) -> int:
        found = self.number(name, limits)
        if found != int(found):
            message = f"{name} must be a whole number"
            raise MalformedError(message)
        return int(found)


def _mapping(name: str, found: object) -> Mapping[str, Any]:
    if not isinstance(found, dict):
        message = f"{name} must be an object"
        raise MalformedError(message)
    return found
