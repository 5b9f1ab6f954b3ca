"""Cards: one message a request, edited one at a time, true in the end."""

import asyncio
from itertools import pairwise
from pathlib import Path

import pytest
from slack_sdk.web.async_client import AsyncWebClient
from sqlmodel import Session

from bot.rules.card import CardPlace
from bot.rules.states import CallStatus
from bot.sandbox.fakeslack import LAUNCH, MEI, OLD_LAUNCH, RANDOM, WAR_ROOM, Message, Record
from bot.slack.announcer import Announcer
from bot.words.english import ENGLISH
from bot.workflows.cards import LAST_EDIT_S
from storage import requests
from tests.helpers.stored_requests import card_place
from tests.helpers.workflow_harness import BotParts, make_cards, open_parts, replica_of, urls

pytestmark = pytest.mark.integration


async def test_card_that_was_not_posted_is_taken_off_the_count_once(parts: BotParts) -> None:
    """The database may lose the answer to a commit, and the count is then taken off again."""
    request_id = await parts.confirm(*urls(1))
    numbers = [await parts.database.transaction(requests.count_card, request_id) for _ in range(2)]

    for _ in range(2):
        await parts.database.transaction(requests.uncount_card, request_id, number=2)

    assert numbers == [1, 2]
    assert await parts.database.transaction(requests.count_card, request_id) == 2


async def test_card_is_posted_once(parts: BotParts) -> None:
    request_id = await parts.confirm(*urls(3))

    await parts.post_card(request_id)
    await parts.post_card(request_id)

    (card,) = _messages(parts, LAUNCH)
    assert request_id in card.text
    assert card.metadata == {
        "event_type": "prefetch_request",
        "event_payload": {"id": request_id},
    }
    assert len(_calls(parts, "chat.postMessage")) == 1


async def test_card_shows_what_another_replica_heard_while_it_was_posted(
    tmp_path: Path, postgresql_url: str
) -> None:
    """That replica has no card to bring up to date, and asks the cloud only a minute later."""
    async with (
        open_parts(tmp_path, database_url=postgresql_url) as parts,
        replica_of(parts) as other,
    ):
        request_id = await parts.confirm(*urls(3))
        parts.slack.fail("chat.postMessage", None, latency_s=0.5, times=1)

        parts.cards.show(request_id)
        while not await parts.database.transaction(_posts_counted, request_id):  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        await other.sender.send(request_id)
        await parts.cards.settled(request_id)

        (card,) = _messages(parts, LAUNCH)
        (task,) = parts.vod.books.tasks
        assert task.task_id in str(card.blocks)


async def test_card_that_is_being_posted_when_the_bot_stops_is_not_posted_again(
    parts: BotParts,
) -> None:
    request_id = await parts.confirm(*urls(3))
    parts.slack.fail("chat.postMessage", None, latency_s=0.3, times=1)

    parts.cards.show(request_id)
    # It is counted right before it goes out.
    while not await parts.database.transaction(_posts_counted, request_id):  # noqa: ASYNC110
        await asyncio.sleep(0.01)
    await parts.cards.close()
    before = len(_messages(parts, LAUNCH))
    await parts.post_card(request_id)

    assert (before, len(_messages(parts, LAUNCH))) == (1, 1)


async def test_change_before_the_card_stands_edits_nothing(parts: BotParts) -> None:
    request_id = await parts.confirm(*urls(3))

    parts.cards.changed(request_id)
    await parts.cards.finish(request_id)

    assert _calls(parts, "chat.update") == []


async def test_changes_during_an_edit_go_into_the_next_one(parts: BotParts) -> None:
    request_id = await parts.confirm(*urls(100))
    await parts.post_card(request_id)
    cards = make_cards(parts.database, parts.web, edit_every_s=0.5)
    parts.slack.fail("chat.update", None, latency_s=0.3, times=100)

    for position in range(10):
        await parts.claim(request_id, position)
        cards.changed(request_id)
        await asyncio.sleep(0.01)
    await cards.settled(request_id)

    # An edit every so often, each begun after the one before had ended.
    times = [record.at for record in _calls(parts, "chat.update")]
    assert 2 <= len(times) < 10
    assert all(later - earlier >= 0.5 + 0.3 for earlier, later in pairwise(times))


async def test_cards_of_two_requests_do_not_wait_for_each_other(parts: BotParts) -> None:
    ids = [await _posted(parts), await _posted(parts, "b")]

    for request_id in ids:
        await parts.sender.send(request_id)
    await parts.slack.wait_until(lambda: len(_calls(parts, "chat.update")) == 2)

    shown = {str(record.facts["arguments"]) for record in _calls(parts, "chat.update")}
    assert all(any(request_id in one for one in shown) for request_id in ids)


async def test_finished_card_shows_the_last_state(parts: BotParts) -> None:
    request_id = await _posted(parts)
    parts.slack.fail("chat.update", None, latency_s=0.3, times=1)
    parts.cards.changed(request_id)
    await asyncio.sleep(0)
    await parts.send_and_follow(request_id)
    await parts.end(request_id)

    await parts.cards.finish(request_id)

    (card,) = _messages(parts, LAUNCH)
    (task,) = parts.vod.books.tasks
    assert "(succeeded): 3 of 3 ready" in card.text
    assert task.task_id in card.text
    assert "997 of 1,000 left today" in card.text
    assert parts.cards._editing == {}


async def test_older_state_that_slack_holds_up_does_not_cover_a_newer_one(parts: BotParts) -> None:
    """As when the card of a schedule is still being finished while its run begins."""
    request_id = await _posted(parts)
    parts.slack.fail("chat.update", None, latency_s=1.0, times=1)

    older = asyncio.create_task(parts.cards.finish(request_id))
    await asyncio.sleep(0)
    # This comes behind the reading of the older state.
    await parts.send_and_follow(request_id)
    await parts.end(request_id)
    await parts.cards.finish(request_id)
    await older

    (card,) = _messages(parts, LAUNCH)
    assert "(succeeded): 3 of 3 ready" in card.text


async def test_older_state_that_slack_holds_up_is_put_right_after_another_replica(
    parts: BotParts,
) -> None:
    request_id = await _posted(parts)
    other = make_cards(parts.database, parts.web)
    parts.slack.fail("chat.update", None, latency_s=1.0, times=1)

    older = asyncio.create_task(parts.cards.finish(request_id))
    await asyncio.sleep(0)
    # This comes behind the reading of the older state.
    await parts.send_and_follow(request_id)
    await parts.end(request_id)
    await other.finish(request_id)
    await older

    (card,) = _messages(parts, LAUNCH)
    assert "(succeeded): 3 of 3 ready" in card.text


async def test_edit_waits_as_long_as_slack_asks(parts: BotParts) -> None:
    request_id = await _posted(parts)
    parts.slack.fail("chat.update", retry_after=1, times=1)
    await parts.sender.send(request_id)

    await parts.cards.finish(request_id)

    refused, edited = _calls(parts, "chat.update")
    assert refused.facts["answer"] == {"ok": False, "error": "ratelimited"}
    assert edited.at - refused.at >= 1


async def test_card_that_a_person_deleted_does_not_hold_the_end_up(parts: BotParts) -> None:
    request_id = await _posted(parts)
    (card,) = _messages(parts, LAUNCH)
    parts.slack.workspace.delete(card)

    await parts.send_and_follow(request_id)
    await parts.end(request_id)
    await parts.cards.finish(request_id)

    assert _messages(parts, LAUNCH) == []
    assert {*_errors(parts)} == {"message_not_found"}


async def test_last_state_comes_as_a_direct_message_when_the_channel_was_archived_meanwhile(
    parts: BotParts,
) -> None:
    request_id = await _posted(parts)
    parts.slack.workspace.archive(LAUNCH)
    await parts.send_and_follow(request_id)
    await parts.end(request_id)

    await parts.cards.finish(request_id)
    await parts.cards.finish(request_id)

    (card,) = _direct_messages(parts)
    assert "(succeeded): 3 of 3 ready" in card.text
    assert "The channel is archived." in str(card.blocks)
    assert _errors(parts)[-2:] == ["is_archived", "is_inactive"], "post, then withdrawal"


async def test_card_of_a_channel_archived_for_a_while_is_true_again_afterwards(
    parts: BotParts,
) -> None:
    request_id = await _posted(parts)
    parts.slack.workspace.archive(LAUNCH)
    await parts.send_and_follow(request_id)
    await parts.cards.settled(request_id)
    parts.slack.workspace.unarchive(LAUNCH)
    await parts.end(request_id)

    await parts.cards.finish(request_id)

    (card,) = _messages(parts, LAUNCH)
    assert "is_inactive" in _errors(parts)
    assert "(succeeded): 3 of 3 ready" in card.text


async def test_last_state_is_posted_anew_when_the_card_takes_no_edit_any_longer(
    parts: BotParts,
) -> None:
    request_id = await _posted(parts)
    await parts.send_and_follow(request_id)
    await parts.end(request_id)
    parts.slack.fail("chat.update", "edit_window_closed", times=10)

    await parts.cards.finish(request_id)

    (card,) = _messages(parts, LAUNCH)
    assert "(succeeded): 3 of 3 ready" in card.text
    assert await parts.database.transaction(card_place, request_id) == CardPlace(
        LAUNCH, card.ts, None
    )


async def test_place_of_a_card_may_be_kept_twice(parts: BotParts) -> None:
    """The database may have taken it without saying so."""
    request_id = await _posted(parts)
    (card,) = _messages(parts, LAUNCH)
    place = CardPlace(LAUNCH, card.ts, None)

    assert await parts.database.transaction(requests.keep_card_place, request_id, place)


@pytest.mark.parametrize(
    ("channel_id", "error", "sentence"),
    [
        (RANDOM, "not_in_channel", "type `/invite @prefetch-bot` in that channel."),
        (WAR_ROOM, "channel_not_found", "type `/invite @prefetch-bot` in that channel."),
        (OLD_LAUNCH, "is_archived", "The channel is archived."),
    ],
)
async def test_card_that_cannot_stand_in_its_channel_goes_to_the_requester(
    parts: BotParts, channel_id: str, error: str, sentence: str
) -> None:
    request_id = await parts.confirm(*urls(3), channel_id=channel_id)

    await parts.post_card(request_id)

    (card,) = _direct_messages(parts)
    assert request_id in card.text
    assert sentence in str(card.blocks)
    assert _errors(parts) == [error]
    place = await parts.database.transaction(card_place, request_id)
    assert place is not None
    assert (place.channel, place.ts) == (card.channel_id, card.ts)
    assert place.reason == error


async def test_card_that_slack_took_nowhere_is_tried_once_more_at_the_end(parts: BotParts) -> None:
    request_id = await parts.confirm(*urls(3), channel_id=RANDOM)
    parts.slack.fail("chat.postMessage", "not_in_channel")
    parts.slack.fail("chat.postMessage", "messages_tab_disabled")

    await parts.post_card(request_id)
    before = len(_direct_messages(parts))
    await parts.cards.finish(request_id)

    assert before == 0
    assert len(_direct_messages(parts)) == 1


async def test_card_in_the_direct_message_keeps_its_reason_when_edited(parts: BotParts) -> None:
    request_id = await parts.confirm(*urls(3), channel_id=RANDOM)
    await parts.post_card(request_id)
    await parts.sender.send(request_id)

    await parts.cards.finish(request_id)

    (card,) = _direct_messages(parts)
    assert "/invite @prefetch-bot" in str(card.blocks)
    assert await parts.statuses(request_id) == [CallStatus.PROCESSING]
    assert parts.vod.books.tasks[0].task_id in card.text


async def test_trouble_of_slack_is_waited_out(parts: BotParts) -> None:
    request_id = await parts.confirm(*urls(3))
    parts.slack.fail("chat.postMessage", "internal_error", times=1)

    await parts.post_card(request_id)

    assert len(_messages(parts, LAUNCH)) == 1


async def test_second_card_says_that_a_first_may_stand_and_removes_it_when_used(
    parts: BotParts,
) -> None:
    request_id = await parts.confirm(*urls(3))
    # As when the process dies between Slack's answer and the commit.
    state = await parts.state(request_id)
    await parts.database.transaction(requests.count_card, request_id)
    lost = await Announcer(parts.web, ENGLISH).post(state, is_second=False)
    assert lost is not None

    await parts.post_card(request_id)
    first, second = _messages(parts, LAUNCH)
    await parts.cards.found(request_id, LAUNCH, second.ts)
    both = len(_messages(parts, LAUNCH))
    await parts.cards.found(request_id, LAUNCH, first.ts)
    await parts.cards.finish(request_id)

    (card,) = _messages(parts, LAUNCH)
    assert ENGLISH.cards.SECOND_CARD not in str(first.blocks)
    assert ENGLISH.cards.SECOND_CARD in str(second.blocks)
    assert both == 2
    assert card.ts == second.ts
    assert ENGLISH.cards.SECOND_CARD not in str(card.blocks)


async def test_click_deletes_no_card_that_counts_and_none_elsewhere(parts: BotParts) -> None:
    """Whatever a forged payload says of the message that was used."""
    first, second = [await _posted(parts), await _posted(parts, "b")]
    cards = _messages(parts, LAUNCH)
    other = parts.slack.workspace.post(RANDOM, parts.slack.bot_user_id, "the bot's, elsewhere")

    for request_id, other_card in ((first, cards[1]), (second, cards[0])):
        await parts.cards.found(request_id, LAUNCH, other_card.ts)
    await parts.cards.found(first, RANDOM, other.ts)
    await parts.cards.found("R-00000", LAUNCH, cards[0].ts)

    assert _messages(parts, LAUNCH) == cards
    assert _calls(parts, "chat.delete") == []


async def test_card_of_a_message_between_people_says_why_it_comes_to_the_requester(
    parts: BotParts,
) -> None:
    request_id = await parts.confirm(*urls(3), channel_id="D0BETWEEN")

    await parts.post_card(request_id)

    (card,) = _direct_messages(parts)
    assert "a direct message between people, and no bot can join one." in str(card.blocks)
    assert "This card is here and not in the conversation of the request." in str(card.blocks)
    assert "/invite" not in str(card.blocks)


@pytest.mark.parametrize("channel_id", ["G0AMONGUS", "C0MPDMABC"])
async def test_card_of_a_group_message_does_not_ask_to_invite_the_bot_into_it(
    parts: BotParts, channel_id: str
) -> None:
    request_id = await parts.confirm(*urls(3), channel_id=channel_id)

    await parts.post_card(request_id)

    (card,) = _direct_messages(parts)
    assert "A message among people takes no bot." in str(card.blocks)
    assert "If it is a private channel, type `/invite @prefetch-bot`" in str(card.blocks)


@pytest.mark.parametrize(
    ("error", "may_stand"), [("fatal_error", True), ("ekm_access_denied", False)]
)
async def test_post_counts_as_a_card_unless_slack_says_that_it_did_nothing(
    parts: BotParts, error: str, *, may_stand: bool
) -> None:
    request_id = await parts.confirm(*urls(3))
    parts.slack.fail("chat.postMessage", error, times=1)

    await parts.post_card(request_id)

    (card,) = _messages(parts, LAUNCH)
    assert (ENGLISH.cards.SECOND_CARD in str(card.blocks)) is may_stand


async def test_post_that_never_reached_slack_counts_as_no_card(parts: BotParts) -> None:
    request_id = await parts.confirm(*urls(3))
    nowhere = AsyncWebClient(token="xoxb-1", base_url="http://127.0.0.1:9/api/")
    cut_off = make_cards(parts.database, nowhere)

    cut_off.show(request_id)
    await asyncio.sleep(0.3)
    await cut_off.close()
    await parts.post_card(request_id)

    (card,) = _messages(parts, LAUNCH)
    assert ENGLISH.cards.SECOND_CARD not in str(card.blocks)


async def test_last_edit_that_fails_is_tried_again(parts: BotParts) -> None:
    request_id = await _posted(parts)
    parts.slack.fail("chat.update", "internal_error", times=1)

    await parts.sender.send(request_id)
    await parts.cards.finish(request_id)

    assert len(_calls(parts, "chat.update")) == 2


async def test_closing_ends_the_edits_under_way(parts: BotParts) -> None:
    request_id = await _posted(parts)
    parts.slack.fail("chat.update", None, latency_s=30, times=1)
    await parts.sender.send(request_id)
    await asyncio.sleep(0.1)

    await asyncio.wait_for(parts.cards.close(), timeout=LAST_EDIT_S + 5)

    assert parts.cards._editing == {}


async def test_change_just_before_the_stop_is_still_shown(parts: BotParts) -> None:
    request_id = await _posted(parts)
    await parts.sender.send(request_id)

    await parts.cards.close()

    (card,) = _messages(parts, LAUNCH)
    assert parts.vod.books.tasks[0].task_id in str(card.blocks)
    # An edit that was on its way when the bot stopped may be made once more.
    assert len(_calls(parts, "chat.update")) in {1, 2}


async def _posted(parts: BotParts, folder: str = "a") -> str:
    request_id = await parts.confirm(*urls(3, folder))
    await parts.post_card(request_id)
    return request_id


def _posts_counted(session: Session, request_id: str) -> int:
    return requests.row(session, request_id).cards_posted


def _messages(parts: BotParts, channel_id: str) -> list[Message]:
    return list(parts.slack.workspace.messages.get(channel_id, {}).values())


def _direct_messages(parts: BotParts) -> list[Message]:
    return _messages(parts, parts.slack.workspace.direct_message(MEI).id)


def _calls(parts: BotParts, method: str) -> list[Record]:
    return parts.slack.log.of("call", method)


def _errors(parts: BotParts) -> list[object]:
    answers = [record.facts["answer"] for record in parts.slack.log.of("call")]
    return [a["error"] for a in answers if isinstance(a, dict) and not a["ok"]]
