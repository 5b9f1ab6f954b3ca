"""A longer list is typed into the form."""

import pytest

from bot.blocks import ids
from bot.sandbox.fakeslack import LAUNCH, MEI, RANDOM, IncompleteFormError, Person, View
from bot.sandbox.stage import Stage
from tests.helpers.slack_people import agree, final_card, propose, words
from tests.helpers.stored_rows import check_books, requests_of

pytestmark = pytest.mark.asyncio(loop_scope="module")

URL = "https://v.example.com/form.mp4"
LONG_LIST = [
    *(f"https://v.example.com/{number} part.mp4" for number in range(20)),
    "https://v.example.com/0 part.mp4",
    "ftp://v.example.com/film.mp4",
    "https://v.example.com/7 part.mp4",
]


def typed(text: str) -> dict[str, dict[str, str]]:
    return {"targets": {"targets_text": text}}


async def fill_in(mei: Person, text: str, *, channel_id: str = LAUNCH) -> View:
    """The form, or the confirmation that it became."""
    form = await propose(mei, "", channel_id=channel_id)
    await mei.submit(form, typed(text))
    return mei.views[-1]


async def test_table_is_read_by_its_column_and_the_confirmation_says_so(
    shared_stage: Stage,
) -> None:
    stage, mei = shared_stage, shared_stage.slack.person(MEI)
    earlier = len(stage.vod.books.tasks)
    rows = ["title,url,seconds", "One,https://v.example.com/one.mp4,81", "Two,TBA,12"]

    confirmation = await fill_in(mei, "\n".join(rows))
    shown = await agree(stage, mei, confirmation)

    assert "Read as a table, column *url*, 2 rows below its header." in shown
    assert "`TBA`" in shown
    (task,) = stage.vod.books.tasks[earlier:]
    assert task.urls == ("https://v.example.com/one.mp4",)


async def test_what_looks_like_one_file_is_pointed_out_and_left_out_by_a_click(
    shared_stage: Stage,
) -> None:
    stage, mei = shared_stage, shared_stage.slack.person(MEI)
    earlier = len(stage.vod.books.tasks)
    first, *others = [
        "https://v.example.com/海.mp4?auth_key=1900000000-0-0-ab",
        "http://v.example.com/%E6%B5%B7.mp4?auth_key=1900000600-1-0-cd",
        "https://v.example.com/other.mp4",
    ]

    confirmation = await fill_in(mei, "\n".join([first, *others]))
    await mei.click(confirmation, ids.KEEP_FIRST_BUTTON)
    await stage.slack.wait_until(lambda: "*2 files*" in words(mei.views[-1]))
    chosen = mei.views[-1]
    await mei.submit(chosen)
    await final_card(stage)

    assert "These may be the same file" in words(confirmation)
    assert "These may be the same file" not in words(chosen)
    assert "Left out as you chose" in words(chosen)
    (task,) = stage.vod.books.tasks[earlier:]
    assert task.urls == (first, others[1])
    check_books(stage)


async def test_form_becomes_the_confirmation_and_is_sent_from_there(shared_stage: Stage) -> None:
    stage, mei = shared_stage, shared_stage.slack.person(MEI)
    earlier = len(stage.vod.books.tasks)

    confirmation = await fill_in(mei, "\n".join(["", *LONG_LIST, "   "]))
    shown = await agree(stage, mei, confirmation)

    assert "*20 files* in *2 calls*" in shown
    assert "2 duplicates merged." in shown
    assert "`ftp://v.example.com/film.mp4` (line 23) – Only addresses" in shown
    sent = [call.urls for call in stage.vod.books.tasks[earlier:]]
    assert sent == [tuple(LONG_LIST[:10]), tuple(LONG_LIST[10:20])]
    assert mei.views == ()
    check_books(stage)


async def test_card_appears_in_the_channel_where_the_form_was_opened(shared_stage: Stage) -> None:
    shared_stage.slack.workspace.join(RANDOM, shared_stage.slack.bot_user_id)
    mei = shared_stage.slack.person(MEI)

    confirmation = await fill_in(mei, URL, channel_id=RANDOM)
    await mei.submit(confirmation)

    assert f"posted to <#{RANDOM}>" in words(confirmation)
    assert "1 of 1 ready" in words(await final_card(shared_stage, RANDOM))
    check_books(shared_stage)


async def test_what_cannot_be_sent_is_said_under_the_field_which_keeps_it(
    shared_stage: Stage,
) -> None:
    mei = shared_stage.slack.person(MEI)
    wrong = "htps://v.example.com/form.mp4\nfilm one"

    form = await fill_in(mei, wrong)
    error = form.errors["targets"]
    kept = form.values["targets"]["targets_text"]["value"]
    await mei.submit(form, typed(URL))

    assert "Not sent: nothing here can be prefetched." in error
    assert "film one (line 2) – This is neither an asset ID" in error
    assert "E-" in error
    assert not set("*`<") & set(error), "a field error shows these marks as they are"
    assert kept == wrong
    assert "*1 file* in *1 call*" in words(mei.views[-1])
    await mei.close(mei.views[-1])


async def test_empty_form_is_kept_by_the_client(shared_stage: Stage) -> None:
    mei = shared_stage.slack.person(MEI)
    form = await propose(mei, "   ")

    with pytest.raises(IncompleteFormError, match="required"):
        await mei.submit(form)

    await mei.close(mei.views[-1])


async def test_blanks_alone_are_answered_with_what_to_give(shared_stage: Stage) -> None:
    mei = shared_stage.slack.person(MEI)

    form = await fill_in(mei, " \n ")

    assert "no link and no asset ID found" in form.errors["targets"]
    await mei.close(form)


async def test_form_may_be_as_long_as_slack_lets_it_be(shared_stage: Stage) -> None:
    mei = shared_stage.slack.person(MEI)
    lines = [f"https://v.example.com/{number:03}/{'x' * 70}.mp4" for number in range(30)]

    confirmation = await fill_in(mei, "\n".join(lines)[:3000])

    assert "*30 files* in *3 calls*" in words(confirmation)
    await mei.close(confirmation)


async def test_cancelled_confirmation_sends_and_reserves_nothing(shared_stage: Stage) -> None:
    stage, mei = shared_stage, shared_stage.slack.person(MEI)
    earlier, calls = len(requests_of(stage)), len(stage.vod.calls)

    await mei.close(await fill_in(mei, URL))

    assert len(requests_of(stage)) == earlier
    assert len(stage.vod.calls) == calls
    check_books(stage)


async def test_form_submitted_twice_asks_once_and_sends_nothing_by_itself(
    shared_stage: Stage,
) -> None:
    stage, mei = shared_stage, shared_stage.slack.person(MEI)
    earlier = len(requests_of(stage))

    confirmation = await fill_in(mei, URL)
    again = await stage.slack.redeliver_last()

    assert again.payload is not None
    assert again.payload["response_action"] == "update"
    assert mei.views == (confirmation,)
    assert len(requests_of(stage)) == earlier
    await mei.close(confirmation)
