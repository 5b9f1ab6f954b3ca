"""Slack takes the bot's token no longer: it is said once, and nobody is told what is not so."""

import asyncio
import logging
from collections.abc import Iterator
from typing import Any

import pytest

from bot.sandbox.fakeslack import LAUNCH, MEI
from bot.sandbox.stage import Stage
from tests.helpers.slack_people import (
    ask,
    final_card,
    outcome_of,
    propose,
    taken_by_the_cloud,
)

pytestmark = pytest.mark.asyncio(loop_scope="module")

URL = "https://v.example.com/a.mp4"
OTHER = "https://v.example.com/other.mp4"
ALWAYS = 1000
WITHIN_S = 30.0
TROUBLES = {
    "token_revoked": "SLACK_BOT_TOKEN is refused by Slack (token_revoked)",
    "account_inactive": "SLACK_BOT_TOKEN is refused by Slack (account_inactive)",
    "invalid_auth": "SLACK_BOT_TOKEN is refused by Slack (invalid_auth)",
    "missing_scope": "SLACK_BOT_TOKEN lacks the scope ",
}
AGAIN = "Slack takes SLACK_BOT_TOKEN again"


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    with caplog.at_level(logging.INFO):
        yield caplog


@pytest.mark.parametrize(("code", "said"), TROUBLES.items())
async def test_token_trouble_is_said_once_and_the_files_are_sent_all_the_same(
    shared_stage: Stage, log: pytest.LogCaptureFixture, code: str, said: str
) -> None:
    stage, mei = shared_stage, shared_stage.slack.person(MEI)
    view = await propose(mei, URL)
    calls = len(stage.vod.books.tasks)
    log.clear()
    stage.slack.fail("*", code, times=ALWAYS)
    confirmed = await mei.submit(view)
    await taken_by_the_cloud(stage, calls + 1)
    answer = await ask(stage, mei, OTHER)
    await mei.open_home()
    await stage.slack.wait_until(lambda: _refused_posts(stage, code) >= 1, WITHIN_S)
    stage.slack.well_again("*")
    card = await final_card(stage)
    await _until_said(log, AGAIN)

    assert confirmed.is_acked
    assert "Slack does not let the bot open the modal.* Nothing was sent." in answer.text
    assert said in answer.text
    assert [record.getMessage()[: len(said)] for record in _of(log, logging.ERROR)] == [said]
    assert [record for record in log.records if record.exc_info] == []
    assert len(_of(log, logging.WARNING)) <= 4
    assert outcome_of(card) == "succeeded"
    assert len(stage.vod.books.tasks) == calls + 1


async def test_scope_that_is_lacking_is_said_once_while_other_methods_are_taken(
    shared_stage: Stage, log: pytest.LogCaptureFixture
) -> None:
    """As after an installation without `chat:write`: modals are opened, cards are refused."""
    stage, mei = shared_stage, shared_stage.slack.person(MEI)
    calls, refused = len(stage.vod.books.tasks), _refused_posts(stage, "missing_scope")
    log.clear()
    stage.slack.set_fault("missing-scope")
    for number in range(2):
        await mei.submit(await propose(mei, f"https://v.example.com/{number}.mp4"))
    await taken_by_the_cloud(stage, calls + 2)
    await stage.slack.wait_until(
        lambda: _refused_posts(stage, "missing_scope") >= refused + 2, WITHIN_S
    )
    stage.slack.clear_fault()
    ends = {outcome_of(await final_card(stage)) for _ in range(2)}
    await _until_said(log, AGAIN)

    (only,) = _of(log, logging.ERROR)
    assert only.getMessage() == (
        "SLACK_BOT_TOKEN lacks the scope chat:write: add it in the app's settings, then reinstall"
        " the app"
    )
    assert [record for record in log.records if record.exc_info] == []
    assert log.messages.count(AGAIN) == 1
    assert ends == {"succeeded"}


def _of(log: pytest.LogCaptureFixture, level: int) -> list[logging.LogRecord]:
    """What the bot itself has said at this level."""
    ours = ("bot.", "handlers", "storage.")
    return [
        record for record in log.records if record.levelno == level and record.name.startswith(ours)
    ]


async def _until_said(log: pytest.LogCaptureFixture, words: str) -> None:
    """The log has no event to wait for."""
    async with asyncio.timeout(WITHIN_S):
        while words not in log.messages:  # noqa: ASYNC110
            await asyncio.sleep(0.05)


def _refused_posts(stage: Stage, code: str) -> int:
    """How many cards the channel did not get."""
    calls: Any = [record.facts for record in stage.slack.log.of("call", "chat.postMessage")]
    return sum(
        facts["answer"].get("error") == code and facts["arguments"].get("channel") == LAUNCH
        for facts in calls
    )
