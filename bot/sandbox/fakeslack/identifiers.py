"""Identifiers and timestamps in Slack's shapes, in the order in which they were made."""

import itertools
import secrets
from collections.abc import Callable


class Identifiers:
    """Makes each identifier once; timestamps rise even when the clock stands still."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._count = itertools.count(1)
        self._last_us = 0

    def new(self, prefix: str) -> str:
        return f"{prefix}0{next(self._count):09X}"

    def short(self) -> str:
        return f"b{next(self._count):04x}"

    def timestamp(self) -> str:
        self._last_us = max(int(self._now() * 1_000_000), self._last_us + 1)
        seconds, microseconds = divmod(self._last_us, 1_000_000)
        return f"{seconds}.{microseconds:06d}"


def new_token(*parts: str) -> str:
    """Join the parts with a random tail, so that no token stands in the source."""
    return "-".join((*parts, secrets.token_hex(12)))
