"""Signatures that end before a request is sent: said before quota is spent, left out by a click."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.blocks import ids
from bot.sandbox.fakeslack import MEI, Person, View
from bot.sandbox.stage import Stage
from tests.helpers.slack_people import final_card, outcome_of, propose, words
from tests.helpers.stored_rows import check_books, requests_of

pytestmark = pytest.mark.asyncio(loop_scope="module")

HOLDS = "https://v.example.com/holds.mp4"


def in_minutes(minutes: float) -> int:
    """Seconds since 1970, so long after now."""
    return int((datetime.now(UTC) + timedelta(minutes=minutes)).timestamp())


def expiring(name: str, minutes: float) -> str:
    return f"https://v.example.com/{name}.mp4?Expires={in_minutes(minutes)}&Signature=s3cr3t"


def with_key(name: str, minutes: float) -> str:
    return f"https://v.example.com/{name}.mp4?auth_key={in_minutes(minutes)}-0-0-ab"


async def fill_in(mei: Person, *lines: str) -> View:
    form = await propose(mei, "")
    await mei.submit(form, {"targets": {"targets_text": "\n".join(lines)}})
    return mei.views[-1]


async def shown(stage: Stage, person: Person, part: str) -> View:
    """The modal, once it says this."""
    await stage.slack.wait_until(lambda: part in words(person.views[-1]))
    return person.views[-1]


async def test_what_has_ended_is_said_and_left_out_by_a_click(shared_stage: Stage) -> None:
    stage, mei = shared_stage, shared_stage.slack.person(MEI)
    earlier = len(stage.vod.books.tasks)
    doubtful = with_key("key", -60)

    view = await fill_in(mei, expiring("ended", -1), HOLDS, doubtful, expiring("later", 60))
    await mei.click(view, ids.LEAVE_ENDED_BUTTON)
    chosen = await shown(stage, mei, "*3 files*")
    await mei.submit(chosen)
    await final_card(stage)

    assert "*1 signature has ended*" in words(view)
    assert "*1 signature may have ended now*" in words(view)
    assert "s3cr3t" not in words(view)
    assert "has ended*" not in words(chosen)
    assert "`https://v.example.com/ended.mp4?…` (line 1) – Left out as you chose" in words(chosen)
    assert "its signature has ended" in words(chosen)
    assert "*1 signature may have ended now*" in words(chosen)
    (task,) = stage.vod.books.tasks[earlier:]
    assert [url.partition("?")[0].rpartition("/")[2] for url in task.urls] == [
        "holds.mp4",
        "key.mp4",
        "later.mp4",
    ]
    check_books(stage)


async def test_what_may_have_ended_is_left_out_by_its_own_click(shared_stage: Stage) -> None:
    stage, mei = shared_stage, shared_stage.slack.person(MEI)
    earlier = len(stage.vod.books.tasks)
    fresh, ended = with_key("fresh", -5), expiring("ended", -1)

    view = await fill_in(mei, fresh, with_key("old", -40), ended)
    await mei.click(view, ids.LEAVE_DOUBTFUL_BUTTON)
    chosen = await shown(stage, mei, "*2 files*")
    await mei.submit(chosen)
    await final_card(stage)

    assert "may have ended" in words(view)
    assert "may have ended" not in words(chosen)
    assert "*1 signature has ended*" in words(chosen)
    (task,) = stage.vod.books.tasks[earlier:]
    assert task.urls == (fresh, ended), "a person may send what has ended all the same"
    check_books(stage)


async def test_another_time_in_the_modal_is_another_judgement(shared_stage: Stage) -> None:
    stage, mei = shared_stage, shared_stage.slack.person(MEI)
    unreadable = "https://v.example.com/hidden.mp4?auth_info=Kq3yV0HChA9zQQ.0f4016a4"

    view = await fill_in(mei, expiring("soon", 60), HOLDS, unreadable)
    await mei.choose(view, ids.SEND_AT_INPUT, in_minutes(120))
    later = await shown(stage, mei, "1 signature ends before")
    await mei.click(later, ids.LEAVE_ENDED_BUTTON)
    chosen = await shown(stage, mei, "*2 files*")
    await mei.submit(chosen)
    card = await final_card(stage)

    assert "signature" not in words(view)
    assert "when this is sent*" in words(later)
    assert "1 address carries a signature whose end cannot be read" in words(later)
    assert "1 signature ends before" not in words(chosen)
    assert outcome_of(card) == "scheduled"
    assert requests_of(stage)[-1].run_at is not None


async def test_time_of_which_the_modal_did_not_speak_is_shown_once_more(
    shared_stage: Stage,
) -> None:
    stage, mei = shared_stage, shared_stage.slack.person(MEI)
    earlier, moment = len(requests_of(stage)), in_minutes(120)

    view = await fill_in(mei, expiring("soon", 60), HOLDS)
    await mei.submit(view, {ids.SEND_AT_BLOCK: {ids.SEND_AT_INPUT: moment}})
    again = mei.views[-1]
    confirmed_at_first = len(requests_of(stage)) - earlier
    await mei.submit(again)
    card = await final_card(stage)

    assert confirmed_at_first == 0
    assert "1 signature ends before" in words(again)
    assert outcome_of(card) == "scheduled"
    run_at = requests_of(stage)[-1].run_at
    assert run_at is not None
    assert int(run_at.timestamp()) == moment
    assert len(requests_of(stage)) == earlier + 1


async def test_retry_says_that_a_signature_has_ended_meanwhile(shared_stage: Stage) -> None:
    stage, mei = shared_stage, shared_stage.slack.person(MEI)
    stage.vod.levers.fail_urls_with = ("bad",)
    try:
        view = await fill_in(mei, expiring("bad-ended", -1), "https://v.example.com/bad.mp4")
        await mei.submit(view)
        card = await final_card(stage)
    finally:
        stage.vod.levers.fail_urls_with = ()

    await mei.click(card, ids.RETRY_BUTTON)
    again = await mei.next_view()
    await mei.click(again, ids.LEAVE_ENDED_BUTTON)
    chosen = await shown(stage, mei, "*1 file*")
    await mei.close(chosen)

    assert "*1 signature has ended*" in words(again)
    assert "`https://v.example.com/bad.mp4`" in words(chosen)


async def test_sending_tomorrow_says_what_has_ended_by_then(shared_stage: Stage) -> None:
    """The last story of this bot: its day is over then."""
    stage, mei = shared_stage, shared_stage.slack.person(MEI)
    stage.vod.set_fault("quota-exhausted")
    # The next day begins later than in three minutes, whatever the time is.
    view = await fill_in(mei, expiring("soon", 3), HOLDS)
    await mei.submit(view)
    card = await final_card(stage)

    await mei.click(card, ids.TOMORROW_BUTTON)
    tomorrow = await mei.next_view()

    assert "signature" not in words(view)
    assert "signature ends before" in words(tomorrow) or "has ended" in words(tomorrow)
    assert "accessory" in str(tomorrow.blocks)
