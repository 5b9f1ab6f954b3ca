"""Everything that can be typed after the slash command."""

import pytest

from bot.sandbox.fakeslack import MEI
from bot.sandbox.stage import Stage
from tests.helpers.slack_people import ERROR_ID, agree, ask, private, propose
from tests.helpers.stored_rows import check_books, count_drafts

pytestmark = pytest.mark.asyncio(loop_scope="module")

URL = "https://v.example.com/typed.mp4"
LONG_LIST = [
    *(f"https://v.example.com/{number}.mp4" for number in range(20)),
    "https://v.example.com/0.mp4",
    "ftp://v.example.com/film.mp4",
    "https://v.example.com/7.mp4",
]


@pytest.mark.parametrize(
    ("between", "place"), [(" ", ""), ("\n", " (line 22)")], ids=["one line", "one a line"]
)
async def test_list_is_cleaned_before_it_is_shown_and_sent(
    shared_stage: Stage, between: str, place: str
) -> None:
    stage, mei = shared_stage, shared_stage.slack.person(MEI)
    earlier = len(stage.vod.books.tasks)

    view = await propose(mei, between.join(LONG_LIST))
    shown = await agree(stage, mei, view)

    assert "*20 files* in *2 calls*" in shown
    assert "2 duplicates merged." in shown
    assert (
        f"*Not sent (1 of 21)*\n• `ftp://v.example.com/film.mp4`{place} – Only addresses" in shown
    )
    sent = [call.urls for call in stage.vod.books.tasks[earlier:]]
    assert sent == [tuple(LONG_LIST[:10]), tuple(LONG_LIST[10:20])]
    check_books(stage)


async def test_punctuation_is_not_sent_and_other_words_are_named_before_confirming(
    shared_stage: Stage,
) -> None:
    stage, mei = shared_stage, shared_stage.slack.person(MEI)

    view = await propose(
        mei,
        "please: “https://v.example.com/p.mp4”, https://v.example.com/q.mp4，https://v.example.com/my"
        " film.mp4 HTTPS://V.Example.com:443/q.mp4.",
    )
    shown = await agree(stage, mei, view)

    assert "*2 files* in *1 call*" in shown
    assert "1 duplicate merged." in shown
    assert "*Not sent (2 of 4)*\n• `https://v.example.com/my film.mp4` – The address seems" in shown
    assert "`please:` – This is neither" in shown
    sent = stage.vod.books.tasks[-1].urls
    assert sent == ("https://v.example.com/p.mp4", "https://v.example.com/q.mp4")
    check_books(stage)


async def test_command_redelivered_opens_one_modal_and_stores_one_draft(
    shared_stage: Stage,
) -> None:
    stage, mei = shared_stage, shared_stage.slack.person(MEI)
    already, drafts = len(private(mei)), count_drafts(stage)

    view = await propose(mei, URL)
    await stage.slack.redeliver_last()
    told = await ask(stage, mei, "status")  # its look into the database comes after theirs

    assert count_drafts(stage) == drafts + 1
    assert private(mei)[already:] == [told]
    assert mei.views == (view,)
    await mei.close(view)
    check_books(stage)


async def test_help_names_every_way_to_ask(shared_stage: Stage) -> None:
    told = await ask(shared_stage, shared_stage.slack.person(MEI), "help")

    for way in ("/prefetch URL", "/prefetch quota", "/prefetch status", "Prefetch these links"):
        assert way in told.text


@pytest.mark.parametrize(
    ("typed", "hint"),
    [("qutoa", "`/prefetch quota`"), ("Statsu R-7F3K2", "`/prefetch status`")],
)
async def test_mistyped_word_is_answered_with_the_likely_one(
    shared_stage: Stage, typed: str, hint: str
) -> None:
    told = await ask(shared_stage, shared_stage.slack.person(MEI), typed)

    assert f"Did you mean {hint}?" in told.text


async def test_word_like_no_command_is_answered_with_where_to_look(shared_stage: Stage) -> None:
    told = await ask(shared_stage, shared_stage.slack.person(MEI), "pineapple")

    assert "`pineapple` is neither a target nor a command" in told.text
    assert "Did you mean" not in told.text
    assert "`/prefetch help`" in told.text


async def test_nothing_sendable_is_refused_with_each_reason(shared_stage: Stage) -> None:
    mei = shared_stage.slack.person(MEI)

    told = await ask(shared_stage, mei, "ftp://v.example.com/a http://10.0.0.1/b.mp4")

    assert "nothing here can be prefetched" in told.text
    assert "`ftp://v.example.com/a` – Only addresses" in told.text
    assert "`http://10.0.0.1/b.mp4` – The host is a private one" in told.text
    assert ERROR_ID.search(told.text)
    assert not mei.views
