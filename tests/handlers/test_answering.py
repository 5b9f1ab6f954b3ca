"""Each answer reaches the person who asked, and only there where they look for it."""

from collections.abc import Callable

import pytest

from bot.blocks.text import button
from bot.sandbox.fakeslack import LAUNCH, MEI, SAM, Message, Person
from storage.tables import DraftRow, RequestRow
from tests.helpers.http_bot import free_port
from tests.helpers.listener_harness import URL, ListenerHarness, Payload, told

pytestmark = pytest.mark.integration


def renamed(payload: Payload) -> Payload:
    """As if an older version of the bot had put it there."""
    if "view" in payload and payload["type"] == "view_submission":
        return {**payload, "view": {**payload["view"], "callback_id": "of_last_year"}}
    if "callback_id" in payload:
        return {**payload, "callback_id": "of_last_year"}
    action = {**payload["actions"][0], "action_id": "of_last_year"}
    return {**payload, "actions": [action]}


def by_direct_message(listeners: ListenerHarness, person: Person) -> list[Message]:
    channel = listeners.slack.workspace.direct_message(person.id)
    return person.sees(channel.id)


async def card_of_a_request(listeners: ListenerHarness, person: Person) -> Message:
    """A request's state with its buttons, as the status command shows it."""
    await person.command(LAUNCH, "/prefetch", URL)
    await person.submit(person.views[-1])
    (request,) = await listeners.rows(RequestRow)
    await person.command(LAUNCH, "/prefetch", f"status {request.id}")
    return told(person)[-1]


async def test_refused_command_is_answered_in_its_channel_for_the_asker_alone(
    listeners: ListenerHarness,
) -> None:
    mei, sam = listeners.person(MEI), listeners.person(SAM)

    await mei.command(LAUNCH, "/prefetch", "ftp://v.example.com/a.mp4")

    (message,) = told(mei)
    assert "nothing here can be prefetched" in message.text
    assert sam.sees(LAUNCH) == []
    assert by_direct_message(listeners, mei) == []


async def test_shortcut_that_comes_too_late_is_answered_by_direct_message(
    listeners: ListenerHarness,
) -> None:
    mei = listeners.person(MEI)
    listeners.slack.set_fault("trigger-expired")

    await mei.global_shortcut("prefetch_files")

    (message,) = by_direct_message(listeners, mei)
    assert "The modal could not be opened in time" in message.text
    assert "try again" in message.text
    assert not mei.views


@pytest.mark.parametrize(
    "bend",
    [
        lambda url: f"{url}x",
        lambda _: f"http://127.0.0.1:{free_port()}/commands/T1/2/3",
    ],
    ids=["refused", "not reached"],
)
async def test_answer_that_the_response_url_does_not_take_comes_by_direct_message(
    listeners: ListenerHarness, bend: Callable[[str], str]
) -> None:
    mei = listeners.person(MEI)
    listeners.damage = lambda payload: {**payload, "response_url": bend(payload["response_url"])}

    await mei.command(LAUNCH, "/prefetch", "quota")

    (message,) = by_direct_message(listeners, mei)
    assert "1,000 of 1,000 left today" in message.text
    assert told(mei) == []


@pytest.mark.parametrize(
    "refusal", ["messages_tab_disabled", "cannot_dm_bot", "user_disabled", "of_a_new_kind"]
)
async def test_answer_that_no_direct_message_takes_comes_once_in_the_channel(
    listeners: ListenerHarness, refusal: str
) -> None:
    mei, sam = listeners.person(MEI), listeners.person(SAM)
    listeners.damage = lambda payload: {**payload, "response_url": payload["response_url"] + "x"}
    listeners.slack.fail("chat.postMessage", refusal, times=9)

    await mei.command(LAUNCH, "/prefetch", "quota")

    (message,) = told(mei)
    assert "1,000 of 1,000 left today" in message.text
    assert sam.sees(LAUNCH) == []
    assert len(listeners.slack.log.of("call", "chat.postMessage")) == 1


async def test_answer_is_not_told_elsewhere_while_the_direct_message_may_stand(
    listeners: ListenerHarness,
) -> None:
    mei = listeners.person(MEI)
    listeners.damage = lambda payload: {**payload, "response_url": payload["response_url"] + "x"}
    listeners.slack.fail("chat.postMessage", "internal_error", status=500, times=9)

    await mei.command(LAUNCH, "/prefetch", "quota")

    assert listeners.slack.log.of("call", "chat.postEphemeral") == []


async def test_form_that_comes_too_late_is_explained_in_the_channel(
    listeners: ListenerHarness,
) -> None:
    mei = listeners.person(MEI)
    listeners.slack.set_fault("trigger-expired")

    await mei.command(LAUNCH, "/prefetch")

    (message,) = told(mei)
    assert "The modal could not be opened in time" in message.text
    assert by_direct_message(listeners, mei) == []


async def test_confirmation_that_comes_too_late_is_offered_with_the_same_list(
    listeners: ListenerHarness,
) -> None:
    mei = listeners.person(MEI)
    listeners.slack.set_fault("trigger-expired", times=1)
    await mei.command(LAUNCH, "/prefetch", URL)
    (offer,) = told(mei)
    assert "your list is kept for an hour" in offer.text

    await mei.click(offer, "review_draft")

    (draft,) = await listeners.rows(DraftRow)
    assert mei.views[-1].body["private_metadata"] == draft.id


async def test_details_that_come_too_late_are_explained(listeners: ListenerHarness) -> None:
    mei = listeners.person(MEI)
    card = await card_of_a_request(listeners, mei)
    listeners.slack.set_fault("trigger-expired")

    await mei.click(card, "show_details")

    assert "The modal could not be opened in time" in told(mei)[-1].text
    assert card in told(mei), "the answer does not replace the card"


@pytest.mark.parametrize("action_id", ["show_details", "cancel_unsent", "retry_failed"])
async def test_card_whose_button_is_used_is_told_but_no_private_answer(
    listeners: ListenerHarness, action_id: str
) -> None:
    mei = listeners.person(MEI)
    private = await card_of_a_request(listeners, mei)
    (request,) = await listeners.rows(RequestRow)
    buttons = {"type": "actions", "elements": [button(action_id, action_id, request.id)]}
    posted = await listeners.app.client.chat_postMessage(
        channel=LAUNCH, text=f"Prefetch {request.id}: 0 of 1 ready.", blocks=[buttons]
    )
    card = listeners.slack.message(LAUNCH, str(posted["ts"]))
    assert card is not None

    await mei.click(private, "show_details")
    before = list(listeners.used_cards)
    await mei.click(card, action_id)

    assert before == []
    assert listeners.used_cards == [(request.id, LAUNCH, card.ts)]


async def test_repeated_trigger_is_passed_over_in_silence(listeners: ListenerHarness) -> None:
    mei = listeners.person(MEI)
    await mei.global_shortcut("prefetch_files")
    form = mei.views[-1]

    await listeners.slack.redeliver_last()

    assert mei.views == (form,)
    assert by_direct_message(listeners, mei) == []


async def test_stale_shortcut_is_answered_in_a_modal(listeners: ListenerHarness) -> None:
    mei = listeners.person(MEI)
    listeners.damage = renamed

    delivery = await mei.global_shortcut("prefetch_files")

    assert delivery.error is None
    assert "from an older version of the bot" in mei.views[-1].blocks[0]["text"]["text"]


async def test_stale_message_shortcut_is_answered_in_the_channel(
    listeners: ListenerHarness,
) -> None:
    mei = listeners.person(MEI)
    message = await mei.say(LAUNCH, URL)
    listeners.damage = renamed

    await mei.message_shortcut("prefetch_message", LAUNCH, message.ts)

    (answer,) = told(mei)
    assert "from an older version of the bot" in answer.text
    assert not mei.views


async def test_stale_button_of_home_is_answered_in_a_modal(listeners: ListenerHarness) -> None:
    mei = listeners.person(MEI)
    await mei.open_home()
    assert mei.home is not None
    listeners.damage = renamed

    await mei.click(mei.home, "prefetch_from_home")

    assert "from an older version of the bot" in mei.views[-1].blocks[0]["text"]["text"]


async def test_stale_button_of_a_card_leaves_the_card_alone(listeners: ListenerHarness) -> None:
    mei = listeners.person(MEI)
    card = await card_of_a_request(listeners, mei)
    listeners.damage = renamed

    await mei.click(card, "show_details")

    assert card in told(mei)
    assert "from an older version of the bot" in told(mei)[-1].text


async def test_stale_modal_becomes_the_explanation(listeners: ListenerHarness) -> None:
    mei = listeners.person(MEI)
    await mei.command(LAUNCH, "/prefetch", URL)
    listeners.damage = renamed

    delivery = await mei.submit(mei.views[-1])

    assert delivery.payload is not None
    assert delivery.payload["response_action"] == "update"
    shown = delivery.payload["view"]["blocks"][0]["text"]["text"]
    assert "from an older version of the bot" in shown
    assert await listeners.rows(RequestRow) == []


async def test_home_that_cannot_be_shown_writes_to_nobody(listeners: ListenerHarness) -> None:
    mei = listeners.person(MEI)
    listeners.slack.fail("views.publish", "internal_error")

    delivery = await mei.open_home()

    assert delivery is not None
    assert delivery.error is None
    assert listeners.slack.log.of("call", "chat.postMessage") == []


async def test_unreachable_person_is_noted_in_the_log_under_the_same_id(
    listeners: ListenerHarness, caplog: pytest.LogCaptureFixture
) -> None:
    mei = listeners.person(MEI)
    listeners.slack.set_fault("trigger-expired")
    listeners.slack.fail("chat.postMessage", "restricted_action")

    delivery = await mei.global_shortcut("prefetch_files")

    assert delivery.error is None
    failed, untold = [r.getMessage() for r in caplog.records if r.name == "handlers.errors"]
    assert failed.startswith("E-")
    assert untold.startswith(f"{failed.split(':')[0]} could not be told")
