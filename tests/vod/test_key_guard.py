"""A refused key is spared, so that this program never locks it."""

import asyncio
from datetime import timedelta

import httpx
import pytest

from bot.vod.errors import AuthenticationFailed, KeyLocked, OutcomeUnknown, Throttled
from bot.vod.signing import AccessKeyAuth
from tests.helpers.vod_server import CREATED, KEY, Clock, client_to, cloud, refusal, unhurried

WRONG = refusal(401, "APIGW.0301", "verify aksk signature fail")
LOCKED = refusal(401, "APIGW.0301", "AK access failed to reach the limit,forbidden")


async def test_wrong_signature_is_never_repeated() -> None:
    asked = cloud(WRONG)

    async with client_to(asked, AccessKeyAuth(KEY, now=Clock())) as client:
        with pytest.raises(AuthenticationFailed):
            await client.create_prefetch_of_asset("a1")

    assert len(asked.requests) == 1


async def test_pauses_after_refusals_keep_the_key_below_five_in_five_minutes() -> None:
    asked, clock = cloud(WRONG), Clock()
    sent_at = []

    async with client_to(asked, AccessKeyAuth(KEY, now=clock)) as client:
        for second in range(15 * 60):
            before = len(asked.requests)
            with pytest.raises(AuthenticationFailed):
                await client.show_prefetch("t1")
            sent_at += [second] * (len(asked.requests) - before)
            clock.move(seconds=1)

    assert sent_at == [0, 60, 180, 480, 780]


async def test_spared_call_says_how_long_to_wait_and_why() -> None:
    asked, clock = cloud(WRONG), Clock()

    async with client_to(asked, AccessKeyAuth(KEY, now=clock)) as client:
        with pytest.raises(AuthenticationFailed):
            await client.show_prefetch("t1")
        clock.move(seconds=20)
        with pytest.raises(AuthenticationFailed, match="not sent, 40 s to wait") as caught:
            await client.show_prefetch("t1")

    assert caught.value.retry_after == timedelta(seconds=40).total_seconds()
    assert caught.value.code == "APIGW.0301"


async def test_locked_key_rests_for_five_minutes_at_once() -> None:
    asked, clock = cloud(LOCKED, CREATED), Clock()

    async with client_to(asked, AccessKeyAuth(KEY, now=clock)) as client:
        with pytest.raises(KeyLocked):
            await client.create_prefetch_of_asset("a1")
        clock.move(seconds=299)
        with pytest.raises(KeyLocked, match="not sent"):
            await client.create_prefetch_of_asset("a1")
        clock.move(seconds=1)
        await client.create_prefetch_of_asset("a1")

    assert len(asked.requests) == 2


async def test_success_forgets_earlier_refusals() -> None:
    asked, clock = cloud(WRONG, CREATED, WRONG, CREATED), Clock()

    async with client_to(asked, AccessKeyAuth(KEY, now=clock)) as client:
        for _ in range(2):
            with pytest.raises(AuthenticationFailed):
                await client.create_prefetch_of_asset("a1")
            clock.move(seconds=60)
            await client.create_prefetch_of_asset("a1")

    assert len(asked.requests) == 4


async def test_burst_with_a_wrong_key_is_refused_once() -> None:
    asked = cloud(WRONG)

    async with client_to(unhurried(asked), AccessKeyAuth(KEY, now=Clock())) as client:
        calls = [client.show_prefetch(f"t{n}") for n in range(20)]
        results = await asyncio.gather(*calls, return_exceptions=True)

    assert {type(result) for result in results} == {AuthenticationFailed}
    assert len(asked.requests) == 1


async def test_key_that_was_good_is_spared_too_once_it_is_refused() -> None:
    asked = cloud(CREATED, WRONG)

    async with client_to(asked, AccessKeyAuth(KEY, now=Clock())) as client:
        await client.create_prefetch_of_asset("a1")
        for _ in range(3):
            with pytest.raises(AuthenticationFailed):
                await client.create_prefetch_of_asset("a1")

    assert len(asked.requests) == 2


@pytest.mark.parametrize(
    "first", [httpx.Response(502, html="<p>"), refusal(429, "APIGW.0308")], ids=["502", "429"]
)
async def test_gateway_that_looked_at_no_key_says_nothing_about_it(first: httpx.Response) -> None:
    asked = cloud(first, WRONG)

    async with client_to(unhurried(asked), AccessKeyAuth(KEY, now=Clock())) as client:
        with pytest.raises((OutcomeUnknown, Throttled)):
            await client.create_prefetch_of_asset("a1")
        calls = [client.show_prefetch(f"t{n}") for n in range(20)]
        await asyncio.gather(*calls, return_exceptions=True)

    assert len(asked.requests) == 2


@pytest.mark.parametrize("proof", [CREATED, refusal(403, "VOD.10062")])
async def test_calls_run_side_by_side_once_the_key_was_accepted(proof: httpx.Response) -> None:
    all_three = asyncio.Barrier(3)

    async def answer(request: httpx.Request) -> httpx.Response:
        if request.method == "GET":
            await all_three.wait()
            return httpx.Response(200, json={"preheating_results": []})
        return httpx.Response(proof.status_code, content=proof.content)

    async with client_to(answer, AccessKeyAuth(KEY, now=Clock())) as client:
        await asyncio.gather(client.create_prefetch_of_asset("a1"), return_exceptions=True)
        async with asyncio.timeout(5):
            calls = [client.show_prefetch(f"t{n}") for n in range(3)]
            assert await asyncio.gather(*calls) == [(), (), ()]
