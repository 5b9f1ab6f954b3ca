"""Why Slack refused, whatever its servers sent."""

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.slack.errors import code_of


@pytest.mark.parametrize(
    ("data", "code"),
    [
        ({"ok": False, "error": "is_archived"}, "is_archived"),
        ({"ok": False}, ""),
        ("upstream failure", ""),
    ],
)
def test_code_is_read_from_any_answer(data: dict[str, object], code: str) -> None:
    answer = AsyncSlackResponse(
        client=None,
        http_verb="POST",
        api_url="",
        req_args={},
        data=data,
        headers={},
        status_code=500,
    )

    assert code_of(SlackApiError("failed", answer)) == code  # type: ignore[no-untyped-call]
