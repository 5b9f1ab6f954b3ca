"""The shortcut for everywhere asks for the channel as well."""

import pytest

from bot.blocks import ids
from bot.sandbox.fakeslack import JUN, LAUNCH, MEI, RANDOM, IncompleteFormError, Person, View
from bot.sandbox.stage import Stage
from tests.helpers.slack_people import final_card, words
from tests.helpers.stored_rows import check_books

pytestmark = pytest.mark.asyncio(loop_scope="module")

URL = "https://v.example.com/anywhere.mp4"


async def open_form(person: Person) -> View:
    await person.global_shortcut(ids.GLOBAL_SHORTCUT)
    return await person.next_view()


async def test_card_is_posted_to_the_channel_that_was_chosen(shared_stage: Stage) -> None:
    shared_stage.slack.workspace.join(RANDOM, shared_stage.slack.bot_user_id)
    mei = shared_stage.slack.person(MEI)
    form = await open_form(mei)

    await mei.submit(
        form, {"targets": {"targets_text": URL}, "channel": {"channel_choice": RANDOM}}
    )
    confirmation = mei.views[-1]
    await mei.submit(confirmation)

    assert f"posted to <#{RANDOM}>" in words(confirmation)
    assert f"asked by <@{MEI}>" in words(await final_card(shared_stage, RANDOM))
    check_books(shared_stage)


async def test_without_the_scope_the_form_says_nothing_of_files(shared_stage: Stage) -> None:
    mei = shared_stage.slack.person(MEI)

    await mei.command(LAUNCH, "/prefetch")
    form = await mei.next_view()

    assert [block["block_id"] for block in form.blocks] == [ids.TARGETS_BLOCK]
    assert "attach" not in str(form.body)
    assert "about 38 ordinary addresses" in str(form.body)
    assert "choose Prefetch these links" in str(form.body)
    await mei.close(form)


async def test_without_a_channel_the_form_stays_open(shared_stage: Stage) -> None:
    jun = shared_stage.slack.person(JUN)
    form = await open_form(jun)

    with pytest.raises(IncompleteFormError) as told:
        await jun.submit(form, {"targets": {"targets_text": URL}})

    assert told.value.block_id == "channel"
    await jun.close(jun.views[-1])


async def test_repair_of_the_list_keeps_the_channel(shared_stage: Stage) -> None:
    mei = shared_stage.slack.person(MEI)
    form = await open_form(mei)
    await mei.submit(
        form, {"targets": {"targets_text": "film"}, "channel": {"channel_choice": RANDOM}}
    )

    await mei.submit(mei.views[-1], {"targets": {"targets_text": URL}})

    assert f"posted to <#{RANDOM}>" in words(mei.views[-1])
    await mei.close(mei.views[-1])


async def test_shortcut_redelivered_opens_one_form(shared_stage: Stage) -> None:
    mei = shared_stage.slack.person(MEI)
    form = await open_form(mei)

    await shared_stage.slack.redeliver_last()
    refused = await shared_stage.slack.wait_until(
        lambda: [
            call
            for call in shared_stage.slack.log.of("call", "views.open")
            if "exchanged_trigger_id" in str(call.facts["answer"])
        ]
    )

    assert len(refused) == 1
    assert mei.views == (form,)
    await mei.close(form)
    check_books(shared_stage, refused={"exchanged_trigger_id"})
