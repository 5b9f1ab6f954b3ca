"""Slack is slow, full, away or closed to the bot; the files are sent once and the card is found."""

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from bot.sandbox.fakeslack import JUN, LAUNCH, MEI, SAM, WAR_ROOM, Channel, Message
from bot.sandbox.fakeslack.workspace import SLACKBOT
from bot.sandbox.stage import Stage
from tests.helpers.running_bot import bot_on_stage
from tests.helpers.slack_people import (
    ERROR_ID,
    cards,
    final_card,
    next_private,
    outcome_of,
    prefetch,
    private,
    propose,
    taken_by_the_cloud,
    task_ids,
    words,
)
from tests.helpers.stored_rows import check_books

pytestmark = pytest.mark.asyncio(loop_scope="module")

URL = "https://v.example.com/a.mp4"
AMONG_THREE = frozenset({MEI, JUN, SAM})
ASKED_FOR = {
    "ratelimited",
    "internal_error",
    "not_in_channel",
    "channel_not_found",
    "is_archived",
    "is_inactive",
    "expired_trigger_id",
}
TOLD_WITHIN_S = 3.0
SLOW_TOLD_WITHIN_S = 6.0
"""Slack may still open the modal within the three seconds of the click."""

RECONNECTED_S = 60.0
WITHIN_S = 60.0


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def running(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    async with bot_on_stage(tmp_path_factory.mktemp("slack") / "prefetch.db") as stage:
        yield stage


@pytest_asyncio.fixture(loop_scope="module")
async def stage(running: Stage) -> AsyncIterator[Stage]:
    """Each story sends its own files once: one call and one card more than before."""
    calls, shown = len(running.vod.books.tasks), len(cards(running))
    yield running
    running.slack.clear_fault()
    check_books(running, refused=ASKED_FOR)
    assert len(running.vod.books.tasks) == calls + 1
    assert len(cards(running)) == shown + 1


@pytest.mark.parametrize("fault", ["slack-429", "slack-500"])
async def test_card_is_posted_and_edited_once_slack_takes_it(stage: Stage, fault: str) -> None:
    stage.slack.set_fault(fault, times=1)
    # Longer than the post is put off: a request that has ended by then needs no edit.
    stage.vod.levers.task_seconds = 6.0

    card = await prefetch(stage, stage.slack.person(MEI), URL)

    assert outcome_of(card) == "succeeded"
    assert len(task_ids(card)) == 1
    assert not stage.slack.faults
    stage.vod.levers.task_seconds = 0.1


async def test_files_are_sent_while_slack_takes_no_card(stage: Stage) -> None:
    mei = stage.slack.person(MEI)
    view = await propose(mei, URL)
    calls, shown = len(stage.vod.books.tasks), len(cards(stage))
    stage.slack.fail("chat.postMessage", "internal_error", status=500, times=1)
    await mei.submit(view)
    await taken_by_the_cloud(stage, calls + 1)
    shown_then = len(cards(stage))

    card = await final_card(stage)

    assert shown_then == shown
    assert outcome_of(card) == "succeeded"


async def test_every_call_to_slack_being_slow_only_takes_longer(stage: Stage) -> None:
    stage.slack.fail("*", None, latency_s=1.0, times=4)

    card = await prefetch(stage, stage.slack.person(MEI), URL)

    assert outcome_of(card) == "succeeded"


async def test_card_of_a_channel_without_the_bot_comes_as_a_direct_message(stage: Stage) -> None:
    stage.slack.set_fault("not-in-channel")
    mei = stage.slack.person(MEI)

    card = await _told_directly(stage, LAUNCH)

    assert outcome_of(card) == "succeeded"
    assert "type `/invite @prefetch-bot` in that channel" in words(card)
    assert f"not in <#{LAUNCH}>" in words(card)
    assert card in mei.sees(card.channel_id)


async def test_card_of_a_private_channel_without_the_bot_comes_as_a_direct_message(
    stage: Stage,
) -> None:
    card = await _told_directly(stage, WAR_ROOM)

    assert outcome_of(card) == "succeeded"
    assert "type `/invite @prefetch-bot` in that channel" in words(card)


IN_A_DIRECT_MESSAGE = "in a direct message between people, and no bot can join one."
IN_PRIVATE_OR_GROUP = (
    "The bot is not a member there. If it is a private channel, type `/invite @prefetch-bot` in"
    " that channel. A message among people takes no bot."
)


@pytest.mark.parametrize(
    ("conversation", "name", "why"),
    [
        (
            Channel("D0MEIJUN1", "dm", frozenset({MEI, JUN}), is_im=True),
            "directmessage",
            IN_A_DIRECT_MESSAGE,
        ),
        (
            Channel("D0SLACKBT", "dm", frozenset({MEI, SLACKBOT}), is_im=True),
            "directmessage",
            IN_A_DIRECT_MESSAGE,
        ),
        (
            Channel("G0MPDM001", "mpdm-mei--jun--sam-1", AMONG_THREE, is_private=True),
            "mpdm-mei--jun--sam-1",
            f"the conversation of the request. {IN_PRIVATE_OR_GROUP}",
        ),
        (
            Channel("C0MPDM002", "mpdm-sam--jun--mei-1", AMONG_THREE, is_private=True),
            "mpdm-sam--jun--mei-1",
            f"here and not in <#C0MPDM002>. {IN_PRIVATE_OR_GROUP}",
        ),
        (
            Channel("G0OLDPRIV", "budget", AMONG_THREE, is_private=True),
            "privategroup",
            f"the conversation of the request. {IN_PRIVATE_OR_GROUP}",
        ),
    ],
    ids=["two people", "Slackbot", "group with G", "group with C", "private with G"],
)
async def test_card_of_a_conversation_without_the_bot_comes_with_words_that_are_true_there(
    stage: Stage, conversation: Channel, name: str, why: str
) -> None:
    stage.slack.workspace.channels[conversation.id] = conversation

    card = await _told_directly(stage, conversation.id)

    command: Any = stage.slack.log.of("envelope", "slash_commands")[-1].facts["envelope"]
    assert command["payload"]["channel_name"] == name
    assert outcome_of(card) == "succeeded"
    assert why in words(card)
    assert ("/invite" in words(card)) is ("If it is a private channel" in words(card))
    assert stage.slack.workspace.messages.get(conversation.id, {}) == {}


async def test_card_of_a_channel_archived_meanwhile_comes_as_a_direct_message(
    stage: Stage,
) -> None:
    mei = stage.slack.person(MEI)
    view = await propose(mei, URL)
    stage.slack.set_fault("channel-archived")
    await mei.submit(view)

    card = await final_card(stage, stage.slack.workspace.direct_message(MEI).id)

    assert outcome_of(card) == "succeeded"
    assert "The channel is archived" in words(card)


async def test_modal_that_comes_too_late_is_offered_until_it_opens(stage: Stage) -> None:
    stage.slack.set_fault("trigger-expired")
    mei = stage.slack.person(MEI)
    already = len(private(mei))
    await mei.command(LAUNCH, "/prefetch", URL)
    first = await next_private(stage, mei, already=already)
    await mei.click(first, "review_draft")
    second = await next_private(stage, mei, already=already + 1)
    await mei.click(second, "review_draft")
    await mei.submit(await mei.next_view())

    card = await final_card(stage)

    assert "could not be opened in time. Nothing was sent; your list is kept" in first.text
    assert outcome_of(card) == "succeeded"


async def test_modal_that_slack_fails_to_open_is_told_and_can_be_asked_for_again(
    stage: Stage,
) -> None:
    stage.slack.fail("views.open", "internal_error", status=500, times=1)
    mei = stage.slack.person(MEI)
    already = len(private(mei))
    await mei.command(LAUNCH, "/prefetch", URL)
    told = await next_private(stage, mei, already=already)

    card = await prefetch(stage, mei, URL)

    assert ERROR_ID.search(told.text)
    assert outcome_of(card) == "succeeded"


async def test_modal_opens_after_slack_asked_to_wait(stage: Stage) -> None:
    stage.slack.fail("views.open", retry_after=1, times=1)

    card = await prefetch(stage, stage.slack.person(MEI), URL)

    assert outcome_of(card) == "succeeded"


@pytest.mark.parametrize(
    "trouble",
    [
        {"retry_after": 30},
        {"retry_after": "Sat, 21 Oct 2090 07:28:00 GMT"},
        {"retry_after": None, "times": 2},
        {"error": None, "latency_s": 6.0},
        {"error": "internal_error", "status": 503, "latency_s": 6.0},
    ],
    ids=["429", "429 with a date", "429 twice", "slow", "slow and failing"],
)
async def test_modal_that_slack_holds_up_is_told_while_the_person_waits(
    stage: Stage, trouble: dict[str, Any]
) -> None:
    stage.slack.fail("views.open", **trouble)
    mei = stage.slack.person(MEI)
    already, began = len(private(mei)), time.monotonic()
    await mei.command(LAUNCH, "/prefetch", URL)
    told = await next_private(stage, mei, already=already)
    seconds = time.monotonic() - began
    await mei.click(told, "review_draft")
    await mei.submit(await mei.next_view())

    assert outcome_of(await final_card(stage)) == "succeeded"
    assert "could not be opened in time. Nothing was sent; your list is kept" in told.text
    assert seconds < (TOLD_WITHIN_S if "latency_s" not in trouble else SLOW_TOLD_WITHIN_S)


@pytest.mark.parametrize("retry_after", [30, "31.5"])
async def test_form_that_slack_holds_up_is_told_in_a_direct_message(
    stage: Stage, retry_after: float | str
) -> None:
    """A global shortcut has no response URL, and the notice would need the same trigger."""
    stage.slack.fail("views.open", retry_after=retry_after, times=2)
    mei = stage.slack.person(MEI)
    channel = stage.slack.workspace.direct_message(MEI).id
    already, began = len(mei.sees(channel)), time.monotonic()
    await mei.global_shortcut("prefetch_files")
    told = await stage.slack.wait_until(lambda: mei.sees(channel)[already:])

    assert time.monotonic() - began < TOLD_WITHIN_S
    assert "The modal could not be opened in time" in told[0].text
    assert outcome_of(await prefetch(stage, mei, URL)) == "succeeded"


async def test_sockets_that_slack_refreshes_lose_no_confirmation(stage: Stage) -> None:
    mei = stage.slack.person(MEI)
    view = await propose(mei, URL)
    hellos = len(stage.slack.log.of("socket", "hello"))
    await stage.slack.disconnect_sockets("refresh_requested")
    await _greeted(stage, hellos)
    await mei.submit(view)

    assert outcome_of(await final_card(stage)) == "succeeded"


@pytest.mark.parametrize("reason", ["refresh_requested", "warning", "too_many_websockets"])
async def test_refresh_in_the_middle_of_a_confirmation_neither_loses_nor_doubles_it(
    stage: Stage, reason: str
) -> None:
    mei = stage.slack.person(MEI)
    view = await propose(mei, URL)
    hellos = len(stage.slack.log.of("socket", "hello"))

    delivery, _ = await asyncio.gather(mei.submit(view), stage.slack.disconnect_sockets(reason))
    await _greeted(stage, hellos)

    assert (delivery.is_acked, delivery.attempts) == (True, 1)
    assert outcome_of(await final_card(stage)) == "succeeded"


async def test_sockets_that_break_while_files_are_sent_change_nothing(stage: Stage) -> None:
    mei = stage.slack.person(MEI)
    await mei.submit(await propose(mei, URL))
    hellos = len(stage.slack.log.of("socket", "hello"))
    await stage.slack.drop_sockets()

    card = await final_card(stage)
    await _greeted(stage, hellos)
    await mei.click(card, "show_details")

    assert outcome_of(card) == "succeeded"
    assert "v.example.com/a.mp4" in words(await mei.next_view())
    await mei.close(mei.views[-1])


async def _told_directly(stage: Stage, channel_id: str) -> Message:
    """The card of a request that was made in the channel, in the direct message."""
    mei = stage.slack.person(MEI)
    await mei.submit(await propose(mei, URL, channel_id=channel_id))
    return await final_card(stage, stage.slack.workspace.direct_message(MEI).id)


async def _greeted(stage: Stage, hellos: int) -> None:
    await stage.slack.wait_until(
        lambda: len(stage.slack.log.of("socket", "hello")) > hellos and stage.slack.connections,
        RECONNECTED_S,
    )
