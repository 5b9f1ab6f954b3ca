"""The acknowledgement waits for what must be stored, never for Slack."""

from collections.abc import Awaitable, Callable

import pytest

from bot.sandbox.fakeslack import LAUNCH, MEI, Delivery, Person
from storage.tables import CallRow, DraftRow, LedgerRow, RequestRow
from tests.helpers.listener_harness import URL, Reception, told

pytestmark = pytest.mark.integration


async def command(_: Reception, mei: Person) -> Delivery:
    return await mei.command(LAUNCH, "/prefetch", URL)


async def command_alone(_: Reception, mei: Person) -> Delivery:
    return await mei.command(LAUNCH, "/prefetch")


async def message_shortcut(_: Reception, mei: Person) -> Delivery:
    message = await mei.say(LAUNCH, URL)
    return await mei.message_shortcut("prefetch_message", LAUNCH, message.ts)


async def global_shortcut(_: Reception, mei: Person) -> Delivery:
    return await mei.global_shortcut("prefetch_files")


async def details_button(reception: Reception, mei: Person) -> Delivery:
    (request,) = await reception.rows(RequestRow)
    card = next(message for message in told(mei) if request.id in message.text)
    return await mei.click(card, "show_details")


@pytest.fixture
async def mei(reception: Reception) -> Person:
    """Has a request, and its state with buttons before her."""
    mei = reception.person(MEI)
    await mei.command(LAUNCH, "/prefetch", URL)
    await mei.submit(mei.views[-1])
    (request,) = await reception.rows(RequestRow)
    await mei.command(LAUNCH, "/prefetch", f"status {request.id}")
    return mei


@pytest.mark.parametrize(
    "gesture", [command, command_alone, message_shortcut, global_shortcut, details_button]
)
async def test_slow_slack_delays_the_modal_and_not_the_acknowledgement(
    reception: Reception, mei: Person, gesture: Callable[[Reception, Person], Awaitable[Delivery]]
) -> None:
    reception.slack.fail("views.open", None, latency_s=0.3)
    reception.at_the_ack = True

    delivery = await gesture(reception, mei)

    assert delivery.is_acked
    assert mei.views == ()
    await reception.background.close()
    assert len(mei.views) == 1


async def test_confirmation_is_stored_when_it_is_acknowledged(reception: Reception) -> None:
    mei = reception.person(MEI)
    await mei.command(LAUNCH, "/prefetch", URL)
    reception.at_the_ack = True

    await mei.submit(mei.views[-1])

    assert mei.views == ()
    (request,) = await reception.rows(RequestRow)
    assert [line.request_id for line in await reception.rows(LedgerRow)] == [request.id]


async def test_cancellation_is_stored_when_it_is_acknowledged(
    reception: Reception, mei: Person
) -> None:
    (request,) = await reception.rows(RequestRow)
    card = next(message for message in told(mei) if request.id in message.text)
    reception.at_the_ack = True

    delivery = await mei.click(card, "cancel_unsent")

    assert delivery.is_acked
    assert [call.status for call in await reception.rows(CallRow)] == ["cancelled"]
    await reception.background.close()
    assert "1 file" in told(mei)[-1].text


async def test_second_click_on_cancel_is_acknowledged_and_answered(
    reception: Reception, mei: Person
) -> None:
    (request,) = await reception.rows(RequestRow)
    card = next(message for message in told(mei) if request.id in message.text)
    await mei.click(card, "cancel_unsent")

    delivery = await mei.click(card, "cancel_unsent")

    assert delivery.is_acked
    assert "has been cancelled already" in told(mei)[-1].text


async def test_form_is_answered_by_the_acknowledgement_itself(reception: Reception) -> None:
    mei = reception.person(MEI)
    await mei.command(LAUNCH, "/prefetch")
    opened = len(reception.slack.log.of("call", "views.open"))

    delivery = await mei.submit(mei.views[-1], {"targets": {"targets_text": URL}})

    assert delivery.payload is not None
    assert delivery.payload["response_action"] == "update"
    assert len(reception.slack.log.of("call", "views.open")) == opened
    (draft,) = await reception.rows(DraftRow)
    assert mei.views[-1].body["private_metadata"] == draft.id


async def test_modal_carries_the_draft_s_id_and_nothing_else(reception: Reception) -> None:
    mei = reception.person(MEI)

    await mei.command(LAUNCH, "/prefetch", URL)

    (draft,) = await reception.rows(DraftRow)
    assert mei.views[-1].body["private_metadata"] == draft.id
