"""However often it is pressed, what was confirmed runs once."""

import asyncio

import pytest

from bot.sandbox.fakeslack import JUN, MEI
from bot.sandbox.stage import Stage
from tests.helpers.slack_people import deliver, final_card, last_payload, propose, words
from tests.helpers.stored_rows import check_books, movements, requests_of

pytestmark = pytest.mark.asyncio(loop_scope="module")

URL = "https://v.example.com/once.mp4"


async def test_second_submission_and_redelivery_spend_no_quota(shared_stage: Stage) -> None:
    stage, mei = shared_stage, shared_stage.slack.person(MEI)
    earlier, reserved = len(requests_of(stage)), movements(stage)["reserve"]

    await mei.submit(await propose(mei, URL))
    again = await stage.slack.redeliver_last()
    twice = await deliver(mei, last_payload(stage))
    await final_card(stage)

    assert again.is_acked
    assert twice.is_acked
    assert (again.payload, twice.payload) == (None, None), "an empty answer closes the modal"
    assert len(requests_of(stage)) == earlier + 1
    assert movements(stage)["reserve"] == reserved + 1
    check_books(stage)


async def test_submissions_at_the_same_moment_make_one_request(shared_stage: Stage) -> None:
    stage, mei = shared_stage, shared_stage.slack.person(MEI)
    earlier, calls = len(requests_of(stage)), len(stage.vod.books.tasks)

    view = await propose(mei, URL)
    await asyncio.gather(*(mei.submit(view) for _ in range(5)))
    await final_card(stage)

    assert len(requests_of(stage)) == earlier + 1
    assert len(stage.vod.books.tasks) == calls + 1
    check_books(stage)


async def test_submission_after_the_request_has_ended_does_nothing(shared_stage: Stage) -> None:
    stage, mei = shared_stage, shared_stage.slack.person(MEI)
    await mei.submit(await propose(mei, URL))
    payload = last_payload(stage)
    await final_card(stage)
    earlier, calls = len(requests_of(stage)), len(stage.vod.calls)

    late = await deliver(mei, payload)

    assert late.is_acked
    assert len(requests_of(stage)) == earlier
    assert len(stage.vod.calls) == calls
    check_books(stage)


async def test_nobody_confirms_somebody_elses_draft(shared_stage: Stage) -> None:
    stage, mei, jun = shared_stage, shared_stage.slack.person(MEI), shared_stage.slack.person(JUN)
    hers = await propose(mei, "https://v.example.com/secret-launch.mp4")
    his = await propose(jun, URL)
    await jun.submit(his)
    await final_card(stage)
    earlier = len(requests_of(stage))
    payload = last_payload(stage)
    payload["view"]["private_metadata"] = hers.private_metadata

    answer = await deliver(jun, payload)

    assert answer.payload is not None
    assert "this modal is no longer valid" in str(answer.payload["view"])
    assert "secret-launch" not in str(answer.payload)
    assert len(requests_of(stage)) == earlier
    await mei.submit(hers)
    assert "1 of 1 ready" in words(await final_card(stage))
    check_books(stage)


async def test_two_drafts_of_one_person_are_two_requests(shared_stage: Stage) -> None:
    stage, mei = shared_stage, shared_stage.slack.person(MEI)
    earlier = len(requests_of(stage))

    for _ in range(2):
        await mei.submit(await propose(mei, URL))
    for _ in range(2):
        await final_card(stage)

    assert len(requests_of(stage)) == earlier + 2
    check_books(stage)
