"""Beside the open modal the bot looks the assets up, and tells what it found there."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.blocks import ids
from bot.preflight import targets
from bot.sandbox.fakeslack import LAUNCH, MEI, Person, View
from bot.sandbox.fakevod import Asset
from bot.sandbox.stage import Stage
from tests.helpers.running_bot import MANIFEST, bot_on, quick_levers
from tests.helpers.slack_people import final_card, propose, words
from tests.helpers.stored_rows import check_books

KEYNOTE = "6c61756e63686b65796e6f7465303031"
DRAFT_TRAILER = "1111111111111111111111111111aaaa"
DELETED = "4444444444444444444444444444dddd"


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A busy machine may need longer than a person is made to wait."""
    monkeypatch.setattr(targets, "WITHIN_S", 30.0)


def looks(stage: Stage) -> int:
    return sum(call.operation == "info" for call in stage.vod.calls)


async def shown(stage: Stage, person: Person, text: str) -> View:
    """The modal of this person once it says this."""
    return await stage.slack.wait_until(
        lambda: next((view for view in person.views if text in words(view)), None)
    )


async def test_titles_and_what_the_cloud_would_refuse_appear_in_the_open_modal(
    stage: Stage,
) -> None:
    mei = stage.slack.person(MEI)

    await propose(mei, f"{KEYNOTE} {DRAFT_TRAILER} {DELETED} https://v.example.com/a.mp4")
    told = words(await shown(stage, mei, "Assets in VOD"))
    await mei.submit(mei.views[-1])
    await final_card(stage)

    assert "*Assets in VOD*: 1 not found · 1 not published · 1 published" in told
    assert f"`asset {DRAFT_TRAILER}` *Draft trailer* – not published" in told
    assert f"`asset {DELETED}` not found in this project" in told
    assert f"`asset {KEYNOTE}` *Launch keynote* – published" in told
    assert "*4 files* in *4 calls*" in told
    # A look spends nothing, and nobody is kept from trying all the same.
    assert len([call for call in stage.vod.calls if call.operation == "create"]) == 4
    assert looks(stage) == 1
    check_books(stage)


async def test_form_shows_what_was_found_as_the_command_does(stage: Stage) -> None:
    mei = stage.slack.person(MEI)

    form = await propose(mei, "")
    await mei.submit(form, {"targets": {"targets_text": f"{KEYNOTE}\n{DELETED}"}})

    told = words(await shown(stage, mei, "Assets in VOD"))
    assert "1 not found · 1 published" in told


async def test_modal_opens_and_confirms_while_the_cloud_does_not_answer_the_look(
    stage: Stage,
) -> None:
    mei = stage.slack.person(MEI)
    stage.vod.set_fault("vod-timeout-before", only="info")

    modal = await propose(mei, KEYNOTE)
    await mei.submit(modal)
    await final_card(stage)

    assert "Assets in VOD" not in words(modal)
    assert mei.views == ()
    check_books(stage)


async def test_cloud_that_refuses_the_look_leaves_the_modal_as_it_is(stage: Stage) -> None:
    mei = stage.slack.person(MEI)
    stage.vod.set_fault("VOD.10111", only="info")

    modal = await propose(mei, KEYNOTE)
    await stage.vod.next_call(operation="info")
    await mei.submit(modal)
    await final_card(stage)
    # The second time it is not even asked.
    await mei.submit(await propose(mei, KEYNOTE))
    await final_card(stage)

    assert looks(stage) == 1
    assert "Assets in VOD" not in words(modal)
    check_books(stage)


async def test_time_that_is_chosen_while_the_look_is_under_way_stays_chosen(stage: Stage) -> None:
    mei = stage.slack.person(MEI)
    stage.vod.levers.slow_seconds = 0.5
    stage.vod.set_fault("vod-slow", only="info")
    moment = int((datetime.now(UTC) + timedelta(days=1)).timestamp())

    modal = await propose(mei, KEYNOTE)
    await mei.choose(modal, ids.SEND_AT_INPUT, moment)
    looked = await shown(stage, mei, "Launch keynote")
    await stage.slack.wait_until(lambda: "To be sent" in words(mei.views[-1]))

    last = mei.views[-1]
    assert last.values[ids.SEND_AT_BLOCK][ids.SEND_AT_INPUT]["selected_date_time"] == moment
    assert looked.values == last.values
    assert "Launch keynote" in words(last)
    assert looks(stage) == 1


async def test_what_was_found_is_still_shown_after_a_time_is_chosen(stage: Stage) -> None:
    mei = stage.slack.person(MEI)
    moment = int((datetime.now(UTC) + timedelta(days=1)).timestamp())

    await propose(mei, KEYNOTE)
    looked = await shown(stage, mei, "Launch keynote")
    await mei.choose(looked, ids.SEND_AT_INPUT, moment)

    turned = await shown(stage, mei, "To be sent")
    assert "Launch keynote" in words(turned)
    assert looks(stage) == 1


async def test_modal_that_says_something_else_by_then_is_left_alone(stage: Stage) -> None:
    mei = stage.slack.person(MEI)
    stage.vod.levers.slow_seconds = 0.3
    stage.vod.set_fault("vod-slow", only="info")
    one, again = (f"{scheme}://v.example.com/a.mp4" for scheme in ("https", "http"))

    modal = await propose(mei, f"{KEYNOTE} {one} {again}")
    await mei.click(modal, ids.KEEP_FIRST_BUTTON)
    await shown(stage, mei, "*2 files*")
    told = words(await shown(stage, mei, "Launch keynote"))

    # The look at the first draft ended as well, and its modal is no more.
    await stage.vod.next_call(operation="info")
    await stage.vod.next_call(operation="info")
    assert "*2 files*" in told
    await mei.submit(mei.views[-1])
    await final_card(stage)
    assert len(stage.vod.books.tasks) == 2


async def test_modal_that_is_closed_stays_closed(stage: Stage) -> None:
    mei = stage.slack.person(MEI)
    stage.vod.levers.slow_seconds = 0.2
    stage.vod.set_fault("vod-slow", only="info")

    await mei.close(await propose(mei, KEYNOTE))
    async with asyncio.timeout(30):
        # A refused call changes nothing that could be waited for.
        while not stage.slack.log.of("call", "views.update"):  # noqa: ASYNC110
            await asyncio.sleep(0.05)

    assert mei.views == ()


async def test_twenty_five_assets_take_three_calls_and_titles_cannot_speak_for_the_bot(
    stage: Stage,
) -> None:
    mei = stage.slack.person(MEI)
    many = [f"{place:032x}" for place in range(25)]
    stage.vod.assets[many[0]] = Asset(many[0], "<!channel> *free* `quota`\n<https://evil|x>")

    message = stage.slack.workspace.post(LAUNCH, MEI, "\n".join(many))
    await mei.message_shortcut(ids.MESSAGE_SHORTCUT, LAUNCH, message.ts)
    await mei.next_view()
    told = words(await shown(stage, mei, "Assets in VOD"))

    assert looks(stage) == 3
    assert "25 published" in told
    assert "and 15 more" in told
    assert "&lt;!channel&gt; ∗free∗ ˋquotaˋ &lt;https://evil|x&gt;" in told


async def test_what_the_cloud_would_refuse_is_left_out_by_a_click_also_after_a_restart(
    tmp_path: Path,
) -> None:
    database = tmp_path / "prefetch.db"
    async with Stage(MANIFEST, database=database, levers=quick_levers()) as stage:
        mei = stage.slack.person(MEI)
        async with bot_on(stage, database):
            await propose(mei, f"{DELETED} {KEYNOTE}")
            looked = await shown(stage, mei, "Leave out the 1 that failed")
        await stage.slack.wait_until(lambda: not stage.slack.connections)
        async with bot_on(stage, database):
            await mei.click(looked, ids.LEAVE_OUT_BUTTON)
            # The new bot has seen none of it, and looks at what is left.
            left = await shown(stage, mei, "*Assets in VOD*: 1 published")
            await mei.submit(left)
            await final_card(stage)
            check_books(stage)

        assert f"`{DELETED}` – Left out as you chose" in words(left)
        (task,) = stage.vod.books.tasks
        assert task.asset_id == KEYNOTE
