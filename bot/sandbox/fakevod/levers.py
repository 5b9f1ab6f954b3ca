"""What a test or the page in the browser may set while the stand-in runs."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta, timezone, tzinfo
from typing import Any

# 00:00 UTC+8 is the best guess for the reset: two sibling services state it, this one doesn't.
UTC_PLUS_8 = timezone(timedelta(hours=8), "UTC+8")

Result = dict[str, Any]


@dataclass(slots=True)
class Levers:
    """Asset cost None counts one for each play URL; failing URLs are fixed at acceptance.

    A create call with a URL that holds one of `refuse_urls_with` is refused as a whole, with the
    code `refuse_code`. `lists` is how a query lists the results of a task.
    """

    creates_per_minute: int = 100
    queries_per_minute: int = 100
    retry_after_s: int | None = None
    daily_limit: int = 1000
    quota_zone: tzinfo = UTC_PLUS_8
    asset_cost: int | None = None
    any_asset_exists: bool = True
    task_seconds: float = 240.0
    fail_urls_with: tuple[str, ...] = ()
    refuse_urls_with: tuple[str, ...] = ()
    refuse_code: str = "VOD.10062"
    url_fails: Callable[[str], bool] | None = None
    query_status: int = 200
    lists: Callable[[list[Result]], list[Result]] | None = None
    empty_queries: int = 0
    token_seconds: float = 86_400.0
    slow_seconds: float = 5.0
    huge_bytes: int = 16 * 1024 * 1024

    def refuses(self, urls: Iterable[str]) -> bool:
        return any(part in url for url in urls for part in self.refuse_urls_with)

    def will_fail(self, url: str) -> bool:
        if any(part in url for part in self.fail_urls_with):
            return True
        return self.url_fails is not None and self.url_fails(url)
