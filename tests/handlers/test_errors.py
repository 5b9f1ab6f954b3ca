"""Failures become words, and an ID under which the log tells the rest."""

import logging
import re
from collections.abc import Callable
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_slack_response import AsyncSlackResponse
from sqlalchemy import text
from sqlmodel import Session

from bot.blocks.text import Block
from bot.rules.refusals import (
    DraftGone,
    ListTooLong,
    ListUnit,
    NothingToSend,
    PastTime,
    PayloadUnreadable,
    Refusal,
    RequestUnknown,
)
from bot.rules.slack_token import TokenTrouble
from bot.rules.target import Reason, Rejected
from bot.sandbox.fakeslack import LAUNCH, MEI
from bot.slack.errors import token_trouble_of
from bot.words.english import ENGLISH
from handlers.errors import explain
from storage.tables import LedgerRow, RequestRow
from tests.helpers.listener_harness import URL, ListenerHarness, told
from tests.helpers.said_words import said

ERROR_ID = re.compile(r"E-[0-9A-HJKMNP-TV-Z]{5}")
REFUSALS = (
    DraftGone(command="/prefetch"),
    RequestUnknown("R-00000", command="/prefetch"),
    PayloadUnreadable("user.id"),
    NothingToSend(),
    PastTime(datetime(2026, 11, 24, 10, tzinfo=UTC), ZoneInfo("Asia/Shanghai")),
    ListTooLong(ListUnit.LINES, found=2, limit=1),
)


def of_slack(code: str, *, method: str = "chat.postMessage") -> SlackApiError:
    response = AsyncSlackResponse(
        client=None,
        http_verb="POST",
        api_url=f"https://slack.com/api/{method}",
        req_args={},
        data={"ok": False, "error": code},
        headers={},
        status_code=200,
    )
    return SlackApiError("refused", response)  # type: ignore[no-untyped-call]


def drop_drafts(session: Session) -> None:
    session.connection().execute(text("DROP TABLE draft"))


def drop_audit(session: Session) -> None:
    session.connection().execute(text("DROP TABLE audit_event"))


def text_of(shown: Block) -> str:
    return str(shown["text"]["text"])


@pytest.mark.parametrize("refusal", REFUSALS, ids=lambda refusal: type(refusal).__name__)
def test_refusal_keeps_its_own_words_and_needs_no_traceback(
    refusal: Refusal, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        words = explain(ENGLISH, refusal)

    assert words.text == said(refusal)
    assert ERROR_ID.fullmatch(words.error_id)
    (record,) = caplog.records
    assert record.getMessage() == f"{words.error_id} refused: {type(refusal).__name__}"
    assert record.exc_info is None


def test_reason_of_each_item_comes_with_the_refusal() -> None:
    rejected = (Rejected("ftp://v.example.com/a", Reason.NOT_HTTP),)

    assert explain(ENGLISH, NothingToSend(rejected)).rejected == rejected


@pytest.mark.parametrize("code", ["expired_trigger_id", "invalid_trigger_id", "trigger_expired"])
def test_modal_that_came_too_late_is_no_error_of_the_bot(
    code: str, caplog: pytest.LogCaptureFixture
) -> None:
    words = explain(ENGLISH, of_slack(code))

    assert words.text == ENGLISH.failures.UNOPENED
    assert [record.levelname for record in caplog.records] == ["WARNING"]


@pytest.mark.parametrize("error", [KeyError("x"), of_slack("internal_error"), OSError("gone")])
def test_anything_else_is_told_without_its_inside_and_logged_with_it(
    error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    words = explain(ENGLISH, error)

    assert words.text == ENGLISH.failures.UNEXPECTED
    (record,) = caplog.records
    assert record.getMessage() == words.error_id
    assert record.exc_info is not None
    assert record.exc_info[1] is error


@pytest.mark.parametrize("code", ["token_revoked", "account_inactive", "missing_scope"])
@pytest.mark.parametrize(
    ("method", "say"),
    [
        ("views.open", ENGLISH.failures.may_not_open),
        ("chat.postMessage", ENGLISH.failures.may_not_answer),
        ("views.update", ENGLISH.failures.may_not_answer),
    ],
)
def test_only_a_modal_that_was_not_opened_proves_that_nothing_was_sent(
    code: str, method: str, say: Callable[[TokenTrouble], str], caplog: pytest.LogCaptureFixture
) -> None:
    """The answer to *Cancel*, by direct message, comes after something was done."""
    refused = of_slack(code, method=method)
    trouble = token_trouble_of(refused)
    assert trouble is not None

    words = explain(ENGLISH, refused)

    assert words.text == say(trouble)
    assert " this: SLACK_BOT_TOKEN " in words.text
    assert ("Nothing was sent" in words.text) == (method == "views.open")
    (record,) = caplog.records
    assert record.exc_info is None


def test_no_two_failures_share_an_id() -> None:
    assert len({explain(ENGLISH, REFUSALS[0]).error_id for _ in range(5)}) == 5


@pytest.mark.integration
async def test_command_that_meets_a_broken_database_is_answered(
    listeners: ListenerHarness, caplog: pytest.LogCaptureFixture
) -> None:
    mei = listeners.person(MEI)
    await listeners.database.transaction(drop_drafts)

    delivery = await mei.command(LAUNCH, "/prefetch", URL)

    assert delivery.error is None
    (message,) = told(mei)
    (error_id,) = ERROR_ID.findall(message.text)
    assert message.text.startswith(ENGLISH.failures.UNEXPECTED)
    assert "no such table" not in message.text
    assert error_id in caplog.text


@pytest.mark.integration
async def test_failure_before_anybody_is_authorised_tells_nobody(
    listeners: ListenerHarness, caplog: pytest.LogCaptureFixture
) -> None:
    """Bolt hands its own failures to the same listener, also those over a forged signature."""
    forged = AsyncBoltRequest(
        body=f"command=/prefetch&user_id={MEI}&trigger_id=1",
        headers={"x-slack-request-timestamp": "abc", "x-slack-signature": "v0=0"},
    )
    before = len(listeners.slack.log)

    response = await listeners.app.async_dispatch(forged)

    assert (response.status, response.body) == (401, "")
    assert len(listeners.slack.log) == before
    assert [record.exc_info for record in caplog.records if record.levelname != "DEBUG"] == [None]


@pytest.mark.integration
async def test_confirmation_that_cannot_be_stored_whole_is_not_stored_at_all(
    listeners: ListenerHarness,
) -> None:
    mei = listeners.person(MEI)
    await mei.command(LAUNCH, "/prefetch", URL)
    await listeners.database.transaction(drop_audit)

    await mei.submit(mei.views[-1])

    assert text_of(mei.views[-1].blocks[0]).startswith(ENGLISH.failures.UNEXPECTED)
    assert await listeners.rows(RequestRow) == []
    assert await listeners.rows(LedgerRow) == []
