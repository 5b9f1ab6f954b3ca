"""Links of a message are prefetched from its menu."""

from typing import Any

import pytest

from bot.blocks import ids
from bot.sandbox.fakeslack import LAUNCH, MEI, Message, Person, View
from bot.sandbox.stage import Stage
from tests.helpers.slack_people import ERROR_ID, agree, ask, next_private, prefetch, private, words
from tests.helpers.stored_rows import check_books, count_drafts

pytestmark = pytest.mark.asyncio(loop_scope="module")

A, B, C = (f"https://v.example.com/{name}.mp4?sign=1&t=2" for name in "abc")
SHOWN_A, SHOWN_B, SHOWN_C = (f"`https://v.example.com/{name}.mp4?…`" for name in "abc")
ASSET = "ab" * 16


def rich_text(*elements: dict[str, Any]) -> list[dict[str, Any]]:
    section = {"type": "rich_text_section", "elements": list(elements)}
    return [{"type": "rich_text", "block_id": "typed", "elements": [section]}]


def link(url: str, text: str | None = None) -> dict[str, Any]:
    return {"type": "link", "url": url} | ({"text": text} if text else {})


def unfurl(url: str) -> dict[str, Any]:
    return {
        "from_url": url,
        "original_url": url,
        "title": "a film",
        "title_link": url,
        "fallback": f"a film at {url}",
        "id": 1,
    }


def escaped(url: str) -> str:
    return url.replace("&", "&amp;")


async def pick(mei: Person, message: Message) -> View:
    await mei.message_shortcut(ids.MESSAGE_SHORTCUT, LAUNCH, message.ts)
    return await mei.next_view()


async def test_links_in_rich_text_labels_and_an_unfurl_are_each_sent_once(
    shared_stage: Stage,
) -> None:
    stage, mei = shared_stage, shared_stage.slack.person(MEI)
    message = stage.slack.workspace.post(
        LAUNCH,
        MEI,
        f"please: <{escaped(A)}> and <{escaped(B)}|the trailer>",
        blocks=rich_text(
            {"type": "text", "text": "please: "},
            link(A),
            {"type": "text", "text": " and "},
            link(B, "the trailer"),
        ),
        attachments=[unfurl(escaped(A)), unfurl(C)],
    )
    earlier = len(stage.vod.books.tasks)

    view = await pick(mei, message)
    shown = await agree(stage, mei, view)

    assert [shown.count(one) for one in (SHOWN_A, SHOWN_B, SHOWN_C)] == [1, 1, 1]
    assert [set(task.urls) for task in stage.vod.books.tasks[earlier:]] == [{A, B, C}]
    check_books(stage)


@pytest.mark.parametrize(
    "message",
    [
        {"text": f"<{escaped(A)}> <{escaped(B)}|the trailer>, and again <{escaped(A)}|here>"},
        {
            "text": "fallback that nobody reads",
            "blocks": [
                {
                    "type": "section",
                    "block_id": "s",
                    "text": {"type": "mrkdwn", "text": f"<{escaped(A)}|film>"},
                },
                {
                    "type": "context",
                    "block_id": "c",
                    "elements": [{"type": "mrkdwn", "text": f"<{escaped(B)}>"}],
                },
            ],
        },
        {"text": "", "attachments": [unfurl(escaped(A)), unfurl(escaped(B))]},
    ],
    ids=["mrkdwn", "blocks", "unfurls"],
)
async def test_wherever_the_links_stand_each_is_shown_once(
    shared_stage: Stage, message: dict[str, Any]
) -> None:
    mei = shared_stage.slack.person(MEI)
    posted = shared_stage.slack.workspace.post(LAUNCH, MEI, **message)

    view = await pick(mei, posted)

    shown = words(view)
    assert [shown.count(one) for one in (SHOWN_A, SHOWN_B)] == [1, 1]
    assert "*2 files* in *1 call*" in shown
    await mei.close(view)


async def test_asset_id_in_prose_is_found(shared_stage: Stage) -> None:
    mei = shared_stage.slack.person(MEI)

    view = await pick(mei, await mei.say(LAUNCH, f"tonight's keynote is {ASSET}."))

    assert f"`asset {ASSET}`" in words(view)
    await mei.close(view)


async def test_links_of_a_reply_in_a_thread_are_found(shared_stage: Stage) -> None:
    mei = shared_stage.slack.person(MEI)
    first = await mei.say(LAUNCH, "which one?")

    view = await pick(mei, await mei.say(LAUNCH, A, thread_ts=first.ts))

    assert SHOWN_A in words(view)
    await mei.close(view)


async def test_message_without_links_is_refused_in_words(shared_stage: Stage) -> None:
    mei = shared_stage.slack.person(MEI)
    message = await mei.say(LAUNCH, "nothing to see here")
    already = len(private(mei))

    await mei.message_shortcut(ids.MESSAGE_SHORTCUT, LAUNCH, message.ts)
    told = await next_private(shared_stage, mei, already=already)

    assert "no link and no asset ID found" in told.text
    assert ERROR_ID.search(told.text)
    assert not mei.views


async def test_own_card_is_refused_because_its_ids_are_no_assets(shared_stage: Stage) -> None:
    mei = shared_stage.slack.person(MEI)
    card = await prefetch(shared_stage, mei, "https://v.example.com/own.mp4")
    already = len(private(mei))

    await mei.message_shortcut(ids.MESSAGE_SHORTCUT, LAUNCH, card.ts)
    told = await next_private(shared_stage, mei, already=already)

    assert "this is the bot's own card" in told.text
    assert not mei.views
    check_books(shared_stage)


async def test_shortcut_redelivered_opens_one_modal(shared_stage: Stage) -> None:
    mei = shared_stage.slack.person(MEI)
    message = await mei.say(LAUNCH, A)
    drafts, already = count_drafts(shared_stage), len(private(mei))

    view = await pick(mei, message)
    await shared_stage.slack.redeliver_last()
    told = await ask(shared_stage, mei, "status")  # its look into the database comes after theirs

    assert count_drafts(shared_stage) == drafts + 1
    assert private(mei)[already:] == [told]
    assert mei.views == (view,)
    check_books(shared_stage)


async def test_links_behind_every_kind_of_block_are_each_shown_once_and_unread_files_are_named(
    shared_stage: Stage,
) -> None:
    mei = shared_stage.slack.person(MEI)
    message = _message_of_every_kind(shared_stage)

    view = await pick(mei, message)

    shown = words(view)
    for name in FILMS_OF_EVERY_KIND:
        assert shown.count(f"https://v.example.com/{name}.mp4") == 1, name
    assert "slack.com" not in shown
    assert "launch.csv" in shown
    assert "The bot cannot read files that are attached in Slack" in shown
    assert "paste its lines" in shown
    await mei.close(view)


async def test_without_the_scope_a_message_of_files_alone_says_what_is_missing(
    shared_stage: Stage,
) -> None:
    mei = shared_stage.slack.person(MEI)
    file = shared_stage.slack.add_file(MEI, "launch.csv", b"url\n", "text/csv")
    body, already = shared_stage.slack.file_body(file), len(private(mei))
    message = await mei.say(LAUNCH, "the list", files=[body])

    await mei.message_shortcut(ids.MESSAGE_SHORTCUT, LAUNCH, message.ts)
    told = await next_private(shared_stage, mei, already=already)

    assert "`launch.csv`" in told.text
    assert "ask who administers the app to grant it files:read" in told.text
    assert shared_stage.slack.log.of("download") == []


FILMS_OF_EVERY_KIND = [
    *["button", "overflow", "card", "container", "cell", "task"],
    *["source", "forwarded", "snippet"],
]


def _message_of_every_kind(stage: Stage) -> Message:
    permalink = "https://acme.slack.com/archives/C0LAUNCH1/p1764000000000100"
    forwarded = {
        "from_url": permalink,
        "original_url": permalink,
        "is_share": True,
        "text": f"<{_film('forwarded')}>",
        "fallback": f"see <{_film('forwarded')}>",
        "message_blocks": [{"message": {"blocks": rich_text(link(_film("forwarded")))}}],
    }
    snippet = {"name": "list.txt", "mode": "snippet", "mimetype": "text/plain"}
    sheet = {"name": "launch.csv", "mode": "hosted", "mimetype": "text/csv"}
    return stage.slack.workspace.post(
        LAUNCH,
        MEI,
        "films of the launch",
        blocks=_blocks_of_every_kind(),
        attachments=[forwarded],
        files=[
            snippet | {"preview": _film("snippet"), "lines_more": 0},
            sheet | {"preview": _film("unread"), "lines_more": 40},
        ],
    )


def _film(name: str) -> str:
    return f"https://v.example.com/{name}.mp4"


def _plain(text: str) -> dict[str, str]:
    return {"type": "plain_text", "text": text}


def _button(name: str) -> dict[str, Any]:
    return {"type": "button", "action_id": name, "text": _plain(name), "url": _film(name)}


def _blocks_of_every_kind() -> list[dict[str, Any]]:
    option = {"text": _plain("watch"), "value": "watch", "url": _film("overflow")}
    overflow = {"type": "overflow", "action_id": "more", "options": [option]}
    section = {"type": "section", "text": {"type": "mrkdwn", "text": f"<{_film('container')}|in>"}}
    rows = [[{"type": "raw_text", "text": "film"}], [{"type": "raw_text", "text": _film("cell")}]]
    return [
        {"type": "actions", "elements": [_button("button"), overflow, _button("button")]},
        {"type": "card", "title": _plain("film"), "actions": [_button("card")]},
        {"type": "container", "title": _plain("all"), "child_blocks": [section]},
        {"type": "data_table", "caption": "films", "rows": rows},
        {
            "type": "task_card",
            "task_id": "t1",
            "title": "upload",
            "output": rich_text(link(_film("task")))[0],
            "sources": [{"type": "url", "url": _film("source"), "text": "film"}],
        },
    ]
