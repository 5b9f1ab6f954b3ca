"""FakeSlack's chat methods: where a bot may post, and what Slack refuses of a message."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.sandbox.fakeslack import (
    JUN,
    LAUNCH,
    MEI,
    NORA,
    OLD_LAUNCH,
    RANDOM,
    WAR_ROOM,
    FakeSlack,
)
from tests.helpers.slack_app import MANIFEST, call, section

pytestmark = pytest.mark.integration


@pytest.fixture
async def slack() -> AsyncIterator[FakeSlack]:
    async with FakeSlack(MANIFEST) as server:
        yield server


@pytest.mark.parametrize(
    ("channel", "error"),
    [
        (RANDOM, "not_in_channel"),
        (WAR_ROOM, "channel_not_found"),
        ("C0NOWHERE", "channel_not_found"),
        (OLD_LAUNCH, "is_archived"),
    ],
)
async def test_bot_posts_only_where_it_may(slack: FakeSlack, channel: str, error: str) -> None:
    answer = await call(slack, "chat.postMessage", channel=channel, text="hello")

    assert answer == {"ok": False, "error": error}


async def test_public_scope_opens_public_channels_but_no_private_one(slack: FakeSlack) -> None:
    slack.scopes.add("chat:write.public")

    public = await call(slack, "chat.postMessage", channel=RANDOM, text="hello")
    private = await call(slack, "chat.postMessage", channel=WAR_ROOM, text="hello")

    assert public["ok"]
    assert private["error"] == "channel_not_found"


async def test_posting_to_a_person_opens_the_conversation_with_them(slack: FakeSlack) -> None:
    answer = await call(slack, "chat.postMessage", channel=MEI, text="hello")

    assert answer["channel"].startswith("D")
    assert [m.text for m in slack.person(MEI).sees(answer["channel"])] == ["hello"]
    assert slack.person(JUN).sees(answer["channel"]) == []


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({}, "no_text"),
        ({"text": ""}, "no_text"),
        ({"blocks": []}, "no_text"),
        ({"blocks": [{"type": "sectoin"}]}, "invalid_blocks"),
        ({"blocks": [section("x")] * 51}, "invalid_blocks"),
        ({"blocks": "[{"}, "invalid_blocks_format"),
        ({"blocks": [section("x" * 2900) for _ in range(5)]}, "msg_blocks_too_long"),
        ({"blocks": [section("x" * 2725) for _ in range(4)]}, "msg_blocks_too_long"),
        ({"blocks": [section("x" * 126) for _ in range(50)]}, "msg_blocks_too_long"),
        ({"text": "x", "attachments": [{"text": "a"}] * 101}, "too_many_attachments"),
        ({"text": "x", "metadata": {"event_type": "t"}}, "invalid_metadata_format"),
    ],
)
async def test_message_that_slack_refuses_is_not_posted(
    slack: FakeSlack, arguments: dict[str, Any], error: str
) -> None:
    answer = await call(slack, "chat.postMessage", channel=LAUNCH, **arguments)

    assert answer["error"] == error
    assert slack.person(MEI).sees(LAUNCH) == []


async def test_invalid_blocks_are_explained_twice_as_slack_does(slack: FakeSlack) -> None:
    answer = await call(slack, "chat.postMessage", channel=LAUNCH, blocks=[{"type": "sectoin"}])

    assert answer["errors"] == ["unsupported type: sectoin [json-pointer:/blocks/0/type]"]
    assert answer["response_metadata"]["messages"] == [f"[ERROR] {answer['errors'][0]}"]


async def test_text_above_40000_characters_is_cut_with_a_note(slack: FakeSlack) -> None:
    answer = await call(slack, "chat.postMessage", channel=LAUNCH, text="x" * 40_001)

    assert len(answer["message"]["text"]) == 40_000
    assert answer["response_metadata"]["warnings"] == ["message_truncated"]


async def test_blocks_without_ids_are_given_some(slack: FakeSlack) -> None:
    answer = await call(slack, "chat.postMessage", channel=LAUNCH, blocks=[section("hi")])

    assert answer["message"]["blocks"][0]["block_id"]


async def test_metadata_thread_and_permalink_are_kept(slack: FakeSlack) -> None:
    metadata = {"event_type": "prefetch", "event_payload": {"request": "R-1"}}
    first = await call(slack, "chat.postMessage", channel=LAUNCH, text="a", metadata=metadata)
    reply = await call(slack, "chat.postMessage", channel=LAUNCH, text="b", thread_ts=first["ts"])
    link = await call(slack, "chat.getPermalink", channel=LAUNCH, message_ts=first["ts"])

    assert first["message"]["metadata"] == metadata
    assert reply["message"]["thread_ts"] == first["ts"]
    assert link["permalink"].endswith("/p" + first["ts"].replace(".", ""))


async def test_timestamps_rise_while_the_clock_stands_still() -> None:
    async with FakeSlack(MANIFEST, now=lambda: 1_700_000_000.0) as slack:
        first = await call(slack, "chat.postMessage", channel=LAUNCH, text="a")
        second = await call(slack, "chat.postMessage", channel=LAUNCH, text="b")

    assert first["ts"] == "1700000000.000000"
    assert second["ts"] > first["ts"]


async def test_edit_shows_the_newest_state_and_keeps_unmentioned_blocks(slack: FakeSlack) -> None:
    posted = await call(
        slack, "chat.postMessage", channel=LAUNCH, text="0 of 3", blocks=[section("card")]
    )

    await call(slack, "chat.update", channel=LAUNCH, ts=posted["ts"], text="3 of 3")

    (message,) = slack.person(MEI).sees(LAUNCH)
    assert message.text == "3 of 3"
    assert message.blocks == posted["message"]["blocks"]
    assert message.edited_ts is not None


async def test_empty_list_takes_the_blocks_away(slack: FakeSlack) -> None:
    posted = await call(slack, "chat.postMessage", channel=LAUNCH, blocks=[section("card")])

    await call(slack, "chat.update", channel=LAUNCH, ts=posted["ts"], text="done", blocks=[])

    assert slack.person(MEI).sees(LAUNCH)[0].blocks == []


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"text": "x" * 4001}, "msg_too_long"),
        ({"text": "视" * 1334}, "msg_too_long"),
        ({"text": "\U0001f680" * 1001}, "msg_too_long"),
        ({}, "no_text"),
        ({"text": "x", "ts": "1.000000"}, "message_not_found"),
        ({"text": "x", "channel": MEI}, "channel_not_found"),
        ({"blocks": [{"type": "sectoin"}]}, "invalid_blocks"),
    ],
)
async def test_edit_that_slack_refuses_changes_nothing(
    slack: FakeSlack, arguments: dict[str, Any], error: str
) -> None:
    posted = await call(slack, "chat.postMessage", channel=LAUNCH, text="before")

    answer = await call(
        slack, "chat.update", **({"channel": LAUNCH, "ts": posted["ts"]} | arguments)
    )

    assert answer["error"] == error
    assert [m.text for m in slack.person(MEI).sees(LAUNCH)] == ["before"]


async def test_bot_cannot_edit_or_delete_what_a_person_said(slack: FakeSlack) -> None:
    said = await slack.person(MEI).say(LAUNCH, "mine")

    edited = await call(slack, "chat.update", channel=LAUNCH, ts=said.ts, text="yours")
    deleted = await call(slack, "chat.delete", channel=LAUNCH, ts=said.ts)

    assert edited["error"] == "cant_update_message"
    assert deleted["error"] == "cant_delete_message"


async def test_message_in_an_archived_channel_can_no_longer_be_edited(slack: FakeSlack) -> None:
    posted = await call(slack, "chat.postMessage", channel=LAUNCH, text="before")
    slack.workspace.archive(LAUNCH)

    answer = await call(slack, "chat.update", channel=LAUNCH, ts=posted["ts"], text="after")

    assert answer["error"] == "is_inactive"


async def test_ephemeral_message_is_for_one_reader_and_cannot_be_edited(slack: FakeSlack) -> None:
    sent = await call(slack, "chat.postEphemeral", channel=LAUNCH, user=MEI, text="psst")
    edited = await call(slack, "chat.update", channel=LAUNCH, ts=sent["message_ts"], text="aloud")

    assert [m.text for m in slack.person(MEI).sees(LAUNCH)] == ["psst"]
    assert slack.person(JUN).sees(LAUNCH) == []
    assert edited["error"] == "message_not_found"


@pytest.mark.parametrize(
    ("channel", "user", "error"),
    [
        (LAUNCH, "U0NOBODY", "user_not_in_channel"),
        (RANDOM, MEI, "not_in_channel"),
        (WAR_ROOM, MEI, "channel_not_found"),
        (OLD_LAUNCH, MEI, "is_archived"),
    ],
)
async def test_ephemeral_message_needs_both_in_the_channel(
    slack: FakeSlack, channel: str, user: str, error: str
) -> None:
    answer = await call(slack, "chat.postEphemeral", channel=channel, user=user, text="psst")

    assert answer["error"] == error


async def test_deleted_message_is_gone(slack: FakeSlack) -> None:
    posted = await call(slack, "chat.postMessage", channel=LAUNCH, text="oops")

    await call(slack, "chat.delete", channel=LAUNCH, ts=posted["ts"])

    assert slack.person(MEI).sees(LAUNCH) == []


async def test_next_message_gives_each_message_once(slack: FakeSlack) -> None:
    await call(slack, "chat.postMessage", channel=LAUNCH, text="one")
    await call(slack, "chat.postMessage", channel=LAUNCH, text="two")

    texts = [(await slack.next_message(LAUNCH)).text for _ in range(2)]

    assert texts == ["one", "two"]
    with pytest.raises(TimeoutError, match=r"call chat\.postMessage"):
        await slack.next_message(LAUNCH, 0.01)


async def test_people_type_links_that_slack_wraps(slack: FakeSlack) -> None:
    said = await slack.person(NORA).say(LAUNCH, "see https://cdn.example.com/a?x=1&y=2 <now>")

    assert said.text == "see <https://cdn.example.com/a?x=1&amp;y=2> &lt;now&gt;"
    elements = said.blocks[0]["elements"][0]["elements"]
    assert elements[1] == {"type": "link", "url": "https://cdn.example.com/a?x=1&y=2"}


async def test_bot_takes_no_direct_message() -> None:
    async with FakeSlack(MANIFEST) as slack:
        answer = await call(slack, "chat.postMessage", channel="USLACKBOT", text="hello")

    assert answer["error"] == "cannot_dm_bot"


@pytest.mark.parametrize(
    ("app_home", "error"),
    [
        ({"messages_tab_enabled": True}, None),
        ({}, None),
        ({"messages_tab_enabled": False}, "messages_tab_disabled"),
    ],
)
async def test_people_take_direct_messages_where_the_messages_tab_is_on(
    app_home: dict[str, bool], error: str | None
) -> None:
    manifest = {**MANIFEST, "features": {**MANIFEST["features"], "app_home": app_home}}
    async with FakeSlack(manifest) as slack:
        answer = await call(slack, "chat.postMessage", channel=MEI, text="hello")
        in_channel = await call(slack, "chat.postMessage", channel=LAUNCH, text="hello")

    assert answer.get("error") == error
    assert in_channel["ok"]
