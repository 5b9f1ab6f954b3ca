"""FakeVod's faults: each does what its line says, and charges what it says."""

import asyncio
import time
from collections.abc import AsyncIterator

import httpx
import pytest

from bot.sandbox.fakevod import FAULTS, Account, FakeVod, Levers
from tests.helpers.vod_caller import AK, ASSET, PROJECT, SK, Caller, Clock, code_of, urls

SHORT_S = 1.0
"""Enough for a busy machine to take a request in."""


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def vod(clock: Clock) -> AsyncIterator[FakeVod]:
    levers = Levers(task_seconds=0, slow_seconds=0.05)
    async with FakeVod(Account(AK, SK, PROJECT), now=clock, levers=levers) as vod:
        yield vod


@pytest.fixture
async def caller(vod: FakeVod, clock: Clock) -> AsyncIterator[Caller]:
    async with Caller(vod.endpoint, clock) as caller:
        yield caller


@pytest.mark.integration
@pytest.mark.parametrize(
    ("name", "status", "code", "charged"),
    [
        ("vod-500", 500, "VOD.10051", 0),
        ("vod-500-after", 500, "VOD.10051", 1),
        ("vod-429", 429, "APIGW.0308", 0),
        ("vod-401", 401, "APIGW.0301", 0),
        ("vod-token-expired", 401, "APIGW.0307", 0),
        ("vod-403-arrears", 403, "VOD.10120", 0),
        ("vod-unknown-code", 403, "VOD.19999", 0),
        ("vod-not-published", 403, "VOD.10060", 0),
        ("quota-exhausted", 403, "VOD.10086", 0),
    ],
)
async def test_fault_answers_with_its_code(
    vod: FakeVod, caller: Caller, name: str, status: int, code: str, charged: int
) -> None:
    vod.set_fault(name, times=1)

    answer = await caller.create({"asset_id": ASSET})
    charged_then = vod.charged(vod.today)
    afterwards = await caller.create({"asset_id": ASSET})

    assert (answer.status_code, code_of(answer), charged_then) == (status, code, charged)
    assert (afterwards.status_code, vod.calls[0].fault, vod.calls[1].fault) == (202, name, None)


@pytest.mark.integration
@pytest.mark.parametrize(
    ("name", "status", "content", "charged"),
    [
        ("vod-502-html", 502, b"<html>", 0),
        ("vod-redirect", 302, b"", 0),
        ("vod-empty", 202, b"", 1),
        ("vod-garbage", 202, b'{"result"', 1),
    ],
)
async def test_fault_answers_with_what_is_no_answer(
    vod: FakeVod, caller: Caller, name: str, status: int, content: bytes, charged: int
) -> None:
    vod.set_fault(name)

    answer = await caller.create({"asset_id": ASSET})

    assert answer.status_code == status
    assert answer.content.startswith(content)
    assert bool(answer.content) == bool(content)
    assert (vod.charged(vod.today), "X-Request-Id" in answer.headers) == (charged, True)


@pytest.mark.integration
async def test_redirect_names_a_place(vod: FakeVod, caller: Caller) -> None:
    vod.set_fault("vod-redirect")

    answer = await caller.create({"asset_id": ASSET})

    assert answer.headers["Location"] == "/login"


@pytest.mark.integration
async def test_throttling_fault_lasts_for_its_calls_and_names_a_wait(
    vod: FakeVod, caller: Caller
) -> None:
    vod.set_fault("vod-429", times=2)

    answers = [await caller.create({"asset_id": ASSET}) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [429, 429, 202]
    assert [answer.headers.get("Retry-After") for answer in answers] == ["1", "1", None]


@pytest.mark.integration
async def test_wait_that_the_throttling_fault_names_is_a_lever(
    vod: FakeVod, caller: Caller
) -> None:
    vod.levers.retry_after_s = 17
    vod.set_fault("vod-429")

    answer = await caller.create({"asset_id": ASSET})

    assert answer.headers["Retry-After"] == "17"


@pytest.mark.integration
async def test_fault_after_acceptance_leaves_refusals_as_they_are(
    vod: FakeVod, caller: Caller
) -> None:
    vod.set_fault("vod-500-after", times=1)

    answer = await caller.create({"urls": []})

    assert (code_of(answer), vod.faults[0].left) == ("VOD.10053", 1)


@pytest.mark.integration
async def test_fault_may_strike_iam_when_asked_to(vod: FakeVod, caller: Caller) -> None:
    vod.set_fault("vod-500", only="projects")

    projects = await caller.send("GET", "/v3/projects")
    created = await caller.create({"asset_id": ASSET})

    assert (projects.status_code, created.status_code) == (500, 202)


@pytest.mark.integration
@pytest.mark.parametrize(("name", "charged"), [("vod-timeout", 1), ("vod-timeout-before", 0)])
async def test_call_is_never_answered(vod: FakeVod, clock: Clock, name: str, charged: int) -> None:
    vod.set_fault(name)
    async with Caller(vod.endpoint, clock, timeout=SHORT_S) as caller:
        with pytest.raises(httpx.ReadTimeout):
            await caller.create({"asset_id": ASSET})

    call = await vod.next_call()
    assert (call.status, call.answer, call.fault) == (None, None, name)
    assert vod.charged(vod.today) == charged


@pytest.mark.integration
@pytest.mark.parametrize(("name", "charged"), [("vod-reset", 0), ("vod-reset-after", 1)])
async def test_connection_is_reset_after_the_request_was_read(
    vod: FakeVod, caller: Caller, name: str, charged: int
) -> None:
    vod.set_fault(name, times=1)

    with pytest.raises(httpx.ReadError):
        await caller.create({"asset_id": ASSET})
    charged_then = vod.charged(vod.today)
    afterwards = await caller.create({"asset_id": ASSET})

    assert (charged_then, afterwards.status_code) == (charged, 202)
    assert ASSET in vod.calls[0].body


@pytest.mark.integration
async def test_refused_connection_reaches_no_record_until_the_fault_is_cleared(
    vod: FakeVod, caller: Caller
) -> None:
    await caller.create({"asset_id": ASSET})
    vod.set_fault("vod-refused")

    with pytest.raises(httpx.ConnectError):
        await caller.create({"asset_id": ASSET})
    calls_then = len(vod.calls)
    vod.clear_fault()
    answer = await caller.create({"asset_id": ASSET})

    assert (calls_then, answer.status_code) == (1, 202)


@pytest.mark.integration
async def test_refusing_can_be_switched_back_and_forth_at_once(
    vod: FakeVod, caller: Caller
) -> None:
    for _ in range(3):
        vod.set_fault("vod-refused")
        vod.clear_fault("vod-refused")
    open_again = await caller.create({"asset_id": ASSET})
    vod.set_fault("vod-refused")
    vod.clear_fault("vod-refused")
    vod.set_fault("vod-refused")

    assert open_again.status_code == 202
    with pytest.raises(httpx.ConnectError):
        await caller.create({"asset_id": ASSET})


@pytest.mark.integration
async def test_refusing_from_the_start_keeps_the_port(clock: Clock) -> None:
    vod = FakeVod(Account(AK, SK, PROJECT), now=clock)
    vod.set_fault("vod-refused")

    async with vod, Caller(vod.endpoint, clock) as caller:
        with pytest.raises(httpx.ConnectError):
            await caller.create({"asset_id": ASSET})
        vod.clear_fault()
        assert (await caller.create({"asset_id": ASSET})).status_code == 202


@pytest.mark.integration
async def test_huge_answer_is_megabytes_long_and_was_charged(vod: FakeVod, caller: Caller) -> None:
    vod.set_fault("vod-huge")

    answer = await caller.create({"asset_id": ASSET})

    assert len(answer.content) > 16 * 1024 * 1024
    assert vod.charged(vod.today) == 1
    assert len(vod.calls[0].answer or "") < 5000


@pytest.mark.integration
async def test_slow_answer_is_right_but_late(vod: FakeVod, caller: Caller) -> None:
    vod.set_fault("vod-slow", only="create")
    started = time.monotonic()

    answer = await caller.create({"asset_id": ASSET})

    assert time.monotonic() - started >= 0.05
    assert answer.json() == {"task_id": vod.books.tasks[0].task_id}


@pytest.mark.integration
async def test_exhausted_quota_recovers_on_the_next_day(
    vod: FakeVod, caller: Caller, clock: Clock
) -> None:
    vod.set_fault("quota-exhausted")
    today = await caller.create({"asset_id": ASSET})
    clock.pass_by(hours=12)

    tomorrow = await caller.create({"asset_id": ASSET})

    assert (code_of(today), tomorrow.status_code) == ("VOD.10086", 202)


@pytest.mark.integration
async def test_exhausted_quota_does_not_hide_an_illegal_body(vod: FakeVod, caller: Caller) -> None:
    vod.set_fault("quota-exhausted")

    answer = await caller.create({"urls": []})

    assert code_of(answer) == "VOD.10053"


@pytest.mark.integration
async def test_every_second_url_fails(vod: FakeVod, caller: Caller) -> None:
    vod.set_fault("vod-url-fails", times=1)
    task_id = (await caller.create({"urls": urls(3)})).json()["task_id"]

    results = (await caller.query(task_id)).json()["preheating_results"]

    assert [result["status"] for result in results] == ["failed", "succeed", "failed"]


@pytest.mark.integration
async def test_stuck_task_stays_processing_though_the_fault_is_cleared(
    vod: FakeVod, caller: Caller, clock: Clock
) -> None:
    vod.set_fault("vod-stuck", times=1)
    stuck = (await caller.create({"urls": urls(1)})).json()["task_id"]
    other = (await caller.create({"urls": urls(1)})).json()["task_id"]
    clock.pass_by(days=7)

    results = [
        (await caller.query(task_id)).json()["preheating_results"][0]["status"]
        for task_id in (stuck, other)
    ]

    assert results == ["processing", "succeed"]


@pytest.mark.integration
async def test_unknown_status_appears_in_the_query_alone(vod: FakeVod, caller: Caller) -> None:
    vod.set_fault("vod-unknown-status")
    created = await caller.create({"urls": urls(1)})

    answer = await caller.query(created.json()["task_id"])

    assert created.status_code == 202
    assert answer.json()["preheating_results"][0]["status"] == "preheat_verifying"


@pytest.mark.integration
async def test_fault_for_queries_leaves_creates_alone(vod: FakeVod, caller: Caller) -> None:
    vod.set_fault("vod-500", only="query")

    created = await caller.create({"asset_id": ASSET})
    queried = await caller.query(created.json()["task_id"])

    assert (created.status_code, queried.status_code) == (202, 500)


@pytest.mark.integration
async def test_two_faults_act_each_on_its_own_calls(vod: FakeVod, caller: Caller) -> None:
    vod.set_fault("vod-429", only="create")
    vod.set_fault("vod-500", only="query")

    answers = [await caller.create({"asset_id": ASSET}), await caller.query("x")]
    vod.clear_fault("vod-429")
    answers.append(await caller.create({"asset_id": ASSET}))

    assert [answer.status_code for answer in answers] == [429, 500, 202]
    assert [ordered.name for ordered in vod.faults] == ["vod-500"]


@pytest.mark.integration
async def test_fault_does_not_hide_a_wrong_signature(vod: FakeVod, caller: Caller) -> None:
    vod.set_fault("vod-500", times=1)
    caller.sk = "wrong"

    answer = await caller.create({"asset_id": ASSET})

    assert (answer.status_code, vod.faults[0].left) == (401, 1)


@pytest.mark.parametrize(
    ("name", "times", "only", "told"),
    [
        ("vod-melted", None, None, "vod-500"),
        ("vod-refused", 1, None, "neither times nor only"),
        ("vod-refused", None, "create", "neither times nor only"),
        ("vod-stuck", None, "query", "create calls alone"),
        ("vod-500", 0, None, "1 or more"),
    ],
)
def test_fault_that_makes_no_sense_is_refused_with_the_reason(
    name: str, times: int | None, only: str | None, told: str
) -> None:
    vod = FakeVod(Account(AK, SK, PROJECT))

    with pytest.raises(ValueError, match=told):
        vod.set_fault(name, times, only)  # type: ignore[arg-type]  # as from a command line


def test_every_fault_is_told_in_one_line() -> None:
    lines = [fault.text for fault in FAULTS.values()]

    assert all(line and "\n" not in line for line in lines)
    assert len(set(lines)) == len(lines)


@pytest.mark.integration
@pytest.mark.parametrize("name", ["vod-timeout", "vod-timeout-before", "vod-slow"])
async def test_server_ends_promptly_though_calls_hang(clock: Clock, name: str) -> None:
    levers = Levers(slow_seconds=600)
    async with Caller("", clock) as caller:
        async with FakeVod(Account(AK, SK, PROJECT), now=clock, levers=levers) as vod:
            caller.endpoint = vod.endpoint
            vod.set_fault(name)
            hanging = asyncio.create_task(caller.create({"asset_id": ASSET}))
            await vod.next_call()
            started = time.monotonic()
        ended = time.monotonic()

        await asyncio.gather(hanging, return_exceptions=True)

        assert ended - started < 0.5


@pytest.mark.integration
async def test_slow_call_is_answered_when_a_test_lets_it_go(vod: FakeVod, caller: Caller) -> None:
    vod.levers.slow_seconds = 600
    vod.set_fault("vod-slow", times=1)
    slow = asyncio.create_task(caller.create({"asset_id": ASSET}))
    await vod.next_call()

    vod.answer_slow_calls()

    assert (await asyncio.wait_for(slow, 5)).status_code == 202


@pytest.mark.integration
async def test_call_in_progress_is_answered_and_its_connection_closed_when_refusing_starts(
    vod: FakeVod, caller: Caller
) -> None:
    vod.set_fault("vod-slow", times=1)
    running = asyncio.create_task(caller.create({"asset_id": ASSET}))
    await vod.next_call()
    vod.set_fault("vod-refused")

    answer = await running

    assert (answer.status_code, answer.headers["Connection"]) == (202, "close")
    with pytest.raises(httpx.ConnectError):
        await caller.create({"asset_id": ASSET})


@pytest.mark.integration
async def test_hanging_call_ends_when_its_caller_gives_up(vod: FakeVod, clock: Clock) -> None:
    vod.set_fault("vod-timeout")
    before = asyncio.all_tasks()
    async with Caller(vod.endpoint, clock, timeout=SHORT_S) as caller:
        with pytest.raises(httpx.ReadTimeout):
            await caller.create({"asset_id": ASSET})

    left = asyncio.all_tasks() - before
    await asyncio.wait_for(asyncio.gather(*left, return_exceptions=True), timeout=2)
