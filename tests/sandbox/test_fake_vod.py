"""FakeVod: create, query, quota, throttles, body rules, assets."""

from collections.abc import AsyncIterator
from datetime import date

import pytest

from bot.sandbox.fakevod import EXAMPLE_ASSETS, Account, Asset, FakeVod, Output
from tests.helpers.vod_caller import (
    AK,
    ASSET,
    PREHEATING,
    PROJECT,
    SK,
    Caller,
    Clock,
    code_of,
    urls,
)

pytestmark = pytest.mark.integration

LEAP_DAY = date(2024, 2, 29)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def vod(clock: Clock) -> AsyncIterator[FakeVod]:
    async with FakeVod(Account(AK, SK, PROJECT), now=clock) as vod:
        yield vod


@pytest.fixture
async def caller(vod: FakeVod, clock: Clock) -> AsyncIterator[Caller]:
    async with Caller(vod.endpoint, clock) as caller:
        yield caller


async def test_urls_are_accepted_and_charged_one_each(vod: FakeVod, caller: Caller) -> None:
    answer = await caller.create({"urls": urls(10)})

    assert answer.status_code == 202
    assert answer.json() == {"task_id": vod.books.tasks[0].task_id}
    assert vod.charged(LEAP_DAY) == 10
    assert vod.books.tasks[0].urls == tuple(urls(10))


async def test_any_well_formed_asset_is_published_with_one_url(
    vod: FakeVod, caller: Caller
) -> None:
    answer = await caller.create({"asset_id": ASSET})

    assert answer.status_code == 202
    assert (vod.books.tasks[0].asset_id, vod.books.tasks[0].cost) == (ASSET, 1)


@pytest.mark.parametrize(("asset_cost", "charged"), [(None, 3), (1, 1), (7, 7)])
async def test_asset_costs_its_play_urls_unless_a_cost_is_set(
    vod: FakeVod, caller: Caller, asset_cost: int | None, charged: int
) -> None:
    vod.levers.asset_cost = asset_cost

    await caller.create({"asset_id": EXAMPLE_ASSETS[0].asset_id})

    assert vod.charged(LEAP_DAY) == charged


@pytest.mark.parametrize(
    ("payload", "status", "code"),
    [
        ({}, 400, "VOD.10053"),
        ({"asset_id": ASSET, "urls": urls(1)}, 400, "VOD.10053"),
        ({"asset_id": ASSET, "urls": None}, 400, "VOD.10053"),
        ({"asset_id": None}, 400, "VOD.10053"),
        ({"asset_id": ""}, 400, "VOD.10053"),
        ({"asset_id": [ASSET]}, 400, "VOD.10053"),
        ({"asset_id": f" {ASSET}"}, 400, "VOD.10053"),
        ({"asset_ids": [ASSET]}, 400, "VOD.10053"),
        ({"urls": []}, 400, "VOD.10053"),
        ({"urls": urls(1)[0]}, 400, "VOD.10053"),
        ({"urls": [1]}, 400, "VOD.10053"),
        ({"urls": [""]}, 400, "VOD.10053"),
        ({"urls": [*urls(1), "   "]}, 400, "VOD.10053"),
        ({"urls": [f"{urls(1)[0]} "]}, 400, "VOD.10053"),
        ({"urls": [f"\n{urls(1)[0]}"]}, 400, "VOD.10053"),
        ({"urls": ["https://cdn.example.com/a\nb.mp4"]}, 400, "VOD.10053"),
        ({"urls": ["ftp://cdn.example.com/v.mp4"]}, 400, "VOD.10053"),
        ({"urls": ["cdn.example.com/v.mp4"]}, 400, "VOD.10053"),
        ({"urls": ["https:///v.mp4"]}, 400, "VOD.10053"),
        ({"urls": ["https://[oops/v.mp4"]}, 400, "VOD.10053"),
        ({"urls": ["https://cdn.example.com/" + "a" * 4073]}, 400, "VOD.10053"),
        ({"urls": urls(11)}, 403, "VOD.10109"),
        (["urls"], 400, "VOD.10053"),
        ("text", 400, "VOD.10053"),
        ({"asset_id": "not-an-asset"}, 403, "VOD.10062"),
        ({"asset_id": "1111111111111111111111111111aaaa"}, 403, "VOD.10060"),
        ({"asset_id": "2222222222222222222222222222bbbb"}, 403, "VOD.10099"),
        ({"asset_id": "3333333333333333333333333333cccc"}, 403, "VOD.10110"),
        ({"asset_id": "4444444444444444444444444444dddd"}, 403, "VOD.10062"),
    ],
)
async def test_body_that_breaks_a_rule_is_refused_and_costs_nothing(
    vod: FakeVod, caller: Caller, payload: object, status: int, code: str
) -> None:
    answer = await caller.create(payload)

    assert (answer.status_code, code_of(answer)) == (status, code)
    assert vod.books.tasks == []


@pytest.mark.parametrize(
    "url",
    [
        "https://cdn.example.com/" + "a" * 4072,
        "http://cdn.example.com/a b/视频点播.m3u8",
        "HTTPS://CDN.EXAMPLE.COM/v.mp4?auth_key=1-2-3",
    ],
)
async def test_odd_but_lawful_url_is_accepted(caller: Caller, url: str) -> None:
    answer = await caller.create({"urls": [url]})

    assert answer.status_code == 202


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b"urls=1"])
async def test_body_that_is_no_json_is_refused(caller: Caller, body: bytes) -> None:
    answer = await caller.send("POST", PREHEATING, body=body)

    assert (answer.status_code, code_of(answer)) == (400, "VOD.10053")


@pytest.mark.parametrize(
    ("content_type", "status"),
    [("application/json;charset=UTF-8", 202), ("text/plain", 403), ("", 403)],
)
async def test_content_type_must_be_json(caller: Caller, content_type: str, status: int) -> None:
    caller.extra["Content-Type"] = content_type

    answer = await caller.create({"asset_id": ASSET})

    assert answer.status_code == status
    assert status == 202 or code_of(answer) == "VOD.10059"


async def test_unlisted_asset_is_unknown_when_only_fixtures_exist(
    vod: FakeVod, caller: Caller
) -> None:
    vod.levers.any_asset_exists = False

    answer = await caller.create({"asset_id": ASSET})

    assert code_of(answer) == "VOD.10062"


async def test_day_holds_its_limit_and_not_one_file_more(vod: FakeVod, caller: Caller) -> None:
    vod.levers.daily_limit = 12

    first = await caller.create({"urls": urls(10)})
    too_much = await caller.create({"urls": urls(3)})
    rest = await caller.create({"urls": urls(2)})

    assert [first.status_code, too_much.status_code, rest.status_code] == [202, 403, 202]
    assert code_of(too_much) == "VOD.10086"
    assert "cannot exceed 12" in too_much.json()["error_msg"]
    assert vod.charged(LEAP_DAY) == 12


async def test_quota_day_changes_at_midnight_in_utc_plus_8(
    vod: FakeVod, caller: Caller, clock: Clock
) -> None:
    vod.levers.daily_limit = 1
    await caller.create({"urls": urls(1)})
    clock.pass_by(hours=11, minutes=59)

    late = await caller.create({"urls": urls(1)})
    clock.pass_by(minutes=1)
    after_midnight = await caller.create({"urls": urls(1)})

    assert [late.status_code, after_midnight.status_code] == [403, 202]
    assert [vod.charged(LEAP_DAY), vod.charged(date(2024, 3, 1))] == [1, 1]


async def test_quota_spent_elsewhere_leaves_less_but_is_not_charged_to_us(
    vod: FakeVod, caller: Caller
) -> None:
    vod.books.spend_elsewhere(vod.today, 999)

    answer = await caller.create({"urls": urls(2)})

    assert code_of(answer) == "VOD.10086"
    assert vod.charged(LEAP_DAY) == 0


async def test_create_is_throttled_until_the_minute_has_rolled(
    vod: FakeVod, caller: Caller, clock: Clock
) -> None:
    vod.levers.creates_per_minute = 2
    vod.levers.retry_after_s = 30
    answers = [await caller.create({"urls": urls(1)}) for _ in range(3)]
    clock.pass_by(seconds=60)

    answers.append(await caller.create({"urls": urls(1)}))

    assert [answer.status_code for answer in answers] == [202, 202, 429, 202]
    assert code_of(answers[2]) == "APIGW.0308"
    assert answers[2].headers["Retry-After"] == "30"
    assert vod.charged(LEAP_DAY) == 3


async def test_query_has_its_own_throttle(vod: FakeVod, caller: Caller) -> None:
    vod.levers.queries_per_minute = 1
    task_id = (await caller.create({"urls": urls(1)})).json()["task_id"]

    answers = [await caller.query(task_id) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [200, 429]
    assert "Retry-After" not in answers[1].headers


async def test_hundred_creates_a_minute_is_the_default(caller: Caller) -> None:
    answers = [await caller.create({"urls": urls(1)}) for _ in range(101)]

    assert [answer.status_code for answer in answers] == [202] * 100 + [429]


async def test_urls_end_one_after_another_within_task_seconds(
    vod: FakeVod, caller: Caller, clock: Clock
) -> None:
    vod.levers.task_seconds = 100
    vod.levers.fail_urls_with = ("/asset/1/",)
    task_id = (await caller.create({"urls": urls(2)})).json()["task_id"]
    seen = []
    for _ in range(3):
        results = (await caller.query(task_id)).json()["preheating_results"]
        seen.append([result["status"] for result in results])
        clock.pass_by(seconds=50)

    assert seen == [
        ["processing", "processing"],
        ["succeed", "processing"],
        ["succeed", "failed"],
    ]
    assert [result["url"] for result in results] == urls(2)


async def test_one_bad_url_refuses_the_whole_call_and_nothing_is_charged(
    vod: FakeVod, caller: Caller
) -> None:
    vod.levers.refuse_urls_with, vod.levers.refuse_code = ("/asset/1/",), "VOD.10089"

    refused = await caller.create({"urls": urls(3)})
    accepted = await caller.create({"urls": urls(1)})

    assert (refused.status_code, code_of(refused)) == (403, "VOD.10089")
    assert accepted.status_code == 202
    assert [task.urls for task in vod.books.tasks] == [tuple(urls(1))]


async def test_predicate_may_choose_which_urls_fail(vod: FakeVod, caller: Caller) -> None:
    vod.levers.task_seconds = 0
    vod.levers.url_fails = lambda url: url.endswith("/2/v.m3u8")
    task_id = (await caller.create({"urls": urls(3)})).json()["task_id"]

    results = (await caller.query(task_id)).json()["preheating_results"]

    assert [result["status"] for result in results] == ["succeed", "succeed", "failed"]


async def test_query_status_and_first_empty_answers_are_levers(
    vod: FakeVod, caller: Caller
) -> None:
    vod.levers.query_status = 202
    vod.levers.empty_queries = 2
    task_id = (await caller.create({"urls": urls(1)})).json()["task_id"]

    answers = [await caller.query(task_id) for _ in range(3)]

    assert [len(answer.json()["preheating_results"]) for answer in answers] == [0, 0, 1]
    assert {answer.status_code for answer in answers} == {202}


@pytest.mark.parametrize("pairs", [[], [("task_id", "f" * 32)], [("task_id", "")]])
async def test_query_of_an_unknown_task_is_refused(
    caller: Caller, pairs: list[tuple[str, str]]
) -> None:
    answer = await caller.send("GET", PREHEATING, pairs)

    assert (answer.status_code, code_of(answer)) == (400, "VOD.10053")


async def test_query_takes_one_task_at_a_time(caller: Caller) -> None:
    task_id = (await caller.create({"urls": urls(1)})).json()["task_id"]

    answer = await caller.send("GET", PREHEATING, [("task_id", task_id)] * 2)

    assert (answer.status_code, code_of(answer)) == (400, "VOD.10053")


async def test_refused_identity_uses_up_no_throttle(vod: FakeVod, caller: Caller) -> None:
    vod.levers.creates_per_minute = 1
    caller.sk = "wrong"
    await caller.create({"urls": urls(1)})
    caller.sk = SK

    answer = await caller.create({"urls": urls(1)})

    assert answer.status_code == 202


async def test_task_of_an_asset_lists_its_play_urls_and_skips_dash_without_url(
    vod: FakeVod, caller: Caller
) -> None:
    opening = EXAMPLE_ASSETS[1]
    task_id = (await caller.create({"asset_id": opening.asset_id})).json()["task_id"]

    results = (await caller.query(task_id)).json()["preheating_results"]

    assert [result["url"] for result in results] == list(opening.urls)
    assert " VOD 视频" in results[0]["url"]


async def test_list_filters_pages_and_counts(caller: Caller) -> None:
    path = f"/v1.0/{PROJECT}/asset/list"

    launch = (await caller.send("GET", path, [("query_string", "LAUNCH"), ("size", "1")])).json()
    second = (
        await caller.send("GET", path, [("query_string", "launch"), ("size", "1"), ("page", "1")])
    ).json()
    chinese = (await caller.send("GET", path, [("query_string", "视频 OPENING")])).json()
    drafts = (await caller.send("GET", path, [("status", "CREATED")])).json()

    assert (launch["total"], [one["title"] for one in launch["assets"]]) == (2, ["Launch keynote"])
    assert [one["title"] for one in second["assets"]] == ["开场视频 opening film"]
    assert [one["title"] for one in chinese["assets"]] == ["开场视频 opening film"]
    assert [one["title"] for one in drafts["assets"]] == ["Draft trailer"]


@pytest.mark.parametrize(
    "pair", [("size", "0"), ("size", "101"), ("page", "-1"), ("page", "x"), ("status", "published")]
)
async def test_list_refuses_parameters_out_of_range(caller: Caller, pair: tuple[str, str]) -> None:
    answer = await caller.send("GET", f"/v1.0/{PROJECT}/asset/list", [pair])

    assert (answer.status_code, code_of(answer)) == (400, "VOD.10053")


async def test_info_takes_repeated_and_comma_ids_alike(caller: Caller) -> None:
    path, ids = f"/v1.0/{PROJECT}/asset/info", [EXAMPLE_ASSETS[1].asset_id, "nobody"]

    repeated = await caller.send("GET", path, [("asset_id", one) for one in ids])
    listed = await caller.send("GET", path, [("asset_id", ",".join(ids))])

    assert repeated.json() == listed.json()
    opening, nobody = listed.json()["asset_info_array"]
    assert ["url" in one for one in opening["play_info_array"]] == [True, False]
    assert nobody == {"asset_id": "nobody", "status": "NO_ASSET"}


@pytest.mark.parametrize("count", [0, 11])
async def test_info_takes_one_to_ten_ids(caller: Caller, count: int) -> None:
    pairs = [("asset_id", ASSET)] * count

    answer = await caller.send("GET", f"/v1.0/{PROJECT}/asset/info", pairs)

    assert (answer.status_code, code_of(answer)) == (400, "VOD.10053")


async def test_fixture_added_while_running_counts_from_the_next_call(
    vod: FakeVod, caller: Caller
) -> None:
    outputs = (Output("HLS", "https://cdn.example.com/a.m3u8"), Output("DASH", None))
    vod.assets[ASSET] = Asset(ASSET, "New", outputs=outputs)

    await caller.create({"asset_id": ASSET})

    assert vod.books.tasks[0].urls == ("https://cdn.example.com/a.m3u8",)


async def test_next_call_gives_each_call_once_and_can_wait_for_an_operation(
    vod: FakeVod, caller: Caller
) -> None:
    created = await caller.create({"asset_id": ASSET})
    await caller.query(created.json()["task_id"])
    await caller.query("unknown")

    first = await vod.next_call()
    last_query = [await vod.next_call(operation="query") for _ in range(2)][-1]

    assert (first.operation, first.status, first.number) == ("create", 202, 1)
    assert last_query.query == (("task_id", "unknown"),)
    with pytest.raises(TimeoutError):
        await vod.next_call(0.01)


async def test_every_answer_carries_its_own_request_id(vod: FakeVod, caller: Caller) -> None:
    answers = [
        await caller.create({"asset_id": ASSET}),
        await caller.create({}),
        await caller.send("GET", "/nowhere"),
    ]

    ids = [answer.headers["X-Request-Id"] for answer in answers]
    assert ids == [call.request_id for call in vod.calls]
    assert len(set(ids)) == 3
    assert answers[2].json()["request_id"] == ids[2]
