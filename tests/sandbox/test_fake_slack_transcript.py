"""The transcript shows a conversation as one person reads it."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from rich.cells import cell_len

from bot.sandbox.fakeslack import JUN, LAUNCH, MEI, FakeSlack, IncompleteFormError
from bot.sandbox.plain_words import PlainWords
from bot.sandbox.transcript import transcript
from tests.helpers.slack_app import (
    MANIFEST,
    SocketApp,
    button,
    call,
    modal,
    section,
    text,
    text_input,
)

pytestmark = pytest.mark.integration


@pytest.fixture
async def slack() -> AsyncIterator[FakeSlack]:
    async with FakeSlack(MANIFEST) as server, SocketApp(server):
        yield server


@pytest.fixture
def words(slack: FakeSlack) -> PlainWords:
    return PlainWords(slack.workspace)


@pytest.mark.parametrize(
    ("mrkdwn", "plain"),
    [
        ("*13 files* in _3 calls_", "13 files in 3 calls"),
        ("`5199337c31c8e4622f1590735b13a263` ~old~", "5199337c31c8e4622f1590735b13a263 old"),
        ("2 * 3 * 4 and snake_case_name", "2 * 3 * 4 and snake_case_name"),
        ("*`bold code`*", "bold code"),
        ("```\nline one\nline two\n```", "line one\nline two"),
        ("asked by <@U0MEI0001> in <#C0LAUNCH1>", "asked by @mei in #launch"),
        ("<https://cdn.example.com/a|the film>", "the film (https://cdn.example.com/a)"),
        ("<https://cdn.example.com/a>", "https://cdn.example.com/a"),
        ("<!here> <!date^1^{time}|18:02>", "@here 18:02"),
        ("&lt;b&gt; &amp;amp;", "<b> &amp;"),
    ],
)
def test_markup_is_taken_away(words: PlainWords, mrkdwn: str, plain: str) -> None:
    assert words.plain(mrkdwn) == plain


@pytest.mark.parametrize(
    ("block", "lines"),
    [
        ({"type": "header", "text": text("Prefetch")}, ["Prefetch", "========"]),
        ({"type": "divider"}, ["---"]),
        (
            {"type": "actions", "elements": [button("a", "Details"), button("b", "Retry 2")]},
            ["[Details] [Retry 2]"],
        ),
        ({"type": "context", "elements": [{"type": "mrkdwn", "text": "*13*"}]}, ["13"]),
        (section("*13* files", fields=[text("a"), text("b")]), ["13 files", "  a", "  b"]),
        (
            {
                "type": "rich_text",
                "elements": [
                    {
                        "type": "rich_text_list",
                        "style": "bullet",
                        "elements": [
                            {
                                "type": "rich_text_section",
                                "elements": [{"type": "link", "url": "https://x.example/a"}],
                            }
                        ],
                    }
                ],
            },
            ["- https://x.example/a"],
        ),
        ({"type": "carousel", "elements": []}, ["[unsupported block: carousel]"]),
    ],
)
def test_each_block_has_its_words(
    words: PlainWords, block: dict[str, Any], lines: list[str]
) -> None:
    assert list(words.blocks([block])) == lines


async def test_edit_shows_its_newest_state_only(slack: FakeSlack) -> None:
    posted = await call(
        slack, "chat.postMessage", channel=LAUNCH, text="x", blocks=[section("*0* of 13")]
    )
    await call(
        slack, "chat.update", channel=LAUNCH, ts=posted["ts"], blocks=[section("*13* of 13")]
    )

    written = transcript(slack, slack.person(MEI), LAUNCH)

    assert written == "#launch\n-------\n@prefetch: (edited)\n  13 of 13"


async def test_ephemeral_is_marked_and_hidden_from_others(slack: FakeSlack) -> None:
    await call(slack, "chat.postEphemeral", channel=LAUNCH, user=MEI, text="Not sent.")

    assert "@prefetch: (only visible to you)\n  Not sent." in transcript(slack, slack.person(MEI))
    assert transcript(slack, slack.person(JUN)) == ""


async def test_replies_stand_indented_under_their_message(slack: FakeSlack) -> None:
    first = await call(slack, "chat.postMessage", channel=LAUNCH, text="card")
    await slack.person(JUN).say(LAUNCH, "thanks")
    await call(slack, "chat.postMessage", channel=LAUNCH, text="ready", thread_ts=first["ts"])

    written = transcript(slack, slack.person(MEI), LAUNCH)

    assert written.splitlines()[2:] == [
        "@prefetch:",
        "  card",
        "    @prefetch:",
        "      ready",
        "@jun:",
        "  thanks",
    ]


async def test_modal_stands_in_a_box_with_inputs_errors_and_buttons(slack: FakeSlack) -> None:
    mei = slack.person(MEI)
    command = await mei.command(LAUNCH, "/prefetch")
    trigger = command.envelope["payload"]["trigger_id"]
    view = modal(
        section("*13 files*"), text_input("note", optional=True, initial_value="hi"), text_input()
    )
    await call(slack, "views.open", trigger_id=trigger, view=view)
    with pytest.raises(IncompleteFormError):
        await mei.submit(await mei.next_view())

    rows = transcript(slack, mei).splitlines()

    assert rows[0].startswith("┌─ Prefetch ─")
    assert [row.strip("│ ") for row in rows[1:-1]] == [
        "13 files",
        "Links (optional): hi",
        "Links: ____",
        "! Please complete this required field.",
        "",
        "[Cancel] [Send]",
    ]
    assert len({len(row) for row in rows}) == 1


async def test_box_stays_straight_around_chinese(slack: FakeSlack) -> None:
    mei = slack.person(MEI)
    command = await mei.command(LAUNCH, "/prefetch")
    trigger = command.envelope["payload"]["trigger_id"]
    view = modal(section("预热需要三到五分钟" * 8), text_input(), title="预取")
    await call(slack, "views.open", trigger_id=trigger, view=view)

    rows = transcript(slack, mei).splitlines()

    assert {cell_len(row) for row in rows} == {72}
