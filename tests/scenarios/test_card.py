"""The one message of a request tells the truth, from the first call to the last file."""

from collections.abc import Iterator
from typing import Any

import pytest

from bot.blocks import ids
from bot.sandbox.fakeslack import JUN, LAUNCH, MEI, Message
from bot.sandbox.stage import Stage
from tests.helpers.slack_people import (
    ERROR_ID,
    cards,
    deliver,
    final,
    final_card,
    last_payload,
    next_private,
    outcome_of,
    prefetch,
    private,
    propose,
    request_id,
    task_ids,
    words,
)
from tests.helpers.stored_rows import check_books

pytestmark = pytest.mark.asyncio(loop_scope="module")

URL = "https://v.example.com/card.mp4"
ASSET = "cd" * 16


@pytest.fixture(autouse=True)
def usual_cloud(shared_stage: Stage) -> Iterator[None]:
    """Whatever a story sets is set back."""
    yield
    shared_stage.vod.levers.fail_urls_with = ()
    shared_stage.vod.levers.task_seconds = 0.1


def old_button(stage: Stage, action_id: str, value: str) -> Message:
    """A message of the bot from another time."""
    button = {
        "type": "button",
        "action_id": action_id,
        "value": value,
        "text": {"type": "plain_text", "text": "Details"},
    }
    blocks = [{"type": "actions", "block_id": "old", "elements": [button]}]
    return stage.slack.workspace.post(LAUNCH, stage.slack.bot_user_id, "old", blocks=blocks)


async def test_card_says_who_asked_for_how_much_and_how_each_call_went(
    shared_stage: Stage,
) -> None:
    card = await prefetch(shared_stage, shared_stage.slack.person(MEI), f"{URL} {ASSET}")

    shown = words(card)
    accepted = [call.task_id for call in shared_stage.vod.books.tasks[-2:]]
    assert f"*Prefetch {request_id(card)}* · 2 files · asked by <@{MEI}>" in shown
    assert task_ids(card) == accepted
    assert [f"`{task_id}` · 1 file · ready" in shown for task_id in accepted] == [True, True]
    assert "of 1,000 left today* (bot's count, resets 00:00 UTC+8)" in shown
    check_books(shared_stage)


async def test_card_is_whole_in_its_fallback_text_too(shared_stage: Stage) -> None:
    card = await prefetch(shared_stage, shared_stage.slack.person(MEI), URL)

    assert outcome_of(card) == "succeeded"
    assert "1 of 1 ready" in card.text
    assert task_ids(card)[0] in card.text
    assert "of 1,000 left today." in card.text


async def test_card_is_edited_in_place_and_previews_no_media(shared_stage: Stage) -> None:
    stage = shared_stage
    shown, posted = len(cards(stage)), len(stage.slack.log.of("call", "chat.postMessage"))
    # A card that waits for its turn while the request ends is posted with its last state.
    stage.vod.levers.task_seconds = 3.0

    card = await prefetch(stage, stage.slack.person(MEI), URL)

    (call,) = stage.slack.log.of("call", "chat.postMessage")[posted:]
    arguments: Any = call.facts["arguments"]
    assert len(cards(stage)) == shown + 1
    assert card.edited_ts
    assert {str(arguments[name]).lower() for name in ("unfurl_links", "unfurl_media")} <= {
        "false",
        "0",
    }


async def test_card_follows_its_files_while_they_are_processed(shared_stage: Stage) -> None:
    stage, mei = shared_stage, shared_stage.slack.person(MEI)
    stage.vod.levers.task_seconds = 2.0

    await mei.submit(await propose(mei, f"{URL} https://v.example.com/second.mp4"))
    card = await stage.slack.next_message(LAUNCH)

    def processing() -> Message | None:
        now = stage.slack.message(LAUNCH, card.ts)
        return now if now and "processing" in now.text else None

    running = await stage.slack.wait_until(processing)
    ended = await final(stage, card)

    assert outcome_of(running) is None
    assert task_ids(running) == task_ids(ended)
    assert "2 of 2 ready" in ended.text
    check_books(stage)


async def test_file_that_failed_is_named_without_its_signature(shared_stage: Stage) -> None:
    shared_stage.vod.levers.fail_urls_with = ("broken",)
    bad = "https://v.example.com/broken.mp4"

    card = await prefetch(shared_stage, shared_stage.slack.person(MEI), f"{URL} {bad}?sign=S3CRET")

    assert outcome_of(card) == "partly failed"
    assert "1 of 2 ready, 1 failed" in words(card)
    assert f"*Failed*\n• `{bad}?…`" in words(card)
    assert "S3CRET" not in f"{card.text}{card.blocks}"
    check_books(shared_stage)


async def test_asset_of_several_files_is_charged_in_full_once_they_are_listed(
    shared_stage: Stage,
) -> None:
    film = next(
        asset for asset in shared_stage.vod.assets.values() if asset.title == "Launch keynote"
    )

    card = await prefetch(shared_stage, shared_stage.slack.person(MEI), film.asset_id)

    assert len(film.urls) == 3
    assert "3 of 3 ready" in words(card)
    check_books(shared_stage)


async def test_details_list_every_target_to_whoever_sees_the_card(shared_stage: Stage) -> None:
    jun = shared_stage.slack.person(JUN)
    card = await prefetch(shared_stage, shared_stage.slack.person(MEI), f"{URL}?sign=1 {ASSET}")

    await jun.click(card, ids.DETAILS_BUTTON)
    view = await jun.next_view()

    assert request_id(card) in words(view)
    assert f"• `{URL}?…` · ready" in words(view)
    assert [task_id in words(view) for task_id in task_ids(card)] == [True, True]
    await jun.close(view)


async def test_two_requests_at_once_have_a_true_card_each(shared_stage: Stage) -> None:
    stage, mei, jun = shared_stage, shared_stage.slack.person(MEI), shared_stage.slack.person(JUN)
    hers, his = await propose(mei, URL), await propose(jun, f"{URL} {ASSET}")

    await mei.submit(hers)
    await jun.submit(his)
    found = [await final_card(stage) for _ in range(2)]

    by_asker = {MEI if f"<@{MEI}>" in words(card) else JUN: card for card in found}
    assert "1 of 1 ready" in words(by_asker[MEI])
    assert "2 of 2 ready" in words(by_asker[JUN])
    assert not set(task_ids(by_asker[MEI])) & set(task_ids(by_asker[JUN]))
    check_books(stage)


@pytest.mark.parametrize(
    ("action_id", "value", "told"),
    [
        (ids.DETAILS_BUTTON, "R-00000", "No request found for `R-00000`."),
        (ids.RETRY_BUTTON, "R-00000", "No request found for `R-00000`."),
        (ids.CANCEL_BUTTON, "R-00000", "No request found for `R-00000`."),
        (ids.MARK_AS_SENT_BUTTON, "R-00000", "No request found for `R-00000`."),
        (ids.REVIEW_BUTTON, "0" * 24, "this modal is no longer valid"),
        ("button_of_version_0", "x", "this button or modal is from an older version of the bot"),
    ],
)
async def test_stale_button_is_answered_with_one_clear_message(
    shared_stage: Stage, action_id: str, value: str, told: str
) -> None:
    mei, jun = shared_stage.slack.person(MEI), shared_stage.slack.person(JUN)
    already, others = len(private(mei)), len(private(jun))

    await mei.click(old_button(shared_stage, action_id, value), action_id)
    answer = await next_private(shared_stage, mei, already=already)

    assert told in answer.text
    assert "`/prefetch" in answer.text
    assert ERROR_ID.search(answer.text) or "older version" in told
    assert len(private(mei)) == already + 1
    assert len(private(jun)) == others
    check_books(shared_stage)


async def test_modal_of_an_older_version_becomes_one_clear_message(shared_stage: Stage) -> None:
    mei = shared_stage.slack.person(MEI)
    await mei.submit(await propose(mei, URL))
    payload = last_payload(shared_stage)
    await final_card(shared_stage)
    payload["view"]["callback_id"] = "modal_of_version_0"

    answer = await deliver(mei, payload)

    assert answer.payload is not None
    assert answer.payload["response_action"] == "update"
    assert "this button or modal is from an older version of the bot" in str(answer.payload["view"])
    check_books(shared_stage)
