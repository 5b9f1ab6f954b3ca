"""What Slack's answers say of the bot's token: said once, whichever method meets it."""

import logging

import pytest
from slack_sdk.errors import SlackApiError

from bot.slack.client import BotToken
from bot.slack.errors import BAD_TOKEN

AGAIN = "Slack takes SLACK_BOT_TOKEN again"


def refusal(code: str, **facts: str) -> SlackApiError:
    return SlackApiError("refused", {"ok": False, "error": code, **facts})  # type: ignore[no-untyped-call]


@pytest.mark.parametrize("code", sorted(BAD_TOKEN))
def test_refused_token_is_said_once_and_is_good_with_any_call_that_is_taken(
    code: str, caplog: pytest.LogCaptureFixture
) -> None:
    token = BotToken()
    with caplog.at_level(logging.INFO):
        for _ in range(4):
            token.refused(refusal(code))
        problem = token.problem()
        token.took(granted="commands")

    assert problem == (
        f"SLACK_BOT_TOKEN is refused by Slack ({code}): install the app again and copy its token"
        " anew"
    )
    assert caplog.messages == [problem, AGAIN]
    assert token.problem() is None


@pytest.mark.parametrize("needed", ["chat:write", "im:write", "chat:write,chat:write:bot"])
def test_scope_is_lacking_until_slack_lists_it(
    needed: str, caplog: pytest.LogCaptureFixture
) -> None:
    token = BotToken()
    with caplog.at_level(logging.INFO):
        for _ in range(3):
            token.refused(refusal("missing_scope", needed=needed))
            token.took(granted="commands, files:read")
        problem = token.problem()
        token.took(granted=f"commands,{needed.split(',', maxsplit=1)[0]}")

    assert problem is not None
    assert problem.startswith(f"SLACK_BOT_TOKEN lacks the scope {needed}: ")
    assert caplog.messages == [problem, AGAIN]
    assert token.problem() is None


@pytest.mark.parametrize(
    ("facts", "granted"), [({}, "commands"), ({"needed": "chat:write"}, "")], ids=["whose", "which"]
)
def test_scope_of_which_nothing_is_known_is_good_with_the_next_call(
    facts: dict[str, str], granted: str
) -> None:
    token = BotToken()
    token.refused(refusal("missing_scope", **facts))

    token.took(granted=granted)

    assert token.problem() is None


@pytest.mark.parametrize("code", ["channel_not_found", "ratelimited", "internal_error", ""])
def test_other_refusals_say_nothing_of_the_token(
    code: str, caplog: pytest.LogCaptureFixture
) -> None:
    token = BotToken()
    token.refused(refusal(code))

    assert token.problem() is None
    assert caplog.messages == []
