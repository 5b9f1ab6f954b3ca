"""Whatever people are shown, Slack takes it, and it tells no secret and calls nobody."""

import json
import re
from collections.abc import Iterator

import pytest
from slack_sdk.models.views import View

from bot.blocks.text import Block
from bot.reading.targets import read_target
from bot.rules.states import RequestStatus
from bot.rules.target import Rejected, Url
from bot.sandbox.blockkit import block_text_length, check_message, check_view
from tests.helpers import screen_samples
from tests.helpers.screen_catalogue import Exhibit, catalogue

# Slack has refused messages whose blocks held 11,341 characters; blocks themselves cost too.
MESSAGE_ROOM = 10_000
BLOCK_COST = 100
BLOCKS = 40
VIEW_BYTES = 250_000
# chat.update refuses more, and one team measured bytes.
TEXT_BYTES = 4000

OURS = re.compile(
    r"<@U0(MEI|SAM)>|<#C0LAUNCH>"
    rf"|<!date\^{screen_samples.NOW.timestamp():.0f}\^\{{time\}}\|10:02 UTC>"
    rf"|<!date\^{screen_samples.NOW.timestamp():.0f}\^\{{date_short_pretty\}}, \{{time\}}"
    r"\|2026-11-24 10:02 UTC>"
    rf"|<!date\^{screen_samples.TOMORROW.timestamp():.0f}\^\{{date_short_pretty\}}, \{{time\}}"
    r"\|2026-11-25 10:02 UTC>"
)

EXHIBITS = catalogue()


def texts(found: object) -> Iterator[str]:
    """Every string that is shown as mrkdwn: of text objects, and a message's own text."""
    if isinstance(found, dict):
        if isinstance(found.get("text"), str) and found.get("type") != "plain_text":
            yield found["text"]
        for value in found.values():
            yield from texts(value)
    elif isinstance(found, list):
        for value in found:
            yield from texts(value)


@pytest.mark.parametrize("shown", EXHIBITS, ids=lambda one: one.name)
def test_slack_takes_what_is_shown_and_it_tells_no_secret(shown: Exhibit) -> None:
    """All that is asked of an exhibit at once: to make the largest of them takes a while."""
    if shown.kind == "view":
        check_view_is_taken(shown)
    else:
        check_message_is_taken(shown)
    check_no_secret_is_shown(shown)
    check_nobody_is_called(shown)
    check_marks_are_whole(shown)


def check_view_is_taken(shown: Exhibit) -> None:
    assert check_view(shown.payload) == []
    # The SDK sends it with every character beyond ASCII written out.
    assert len(json.dumps(shown.payload)) < VIEW_BYTES
    View(**shown.payload).validate_json()


def check_message_is_taken(shown: Exhibit) -> None:
    assert check_message(shown.payload) == []
    blocks = shown.payload["blocks"]
    assert len(blocks) < BLOCKS
    assert block_text_length(blocks) + BLOCK_COST * len(blocks) < MESSAGE_ROOM
    assert 0 < len(shown.payload["text"].encode()) < TEXT_BYTES


def check_no_secret_is_shown(shown: Exhibit) -> None:
    sent = json.dumps(shown.payload, ensure_ascii=False)

    assert screen_samples.SECRET not in sent
    assert "auth_key" not in sent
    assert "geheim" not in sent


def check_nobody_is_called(shown: Exhibit) -> None:
    for text in texts(shown.payload):
        assert "<" not in OURS.sub("", text)
        assert ">" not in OURS.sub("", text)


def check_marks_are_whole(shown: Exhibit) -> None:
    """Code ends on the line on which it began, and no entity of mrkdwn is cut."""
    for text in texts(shown.payload):
        for line in text.splitlines():
            assert line.count("`") % 2 == 0, line
        assert re.findall(r"&(?!(?:amp|lt|gt);)", text) == []


def test_names_are_unique() -> None:
    names = [one.name for one in EXHIBITS]

    assert sorted(set(names)) == sorted(names)


def test_specimens_are_what_the_bot_accepts() -> None:
    # Requests that an earlier version has stored hold brackets, stars and entities as well.
    every = screen_samples.addresses()
    taken_today = [it for it in every if not set("<*") & set(it) and "&lt;" not in it]
    accepted = [read_target(address) for address in taken_today]

    assert [found for found in accepted if isinstance(found, Rejected)] == []
    longest = [found for found in accepted if isinstance(found, Url) and len(found.address) == 4096]
    assert len(longest) == sum("<" not in filling for filling in screen_samples.FILLINGS.values())


def test_specimens_hold_every_end_of_a_request() -> None:
    assert screen_samples.statuses() == set(RequestStatus)


def test_catalogue_notices_a_secret_and_a_call() -> None:
    leak: Block = {"text": f"https://h/a?x={screen_samples.SECRET}", "blocks": []}
    call: Block = {"text": "<!here>"}

    with pytest.raises(AssertionError):
        check_no_secret_is_shown(Exhibit("leak", "message", lambda: leak))
    with pytest.raises(AssertionError):
        check_nobody_is_called(Exhibit("call", "message", lambda: call))
