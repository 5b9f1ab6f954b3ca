"""FakeSlack delivers only what the manifest has delivered, and where it says."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from copy import deepcopy

import pytest
from aiohttp import web
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.fakeslack import LAUNCH, MEI, Delivery, FakeSlack
from tests.helpers.slack_app import HTTP_MANIFEST, MANIFEST, Json

pytestmark = pytest.mark.integration

Leave = Callable[[Json], object]


@asynccontextmanager
async def slack_and_paths(manifest: Json) -> AsyncIterator[tuple[FakeSlack, list[str]]]:
    """FakeSlack with an app that acknowledges whatever comes, and the paths where it came."""
    paths: list[str] = []

    async def take(request: web.Request) -> web.Response:
        paths.append(request.path)
        return web.Response()

    server = web.Application()
    server.router.add_route("*", "/{path:.*}", take)
    runner = web.AppRunner(server, access_log=None, shutdown_timeout=0.2)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    async with FakeSlack(manifest) as slack:
        slack.request_url = f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events"
        yield slack, paths
    await runner.cleanup()


async def command(slack: FakeSlack) -> Delivery | None:
    return await slack.person(MEI).command(LAUNCH, "/prefetch")


async def shortcut(slack: FakeSlack) -> Delivery | None:
    return await slack.person(MEI).global_shortcut("anywhere")


async def home(slack: FakeSlack) -> Delivery | None:
    return await slack.person(MEI).open_home()


async def test_each_kind_goes_to_the_path_of_its_own_request_url() -> None:
    manifest = deepcopy(HTTP_MANIFEST)
    manifest["features"]["slash_commands"][0]["url"] = "https://bot.example.com/a"
    manifest["settings"]["interactivity"]["request_url"] = "https://bot.example.com/b"
    manifest["settings"]["event_subscriptions"]["request_url"] = "https://bot.example.com/c"

    async with slack_and_paths(manifest) as (slack, paths):
        for act in (command, shortcut, home):
            await act(slack)

    assert paths == ["/a", "/b", "/c"]


@pytest.mark.parametrize(
    ("act", "leave_out"),
    [
        (command, lambda m: m["features"]["slash_commands"][0].pop("url")),
        (shortcut, lambda m: m["settings"]["interactivity"].pop("request_url")),
        (home, lambda m: m["settings"]["event_subscriptions"].pop("request_url")),
        (home, lambda m: m["settings"]["event_subscriptions"].pop("bot_events")),
        (command, lambda m: m["settings"].update(socket_mode_enabled=True)),
        (shortcut, lambda m: m["settings"].update(socket_mode_enabled=True)),
        (home, lambda m: m["settings"].update(socket_mode_enabled=True)),
    ],
)
async def test_what_the_manifest_leaves_out_does_not_come_over_http(
    act: Callable[[FakeSlack], object], leave_out: Leave
) -> None:
    manifest = deepcopy(HTTP_MANIFEST)
    leave_out(manifest)

    async with slack_and_paths(manifest) as (slack, paths):
        delivery = await act(slack)  # type: ignore[misc]  # each of them is a coroutine

    assert paths == []
    assert delivery is None or not delivery.is_acked


async def test_manifest_without_socket_mode_opens_no_socket() -> None:
    off = {**MANIFEST, "settings": {**MANIFEST["settings"], "socket_mode_enabled": False}}

    async with FakeSlack(off) as slack:
        client = AsyncWebClient(base_url=slack.api_url)

        with pytest.raises(SlackApiError, match="access_denied"):
            await client.apps_connections_open(app_token=slack.app_token)
