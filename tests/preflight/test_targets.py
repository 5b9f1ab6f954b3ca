"""One time for all targets of a draft, and a bound on their number."""

import httpx
import pytest

from bot.fetching.fetcher import AT_ONCE, Fetcher
from bot.preflight import targets
from bot.preflight.addresses import AddressLook
from bot.preflight.assets import AssetLook
from bot.preflight.targets import TargetLook
from bot.rules.draft import Draft
from bot.rules.looks import Fault
from bot.rules.plan import plan_prefetch
from bot.rules.policy import Actor
from bot.rules.preflight import AssetState
from bot.rules.target import Asset, Target, Url
from tests.helpers.two_hundred_addresses import NAMED, two_hundred_addresses
from tests.helpers.vod_server import client_to, cloud


def draft(*of: Target) -> Draft:
    return Draft("d1", Actor("U1", "T1"), "C1", plan_prefetch(of, asset_cost=1), (), 0)


@pytest.mark.integration
async def test_what_hangs_ends_in_time_and_what_is_too_many_is_counted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(targets, "WITHIN_S", 0.2)
    assets = [Asset(f"{place:032x}") for place in range(250)]
    async with two_hundred_addresses() as server, client_to(cloud(httpx.ReadTimeout(""))) as vod:
        urls = [Url(server.files.url(f"/slow/{place}.mp4")) for place in range(250)]
        server.files.answers |= {f"/slow/{place}.mp4": [None] for place in range(250)}
        fetcher = Fetcher(NAMED.split(",").__contains__, reach=server.reach)
        looker = TargetLook(AssetLook(vod), AddressLook(fetcher))

        look = await looker.look(draft(*assets, *urls))
        await fetcher.close()

    assert [it.state for it in look.assets] == [AssetState.NOT_TOLD] * targets.MOST
    assert (look.unasked, look.untried) == (50, 250 - AT_ONCE)
    assert {it.fault for it in look.addresses} == {Fault.TOO_SLOW}


@pytest.mark.integration
async def test_draft_whose_hosts_nobody_names_has_nothing_to_look_at() -> None:
    async with client_to(cloud(httpx.Response(500))) as vod:
        fetcher = Fetcher(NAMED.split(",").__contains__)
        looker = TargetLook(AssetLook(vod), AddressLook(fetcher))
        foreign, named = (Url(f"https://{host}/a.mp4") for host in ("x.example", "v.example.com"))

        worth = [looker.has_something(draft(it)) for it in (foreign, named, Asset("a" * 32))]
        found = await looker.look(draft(foreign))
        await fetcher.close()

    assert worth == [False, True, True]
    assert not found
    assert found.untried == 0


@pytest.mark.integration
async def test_where_no_host_is_named_assets_alone_are_looked_at() -> None:
    async with client_to(cloud(httpx.Response(500))) as vod:
        looker = TargetLook(AssetLook(vod), None)

        assert not looker.has_something(draft(Url("https://v.example.com/a.mp4")))
        assert looker.has_something(draft(Asset("a" * 32)))
        assert not await looker.look(draft(Url("https://v.example.com/a.mp4"), Asset("a" * 32)))


@pytest.mark.integration
async def test_addresses_of_which_none_had_its_turn_are_told_as_not_tried(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(targets, "WITHIN_S", 0.05)
    async with client_to(cloud(httpx.Response(500))) as vod:
        fetcher = Fetcher(NAMED.split(",").__contains__)
        addresses = AddressLook(fetcher)
        for _ in range(AT_ONCE):
            await addresses._turns.acquire()

        urls = [Url(f"https://v.example.com/{it}.mp4") for it in range(3)]
        look = await TargetLook(AssetLook(vod), addresses).look(draft(*urls))
        await fetcher.close()

    assert (look.addresses, look.untried, look.has_found) == ((), 3, False)
    assert look
