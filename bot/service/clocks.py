"""The clocks of people: in whose time zone a typed time is read."""

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

WITHIN_S = 0.7
"""Slack opens a modal within three seconds of the command only."""

KEPT_FOR = timedelta(hours=1)
"""People who travel take their computer along."""

ASKED_AGAIN_AFTER = timedelta(minutes=1)
"""Where Slack told nothing, not every command waits for it."""

MOST_PEOPLE = 1000
LONGEST_NAME = 64


class Zones(Protocol):
    """Who knows the time zones of people."""

    @property
    def is_granted(self) -> bool: ...
    async def name_of(self, user_id: str) -> str: ...


class Clocks:
    """Knows the zones of the people who asked last; those of `MOST_PEOPLE` at most."""

    def __init__(
        self,
        zones: Zones | None,
        *,
        now: Callable[[], datetime],
        within_s: float = WITHIN_S,
    ) -> None:
        self._zones = zones
        self._now = now
        self._within_s = within_s
        self._found: OrderedDict[str, tuple[datetime, ZoneInfo | None]] = OrderedDict()

    def known(self, user_id: str) -> ZoneInfo | None:
        """The person's zone where it is known without asking."""
        until, zone = self._found.get(user_id, (self._now(), None))
        return zone if until > self._now() else None

    async def of(self, user_id: str) -> ZoneInfo | None:
        """The person's zone; None where nobody tells it in time."""
        if self._zones is None or not self._zones.is_granted:
            return None
        until, zone = self._found.get(user_id, (self._now(), None))
        if until > self._now():
            return zone
        try:
            async with asyncio.timeout(self._within_s):
                zone = _zone(await self._zones.name_of(user_id))
        except TimeoutError:
            zone = None
        self._remember(user_id, zone)
        return zone

    def _remember(self, user_id: str, zone: ZoneInfo | None) -> None:
        kept_for = ASKED_AGAIN_AFTER if zone is None else KEPT_FOR
        self._found[user_id] = (self._now() + kept_for, zone)
        self._found.move_to_end(user_id)
        while len(self._found) > MOST_PEOPLE:
            self._found.popitem(last=False)


def _zone(name: str) -> ZoneInfo | None:
    if not name or len(name) > LONGEST_NAME:
        return None
    try:
        return ZoneInfo(name)
    except (ValueError, LookupError, OSError):  # no such name, no name at all, or a folder
        return None
