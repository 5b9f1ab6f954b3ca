"""Trouble on demand in FakeSlack."""

import asyncio
from collections.abc import AsyncIterator

import aiohttp
import pytest

from bot.sandbox.fakeslack import FAULTS, LAUNCH, MEI, FakeSlack
from tests.helpers.slack_app import MANIFEST, SocketApp, call, modal

pytestmark = pytest.mark.integration


@pytest.fixture
async def slack() -> AsyncIterator[FakeSlack]:
    async with FakeSlack(MANIFEST) as server:
        yield server


async def status_of_post(slack: FakeSlack) -> tuple[int, str | None]:
    headers = {"Authorization": f"Bearer {slack.bot_token}"}
    body = {"channel": LAUNCH, "text": "hello"}
    async with (
        aiohttp.ClientSession() as session,
        session.post(slack.api_url + "chat.postMessage", json=body, headers=headers) as response,
    ):
        return response.status, response.headers.get("Retry-After")


async def test_rate_limit_is_429_with_retry_after_as_often_as_asked(slack: FakeSlack) -> None:
    slack.fail("chat.postMessage", retry_after=7, times=2)

    answers = [await status_of_post(slack) for _ in range(3)]

    assert answers == [(429, "7"), (429, "7"), (200, None)]


async def test_fault_spoils_only_its_method(slack: FakeSlack) -> None:
    slack.fail("chat.update", "internal_error")

    assert (await call(slack, "auth.test"))["ok"]


async def test_spoiled_call_has_no_effect_unless_only_its_answer_is_lost(slack: FakeSlack) -> None:
    slack.fail("chat.postMessage", "internal_error", status=500)
    await status_of_post(slack)
    before = len(slack.person(MEI).sees(LAUNCH))
    slack.fail("chat.postMessage", "internal_error", status=500, applied=True)

    status, _ = await status_of_post(slack)

    assert (before, status) == (0, 500)
    assert len(slack.person(MEI).sees(LAUNCH)) == 1


async def test_delay_alone_leaves_the_answer_right(slack: FakeSlack) -> None:
    slack.fail("auth.test", None, latency_s=0.05)
    clock = asyncio.get_running_loop()
    started = clock.time()

    answer = await call(slack, "auth.test")

    assert answer["ok"]
    assert clock.time() - started >= 0.05


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        ("not-in-channel", "not_in_channel"),
        ("channel-archived", "is_archived"),
        ("missing-scope", "missing_scope"),
    ],
)
async def test_named_fault_shows_in_the_next_post(
    slack: FakeSlack, fault: str, expected: str
) -> None:
    slack.set_fault(fault)

    answer = await call(slack, "chat.postMessage", channel=LAUNCH, text="hello")

    assert answer["error"] == expected


@pytest.mark.parametrize(("fault", "status"), [("slack-429", 429), ("slack-500", 500)])
async def test_named_fault_spoils_two_posts(slack: FakeSlack, fault: str, status: int) -> None:
    slack.set_fault(fault)

    answers = [(await status_of_post(slack))[0] for _ in range(3)]

    assert answers == [status, status, 200]


async def test_expired_triggers_on_demand(slack: FakeSlack) -> None:
    slack.set_fault("trigger-expired")
    async with SocketApp(slack):
        delivery = await slack.person(MEI).command(LAUNCH, "/prefetch")
        trigger = delivery.envelope["payload"]["trigger_id"]

        answers = [
            await call(slack, "views.open", trigger_id=trigger, view=modal()) for _ in range(3)
        ]

    assert [answer.get("error") for answer in answers] == ["expired_trigger_id"] * 2 + [None]


async def test_unknown_fault_names_those_that_exist(slack: FakeSlack) -> None:
    with pytest.raises(LookupError, match="slack-429"):
        slack.set_fault("slack-on-fire")


@pytest.mark.parametrize("name", FAULTS)
async def test_every_named_fault_can_be_set(slack: FakeSlack, name: str) -> None:
    slack.set_fault(name)

    assert FAULTS[name]
