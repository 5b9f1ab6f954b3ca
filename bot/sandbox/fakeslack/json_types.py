"""The shape of everything that travels between Slack and an app."""

from typing import Any, TypeAlias

Json: TypeAlias = dict[str, Any]
Blocks: TypeAlias = list[dict[str, Any]]
