"""Keys and users that failed too often in a row and must wait."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

FAILURES_ALLOWED = 5
LOCKED_FOR = timedelta(minutes=5)


@dataclass(slots=True)
class FailureLock:
    failures: dict[str, int] = field(default_factory=dict)
    locked_until: dict[str, datetime] = field(default_factory=dict)

    def is_locked(self, name: str, now: datetime) -> bool:
        return name in self.locked_until and now < self.locked_until[name]

    def failed(self, name: str, now: datetime) -> None:
        self.failures[name] = self.failures.get(name, 0) + 1
        if self.failures[name] >= FAILURES_ALLOWED:
            self.locked_until[name] = now + LOCKED_FOR
            self.failures[name] = 0

    def succeeded(self, name: str) -> None:
        self.failures.pop(name, None)
