"""A draft is fine, whatever becomes of the file with what was left out of it."""

from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any, cast

import pytest
from slack_bolt.kwargs_injection.async_args import AsyncArgs

from bot.rules.target import Reason, Rejected
from bot.service.attaching import Attaching
from bot.service.prefetch_service import PrefetchService
from bot.slack.files import Fetched
from handlers.left_out import MOST_ON_SCREEN, give_back

REJECTED = [Rejected(f"ftp://h/{it}", Reason.NOT_HTTP) for it in range(MOST_ON_SCREEN + 1)]


class Failing:
    """Takes no file, and fails in this way."""

    is_granted = may_write = True

    def __init__(self, error: Exception) -> None:
        self._error = error
        self.given: list[str] = []

    async def fetch(self, file_id: str, *, address: str, most_bytes: int) -> Fetched:
        raise NotImplementedError

    async def send(
        self, user_id: str, _name: str, _content: bytes, _message: Mapping[str, Any]
    ) -> None:
        self.given.append(user_id)
        raise self._error


@pytest.mark.parametrize(
    "error",
    [ValueError("https://files.slack.com/secret"), KeyError("ts"), TimeoutError(), TypeError()],
)
async def test_any_failure_is_for_the_log_alone(
    error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    files = Failing(error)
    service = cast("PrefetchService", SimpleNamespace(attaching=Attaching(files)))
    body = {"user": {"id": "U1", "team_id": "T1"}}
    context = SimpleNamespace(authorize_result=None)
    args = cast("AsyncArgs", SimpleNamespace(body=body, context=context))

    await give_back(args, service, REJECTED)

    assert files.given == ["U1"]
    assert type(error).__name__ in caplog.text
    assert "secret" not in caplog.text
