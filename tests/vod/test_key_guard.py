"""A refused key is spared, so that this program never locks it."""

import asyncio
from datetime import timedelta
from email.utils import format_datetime

import httpx
import pytest

from bot.vod.errors import (
    AuthenticationFailed,
    KeyLocked,
    OutcomeUnknown,
    Throttled,
    WrongClock,
)
from bot.vod.signing import AccessKeyAuth
from tests.helpers.vod_server import CREATED, KEY, Clock, answering_last, client_to, cloud, refusal

WRONG = refusal(401, "APIGW.0301", "verify aksk signature fail")
LOCKED = refusal(401, "APIGW.0301", "AK access failed to reach the limit,forbidden")


async def test_wrong_signature_is_never_repeated() -> None:
    asked = cloud(WRONG)

    async with client_to(asked, AccessKeyAuth(KEY, now=Clock())) as client:
        with pytest.raises(AuthenticationFailed):
            await client.create_prefetch(asset_id="a1")

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
            await client.create_prefetch(asset_id="a1")
        clock.move(seconds=299)
        with pytest.raises(KeyLocked, match="not sent"):
            await client.create_prefetch(asset_id="a1")
        clock.move(seconds=1)
        await client.create_prefetch(asset_id="a1")

    assert len(asked.requests) == 2


async def test_success_forgets_earlier_refusals() -> None:
    asked, clock = cloud(WRONG, CREATED, WRONG, CREATED), Clock()

    async with client_to(asked, AccessKeyAuth(KEY, now=clock)) as client:
        for _ in range(2):
            with pytest.raises(AuthenticationFailed):
                await client.create_prefetch(asset_id="a1")
            clock.move(seconds=60)
            await client.create_prefetch(asset_id="a1")

    assert len(asked.requests) == 4


async def test_burst_with_a_wrong_key_is_refused_once() -> None:
    asked = cloud(WRONG)

    async with client_to(answering_last(asked), AccessKeyAuth(KEY, now=Clock())) as client:
        calls = [client.show_prefetch(f"t{n}") for n in range(20)]
        results = await asyncio.gather(*calls, return_exceptions=True)

    assert {type(result) for result in results} == {AuthenticationFailed}
    assert len(asked.requests) == 1


async def test_key_that_was_good_is_spared_too_once_it_is_refused() -> None:
    asked = cloud(CREATED, WRONG)

    async with client_to(asked, AccessKeyAuth(KEY, now=Clock())) as client:
        await client.create_prefetch(asset_id="a1")
        for _ in range(3):
            with pytest.raises(AuthenticationFailed):
                await client.create_prefetch(asset_id="a1")

    assert len(asked.requests) == 2


@pytest.mark.parametrize(
    "first", [httpx.Response(502, html="<p>"), refusal(429, "APIGW.0308")], ids=["502", "429"]
)
async def test_gateway_that_looked_at_no_key_says_nothing_about_it(first: httpx.Response) -> None:
    asked = cloud(first, WRONG)

    async with client_to(answering_last(asked), AccessKeyAuth(KEY, now=Clock())) as client:
        with pytest.raises((OutcomeUnknown, Throttled)):
            await client.create_prefetch(asset_id="a1")
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
        await asyncio.gather(client.create_prefetch(asset_id="a1"), return_exceptions=True)
        async with asyncio.timeout(5):
            calls = [client.show_prefetch(f"t{n}") for n in range(3)]
            assert await asyncio.gather(*calls) == [(), (), ()]


EXPIRED = refusal(401, "APIGW.0301", "Incorrect IAM authentication information: signature expired")


@pytest.mark.parametrize(
    ("ahead", "told"),
    [
        (timedelta(minutes=-17), "is 17 min behind that of the cloud"),
        (timedelta(hours=2, minutes=5), "is 2 h 5 min ahead of that of the cloud"),
        (timedelta(0), "may be wrong"),
    ],
)
@pytest.mark.parametrize("answer", [WRONG, EXPIRED], ids=["mismatch", "expired"])
async def test_wrong_clock_is_told_with_its_difference_and_not_as_a_wrong_key(
    answer: httpx.Response, ahead: timedelta, told: str
) -> None:
    clock = Clock()
    date = format_datetime(clock() - ahead, usegmt=True)
    asked = cloud(httpx.Response(401, headers={"Date": date}, content=answer.content))

    async with client_to(asked, AccessKeyAuth(KEY, now=clock)) as client:
        with pytest.raises(AuthenticationFailed) as caught:
            await client.show_prefetch("t1")
        with pytest.raises(AuthenticationFailed) as spared:
            await client.show_prefetch("t1")

    is_clock = answer is EXPIRED or ahead
    assert isinstance(caught.value, WrongClock) == bool(is_clock)
    if is_clock:
        assert f"the clock of the bot's machine {told}: " in caught.value.message
        assert isinstance(spared.value, WrongClock)
        assert "because the time of the signature was refused" in spared.value.message


async def test_clock_that_is_off_by_less_than_five_minutes_is_not_blamed() -> None:
    clock = Clock()
    date = format_datetime(clock() - timedelta(minutes=4, seconds=50), usegmt=True)
    asked = cloud(httpx.Response(401, headers={"Date": date}, content=WRONG.content))

    async with client_to(asked, AccessKeyAuth(KEY, now=clock)) as client:
        with pytest.raises(AuthenticationFailed) as caught:
            await client.show_prefetch("t1")

    assert not isinstance(caught.value, WrongClock)
    assert "clock" not in caught.value.message


async def test_expired_signature_without_a_date_is_a_clock_that_may_be_wrong() -> None:
    async with client_to(cloud(EXPIRED), AccessKeyAuth(KEY, now=Clock())) as client:
        with pytest.raises(WrongClock, match="may be wrong"):
            await client.show_prefetch("t1")


async def test_refused_look_keeps_no_call_from_being_sent() -> None:
    asked = cloud(WRONG, CREATED)

    async with client_to(asked, AccessKeyAuth(KEY, now=Clock())) as client:
        with pytest.raises(AuthenticationFailed):
            await client.show_assets(["a1"])
        await client.create_prefetch(asset_id="a1")

        assert client.last_answer is not None
        assert client.last_answer.words == "202 accepted"


async def test_looks_alone_are_refused_once_until_a_call_is_accepted() -> None:
    asked = cloud(WRONG, WRONG, CREATED, WRONG)

    async with client_to(asked, AccessKeyAuth(KEY, now=Clock())) as client:
        looks = (client.show_assets(["a1"]) for _ in range(20))
        refused = await asyncio.gather(*looks, return_exceptions=True)
        assert {type(error) for error in refused} == {AuthenticationFailed}
        assert len(asked.requests) == 1

        with pytest.raises(AuthenticationFailed):
            await client.create_prefetch(asset_id="a1")
        with pytest.raises(AuthenticationFailed, match="60 s to wait"):
            await client.show_assets(["a1"])
        assert len(asked.requests) == 2


async def test_key_that_is_paused_is_not_tried_by_a_look() -> None:
    asked = cloud(WRONG)

    async with client_to(asked, AccessKeyAuth(KEY, now=Clock())) as client:
        with pytest.raises(AuthenticationFailed):
            await client.show_prefetch("t1")
        with pytest.raises(AuthenticationFailed, match="60 s to wait"):
            await client.show_assets(["a1"])

    assert len(asked.requests) == 1
