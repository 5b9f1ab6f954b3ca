"""Trigger IDs: good for three seconds, good for one modal."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass

from bot.sandbox.fakeslack.refusals import ApiError

TRIGGER_SECONDS = 3.0


@dataclass(frozen=True, slots=True)
class Trigger:
    """Who did something, and where; a trigger from inside a modal names its view."""

    id: str
    user_id: str
    issued_at: float
    channel_id: str | None = None
    view_id: str | None = None


class Triggers:
    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._issued: dict[str, Trigger] = {}
        self._exchanged: set[str] = set()

    def issue(
        self, user_id: str, *, channel_id: str | None = None, view_id: str | None = None
    ) -> str:
        number = len(self._issued) + 1
        # As Slack's own, of no use in another workspace.
        trigger_id = f"{number}.{1_000_000 + number}.{secrets.token_hex(16)}"
        self._issued[trigger_id] = Trigger(trigger_id, user_id, self._now(), channel_id, view_id)
        return trigger_id

    def check(self, trigger_id: str) -> Trigger:
        trigger = self._issued.get(trigger_id)
        if trigger is None:
            raise ApiError("invalid_trigger_id")
        if trigger_id in self._exchanged:
            raise ApiError("exchanged_trigger_id")
        if self._now() - trigger.issued_at > TRIGGER_SECONDS:
            raise ApiError("expired_trigger_id")
        return trigger

    def exchange(self, trigger: Trigger) -> None:
        self._exchanged.add(trigger.id)
