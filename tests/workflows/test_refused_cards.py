"""Cards that Slack refuses: tried with growing waits, then shown otherwise, then given up."""

import asyncio
from datetime import datetime, timedelta
from functools import partial
from itertools import pairwise
from typing import Any

import pytest
from sqlmodel import select

from bot.blocks import messages, pages
from bot.blocks.home import home
from bot.rules.retry import EDITS_IN_ALL, EDITS_WITH_BLOCKS, POSTS_IN_ALL, POSTS_IN_CHANNEL
from bot.sandbox.fakeslack import LAUNCH, MEI, RANDOM, Message, Record
from bot.words.english import ENGLISH
from storage import requests
from storage.tables import PacingRow
from tests.helpers.desks import desk_of
from tests.helpers.workflow_harness import BotParts, make_cards, urls, utc_now

pytestmark = pytest.mark.integration

FOR_EVER = 1_000_000
REFUSED_POSTS = (
    "ekm_access_denied",
    "enterprise_is_restricted",
    "message_limit_exceeded",
    "external_channel_migrating",
    "slack_connect_canvas_sharing_blocked",
    "a_word_that_slack_invents_tomorrow",
)
REFUSED_EDITS = (
    "block_mismatch",
    "update_failed",
    "message_limit_exceeded",
    "streaming_state_conflict",
    "another_word_of_tomorrow",
)
PASSING = ("internal_error", "fatal_error", "service_unavailable", "request_timeout")
TOKEN = ("token_revoked", "invalid_auth", "account_inactive", "missing_scope")


@pytest.mark.parametrize("error", REFUSED_POSTS)
async def test_card_refused_in_its_channel_goes_to_the_requester(
    parts: BotParts, error: str
) -> None:
    request_id = await parts.confirm(*urls(3))
    parts.slack.fail("chat.postMessage", error, times=POSTS_IN_CHANNEL)

    await parts.post_card(request_id)

    (card,) = _direct_messages(parts)
    assert request_id in card.text
    assert f"Slack takes no message of the bot there (`{error}`)." in str(card.blocks)
    assert _messages(parts, LAUNCH) == []


async def test_waits_between_refused_posts_grow(parts: BotParts) -> None:
    request_id = await parts.confirm(*urls(3))
    parts.slack.fail("chat.postMessage", "ekm_access_denied", times=4)

    cards = make_cards(parts.database, parts.web, first_wait_s=0.1)
    cards.show(request_id)
    await cards.settled(request_id)

    times = [record.at for record in _calls(parts, "chat.postMessage")]
    waits = [later - earlier for earlier, later in pairwise(times)]
    assert all(wait >= least for wait, least in zip(waits, (0.1, 0.2, 0.4, 0.8), strict=True))


@pytest.mark.parametrize("error", REFUSED_POSTS)
async def test_card_refused_for_ever_is_given_up_in_words_and_the_request_ends(
    parts: BotParts, error: str
) -> None:
    request_id = await parts.confirm(*urls(3))
    parts.slack.fail("chat.postMessage", error, times=FOR_EVER)

    parts.cards.show(request_id)
    await parts.send_and_follow(request_id)
    await parts.end(request_id)
    await parts.cards.settled(request_id)
    tries = len(_calls(parts, "chat.postMessage"))

    state = await parts.state(request_id)
    assert tries == POSTS_IN_ALL
    assert "card.given_up" in await parts.audit(request_id)
    assert state.status == "succeeded"
    for shown in (
        messages.status(ENGLISH, state),
        pages.details(ENGLISH, state),
        home(ENGLISH, desk_of([state]), now=parts.now()),
    ):
        assert "Slack took no card" in str(shown) or f"Slack answers `{error}`" in str(shown)


async def test_card_that_was_given_up_is_not_begun_anew_by_the_next_life(parts: BotParts) -> None:
    request_id = await parts.confirm(*urls(3))
    parts.slack.fail("chat.postMessage", "ekm_access_denied", times=FOR_EVER)
    await parts.post_card(request_id)
    tries = len(_calls(parts, "chat.postMessage"))

    next_life = make_cards(parts.database, parts.web)
    next_life.show(request_id)
    await next_life.settled(request_id)
    begun_anew = len(_calls(parts, "chat.postMessage")) - tries
    await next_life.finish(request_id)
    at_the_end = len(_calls(parts, "chat.postMessage")) - tries

    assert (begun_anew, at_the_end) == (0, 2)
    assert (await parts.audit(request_id)).count("card.given_up") == 1


async def test_refusals_of_an_earlier_life_count(parts: BotParts) -> None:
    request_id = await parts.confirm(*urls(3))
    parts.slack.fail("chat.postMessage", "ekm_access_denied", times=FOR_EVER)
    slow = make_cards(parts.database, parts.web, first_wait_s=0.2)
    slow.show(request_id)
    await parts.slack.wait_until(lambda: len(_calls(parts, "chat.postMessage")) == 3)
    await asyncio.sleep(0.05)
    await slow.close()

    await parts.post_card(request_id)

    assert len(_calls(parts, "chat.postMessage")) == POSTS_IN_ALL


async def test_card_that_was_given_up_is_posted_at_the_end_once_slack_takes_it(
    parts: BotParts,
) -> None:
    request_id = await parts.confirm(*urls(3))
    parts.slack.fail("chat.postMessage", "ekm_access_denied", times=POSTS_IN_ALL)
    await parts.post_card(request_id)
    await parts.send_and_follow(request_id)
    await parts.end(request_id)

    await parts.cards.finish(request_id)

    (card,) = _messages(parts, LAUNCH)
    assert "(succeeded): 3 of 3 ready" in card.text
    assert (await parts.state(request_id)).no_card is None


@pytest.mark.parametrize("error", REFUSED_EDITS)
async def test_last_state_is_shown_in_words_when_its_blocks_are_refused(
    parts: BotParts, error: str
) -> None:
    request_id = await _about_to_end(parts)
    parts.slack.fail("chat.update", error, times=EDITS_WITH_BLOCKS)

    await parts.cards.finish(request_id)

    (card,) = _messages(parts, LAUNCH)
    assert "(succeeded): 3 of 3 ready" in card.text
    assert card.blocks == []


@pytest.mark.parametrize("error", REFUSED_EDITS)
async def test_last_state_is_posted_anew_when_every_edit_is_refused(
    parts: BotParts, error: str
) -> None:
    request_id = await _about_to_end(parts)
    (old,) = _messages(parts, LAUNCH)
    parts.slack.fail("chat.update", error, times=FOR_EVER)

    await parts.cards.finish(request_id)

    (card,) = _messages(parts, LAUNCH)
    assert card.ts != old.ts
    assert "(succeeded): 3 of 3 ready" in card.text
    refused = [it for it in _calls(parts, "chat.update") if error in str(it.facts["answer"])]
    assert len(refused) == EDITS_IN_ALL


@pytest.mark.parametrize(
    "trouble",
    [{"retry_after": "0.5"}, {"error": "internal_error"}, {"error": "a_word_of_tomorrow"}],
    ids=str,
)
async def test_old_card_goes_although_the_new_one_was_not_taken_at_once(
    parts: BotParts, trouble: dict[str, Any]
) -> None:
    """What Slack has against the first post counts as that of any post: it is tried there again."""
    request_id = await _about_to_end(parts)
    (old,) = _messages(parts, LAUNCH)
    parts.slack.fail("chat.update", "update_failed", times=FOR_EVER)
    parts.slack.fail("chat.postMessage", **trouble, times=1)

    await parts.cards.finish(request_id)

    (card,) = _messages(parts, LAUNCH)
    assert card.ts != old.ts
    assert "(succeeded): 3 of 3 ready" in card.text
    assert _direct_messages(parts) == []


@pytest.mark.parametrize("posted", [False, True], ids=["before the post", "after the post"])
async def test_next_life_deletes_the_old_card_of_one_that_was_killed(
    parts: BotParts, *, posted: bool
) -> None:
    request_id = await _about_to_end(parts)
    (old,) = _messages(parts, LAUNCH)
    await parts.cards._posting.forget_place(request_id)
    if posted:
        await parts.cards._posting.post(await parts.cards._posting.read(request_id))

    await make_cards(parts.database, parts.web, utc_now).finish(request_id)

    (card,) = _messages(parts, LAUNCH)
    assert card.ts != old.ts
    assert "(succeeded): 3 of 3 ready" in card.text
    assert ENGLISH.cards.SECOND_CARD not in str(card.blocks)
    row = await parts.database.transaction(requests.row, request_id)
    assert (row.outdated_card_channel, row.outdated_card_ts) == (None, None)


async def test_last_state_goes_to_the_requester_where_neither_edit_nor_post_is_taken(
    parts: BotParts,
) -> None:
    request_id = await _about_to_end(parts)
    parts.slack.fail("chat.update", "update_failed", times=FOR_EVER)
    parts.slack.fail("chat.postMessage", "is_archived", times=1)

    await parts.cards.finish(request_id)

    (card,) = _direct_messages(parts)
    assert "(succeeded): 3 of 3 ready" in card.text
    assert _messages(parts, LAUNCH) == []


async def test_neither_edit_nor_post_taken_any_more_is_given_up_in_words(parts: BotParts) -> None:
    request_id = await _about_to_end(parts)
    parts.slack.fail("chat.update", "update_failed", times=FOR_EVER)
    parts.slack.fail("chat.postMessage", "ekm_access_denied", times=FOR_EVER)

    await parts.cards.finish(request_id)

    assert (await parts.state(request_id)).no_card == "ekm_access_denied"
    assert "card.given_up" in await parts.audit(request_id)


@pytest.mark.parametrize("error", [*PASSING, *TOKEN])
async def test_trouble_that_may_pass_is_waited_out_however_often_it_comes(
    parts: BotParts, error: str
) -> None:
    request_id = await parts.confirm(*urls(3))
    parts.slack.fail("chat.postMessage", error, times=2 * POSTS_IN_ALL)

    await parts.post_card(request_id)

    (card,) = _messages(parts, LAUNCH)
    assert request_id in card.text
    assert _direct_messages(parts) == []
    assert (await parts.state(request_id)).no_card is None


@pytest.mark.parametrize(
    ("header", "wait_s"),
    [
        (".5", 0.5),
        ("-1", 0.0),
        ("Sat, 28 Nov 2026 20:00:00 GMT", 0.0),
        ("120", 120.0),
        ("Sat, 21 Oct 2090 07:28:00 GMT", 600.0),
        ("9" * 30, 600.0),
        ("", 30.0),
        ("nan", 30.0),
        ("soon", 30.0),
        (None, 30.0),
    ],
)
async def test_429_proves_that_nothing_was_posted_and_is_waited_out(
    parts: BotParts, header: str | None, wait_s: float
) -> None:
    request_id, began = await parts.confirm(*urls(3)), utc_now()
    parts.slack.fail("chat.postMessage", retry_after=header, times=1)
    first, too_early, due = (
        make_cards(parts.database, parts.web, now=partial(_after, began, seconds))
        for seconds in (0.0, max(wait_s - 0.1, 0.0), wait_s + 0.1)
    )
    first.show(request_id)
    await _pushed_back(parts, until=began.timestamp() + wait_s)
    await first.close()
    too_early.show(request_id)
    await asyncio.sleep(0.1)
    await too_early.close()
    tried = len(_calls(parts, "chat.postMessage"))

    due.show(request_id)
    await due.settled(request_id)

    (card,) = _messages(parts, LAUNCH)
    row = await parts.database.transaction(requests.row, request_id)
    assert tried == 1 or not wait_s
    assert "may stand above" not in card.text + str(card.blocks)
    assert (row.cards_posted, row.card_refusals) == (1, 0)


async def _pushed_back(parts: BotParts, *, until: float) -> None:
    """Wait until the bot has written down when Slack is to be asked again."""
    row = select(PacingRow.next_at).where(PacingRow.kind == f"chat.postMessage {LAUNCH}")
    async with asyncio.timeout(5):
        while (await parts.database.transaction(lambda s: s.exec(row).first()) or 0.0) < until:  # noqa: ASYNC110
            await asyncio.sleep(0.01)  # the row tells of no change


def _after(began: datetime, seconds: float) -> datetime:
    return began + timedelta(seconds=seconds)


def _messages(parts: BotParts, channel_id: str) -> list[Message]:
    return list(parts.slack.workspace.messages.get(channel_id, {}).values())


def _direct_messages(parts: BotParts) -> list[Message]:
    return _messages(parts, parts.slack.workspace.direct_message(MEI).id)


def _calls(parts: BotParts, method: str) -> list[Record]:
    return parts.slack.log.of("call", method)


async def _about_to_end(parts: BotParts) -> str:
    """A request whose end is stored, and whose card still shows it as running."""
    request_id = await parts.confirm(*urls(3))
    await parts.post_card(request_id)
    await parts.send_and_follow(request_id)
    await parts.cards.settled(request_id)
    await parts.end(request_id)
    return request_id


@pytest.mark.parametrize(
    "error", ["messages_tab_disabled", "cannot_dm_bot", "user_disabled", "user_not_found"]
)
async def test_request_whose_card_no_direct_message_takes_goes_on_and_says_so_once(
    parts: BotParts, error: str
) -> None:
    """Neither its channel nor the requester: words are left in `status`, Details and App Home."""
    request_id = await parts.confirm(*urls(3), channel_id=RANDOM)
    parts.slack.fail("chat.postMessage", "not_in_channel")
    parts.slack.fail("chat.postMessage", error, times=FOR_EVER)

    parts.cards.show(request_id)
    await parts.cards.settled(request_id)
    at_first = len(_calls(parts, "chat.postMessage"))
    await parts.send_and_follow(request_id)
    await parts.end(request_id)

    state = await parts.state(request_id)
    assert at_first == 2, "no waits and no repetition where it can never be"
    assert state.status == "succeeded"
    assert len(parts.vod.books.tasks) == 1
    assert (await parts.audit(request_id)).count("card.given_up") == 1
    for shown in (
        messages.status(ENGLISH, state),
        pages.details(ENGLISH, state),
        home(ENGLISH, desk_of([state]), now=parts.now()),
    ):
        assert "Slack took no card" in str(shown) or "answers `not_in_channel`" in str(shown)


async def test_card_asked_for_in_the_bots_own_conversation_is_given_up_at_once_when_that_is_off(
    parts: BotParts,
) -> None:
    request_id = await parts.confirm(*urls(3), channel_id="D0OFTHEBOT")
    parts.slack.fail("chat.postMessage", "messages_tab_disabled", times=FOR_EVER)

    await parts.post_card(request_id)

    assert len(_calls(parts, "chat.postMessage")) == 2
    assert (await parts.state(request_id)).no_card == "messages_tab_disabled"


async def test_card_that_no_direct_message_took_stands_in_its_channel_once_the_bot_is_invited(
    parts: BotParts,
) -> None:
    request_id = await parts.confirm(*urls(3), channel_id=RANDOM)
    parts.slack.fail("chat.postMessage", "not_in_channel")
    parts.slack.fail("chat.postMessage", "messages_tab_disabled")
    await parts.post_card(request_id)

    parts.slack.workspace.join(RANDOM, parts.slack.bot_user_id)
    await parts.send_and_follow(request_id)
    await parts.end(request_id)
    await parts.cards.finish(request_id)

    (card,) = _messages(parts, RANDOM)
    assert "(succeeded): 3 of 3 ready" in card.text
    assert (await parts.state(request_id)).no_card is None
