"""Following: nothing accepted is lost from sight, and the ledger learns what the cloud counts."""

import asyncio
import time
from pathlib import Path
from urllib.parse import quote

import pytest
from sqlalchemy import text
from sqlmodel import Session

from bot.rules.causes import CloudRefusesToTell
from bot.rules.states import CallId, CallStatus, RequestStatus, TargetStatus
from bot.rules.target import Asset, Url
from bot.vod.errors import OutcomeUnknown, Refused
from bot.workflows.following import Unanswered
from tests.helpers.ledger_sums import Sums
from tests.helpers.said_words import told
from tests.helpers.workflow_harness import (
    FILM,
    FILM_URLS,
    BotParts,
    open_parts,
    quick_pace,
    urls,
    utc_now,
)

pytestmark = pytest.mark.integration

SUCCEEDED, FAILED = CallStatus.SUCCEEDED, CallStatus.FAILED


async def test_tasks_are_followed_until_each_has_ended(parts: BotParts) -> None:
    request_id = await parts.confirm(Asset("1" * 32), *urls(12))

    await asyncio.gather(parts.sender.send(request_id), parts.follower.follow(request_id))

    assert await parts.statuses(request_id) == [SUCCEEDED] * 3
    counts = (await parts.state(request_id)).counts
    assert (counts.ready, counts.ended) == (13, 13)
    assert await parts.sums() == Sums(settled=13)
    assert (await parts.audit(request_id)).count("task.succeeded") == 3


async def test_failed_urls_are_told_apart_from_ready_ones(parts: BotParts) -> None:
    request_id = await parts.confirm(*urls(4))
    parts.vod.set_fault("vod-url-fails", times=1)

    await parts.send_and_follow(request_id)

    (call,) = (await parts.state(request_id)).calls
    assert call.status is CallStatus.PARTLY_FAILED
    assert [target.status for target in call.targets] == ["failed", "succeed"] * 2
    assert await parts.sums() == Sums(settled=4)


async def test_task_whose_urls_all_fail_has_failed_and_stays_spent(parts: BotParts) -> None:
    parts.vod.levers.fail_urls_with = ("/a/",)
    request_id = await parts.confirm(*urls(4))

    await parts.send_and_follow(request_id)

    assert await parts.statuses(request_id) == [FAILED]
    assert await parts.sums() == Sums(settled=4)


async def test_results_in_another_order_and_spelling_belong_to_their_files(
    parts: BotParts,
) -> None:
    signed = [Url(f"https://V.example.com:443/视频 {n}.mp4?auth_key={n}") for n in range(4)]
    parts.vod.levers.url_fails = lambda url: "视频 1" in url
    parts.vod.levers.lists = lambda results: [
        {**each, "url": quote(each["url"].partition("?")[0], safe=":/").replace("V.", "v.")}
        for each in reversed(results)
    ]
    request_id = await parts.confirm(*signed)

    await parts.send_and_follow(request_id)

    (call,) = (await parts.state(request_id)).calls
    assert [state.target for state in call.targets] == signed
    assert [state.status for state in call.targets] == ["succeed", "failed", "succeed", "succeed"]


async def test_results_of_nobody_knows_which_files_are_told_and_not_guessed(
    parts: BotParts,
) -> None:
    parts.vod.levers.fail_urls_with = ("/1.mp4",)
    parts.vod.levers.lists = lambda results: [
        {**each, "url": f"https://edge.example/{number}?sign=SECRET"}
        for number, each in enumerate(results)
    ]
    request_id = await parts.confirm(*urls(3))

    await parts.send_and_follow(request_id)
    await parts.end(request_id)

    state = await parts.state(request_id)
    (call,) = state.calls
    assert {each.status for each in call.targets} == {TargetStatus.PROCESSING}
    assert call.followed_no_longer
    assert "`https://edge.example/0?…` and 2 more ended, but not which" in told(call.causes)
    assert state.status is RequestStatus.PARTLY_FAILED
    assert await parts.sums() == Sums(settled=3)


async def test_empty_list_is_not_taken_for_done(parts: BotParts) -> None:
    parts.vod.levers.empty_queries = 3
    request_id = await parts.confirm(*urls(2))

    await parts.send_and_follow(request_id)

    (call,) = parts.vod.books.tasks
    assert parts.vod.books.queries[call.task_id] > 3
    assert await parts.statuses(request_id) == [SUCCEEDED]


async def test_status_that_nobody_knows_yet_is_shown_and_waited_for(parts: BotParts) -> None:
    request_id = await parts.confirm(*urls(2))
    parts.vod.set_fault("vod-unknown-status", times=100)

    running = asyncio.create_task(parts.send_and_follow(request_id))
    seen = await _target_statuses(parts, request_id, until="preheat_verifying")
    between = await parts.statuses(request_id)
    parts.vod.clear_fault()
    await running

    assert seen == {"preheat_verifying"}
    assert between == [CallStatus.PROCESSING]
    assert await parts.statuses(request_id) == [SUCCEEDED]


async def test_call_that_never_ends_is_followed_no_longer_with_a_reason(tmp_path: Path) -> None:
    async with open_parts(tmp_path, pace=quick_pace(give_up_s=0.3)) as parts:
        request_id = await parts.confirm(*urls(2), Asset("1" * 32))
        parts.vod.set_fault("vod-stuck")

        await parts.send_and_follow(request_id)

        for call in (await parts.state(request_id)).calls:
            assert (call.status, call.followed_no_longer) == (CallStatus.PROCESSING, True)
            assert "Ask for its status" in told(call.causes)
        assert await parts.sums() == Sums(settled=3)


async def test_list_that_the_database_never_takes_is_not_asked_for_without_end(
    tmp_path: Path,
) -> None:
    async with open_parts(tmp_path, pace=quick_pace(give_up_s=0.3)) as parts:
        request_id = await parts.confirm(*urls(2))
        await parts.database.transaction(_refuse_lists)

        await parts.send_and_follow(request_id)

        (call,) = (await parts.state(request_id)).calls
        assert (call.status, call.followed_no_longer) == (CallStatus.PROCESSING, True)


def _refuse_lists(session: Session) -> None:
    session.execute(
        text(
            "CREATE TRIGGER spoilt BEFORE DELETE ON target"
            " BEGIN SELECT RAISE(ABORT, 'no list is stored'); END"
        )
    )


@pytest.mark.parametrize(
    "fault",
    [
        "vod-500",
        "vod-500-after",
        "vod-502-html",
        "vod-reset",
        "vod-reset-after",
        "vod-empty",
        "vod-garbage",
        "vod-huge",
        "vod-redirect",
        "vod-unknown-code",
        "vod-403-arrears",
        "vod-429",
    ],
)
async def test_trouble_in_asking_loses_no_task(parts: BotParts, fault: str) -> None:
    request_id = await parts.confirm(*urls(12))
    # After three refusals in a row it would not ask again.
    times = {"vod-429": 1, "vod-unknown-code": 2, "vod-403-arrears": 2}.get(fault, 3)
    parts.vod.set_fault(fault, times=times, only="query")

    await parts.send_and_follow(request_id)

    assert await parts.statuses(request_id) == [SUCCEEDED] * 2
    assert await parts.sums() == Sums(settled=12)


async def test_question_that_is_refused_three_times_in_a_row_is_asked_no_longer(
    parts: BotParts,
) -> None:
    request_id = await parts.confirm(*urls(2))
    parts.vod.set_fault("VOD.10053", only="query")

    await parts.send_and_follow(request_id)

    assert sum(call.operation == "query" for call in parts.vod.calls) == 3
    (call,) = (await parts.state(request_id)).calls
    assert (call.status, call.followed_no_longer) == (CallStatus.PROCESSING, True)
    assert "The request parameter is illegal" in told(call.causes)
    assert "(VOD.10053)" in told(call.causes)
    assert await parts.sums() == Sums(settled=2)


async def test_refusals_with_another_error_between_them_are_not_in_a_row() -> None:
    refused, no_answer = Refused("no"), OutcomeUnknown("no answer")
    errors = Unanswered(utc_now())
    for error in (refused, refused, no_answer, refused, refused):
        errors = errors.and_then(error)
        assert errors.refusal is None

    assert errors.and_then(refused).refusal == CloudRefusesToTell("no", "")


async def test_questions_without_an_answer_lose_no_task(parts_with_short_timeout: BotParts) -> None:
    request_id = await parts_with_short_timeout.confirm(*urls(2))
    parts_with_short_timeout.vod.set_fault("vod-timeout-before", times=2, only="query")

    await parts_with_short_timeout.send_and_follow(request_id)

    assert await parts_with_short_timeout.statuses(request_id) == [SUCCEEDED]


async def test_cloud_that_is_away_for_a_while_loses_no_task(parts: BotParts) -> None:
    request_id = await parts.confirm(*urls(2))
    await parts.sender.send(request_id)
    parts.vod.set_fault("vod-refused")

    following = asyncio.create_task(parts.follower.follow(request_id))
    while (await parts.row(request_id)).polls < 2:
        assert not following.done()
    parts.vod.clear_fault("vod-refused")
    await following

    assert await parts.statuses(request_id) == [SUCCEEDED]


async def test_refused_key_is_spared_while_a_task_is_followed(tmp_path: Path) -> None:
    async with open_parts(tmp_path, pace=quick_pace(give_up_s=2.0)) as parts:
        request_id = await parts.confirm(*urls(2))
        await parts.sender.send(request_id)
        parts.vod.set_fault("vod-401", only="query")

        await parts.follower.follow(request_id)

        queries = [call for call in parts.vod.calls if call.operation == "query"]
        assert len(queries) == 1
        (call,) = (await parts.state(request_id)).calls
        assert (call.status, call.followed_no_longer) == (CallStatus.PROCESSING, True)
        assert await parts.sums() == Sums(settled=2)


async def test_asset_that_lists_more_urls_is_charged_for_each(parts: BotParts) -> None:
    request_id = await parts.confirm(Asset(FILM), *urls(2))

    await parts.send_and_follow(request_id)

    film, _ = (await parts.state(request_id)).calls
    assert [state.target for state in film.targets] == [Url(url) for url in FILM_URLS]
    assert (film.status, film.files) == (SUCCEEDED, 3)
    # The cloud charged three files as well, which `sums` compares.
    assert await parts.sums() == Sums(settled=5)
    assert (await parts.service.asking.quota()).left == 995


async def test_listing_an_asset_again_charges_it_once(parts: BotParts) -> None:
    request_id = await parts.confirm(Asset(FILM))
    await parts.sender.send(request_id)
    pairs = [(url, TargetStatus.PROCESSING) for url in FILM_URLS]

    for _ in range(3):
        await parts.database.transaction(
            parts.outcomes.listed, CallId(request_id, 0), pairs, now=utc_now()
        )

    assert await parts.sums() == Sums(settled=3)


async def test_follower_that_starts_anew_goes_on_with_what_is_open(parts: BotParts) -> None:
    parts.vod.levers.task_seconds = 0.6
    request_id = await parts.confirm(*urls(2))
    await parts.sender.send(request_id)
    following = asyncio.create_task(parts.follower.follow(request_id))
    await parts.vod.next_call(operation="query")
    following.cancel()
    with pytest.raises(asyncio.CancelledError):
        await following

    await parts.follower.follow(request_id)

    assert await parts.statuses(request_id) == [SUCCEEDED]


async def test_request_without_accepted_calls_needs_no_following(parts: BotParts) -> None:
    request_id = await parts.confirm(*urls(2))
    parts.vod.set_fault("vod-401")
    await parts.sender.send(request_id)

    started = time.monotonic()
    await parts.follower.follow(request_id)

    assert time.monotonic() - started < 0.5
    assert [call.operation for call in parts.vod.calls] == ["create"]


async def test_call_that_is_answered_between_two_looks_is_still_followed(parts: BotParts) -> None:
    request_id = await parts.confirm(*urls(2))
    await parts.claim(request_id, 0)
    (call,) = (await parts.state(request_id)).calls
    task_id = await parts.client.create_prefetch(urls=call.urls)

    def accept(session: Session) -> None:
        parts.outcomes.accept(session, request_id, call, task_id=task_id, now=utc_now())

    following = asyncio.create_task(parts.follower.follow(request_id))
    # Its first look is in the writer's queue now; what follows here comes right behind that.
    await asyncio.sleep(0)
    parts.database._writer.submit(accept)
    await following

    assert await parts.statuses(request_id) == [SUCCEEDED]


async def _target_statuses(parts: BotParts, request_id: str, *, until: str) -> set[str]:
    async with asyncio.timeout(10):
        while True:
            (call,) = (await parts.state(request_id)).calls
            found = {target.status for target in call.targets}
            if until in found:
                return found
