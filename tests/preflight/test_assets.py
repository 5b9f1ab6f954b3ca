"""Looking assets up: ten a call, few at once, and nothing that can fail."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

import httpx
import pytest

from bot.preflight.assets import AT_ONCE, SPARED_S, AssetLook
from bot.rules.preflight import AssetFinding, AssetState
from bot.rules.target import Asset
from tests.helpers.vod_server import client_to, cloud, refusal

WITHIN_S = 30.0
"""Nothing here takes so long, unless it hangs."""


def assets(count: int) -> list[Asset]:
    return [Asset(f"{place:032x}") for place in range(count)]


def asked_of(request: httpx.Request) -> list[str]:
    return request.url.params.get_list("asset_id")


def answer(ids: Sequence[str]) -> httpx.Response:
    told = [
        {"asset_id": it, "status": "PUBLISHED", "base_info": {"title": f"Film {it}"}} for it in ids
    ]
    return httpx.Response(200, json={"asset_info_array": told, "is_truncated": 0})


@dataclass
class CountingCloud:
    """Answers once `opened`, and counts who waits."""

    opened: asyncio.Event = field(default_factory=asyncio.Event)
    requests: list[list[str]] = field(default_factory=list)
    waiting: int = 0
    most: int = 0
    crowded: asyncio.Event = field(default_factory=asyncio.Event)

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(asked_of(request))
        self.waiting += 1
        self.most = max(self.most, self.waiting)
        if self.waiting == AT_ONCE:
            self.crowded.set()
        await self.opened.wait()
        self.waiting -= 1
        return answer(asked_of(request))


async def test_each_asset_is_found_once_in_its_place() -> None:
    backend = CountingCloud()
    backend.opened.set()

    async with client_to(backend) as vod:
        found = await AssetLook(vod).look(assets(25), within_s=WITHIN_S)

    assert [len(ids) for ids in backend.requests] == [10, 10, 5]
    assert [it.asset for it in found] == assets(25)
    assert {it.state for it in found} == {AssetState.PUBLISHED}
    assert found[24].title == f"Film {24:032x}"


async def test_few_calls_are_out_at_once_whoever_looks() -> None:
    backend = CountingCloud()

    async with client_to(backend) as vod:
        look = AssetLook(vod)
        looks = [asyncio.ensure_future(look.look(assets(100), within_s=WITHIN_S)) for _ in range(3)]
        await backend.crowded.wait()
        for _ in range(100):
            await asyncio.sleep(0)
        backend.opened.set()
        found = await asyncio.gather(*looks)

    assert backend.most == AT_ONCE
    assert len(backend.requests) == 30
    assert [len(it) for it in found] == [100, 100, 100]


async def test_what_is_not_told_in_time_is_not_told() -> None:
    backend = CountingCloud()

    async with client_to(backend) as vod:
        found = await AssetLook(vod).look(assets(12), within_s=0.01)

    assert [it.state for it in found] == [AssetState.NOT_TOLD] * 12


async def test_asset_that_the_answer_leaves_out_is_not_told() -> None:
    both = assets(2)

    async with client_to(cloud(answer([both[1].id]))) as vod:
        found = await AssetLook(vod).look(both, within_s=WITHIN_S)

    assert [it.state for it in found] == [AssetState.NOT_TOLD, AssetState.PUBLISHED]


@pytest.mark.parametrize(
    "said",
    [
        httpx.Response(200, json={"asset_info_array": [{"status": "PUBLISHED"}]}),
        httpx.Response(200, json=[]),
        httpx.Response(200, html="<p>welcome</p>"),
        httpx.Response(302, headers={"Location": "/login"}),
        refusal(500, "VOD.10051"),
        refusal(403, "VOD.10111"),
        refusal(429, "APIGW.0308"),
        refusal(401, "APIGW.0301", "verify aksk signature fail"),
        httpx.ConnectError("refused"),
        httpx.ReadTimeout(""),
    ],
)
async def test_whatever_the_cloud_answers_nothing_fails(said: httpx.Response | Exception) -> None:
    async with client_to(cloud(said)) as vod:
        found = await AssetLook(vod).look(assets(1), within_s=WITHIN_S)

    assert found == [AssetFinding(assets(1)[0], AssetState.NOT_TOLD)]


@pytest.mark.parametrize(("status", "code"), [(429, "APIGW.0308"), (403, "VOD.10111")])
async def test_cloud_that_refuses_a_look_is_spared_for_a_minute(status: int, code: str) -> None:
    now = [100.0]
    backend = cloud(refusal(status, code), answer([assets(1)[0].id]))

    async with client_to(backend) as vod:
        look = AssetLook(vod, seconds=lambda: now[0])
        states = []
        for passed_s in (0.0, SPARED_S - 1, 2.0):
            now[0] += passed_s
            states += [it.state for it in await look.look(assets(1), within_s=WITHIN_S)]

    assert states == [AssetState.NOT_TOLD, AssetState.NOT_TOLD, AssetState.PUBLISHED]
    assert len(backend.requests) == 2


async def test_look_that_fails_takes_no_finding_from_another(
    caplog: pytest.LogCaptureFixture,
) -> None:
    wanted = assets(20)

    async def half(request: httpx.Request) -> httpx.Response:
        if wanted[0].id in asked_of(request):
            message = "nobody expects this"
            raise RuntimeError(message)
        return answer(asked_of(request))

    async with client_to(half) as vod:
        found = await AssetLook(vod).look(wanted, within_s=WITHIN_S)

    states = [AssetState.NOT_TOLD] * 10 + [AssetState.PUBLISHED] * 10
    assert [it.state for it in found] == states
    assert "nobody expects this" in caplog.text
