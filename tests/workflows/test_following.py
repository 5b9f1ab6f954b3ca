"""Following: nothing accepted is lost from sight, and the ledger learns what the cloud counts."""

import asyncio
import time
from pathlib import Path

import pytest
from sqlmodel import Session

from bot.rules.states import CallStatus, TargetStatus
from bot.rules.target import Asset, Url
from tests.helpers.ledger_sums import Sums
from tests.helpers.said_words import told
from tests.helpers.workflow_harness import (
    FILM,
    FILM_URLS,
    Workshop,
    open_workshop,
    quick_pace,
    urls,
    utc_now,
)

pytestmark = pytest.mark.integration

SUCCEEDED, FAILED = CallStatus.SUCCEEDED, CallStatus.FAILED


async def test_tasks_are_followed_until_each_has_ended(shop: Workshop) -> None:
    request_id = await shop.confirm(Asset("1" * 32), *urls(12))

    await asyncio.gather(shop.sender.send(request_id), shop.follower.follow(request_id))

    assert await shop.statuses(request_id) == [SUCCEEDED] * 3
    counts = (await shop.state(request_id)).counts
    assert (counts.ready, counts.ended) == (13, 13)
    assert await shop.sums() == Sums(settled=13)
    assert (await shop.audit(request_id)).count("task.succeeded") == 3


async def test_failed_urls_are_told_apart_from_ready_ones(shop: Workshop) -> None:
    request_id = await shop.confirm(*urls(4))
    shop.vod.set_fault("vod-url-fails", times=1)

    await shop.send_and_follow(request_id)

    (call,) = (await shop.state(request_id)).calls
    assert call.status is CallStatus.PARTLY_FAILED
    assert [target.status for target in call.targets] == ["failed", "succeed"] * 2
    assert await shop.sums() == Sums(settled=4)


async def test_task_whose_urls_all_fail_has_failed_and_stays_spent(shop: Workshop) -> None:
    shop.vod.levers.fail_urls_with = ("/a/",)
    request_id = await shop.confirm(*urls(4))

    await shop.send_and_follow(request_id)

    assert await shop.statuses(request_id) == [FAILED]
    assert await shop.sums() == Sums(settled=4)


async def test_empty_list_is_not_taken_for_done(shop: Workshop) -> None:
    shop.vod.levers.empty_queries = 3
    request_id = await shop.confirm(*urls(2))

    await shop.send_and_follow(request_id)

    (call,) = shop.vod.books.tasks
    assert shop.vod.books.queries[call.task_id] > 3
    assert await shop.statuses(request_id) == [SUCCEEDED]


async def test_status_that_nobody_knows_yet_is_shown_and_waited_for(shop: Workshop) -> None:
    request_id = await shop.confirm(*urls(2))
    shop.vod.set_fault("vod-unknown-status", times=100)

    running = asyncio.create_task(shop.send_and_follow(request_id))
    seen = await _target_statuses(shop, request_id, until="preheat_verifying")
    between = await shop.statuses(request_id)
    shop.vod.clear_fault()
    await running

    assert seen == {"preheat_verifying"}
    assert between == [CallStatus.PROCESSING]
    assert await shop.statuses(request_id) == [SUCCEEDED]


async def test_task_that_never_ends_is_let_go_with_a_reason(tmp_path: Path) -> None:
    async with open_workshop(tmp_path, pace=quick_pace(give_up_s=0.3)) as shop:
        request_id = await shop.confirm(*urls(2), Asset("1" * 32))
        shop.vod.set_fault("vod-stuck")

        await shop.send_and_follow(request_id)

        for call in (await shop.state(request_id)).calls:
            assert (call.status, call.let_go) == (CallStatus.PROCESSING, True)
            assert "Ask for its status" in told(call.causes)
        assert await shop.sums() == Sums(settled=3)


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
async def test_trouble_in_asking_loses_no_task(shop: Workshop, fault: str) -> None:
    request_id = await shop.confirm(*urls(12))
    times = 1 if fault == "vod-429" else 3
    shop.vod.set_fault(fault, times=times, only="query")

    await shop.send_and_follow(request_id)

    assert await shop.statuses(request_id) == [SUCCEEDED] * 2
    assert await shop.sums() == Sums(settled=12)


async def test_questions_without_an_answer_lose_no_task(hasty_shop: Workshop) -> None:
    request_id = await hasty_shop.confirm(*urls(2))
    hasty_shop.vod.set_fault("vod-timeout-before", times=2, only="query")

    await hasty_shop.send_and_follow(request_id)

    assert await hasty_shop.statuses(request_id) == [SUCCEEDED]


async def test_cloud_that_is_away_for_a_while_loses_no_task(shop: Workshop) -> None:
    request_id = await shop.confirm(*urls(2))
    await shop.sender.send(request_id)
    shop.vod.set_fault("vod-refused")

    following = asyncio.create_task(shop.follower.follow(request_id))
    while (await shop.row(request_id)).polls < 2:
        assert not following.done()
    shop.vod.clear_fault("vod-refused")
    await following

    assert await shop.statuses(request_id) == [SUCCEEDED]


async def test_refused_key_is_spared_while_a_task_is_followed(tmp_path: Path) -> None:
    async with open_workshop(tmp_path, pace=quick_pace(give_up_s=2.0)) as shop:
        request_id = await shop.confirm(*urls(2))
        await shop.sender.send(request_id)
        shop.vod.set_fault("vod-401", only="query")

        await shop.follower.follow(request_id)

        queries = [call for call in shop.vod.calls if call.operation == "query"]
        assert len(queries) == 1
        (call,) = (await shop.state(request_id)).calls
        assert (call.status, call.let_go) == (CallStatus.PROCESSING, True)
        assert await shop.sums() == Sums(settled=2)


async def test_asset_that_lists_more_urls_is_charged_for_each(shop: Workshop) -> None:
    request_id = await shop.confirm(Asset(FILM), *urls(2))

    await shop.send_and_follow(request_id)

    film, _ = (await shop.state(request_id)).calls
    assert [state.target for state in film.targets] == [Url(url) for url in FILM_URLS]
    assert (film.status, film.files) == (SUCCEEDED, 3)
    # The cloud charged three files as well, which `sums` compares.
    assert await shop.sums() == Sums(settled=5)
    assert (await shop.service.asking.quota()).left == 995


async def test_listing_an_asset_again_charges_it_once(shop: Workshop) -> None:
    request_id = await shop.confirm(Asset(FILM))
    await shop.sender.send(request_id)
    (call,) = (await shop.state(request_id)).calls
    pairs = [(url, TargetStatus.PROCESSING) for url in FILM_URLS]

    for _ in range(3):
        await shop.database.transaction(
            shop.outcomes.listed, request_id, call, pairs, now=utc_now()
        )

    assert await shop.sums() == Sums(settled=3)


async def test_follower_that_starts_anew_goes_on_with_what_is_open(shop: Workshop) -> None:
    shop.vod.levers.task_seconds = 0.6
    request_id = await shop.confirm(*urls(2))
    await shop.sender.send(request_id)
    following = asyncio.create_task(shop.follower.follow(request_id))
    await shop.vod.next_call(operation="query")
    following.cancel()
    with pytest.raises(asyncio.CancelledError):
        await following

    await shop.follower.follow(request_id)

    assert await shop.statuses(request_id) == [SUCCEEDED]


async def test_request_without_accepted_calls_needs_no_following(shop: Workshop) -> None:
    request_id = await shop.confirm(*urls(2))
    shop.vod.set_fault("vod-401")
    await shop.sender.send(request_id)

    started = time.monotonic()
    await shop.follower.follow(request_id)

    assert time.monotonic() - started < 0.5
    assert [call.operation for call in shop.vod.calls] == ["create"]


async def test_call_that_is_answered_between_two_looks_is_still_followed(shop: Workshop) -> None:
    request_id = await shop.confirm(*urls(2))
    await shop.claim(request_id, 0)
    (call,) = (await shop.state(request_id)).calls
    task_id = await shop.sender._create(call)

    def accept(session: Session) -> None:
        shop.outcomes.accept(session, request_id, call, task_id=task_id, now=utc_now())

    following = asyncio.create_task(shop.follower.follow(request_id))
    # Its first look is in the writer's queue now; what follows here comes right behind that.
    await asyncio.sleep(0)
    shop.database._writer.submit(accept)
    await following

    assert await shop.statuses(request_id) == [SUCCEEDED]


async def _target_statuses(shop: Workshop, request_id: str, *, until: str) -> set[str]:
    async with asyncio.timeout(10):
        while True:
            (call,) = (await shop.state(request_id)).calls
            found = {target.status for target in call.targets}
            if until in found:
                return found
