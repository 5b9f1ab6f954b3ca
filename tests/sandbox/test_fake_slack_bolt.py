"""The real framework meets FakeSlack over sockets and over HTTP."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from slack_bolt.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_async_handlers import AsyncRateLimitErrorRetryHandler
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.fakeslack import LAUNCH, MEI, FakeSlack
from bot.sandbox.fakeslack.http_mode import signature
from tests.helpers.slack_app import (
    HTTP_MANIFEST,
    MANIFEST,
    Json,
    Recorder,
    bolt,
    modal,
    over_sockets,
)

pytestmark = pytest.mark.integration

Ack = Callable[..., Awaitable[None]]


@pytest.fixture
async def slack() -> AsyncIterator[FakeSlack]:
    async with FakeSlack(MANIFEST) as server:
        yield server


@pytest.fixture
async def http_slack() -> AsyncIterator[FakeSlack]:
    async with FakeSlack(HTTP_MANIFEST) as server:
        yield server


@pytest.fixture
async def persistent() -> AsyncIterator[FakeSlack]:
    """Slack that asks again at once; it waits for an answer as long as the real one."""
    async with FakeSlack(HTTP_MANIFEST, retry_pauses=(0, 0, 0)) as server:
        yield server


@pytest.fixture
async def persistent_sockets() -> AsyncIterator[FakeSlack]:
    """The same over sockets."""
    async with FakeSlack(MANIFEST, retry_pauses=(0, 0, 0)) as server:
        yield server


def over_http(slack: FakeSlack, app: AsyncApp) -> AbstractAsyncContextManager[str]:
    return listening(slack, app.web_app("/slack/events"))


@asynccontextmanager
async def listening(slack: FakeSlack, server: web.Application) -> AsyncIterator[str]:
    """Serve an app where FakeSlack will look for it."""
    runner = web.AppRunner(server, access_log=None, shutdown_timeout=0.2)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events"
    slack.request_url = url
    try:
        yield url
    finally:
        await runner.cleanup()


def confirming(slack: FakeSlack) -> AsyncApp:
    """Ask in a modal, refuse what is not a link, post a card."""
    app = bolt(slack)

    async def ask(ack: Ack, client: AsyncWebClient, body: Json) -> None:
        await client.views_open(trigger_id=body["trigger_id"], view=modal())
        await ack()

    async def confirm(ack: Ack, client: AsyncWebClient, view: Json) -> None:
        typed = view["state"]["values"]["links"]["typed"]["value"]
        if not typed.startswith("https://"):
            await ack(response_action="errors", errors={"links": "Only links."})
            return
        await ack()
        await client.chat_postMessage(channel=LAUNCH, text=f"Prefetch {typed}")

    app.command("/prefetch")(ask)
    app.view("confirm")(confirm)
    return app


async def ask_refuse_and_confirm(slack: FakeSlack) -> tuple[dict[str, str], str]:
    mei = slack.person(MEI)
    await mei.command(LAUNCH, "/prefetch")
    await mei.submit(await mei.next_view(), {"links": {"typed": "not a link"}})
    refused = dict(mei.views[-1].errors)
    await mei.submit(mei.views[-1], {"links": {"typed": "https://cdn.example.com/a"}})
    return refused, (await slack.next_message(LAUNCH)).text


async def test_modal_to_card_over_sockets(slack: FakeSlack) -> None:
    async with over_sockets(slack, confirming(slack)):
        refused, posted = await ask_refuse_and_confirm(slack)

    assert refused == {"links": "Only links."}
    assert posted == "Prefetch https://cdn.example.com/a"


async def test_modal_to_card_over_http(http_slack: FakeSlack) -> None:
    async with over_http(http_slack, confirming(http_slack)):
        refused, posted = await ask_refuse_and_confirm(http_slack)

    assert refused == {"links": "Only links."}
    assert posted == "Prefetch https://cdn.example.com/a"


async def test_expired_trigger_reaches_the_listener_as_an_error() -> None:
    seconds = [1_700_000_000.0]
    async with FakeSlack(MANIFEST, now=lambda: seconds[0]) as slack:
        app = bolt(slack)
        errors: list[str] = []

        async def slow(ack: Ack, client: AsyncWebClient, body: Json) -> None:
            seconds[0] += 3.1
            try:
                await client.views_open(trigger_id=body["trigger_id"], view=modal())
            except SlackApiError as error:
                errors.append(error.response["error"])
            await ack()

        app.command("/prefetch")(slow)
        async with over_sockets(slack, app):
            await slack.person(MEI).command(LAUNCH, "/prefetch")

    assert errors == ["expired_trigger_id"]


async def test_listener_that_fails_lets_slack_deliver_again(
    persistent_sockets: FakeSlack,
) -> None:
    app = bolt(persistent_sockets)
    attempts: list[str] = []

    async def fail_once(ack: Ack, body: Json) -> None:
        attempts.append(body["trigger_id"])
        if len(attempts) == 1:
            message = "first attempt"
            raise RuntimeError(message)
        await ack()

    app.command("/prefetch")(fail_once)
    async with over_sockets(persistent_sockets, app):
        delivery = await persistent_sockets.person(MEI).command(LAUNCH, "/prefetch")
        await persistent_sockets.wait_until(lambda: delivery.is_acked)

    assert delivery.error == "operation_timeout"
    assert delivery.attempts == 2
    assert len(set(attempts)) == 1


@pytest.mark.parametrize("reason", ["warning", "refresh_requested", "too_many_websockets"])
async def test_bolt_reconnects_when_asked_to_leave(slack: FakeSlack, reason: str) -> None:
    app, commands = bolt(slack), Recorder()
    app.command("/prefetch")(commands)
    async with over_sockets(slack, app):
        await slack.disconnect_sockets(reason)
        await slack.wait_until(
            lambda: len(slack.log.of("socket", "hello")) == 2 and slack.connections == 1
        )
        delivery = await slack.person(MEI).command(LAUNCH, "/prefetch")

    assert delivery.error is None


async def test_bolt_comes_back_after_a_dropped_socket(slack: FakeSlack) -> None:
    app, commands = bolt(slack), Recorder()
    app.command("/prefetch")(commands)
    async with over_sockets(slack, app, ping_interval=0.1):
        await slack.drop_sockets()
        await slack.wait_until(lambda: slack.connections == 0)
        lost = await slack.person(MEI).command(LAUNCH, "/prefetch", "lost")
        await slack.connected()
        heard = await slack.person(MEI).command(LAUNCH, "/prefetch", "heard")

    assert lost.error == "dispatch_failed"
    assert heard.error is None
    assert [body["text"] for body in commands.seen] == ["heard"]


async def test_bolt_waits_out_a_rate_limit(slack: FakeSlack) -> None:
    slack.fail("chat.postMessage", retry_after=0, times=2)
    client = AsyncWebClient(slack.bot_token, base_url=slack.api_url)
    client.retry_handlers.append(AsyncRateLimitErrorRetryHandler(max_retry_count=2))

    await client.chat_postMessage(channel=LAUNCH, text="hello")

    assert len(slack.log.of("call", "chat.postMessage")) == 3
    assert len(slack.person(MEI).sees(LAUNCH)) == 1


async def test_workflow_step_is_completed_with_its_own_token(slack: FakeSlack) -> None:
    app = bolt(slack)

    async def step(complete: Callable[..., Awaitable[Any]], inputs: Json) -> None:
        await complete(outputs={"task_id": inputs["urls"]})

    app.function("prefetch_step")(step)
    async with over_sockets(slack, app):
        run = await slack.person(MEI).run_step("prefetch_step", {"urls": "https://x.example"})
        await slack.wait_until(lambda: slack.step_runs[run.id].outcome == "succeeded")

    assert slack.step_runs[run.id].outputs == {"task_id": "https://x.example"}


async def test_fifty_people_at_once_get_fifty_modals(slack: FakeSlack) -> None:
    async with over_sockets(slack, confirming(slack)):
        mei = slack.person(MEI)
        await mei.command(LAUNCH, "/prefetch")
        deliveries = await asyncio.gather(
            *(mei.command(LAUNCH, "/prefetch", str(n)) for n in range(50))
        )

    assert [d.error for d in deliveries] == [None] * 50
    assert len(slack.log.of("call", "views.open")) == 51


async def test_slack_checks_url_and_certificate_over_http(http_slack: FakeSlack) -> None:
    async with over_http(http_slack, confirming(http_slack)):
        assert await http_slack.verify_url()
        assert await http_slack.check_ssl()


async def test_bolt_refuses_what_another_secret_signed(http_slack: FakeSlack) -> None:
    async with (
        over_http(http_slack, confirming(http_slack)) as url,
        aiohttp.ClientSession() as session,
    ):
        statuses = []
        for secret in (http_slack.signing_secret, "another"):
            now = str(int(time.time()))
            headers = {
                "x-slack-request-timestamp": now,
                "x-slack-signature": signature(secret, now, b"{}"),
            }
            async with session.post(url, data="{}", headers=headers) as response:
                statuses.append(response.status)

    # 404: well signed, but an empty payload is for no listener.
    assert statuses == [404, 401]


async def test_request_url_where_nobody_listens_fails_the_command(http_slack: FakeSlack) -> None:
    http_slack.request_url = "http://127.0.0.1:9/slack/events"

    delivery = await http_slack.person(MEI).command(LAUNCH, "/prefetch")

    assert delivery.error == "dispatch_failed"


async def test_silent_app_times_out_over_http_and_a_command_is_not_repeated(
    persistent: FakeSlack,
) -> None:
    app = bolt(persistent)
    seen: list[str] = []
    given_up = asyncio.Event()

    async def never(body: Json) -> None:
        seen.append(body["text"])
        await given_up.wait()

    app.command("/prefetch")(never)
    async with over_http(persistent, app):
        delivery = await persistent.person(MEI).command(LAUNCH, "/prefetch", "x")
        given_up.set()

    assert (delivery.error, delivery.attempts, seen) == ("operation_timeout", 1, ["x"])


async def test_event_is_retried_over_http_with_the_retry_headers(persistent: FakeSlack) -> None:
    app = bolt(persistent)
    numbers: list[str | None] = []
    third = asyncio.Event()

    async def opened(request: AsyncBoltRequest) -> None:
        numbers.append(next(iter(request.headers.get("x-slack-retry-num", [])), None))
        if len(numbers) == 3:
            third.set()
        await third.wait()

    app.event("app_home_opened")(opened)
    async with over_http(persistent, app):
        delivery = await persistent.person(MEI).open_home()
        assert delivery is not None
        await persistent.wait_until(lambda: delivery.is_acked)

    assert numbers == [None, "1", "2"]
    assert delivery.attempts == 3


@pytest.mark.parametrize(("headers", "attempts"), [({}, 4), ({"x-slack-no-retry": "1"}, 1)])
async def test_failing_app_is_asked_again_unless_it_declines(
    persistent: FakeSlack, headers: dict[str, str], attempts: int
) -> None:
    async def refuse(_request: web.Request) -> web.Response:
        return web.Response(status=500, headers=headers)

    server = web.Application()
    server.router.add_post("/slack/events", refuse)
    async with listening(persistent, server):
        delivery = await persistent.person(MEI).open_home()
        assert delivery is not None
        await persistent.wait_until(lambda: delivery.attempts == attempts)
        await persistent.person(MEI).command(LAUNCH, "/prefetch")

    assert delivery.attempts == attempts
    assert delivery.error == "dispatch_failed"
