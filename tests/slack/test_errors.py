"""Why Slack refused, whatever its servers sent."""

from datetime import UTC, datetime

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.slack.errors import NoAnswerInTime, code_of, is_too_late
from bot.slack.troubles import UNTOLD_S, retry_after_s

UNREADABLE = (
    *("", " ", "soon", "nan", "inf", "-inf", "1e999", "30, 60", "0x1e", "99:99", "\x00", "½"),
    *("Sun, 29 Nov 2026", "Sun, 99 Nov 2026 99:99:99 GMT", "Sun, 29 Nov 99999 12:00:00 GMT"),
    "Sun, 29 Nov 2026 12:00:00 +" + "9" * 30,
)


def error_of(
    method: str,
    data: dict[str, object] | str,
    *,
    status: int = 429,
    headers: dict[str, str] | None = None,
) -> SlackApiError:
    answer = AsyncSlackResponse(
        client=None,
        http_verb="POST",
        api_url=f"https://slack.com/api/{method}",
        req_args={},
        data=data,  # type: ignore[arg-type]  # the client keeps a page as text
        headers=headers or {},
        status_code=status,
    )
    return SlackApiError("failed", answer)  # type: ignore[no-untyped-call]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        ({"ok": False, "error": "is_archived"}, "is_archived"),
        ({"ok": False}, ""),
        ("upstream failure", ""),
    ],
)
def test_code_is_read_from_any_answer(data: dict[str, object], code: str) -> None:
    assert code_of(error_of("views.open", data, status=500)) == code


@pytest.mark.parametrize(
    ("method", "code", "is_late"),
    [
        ("views.open", "ratelimited", True),
        ("views.push", "ratelimited", True),
        ("views.open", "expired_trigger_id", True),
        ("views.push", "trigger_expired", True),
        ("views.update", "ratelimited", False),
        ("views.publish", "ratelimited", False),
        ("chat.postMessage", "ratelimited", False),
        ("views.open", "exchanged_trigger_id", False),
        ("views.open", "internal_error", False),
    ],
)
def test_429_is_too_late_only_where_a_modal_waits_for_it(
    method: str, code: str, *, is_late: bool
) -> None:
    error = error_of(method, {"ok": False, "error": code}, status=429 if "rate" in code else 200)

    assert is_too_late(error) is is_late


def test_modal_without_an_answer_in_time_is_too_late() -> None:
    assert is_too_late(NoAnswerInTime())
    assert not is_too_late(TimeoutError())


AT_NOON = datetime(2026, 11, 29, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("header", "wait_s"),
    [
        (".5", 0.5),
        ("31.5", 31.5),
        (" 7 ", 7.0),
        ("120", 120.0),
        ("0", 0.0),
        ("-5", 0.0),
        ("Sun, 29 Nov 2026 12:00:40 GMT", 40.0),
        ("Sun, 29 Nov 2026 12:00:40 -0000", 40.0),
        ("Sunday, 29-Nov-26 12:00:40 GMT", 40.0),
        ("Sun, 29 Nov 2026 11:00:00 GMT", 0.0),
        ("9" * 30, 600.0),
        ("Sat, 21 Oct 2090 07:28:00 GMT", 600.0),
        *((text, UNTOLD_S) for text in UNREADABLE),
        (None, UNTOLD_S),
    ],
)
def test_wait_after_a_429_obeys_slack_and_is_bounded(header: str | None, wait_s: float) -> None:
    headers = {} if header is None else {"retry-after": header}
    error = error_of("chat.postMessage", {"ok": False, "error": "ratelimited"}, headers=headers)

    assert retry_after_s(error, lambda: AT_NOON) == wait_s
