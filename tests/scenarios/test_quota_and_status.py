"""How much is left, and what became of a request."""

from pathlib import Path

import pytest

from bot.sandbox.fakeslack import JUN, LAUNCH, MEI, NORA, SAM
from bot.sandbox.stage import Stage
from tests.helpers.running_bot import bot_on_stage
from tests.helpers.slack_people import (
    ERROR_ID,
    ask,
    final_card,
    prefetch,
    private,
    propose,
    request_id,
    task_ids,
    words,
)
from tests.helpers.stored_rows import check_books, requests_of

URL = "https://v.example.com/status.mp4"
THREE = " ".join(f"https://v.example.com/{number}.mp4" for number in range(3))


async def test_quota_tells_what_is_left_and_when_it_starts_anew(stage: Stage) -> None:
    mei = stage.slack.person(MEI)
    before = await ask(stage, mei, "quota")
    await prefetch(stage, mei, THREE)

    after = await ask(stage, mei, "QUOTA")

    assert "About *1,000 of 1,000 left today*" in before.text
    assert "About *997 of 1,000 left today* (bot's count, resets 00:00 UTC+8)" in after.text
    assert "3 sent · 0 reserved · 0 in doubt · reset at 00:00 UTC+8, in " in after.text
    assert after.is_ephemeral
    check_books(stage)


async def test_task_id_alone_shows_its_status_and_is_never_sent_as_an_asset(stage: Stage) -> None:
    mei, jun = stage.slack.person(MEI), stage.slack.person(JUN)
    card = await prefetch(stage, mei, URL)
    (task_id,) = task_ids(card)

    answer = await ask(stage, jun, task_id.upper())
    view = await propose(mei, f"{task_id} {'1' * 32}")

    assert answer.is_ephemeral
    assert answer.text == card.text
    assert "*1 file*" in words(view)
    assert f"`{task_id}` – This is called a task" in words(view)
    assert len(stage.vod.books.tasks) == 1
    check_books(stage)


async def test_status_finds_a_request_by_whatever_a_person_has_of_it(stage: Stage) -> None:
    mei, jun = stage.slack.person(MEI), stage.slack.person(JUN)
    none_yet = await ask(stage, mei, "status")
    card = await prefetch(stage, mei, URL)
    name, task_id = request_id(card), task_ids(card)[0]

    mine = await ask(stage, mei, "status")
    found = [
        await ask(stage, person, f"status {reference}")
        for person in (mei, jun)
        for reference in (name, name.lower(), name.removeprefix("R-"), task_id, task_id.upper())
    ]
    others = await ask(stage, jun, "status")

    assert "You have no requests yet" in none_yet.text
    assert f"*{name}*" in mine.text
    assert "succeeded · 1 of 1 ready" in mine.text
    assert [(answer.is_ephemeral, answer.text) for answer in found] == [(True, card.text)] * 10
    assert "You have no requests yet" in others.text
    check_books(stage)


async def test_guest_sees_their_own_requests_in_the_list(stage: Stage) -> None:
    mei, nora = stage.slack.person(MEI), stage.slack.person(NORA)
    theirs = await prefetch(stage, mei, URL)
    own = await prefetch(stage, nora, "https://v.example.com/own.mp4")

    listed = await ask(stage, nora, "status")

    assert request_id(own) in listed.text
    assert request_id(theirs) not in listed.text


async def test_status_of_what_nobody_knows_is_one_clear_answer(stage: Stage) -> None:
    mei, nora = stage.slack.person(MEI), stage.slack.person(NORA)
    card = await prefetch(stage, mei, URL)

    nonsense = await ask(stage, mei, "status nonsense")
    unknown = await ask(stage, mei, "status R-00000")
    mention = await ask(stage, mei, "status <!channel>")
    foreign = await ask(stage, nora, f"status {request_id(card)}")

    assert "No request found for `nonsense`" in nonsense.text
    assert "No request found for `R-00000`" in unknown.text
    assert "<!channel" not in mention.text
    assert f"No request found for `{request_id(card)}`" in foreign.text, "of another workspace"
    for answer in (nonsense, unknown, mention, foreign):
        assert "`/prefetch status R-7F3K2`" in answer.text
        assert ERROR_ID.search(answer.text)


async def test_more_than_is_left_is_refused_on_opening(tmp_path: Path) -> None:
    async with bot_on_stage(tmp_path / "prefetch.db", PREFETCH_DAILY_LIMIT="2") as stage:
        mei = stage.slack.person(MEI)

        told = await ask(stage, mei, THREE)
        form = await propose(mei, "")
        await mei.submit(form, {"targets": {"targets_text": THREE.replace(" ", "\n")}})

        assert "*Not sent: 3 files, but about 2 are left today.* Send 2 or fewer" in told.text
        assert f"Ask <@{SAM}> if the files are urgent." in told.text
        assert "Not sent: 3 files, but about 2 are left today." in mei.views[-1].errors["targets"]
        assert stage.vod.calls == []
        assert requests_of(stage) == []


async def test_last_files_of_the_day_go_to_the_first_who_confirms(tmp_path: Path) -> None:
    async with bot_on_stage(tmp_path / "prefetch.db", PREFETCH_DAILY_LIMIT="4") as stage:
        mei, jun = stage.slack.person(MEI), stage.slack.person(JUN)
        hers, his = await propose(mei, THREE), await propose(jun, THREE)

        await mei.submit(hers)
        await jun.submit(his)
        refused = jun.views[-1]
        card = await final_card(stage)

        assert mei.views == ()
        assert "3 files, but about 1 is left today" in refused.errors["send_at"]
        assert "*3 files* in *1 call*" in words(refused), "the list is still there"
        assert "About *1 of 4 left today*" in words(card)
        assert check_books(stage).settled == 3


@pytest.mark.parametrize("text", ["quota", "status", "help"])
async def test_answers_are_for_the_asker_alone(stage: Stage, text: str) -> None:
    mei, jun = stage.slack.person(MEI), stage.slack.person(JUN)

    await ask(stage, mei, text)

    assert len(private(mei)) == 1
    assert jun.sees(LAUNCH) == []
