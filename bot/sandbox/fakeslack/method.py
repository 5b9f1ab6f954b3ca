"""One method of the Web API: its function and what a caller needs."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from bot.sandbox.fakeslack.arguments import Arguments
from bot.sandbox.fakeslack.backend import Backend
from bot.sandbox.fakeslack.json_types import Json


@dataclass(frozen=True, slots=True)
class Method:
    """`scopes`: any one of them is enough; none means that every app may call it."""

    answer: Callable[[Backend, Arguments], Json]
    scopes: tuple[str, ...] = ()
    caller: Literal["bot", "app", "anyone"] = "bot"
