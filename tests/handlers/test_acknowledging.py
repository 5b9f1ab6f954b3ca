"""The acknowledgement waits for what must be stored, never for Slack."""

from collections.abc import Awaitable, Callable

import pytest

from bot.sandbox.fakeslack import LAUNCH, MEI, Delivery, Person
from storage.tables import CallRow, DraftRow, LedgerRow, RequestRow
from tests.helpers.listener_harness import URL, ListenerHarness, told

pytestmark = pytest.mark.integration


async def command(_: ListenerHarness, mei: Person) -> Delivery:
    return await mei.command(LAUNCH, "/prefetch", URL)


async def command_alone(_: ListenerHarness, mei: Person) -> Delivery:
    return await mei.command(LAUNCH, "/prefetch")


async def message_shortcut(_: ListenerHarness, mei: Person) -> Delivery:
    message = await mei.say(LAUNCH, URL)
    return await mei.message_shortcut("prefetch_message", LAUNCH, message.ts)


async def global_shortcut(_: ListenerHarness, mei: Person) -> Delivery:
    return await mei.global_shortcut("prefetch_files")


async def details_button(listeners: ListenerHarness, mei: Person) -> Delivery:
    (request,) = await listeners.rows(RequestRow)
    card = next(message for message in told(mei) if request.id in message.text)
    return await mei.click(card, "show_details")


@pytest.fixture
async def mei(listeners: ListenerHarness) -> Person:
    """Has a request, and its state with buttons before her."""
    mei = listeners.person(MEI)
    await mei.command(LAUNCH, "/prefetch", URL)
    await mei.submit(mei.views[-1])
    (request,) = await listeners.rows(RequestRow)
    await mei.command(LAUNCH, "/prefetch", f"status {request.id}")
    return mei


@pytest.mark.parametrize(
    "gesture", [command, command_alone, message_shortcut, global_shortcut, details_button]
)
async def test_slow_slack_delays_the_modal_and_not_the_acknowledgement(
    listeners: ListenerHarness,
    mei: Person,
    gesture: Callable[[ListenerHarness, Person], Awaitable[Delivery]],
) -> None:
    listeners.slack.fail("views.open", None, latency_s=0.3)
    listeners.at_the_ack = True

    delivery = await gesture(listeners, mei)

    assert delivery.is_acked
    assert mei.views == ()
    await listeners.background.close()
    assert len(mei.views) == 1


async def test_confirmation_is_stored_when_it_is_acknowledged(listeners: ListenerHarness) -> None:
    mei = listeners.person(MEI)
    await mei.command(LAUNCH, "/prefetch", URL)
    listeners.at_the_ack = True

    await mei.submit(mei.views[-1])

    assert mei.views == ()
    (request,) = await listeners.rows(RequestRow)
    assert [line.request_id for line in await listeners.rows(LedgerRow)] == [request.id]


async def test_cancellation_is_stored_when_it_is_acknowledged(
    listeners: ListenerHarness, mei: Person
) -> None:
    (request,) = await listeners.rows(RequestRow)
    card = next(message for message in told(mei) if request.id in message.text)
    listeners.at_the_ack = True

    delivery = await mei.click(card, "cancel_unsent")

    assert delivery.is_acked
    assert [call.status for call in await listeners.rows(CallRow)] == ["cancelled"]
    await listeners.background.close()
    assert "1 file" in told(mei)[-1].text


async def test_typed_cancellation_is_stored_when_it_is_acknowledged(
    listeners: ListenerHarness, mei: Person
) -> None:
    (request,) = await listeners.rows(RequestRow)
    listeners.at_the_ack = True

    delivery = await mei.command(LAUNCH, "/prefetch", f"Cancel {request.id.lower()}")

    assert delivery.is_acked
    assert [call.status for call in await listeners.rows(CallRow)] == ["cancelled"]
    await listeners.background.close()
    assert f"*{request.id}*: 1 file will not be sent." in told(mei)[-1].text


async def test_second_click_on_cancel_is_acknowledged_and_answered(
    listeners: ListenerHarness, mei: Person
) -> None:
    (request,) = await listeners.rows(RequestRow)
    card = next(message for message in told(mei) if request.id in message.text)
    await mei.click(card, "cancel_unsent")

    delivery = await mei.click(card, "cancel_unsent")

    assert delivery.is_acked
    assert "has been cancelled already" in told(mei)[-1].text


async def test_form_is_answered_by_the_acknowledgement_itself(listeners: ListenerHarness) -> None:
    mei = listeners.person(MEI)
    await mei.command(LAUNCH, "/prefetch")
    opened = len(listeners.slack.log.of("call", "views.open"))

    delivery = await mei.submit(mei.views[-1], {"targets": {"targets_text": URL}})

    assert delivery.payload is not None
    assert delivery.payload["response_action"] == "update"
    assert len(listeners.slack.log.of("call", "views.open")) == opened
    (draft,) = await listeners.rows(DraftRow)
    assert mei.views[-1].body["private_metadata"] == draft.id


async def test_modal_carries_the_draft_s_id_and_nothing_else(listeners: ListenerHarness) -> None:
    mei = listeners.person(MEI)

    await mei.command(LAUNCH, "/prefetch", URL)

    (draft,) = await listeners.rows(DraftRow)
    assert mei.views[-1].body["private_metadata"] == draft.id
