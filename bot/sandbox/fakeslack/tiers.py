"""Slack's rate limits: so many calls of a method in any minute, and a pace of posts a channel."""

import math
import time
from collections import defaultdict, deque
from collections.abc import Callable

TIER_2, TIER_3, TIER_4 = 20, 50, 100
PER_MINUTE = {
    "chat.update": TIER_3,
    "chat.delete": TIER_3,
    "chat.postEphemeral": TIER_4,
    "views.open": TIER_4,
    "views.push": TIER_4,
    "views.update": TIER_4,
    "views.publish": TIER_4,
    "conversations.info": TIER_3,
    "conversations.open": TIER_3,
    "users.info": TIER_4,
    "usergroups.users.list": TIER_2,
    "files.info": TIER_4,
    "files.getUploadURLExternal": TIER_4,
    "files.completeUploadExternal": TIER_4,
}
"""What Slack documents of each method. Left out is apps.connections.open: its tier says only that
one call a minute is always taken, not how many are refused."""

POSTS_IN_A_ROW = 5
"""Slack takes one post a second and channel, and short bursts above that."""


class Tiers:
    """Counts the calls of one app in one workspace; `window_s` is what stands for a minute."""

    def __init__(
        self,
        *,
        enforced: bool = True,
        window_s: float = 60.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.enforced = enforced
        self.window_s = window_s
        self._clock = clock
        self._calls: defaultdict[str, deque[float]] = defaultdict(deque)
        self._posted: dict[str, float] = {}

    def refuses(self, method: str, channel: str) -> float | None:
        """Seconds until such a call would be taken; None: it is taken, and counted."""
        now = self._clock()
        wait_s = self._wait_of_post(channel, now) if method == "chat.postMessage" else 0.0
        wait_s = max(wait_s, self._wait_of_method(method, now))
        if wait_s > 0 and self.enforced:
            return wait_s
        self._count(method, channel, now)
        return None

    def _wait_of_method(self, method: str, now: float) -> float:
        calls = self._calls[method]
        while calls and calls[0] <= now - self.window_s:
            calls.popleft()
        if len(calls) < PER_MINUTE.get(method, math.inf):
            return 0.0
        return calls[0] + self.window_s - now

    def _wait_of_post(self, channel: str, now: float) -> float:
        ahead = self._posted.get(channel, now) - now
        return max(ahead - (POSTS_IN_A_ROW - 1) * self._post_every_s, 0.0)

    def _count(self, method: str, channel: str, now: float) -> None:
        if method in PER_MINUTE:
            self._calls[method].append(now)
        if method == "chat.postMessage":
            self._posted[channel] = max(self._posted.get(channel, now), now) + self._post_every_s

    @property
    def _post_every_s(self) -> float:
        return self.window_s / 60
