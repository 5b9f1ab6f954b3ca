"""What was accepted and what it cost: the truth that a test compares a bot's ledger with."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Task:
    """One accepted create call; cost is in files, and day is the quota day that paid for it."""

    task_id: str
    asset_id: str | None
    urls: tuple[str, ...]
    cost: int
    time: datetime
    day: date
    failing: frozenset[str] = frozenset()
    stuck: bool = False

    def results(self, now: datetime, task_seconds: float) -> list[dict[str, Any]]:
        """URLs end one after another, evenly, so that the last ends after `task_seconds`."""
        passed = (now - self.time).total_seconds()
        step = task_seconds / len(self.urls)
        return [
            {"url": url, "status": self._status(url, is_over=passed >= step * place)}
            for place, url in enumerate(self.urls, start=1)
        ]

    def _status(self, url: str, *, is_over: bool) -> str:
        if self.stuck or not is_over:
            return "processing"
        return "failed" if url in self.failing else "succeed"


@dataclass(slots=True)
class Books:
    task_by_id: dict[str, Task] = field(default_factory=dict)
    charged_by_day: Counter[date] = field(default_factory=Counter)
    spent_elsewhere: Counter[date] = field(default_factory=Counter)
    queries: Counter[str] = field(default_factory=Counter)

    @property
    def tasks(self) -> list[Task]:
        """Oldest first."""
        return list(self.task_by_id.values())

    def charge(self, task: Task) -> None:
        self.task_by_id[task.task_id] = task
        self.charged_by_day[task.day] += task.cost

    def charged(self, day: date) -> int:
        """Files that accepted create calls cost on this day."""
        return self.charged_by_day[day]

    def spent(self, day: date) -> int:
        return self.charged(day) + self.spent_elsewhere[day]

    def spend_elsewhere(self, day: date, files: int) -> None:
        """Use up quota as the console's own button and automatic prefetch do."""
        self.spent_elsewhere[day] += files
