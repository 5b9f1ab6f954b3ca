"""So many calls in any sixty seconds, and not one more."""

from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta

WINDOW = timedelta(seconds=60)


@dataclass(slots=True)
class Throttle:
    passed: deque[datetime] = field(default_factory=deque)

    def admits(self, now: datetime, per_minute: int) -> bool:
        """Count the call if it is admitted; a refused call does not prolong the wait."""
        while self.passed and now - self.passed[0] >= WINDOW:
            self.passed.popleft()
        if len(self.passed) >= per_minute:
            return False
        self.passed.append(now)
        return True
