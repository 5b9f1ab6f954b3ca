"""`/prefetch details R-…`, `retry R-…` and `cancel R-…` do what the buttons of the card do."""

from pathlib import Path

import pytest

from bot.sandbox.fakeslack import JUN, MEI, NORA, RANDOM, SAM
from bot.sandbox.stage import Stage
from tests.helpers.running_bot import bot_on_stage, quick_levers
from tests.helpers.slack_people import (
    ERROR_ID,
    ask,
    cards,
    outcome_of,
    prefetch,
    propose,
    request_id,
    taken_by_the_cloud,
    words,
)
from tests.helpers.stored_rows import check_books

URL = "https://v.example.com/a.mp4"
TWELVE = " ".join(f"https://v.example.com/{n}.mp4" for n in range(12))
SUBCOMMANDS = ("details", "retry", "cancel")


async def test_details_and_retry_show_what_their_buttons_show(tmp_path: Path) -> None:
    levers = quick_levers()
    levers.fail_urls_with = ("bad",)
    async with bot_on_stage(tmp_path / "p.db", levers=levers) as stage:
        mei, jun = stage.slack.person(MEI), stage.slack.person(JUN)
        card = await prefetch(stage, mei, f"{URL} https://v.example.com/bad.mp4")
        shown = []
        for button in ("show_details", "retry_failed"):
            await jun.click(card, button)
            shown.append(words(await jun.next_view()))

        typed = [
            words(await propose(jun, f"{word} {request_id(card).lower()}"))
            for word in ("details", "retry")
        ]

        assert typed == shown
        assert "bad.mp4` · failed" in typed[0]
        assert "*1 file* in *1 call*" in typed[1]
        check_books(stage)


async def test_cancel_is_for_the_asker_and_for_operators_and_done_once(tmp_path: Path) -> None:
    async with bot_on_stage(tmp_path / "p.db", PREFETCH_CREATES_PER_MINUTE="20") as stage:
        mei, jun, sam = (stage.slack.person(it) for it in (MEI, JUN, SAM))
        await mei.submit(await propose(mei, TWELVE))
        await taken_by_the_cloud(stage, 1)
        (card,) = await stage.slack.wait_until(lambda: cards(stage))
        typed = f"cancel {request_id(card)}"

        by_another = await ask(stage, jun, typed)
        by_the_operator = await ask(stage, sam, typed)
        by_the_asker = await ask(stage, mei, typed)

        assert "Only the person who asked, or an operator, may cancel." in by_another.text
        assert "2 files will not be sent" in by_the_operator.text
        assert "has been cancelled already" in by_the_asker.text
        await stage.slack.wait_until(lambda: outcome_of(cards(stage)[0]) == "succeeded", 60)
        assert len(stage.vod.books.tasks) == 1
        check_books(stage)


@pytest.mark.parametrize("word", SUBCOMMANDS)
async def test_request_that_nobody_may_know_is_one_clear_answer(stage: Stage, word: str) -> None:
    mei, nora = stage.slack.person(MEI), stage.slack.person(NORA)
    card = await prefetch(stage, mei, URL)
    (task,) = stage.vod.books.tasks

    none = await ask(stage, mei, word)
    unknown = [
        await ask(stage, person, f"{word} {reference}")
        for person, reference in (
            (mei, "R-00000"),
            (mei, f"{request_id(card)} R-00000"),
            (mei, task),
            (nora, request_id(card)),
        )
    ]

    assert "which request is meant?" in none.text
    for answer in (none, *unknown):
        assert f"`/prefetch {word} R-7F3K2`; `/prefetch status` lists" in answer.text
    for answer in unknown:
        assert "*No request found for `" in answer.text
        assert ERROR_ID.search(answer.text)
    assert nora.views == mei.views == ()
    check_books(stage)


async def test_nothing_to_cancel_or_retry_is_said_as_the_buttons_say_it(stage: Stage) -> None:
    mei = stage.slack.person(MEI)
    card = await prefetch(stage, mei, URL)

    cancelled = await ask(stage, mei, f"cancel {request_id(card)}")
    retried = await ask(stage, mei, f"retry {request_id(card)}")

    assert "Everything of this request has been sent already" in cancelled.text
    assert "Nothing of this request has failed." in retried.text
    check_books(stage)


@pytest.mark.parametrize("word", SUBCOMMANDS)
async def test_request_of_another_channel_is_for_its_asker_and_for_operators(
    stage: Stage, word: str
) -> None:
    mei, jun, sam = (stage.slack.person(it) for it in (MEI, JUN, SAM))
    card = await prefetch(stage, mei, URL)
    typed = f"{word} {request_id(card)}"

    refused = await ask(stage, jun, typed, channel_id=RANDOM)
    assert "*No request found for `" in refused.text
    assert jun.views == ()
    for person in (mei, sam):
        if word == "details":
            assert "a.mp4" in words(await propose(person, typed, channel_id=RANDOM))
        else:
            answer = await ask(stage, person, typed, channel_id=RANDOM)
            assert "of this request has" in answer.text
    check_books(stage)
