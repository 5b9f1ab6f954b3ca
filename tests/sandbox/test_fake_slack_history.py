"""FakeSlack's messages as the bot reads them: what it needs, and what it is not shown."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.sandbox.fakeslack import JUN, LAUNCH, MEI, RANDOM, WAR_ROOM, FakeSlack
from bot.sandbox.fakeslack.cast import BOT_USER
from tests.helpers.slack_app import MANIFEST, call

pytestmark = pytest.mark.integration
METADATA = {"event_type": "tried", "event_payload": {"keys": ["a"]}}


@pytest.fixture
async def slack() -> AsyncIterator[FakeSlack]:
    async with FakeSlack(MANIFEST) as server:
        server.scopes.update({"channels:history", "groups:history", "im:history"})
        yield server


async def _ask(slack: FakeSlack, method: str, **arguments: object) -> Any:  # noqa: ANN401
    return await call(slack, method, slack.bot_token, **arguments)


@pytest.mark.parametrize(
    ("channel", "scope"),
    [(LAUNCH, "channels:history"), (WAR_ROOM, "groups:history"), (MEI, "im:history")],
)
async def test_each_kind_of_conversation_needs_its_own_scope(
    slack: FakeSlack, channel: str, scope: str
) -> None:
    if channel == WAR_ROOM:
        slack.workspace.join(WAR_ROOM, BOT_USER)
    if channel == MEI:
        channel = slack.workspace.direct_message(MEI).id
    slack.scopes.discard(scope)

    answer = await _ask(slack, "conversations.history", channel=channel)

    assert (answer["error"], answer["needed"]) == ("missing_scope", scope)


@pytest.mark.parametrize(
    ("channel", "error"),
    [(RANDOM, "not_in_channel"), (WAR_ROOM, "channel_not_found"), (MEI, "channel_not_found")],
)
async def test_bot_reads_only_where_it_is_a_member(
    slack: FakeSlack, channel: str, error: str
) -> None:
    answer = await _ask(slack, "conversations.history", channel=channel)

    assert answer["error"] == error


async def test_history_is_newest_first_and_holds_no_replies(slack: FakeSlack) -> None:
    first, second = (slack.workspace.post(LAUNCH, JUN, text) for text in ("one", "two"))
    slack.workspace.post(LAUNCH, JUN, "below", thread_ts=first.ts)
    slack.workspace.post(LAUNCH, JUN, "for one alone", only_for=MEI)

    answer = await _ask(slack, "conversations.history", channel=LAUNCH, oldest="0")
    later = await _ask(slack, "conversations.history", channel=LAUNCH, oldest=first.ts)

    assert [each["ts"] for each in answer["messages"]] == [second.ts, first.ts]
    assert [each["ts"] for each in later["messages"]] == [second.ts]


async def test_thread_comes_page_by_page_with_its_first_message(slack: FakeSlack) -> None:
    parent = slack.workspace.post(LAUNCH, JUN, "parent")
    for number in range(3):
        slack.workspace.post(LAUNCH, JUN, str(number), thread_ts=parent.ts)

    found, cursor, pages = [], "", 0
    while pages == 0 or cursor:
        more = {"cursor": cursor} if cursor else {}
        answer = await _ask(
            slack, "conversations.replies", channel=LAUNCH, ts=parent.ts, limit=2, **more
        )
        found += [each["text"] for each in answer["messages"]]
        cursor, pages = answer["response_metadata"]["next_cursor"], pages + 1

    assert (found, pages) == (["parent", "0", "1", "2"], 2)


async def test_metadata_is_shown_to_who_asks_for_it(slack: FakeSlack) -> None:
    parent = slack.workspace.post(LAUNCH, JUN, "parent", metadata=METADATA)
    asked = {"channel": LAUNCH, "ts": parent.ts}

    without = await _ask(slack, "conversations.replies", **asked)
    with_it = await _ask(slack, "conversations.replies", **asked, include_all_metadata=True)

    assert "metadata" not in without["messages"][0]
    assert with_it["messages"][0]["metadata"] == METADATA


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"ts": "1.0"}, "thread_not_found"),
        ({"ts": "{ts}", "oldest": "yesterday"}, "invalid_ts_oldest"),
        ({"ts": "{ts}", "limit": 5000}, "invalid_limit"),
        ({"ts": "{ts}", "cursor": "next"}, "invalid_cursor"),
    ],
)
async def test_what_slack_does_not_take_is_refused(
    slack: FakeSlack, arguments: dict[str, object], error: str
) -> None:
    parent = slack.workspace.post(LAUNCH, JUN, "parent")
    given = {name: parent.ts if it == "{ts}" else it for name, it in arguments.items()}

    answer = await _ask(slack, "conversations.replies", channel=LAUNCH, **given)

    assert answer["error"] == error
