"""The bot is killed and started again: what was confirmed ends, and no call goes out twice."""

from collections.abc import AsyncIterator

import pytest

from bot.sandbox.fakeslack import MEI, Message
from bot.sandbox.stage import Stage
from tests.helpers.running_bot import MANIFEST, QUICK, quick_levers
from tests.helpers.slack_people import (
    cards,
    final_card,
    outcome_of,
    prefetch,
    propose,
    task_ids,
    words,
)
from tests.helpers.stored_rows import (
    check_books,
    check_no_call_went_out_twice,
    movements,
    requests_of,
    until_cards_are_known,
)

ELEVEN = "\n".join(f"https://v.example.com/{number}.mp4" for number in range(11))
KILLED = {"dispatch_failed", "operation_timeout"}
WITHIN_S = 60.0


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    """The bot in a process of its own, which can be killed."""
    async with Stage(MANIFEST, levers=quick_levers(), environment=QUICK) as stage:
        await stage.start_bot()
        yield stage


async def test_kill_right_after_the_confirmation_loses_nothing(stage: Stage) -> None:
    mei = stage.slack.person(MEI)
    await mei.submit(await propose(mei, ELEVEN))
    await _killed_and_started(stage)

    card = await _any_final_card(stage)

    assert outcome_of(card) in {"succeeded", "partly failed"}
    check_no_call_went_out_twice(stage)
    check_books(stage)


async def test_kill_while_a_call_is_out_holds_its_files_and_repeats_nothing(stage: Stage) -> None:
    stage.vod.set_fault("vod-timeout", times=1, only="create")
    mei = stage.slack.person(MEI)
    await mei.submit(await propose(mei, ELEVEN))
    await stage.vod.next_call(WITHIN_S, operation="create")
    await _killed_and_started(stage)

    card = await final_card(stage)

    assert outcome_of(card) == "partly failed"
    assert "1 of 11 ready, 10 may have been sent" in card.text
    assert "The bot was stopped while it was sending this" in words(card)
    assert movements(stage) == {"reserve": 11, "hold": 10, "settle": 1}
    check_no_call_went_out_twice(stage)
    check_books(stage)


async def test_kill_while_tasks_are_followed_goes_on_following(stage: Stage) -> None:
    stage.vod.levers.task_seconds = 3600
    mei = stage.slack.person(MEI)
    await mei.submit(await propose(mei, ELEVEN))
    card = await stage.slack.wait_until(lambda: _card_with_task_ids(stage, 2), WITHIN_S)
    await until_cards_are_known(stage)
    stage.vod.levers.task_seconds = 0.1
    await _killed_and_started(stage)

    ended = await final_card(stage)

    assert ended.ts == card.ts
    assert outcome_of(ended) == "succeeded"
    assert task_ids(ended) == task_ids(card)
    assert movements(stage) == {"reserve": 11, "settle": 11}
    check_no_call_went_out_twice(stage)
    check_books(stage)


async def test_kill_after_the_end_starts_nothing_anew(stage: Stage) -> None:
    mei = stage.slack.person(MEI)
    first = await prefetch(stage, mei, ELEVEN)
    await until_cards_are_known(stage)
    await _killed_and_started(stage)
    second = await prefetch(stage, mei, "https://v.example.com/another.mp4")

    assert first.ts != second.ts
    assert len(cards(stage)) == 2
    assert movements(stage) == {"reserve": 12, "settle": 12}
    check_no_call_went_out_twice(stage)
    check_books(stage)


async def test_modal_that_was_open_before_the_kill_is_confirmed_after_it(stage: Stage) -> None:
    mei = stage.slack.person(MEI)
    view = await propose(mei, ELEVEN)
    await stage.bot.kill()
    await stage.slack.wait_until(lambda: not stage.slack.connections, WITHIN_S)
    lost = await mei.submit(view)
    await stage.start_bot()
    await mei.submit(view)

    card = await final_card(stage)

    assert lost.error == "dispatch_failed"
    assert outcome_of(card) == "succeeded"
    assert len(requests_of(stage)) == 1
    check_books(stage, refused=KILLED)


async def test_modal_that_was_confirmed_before_the_kill_asks_for_nothing_more_after_it(
    stage: Stage,
) -> None:
    mei = stage.slack.person(MEI)
    await mei.submit(await propose(mei, ELEVEN))
    await _killed_and_started(stage)
    again = await stage.slack.redeliver_last()

    await _any_final_card(stage)

    assert again.is_acked
    assert len(requests_of(stage)) == 1
    check_no_call_went_out_twice(stage)
    check_books(stage)


async def _killed_and_started(stage: Stage) -> None:
    await stage.bot.kill()
    await stage.start_bot()


async def _any_final_card(stage: Stage) -> Message:
    """A kill may fall between Slack's taking a card and the bot's knowing of it."""
    return await stage.slack.wait_until(
        lambda: next((card for card in cards(stage) if outcome_of(card)), None), WITHIN_S
    )


def _card_with_task_ids(stage: Stage, number: int) -> Message | None:
    return next((card for card in cards(stage) if len(task_ids(card)) == number), None)
