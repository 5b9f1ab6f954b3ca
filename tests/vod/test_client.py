"""What each of the six calls sends, and what it makes of the answer."""

import json
from contextlib import suppress

import httpx
import pytest

from bot.vod.client import Heard, VodClient
from bot.vod.errors import AuthenticationFailed, OutcomeUnknown, VodError
from bot.vod.models import PrefetchResult
from bot.vod.signing import AccessKeyAuth
from tests.helpers.vod_server import (
    CREATED,
    ENDPOINT,
    KEY,
    PROJECT,
    TASK,
    Clock,
    client_to,
    cloud,
    http_to,
    refusal,
)

ROOT = f"{ENDPOINT}/v1.0/{PROJECT}"
URLS = [f"https://cdn.example.com/asset/{n}/开场 {n}.mp4" for n in range(10)]
EMPTY = httpx.Response(200, json={"preheating_results": []})


async def test_prefetch_of_an_asset_sends_its_id_alone() -> None:
    asked = cloud(CREATED)

    async with client_to(asked) as client:
        task_id = await client.create_prefetch(asset_id="a1")

    [request] = asked.requests
    assert task_id == TASK
    assert (request.method, str(request.url)) == ("POST", f"{ROOT}/asset/preheating")
    assert json.loads(request.content) == {"asset_id": "a1"}
    assert request.headers["Content-Type"] == "application/json"


@pytest.mark.parametrize("count", [1, 10])
async def test_prefetch_of_urls_sends_them_unchanged(count: int) -> None:
    asked = cloud(CREATED)

    async with client_to(asked) as client:
        await client.create_prefetch(urls=URLS[:count])

    assert json.loads(asked.requests[0].content) == {"urls": URLS[:count]}


@pytest.mark.parametrize(
    ("asset_id", "urls", "why"),
    [
        ("", [], "either an asset ID or URLs"),
        (" ", [], "either an asset ID or URLs"),
        ("a1", URLS, "either an asset ID or URLs"),
        ("", [*URLS, "https://cdn.example.com/11.mp4"], "one call takes 1 to 10"),
    ],
)
async def test_call_takes_an_asset_or_one_to_ten_urls(
    asset_id: str, urls: list[str], why: str
) -> None:
    asked = cloud(CREATED)

    async with client_to(asked) as client:
        with pytest.raises(ValueError, match=why):
            await client.create_prefetch(asset_id=asset_id, urls=urls)

    assert asked.requests == []


@pytest.mark.parametrize("status", [200, 201, 202])
async def test_any_2xx_with_a_task_id_is_success(status: int) -> None:
    async with client_to(cloud(httpx.Response(status, json={"task_id": TASK, "x": 1}))) as client:
        assert await client.create_prefetch(asset_id="a1") == TASK


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(202),
        httpx.Response(204),
        httpx.Response(202, html="<p>queued</p>"),
        httpx.Response(202, json={}),
        httpx.Response(202, json=[]),
        httpx.Response(202, json={"task_id": None}),
        httpx.Response(202, json={"task_id": ""}),
        httpx.Response(202, json={"task_id": "two words"}),
        httpx.Response(202, json={"task_id": "x" * 129}),
        httpx.Response(202, json={"task_id": ["t1"]}),
        httpx.Response(200, json={"error_code": "VOD.10051", "error_msg": "?"}),
        httpx.Response(202, content=b'{"task_id": "t1"'),
    ],
)
async def test_2xx_without_a_usable_task_id_is_an_unknown_outcome(answer: httpx.Response) -> None:
    asked = cloud(answer)

    async with client_to(asked) as client:
        with pytest.raises(OutcomeUnknown) as caught:
            await client.create_prefetch(asset_id="a1")

    assert caught.value.status == answer.status_code
    assert len(asked.requests) == 1


async def test_unusable_answer_is_quoted_without_query_strings() -> None:
    answer = httpx.Response(202, html="see https://cdn.example.com/a.mp4?auth_key=17-ff")

    async with client_to(cloud(answer)) as client:
        with pytest.raises(OutcomeUnknown) as caught:
            await client.create_prefetch(asset_id="a1")

    assert "https://cdn.example.com/a.mp4?…" in str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None


@pytest.mark.parametrize("status", [200, 202])
async def test_results_come_one_for_each_url(status: int) -> None:
    results = [
        {"url": URLS[0], "status": "succeed"},
        {"url": URLS[1], "status": "failed", "reason": "new field"},
        {"url": URLS[2], "status": "processing"},
        {"url": URLS[3], "status": "paused_by_moon"},
        {"url": URLS[4], "status": None},
    ]
    asked = cloud(httpx.Response(status, json={"preheating_results": results}))

    async with client_to(asked) as client:
        shown = await client.show_prefetch("t 1")

    assert str(asked.requests[0].url) == f"{ROOT}/asset/preheating?task_id=t%201"
    assert shown[3] == PrefetchResult(url=URLS[3], status="paused_by_moon")
    assert [result.status for result in shown] == [
        "succeed",
        "failed",
        "processing",
        "paused_by_moon",
        "",
    ]


@pytest.mark.parametrize("results", [[], None])
async def test_no_results_are_not_an_error(results: object) -> None:
    answer = httpx.Response(200, json={"preheating_results": results})

    async with client_to(cloud(answer)) as client:
        assert await client.show_prefetch(TASK) == ()


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(200, json={}),
        httpx.Response(200, json={"preheating_results": "none"}),
        httpx.Response(200, json={"preheating_results": [{"url": "https://v/a\0", "status": ""}]}),
        httpx.Response(200, json={"preheating_results": [{"status": "succeed"}]}),
        httpx.Response(200, html="<p>"),
    ],
)
async def test_results_of_another_shape_are_an_error(answer: httpx.Response) -> None:
    async with client_to(cloud(answer)) as client:
        with pytest.raises(OutcomeUnknown):
            await client.show_prefetch(TASK)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (CREATED, "202 accepted"),
        (httpx.Response(200, json={"task_id": TASK}), "200 ok"),
        (httpx.Response(299, json={"task_id": TASK}), "299"),
        (httpx.Response(503, text="https://v.example.com/a.mp4?auth_key=secret"), "HTTP 503"),
        (refusal(429, "APIGW.0308", "https://v.example.com/?sign=secret"), "HTTP 429 (APIGW.0308)"),
        (refusal(400, "VOD.10086?sign=secret"), "HTTP 400 (VOD.10086?…)"),
        (httpx.Response(202, text="no JSON"), "202 accepted"),
        (httpx.ReadTimeout("late"), "no answer"),
        (httpx.RemoteProtocolError("cut off"), "no answer"),
        (httpx.ConnectError("refused"), "not reached"),
        (httpx.ProxyError("407"), "not reached"),
    ],
)
async def test_last_answer_is_kept_in_words(answer: httpx.Response | Exception, words: str) -> None:
    async with client_to(cloud(answer)) as client:
        before = client.last_answer
        with suppress(VodError):
            await client.create_prefetch(urls=["https://v.example.com/a.mp4?auth_key=secret"])

    assert before is None
    assert client.last_answer is not None
    assert client.last_answer.words == words


async def test_call_that_is_spared_leaves_the_last_answer() -> None:
    clock = Clock()
    auth = AccessKeyAuth(KEY, now=clock)
    refused = refusal(401, "APIGW.0301")
    async with http_to(cloud(refused)) as http:
        client = VodClient(http, endpoint=ENDPOINT, project_id=PROJECT, auth=auth, now=clock)
        heard_at = clock()
        for _ in range(2):
            with pytest.raises(AuthenticationFailed):
                await client.create_prefetch(urls=["https://v.example.com/a.mp4"])
            clock.move(seconds=1)

    assert client.last_answer == Heard("HTTP 401 (APIGW.0301)", heard_at)


async def test_log_names_call_and_request_but_neither_query_nor_body(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level("DEBUG", "bot.vod")
    answer = httpx.Response(202, headers={"X-Request-Id": "7f3k2"}, json={"task_id": TASK})

    async with client_to(cloud(answer)) as client:
        await client.create_prefetch(urls=["https://cdn.example.com/a.mp4?auth_key=17-ff"])
        with pytest.raises(OutcomeUnknown):
            await client.show_prefetch("t-secret")

    told = "\n".join(record.getMessage() for record in caplog.records if "vod" in record.name)
    assert f"POST /v1.0/{PROJECT}/asset/preheating: HTTP 202" in told
    assert "7f3k2" in told
    assert "auth_key" not in told
    assert "t-secret" not in told


async def test_assets_are_asked_for_by_repeated_names() -> None:
    told = {
        "asset_id": "a2",
        "status": "CREATED",
        "base_info": {"title": "开场", "size": 1},
        "x": 1,
    }
    asked = cloud(httpx.Response(200, json={"asset_info_array": [told], "total": 1}))

    async with client_to(asked) as client:
        (found,) = await client.show_assets(["a2", "a1"])

    [request] = asked.requests
    assert (request.method, str(request.url)) == (
        "GET",
        f"{ROOT}/asset/info?asset_id=a1&asset_id=a2",
    )
    assert (found.asset_id, found.status, found.base_info.title) == ("a2", "CREATED", "开场")


@pytest.mark.parametrize("count", [0, 11])
async def test_call_describes_one_to_ten_assets(count: int) -> None:
    asked = cloud(EMPTY)

    async with client_to(asked) as client:
        with pytest.raises(ValueError, match="one call takes 1 to 10"):
            await client.show_assets(["a"] * count)

    assert asked.requests == []


@pytest.mark.parametrize(
    "told",
    [{}, {"status": None, "base_info": None}, {"base_info": {"title": None}}, {"base_info": {}}],
)
async def test_what_an_asset_lacks_is_empty(told: dict[str, object]) -> None:
    answer = {"asset_info_array": [{"asset_id": "a1"} | told]}

    async with client_to(cloud(httpx.Response(200, json=answer))) as client:
        (found,) = await client.show_assets(["a1"])

    assert (found.status, found.base_info.title) == ("", "")


@pytest.mark.parametrize("listed", [None, []])
async def test_cloud_may_know_none_of_the_assets(listed: object) -> None:
    async with client_to(cloud(httpx.Response(200, json={"asset_info_array": listed}))) as client:
        assert await client.show_assets(["a1"]) == ()


@pytest.mark.parametrize("answer", [{"asset_info_array": 7}, {"asset_info_array": [{}]}, [], {}])
async def test_description_in_another_shape_is_none(answer: object) -> None:
    async with client_to(cloud(httpx.Response(200, json=answer))) as client:
        with pytest.raises(OutcomeUnknown):
            await client.show_assets(["a1"])
