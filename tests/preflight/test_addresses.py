"""Looks at two hundred addresses with every answer there is."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from bot.fetching.fetcher import AT_ONCE, Fetcher, Patience, Reach
from bot.preflight.addresses import AddressLook
from bot.rules.looks import Answer, Fault, NotSeen
from bot.rules.preflight import AddressState
from bot.rules.target import Url
from tests.helpers.two_hundred_addresses import EVIL, NAMED, TwoHundred, two_hundred_addresses

pytestmark = pytest.mark.integration

LONG_S = 60.0


@pytest.fixture
async def server() -> AsyncIterator[TwoHundred]:
    async with two_hundred_addresses() as server:
        yield server


@asynccontextmanager
async def looking(reach: Reach) -> AsyncIterator[AddressLook]:
    patience = Patience(in_all=LONG_S, each_step=LONG_S)
    fetcher = Fetcher(NAMED.split(",").__contains__, reach=reach, patience=patience)
    try:
        yield AddressLook(fetcher)
    finally:
        await fetcher.close()


async def test_each_of_two_hundred_answers_is_told_as_what_it_is(server: TwoHundred) -> None:
    urls = server.urls()

    async with looking(server.reach) as look:
        found = await look.look(urls, within_s=LONG_S)

    assert len(urls) == 200
    assert [it.url for it in found] == urls
    assert [it for it in found if it.state not in server.kind_of(it.url).right] == []


async def test_nothing_is_reached_that_may_not_be(server: TwoHundred) -> None:
    async with looking(server.reach) as look:
        found = await look.look(server.urls(), within_s=LONG_S)

    assert server.reached_inside == []
    # A host that is not on the list is not even asked for by its name.
    assert EVIL not in server.names.asked
    assert set(server.names.asked) == set(NAMED.split(","))
    private = [it for it in found if it.fault is Fault.PRIVATE_HOST]
    assert {it.host for it in private} == {"inside.example.com", "fickle.example.com"}


async def test_bytes_and_requests_are_few(server: TwoHundred) -> None:
    async with looking(server.reach) as look:
        await look.look(server.urls("film", "missing", "page", "ranged"), within_s=LONG_S)

    asked = [it.partition(" ")[0] for it in server.files.targets]
    assert (asked.count("HEAD"), asked.count("GET")) == (40, 10)
    ranges = {it.headers.get("range") for it in server.files.asked if it.method == "GET"}
    assert ranges == {"bytes=0-0"}


async def test_sixteen_are_looked_at_at_once_and_the_rest_is_not_tried(
    server: TwoHundred,
) -> None:
    urls = [Url(server.files.url(f"/slow/{place}.mp4")) for place in range(200)]
    for place in range(200):
        server.files.answers[f"/slow/{place}.mp4"] = [None]

    async with looking(server.reach) as look:
        found = await look.look(urls, within_s=0.2)

    assert [it.url for it in found] == urls[:AT_ONCE]
    assert {(it.state, it.fault) for it in found} == {(AddressState.UNSEEN, Fault.TOO_SLOW)}
    assert len(server.files.asked) <= AT_ONCE


async def test_two_drafts_share_the_sixteen(server: TwoHundred) -> None:
    urls = [Url(server.files.url(f"/slow/{place}.mp4")) for place in range(40)]
    for place in range(40):
        server.files.answers[f"/slow/{place}.mp4"] = [None]

    async with looking(server.reach) as look:
        both = [look.look(part, within_s=0.2) for part in (urls[:20], urls[20:])]
        found = await asyncio.gather(*both)

    assert len(found[0]) + len(found[1]) == AT_ONCE


async def test_only_hosts_that_are_named_are_looked_at(server: TwoHundred) -> None:
    async with looking(server.reach) as look:
        assert look.may_look_at(server.urls("film")[0])
        assert not look.may_look_at(Url(f"https://{EVIL}/film.mp4"))


class Failing(Fetcher):
    """Fails at some addresses in a way that nobody expects."""

    async def look(self, url: str) -> Answer | NotSeen:
        if "bad" in url:
            raise RuntimeError(url)
        return NotSeen(Fault.TOO_SLOW)


async def test_look_that_fails_takes_no_finding_from_another(
    caplog: pytest.LogCaptureFixture,
) -> None:
    urls = [Url(f"https://v.example.com/{it}.mp4?sign=secret") for it in ("a", "bad", "c")]
    fetcher = Failing(NAMED.split(",").__contains__)

    found = await AddressLook(fetcher).look(urls, within_s=LONG_S)
    await fetcher.close()

    assert [it.url for it in found] == [urls[0], urls[2]]
    assert "could not be looked at: RuntimeError" in caplog.text
    assert "secret" not in caplog.text
