"""A small app to hold against FakeSlack, and short ways to build what it sends."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.manifest import manifest_for
from bot.sandbox.fakeslack import FakeSlack

Json = dict[str, Any]
Listener = Callable[..., Awaitable[None]]

MANIFEST: Json = {
    "features": {
        "app_home": {"home_tab_enabled": True},
        "slash_commands": [
            {"command": "/prefetch", "description": "Prefetch"},
            {"command": "/escaped", "description": "Escaped", "should_escape": True},
        ],
        "shortcuts": [
            {"type": "message", "callback_id": "on_message", "name": "On message"},
            {"type": "global", "callback_id": "anywhere", "name": "Anywhere"},
        ],
    },
    "functions": {
        "prefetch_step": {
            "title": "Prefetch",
            "description": "Prefetch files",
            "input_parameters": {"urls": {"type": "string", "is_required": True}},
            "output_parameters": {"task_id": {"type": "string"}},
        }
    },
    "oauth_config": {
        "scopes": {
            "bot": [
                "commands",
                "chat:write",
                "channels:read",
                "im:write",
                "users:read",
                "usergroups:read",
                "files:read",
            ]
        }
    },
    "settings": {
        "interactivity": {"is_enabled": True},
        "event_subscriptions": {"bot_events": ["app_home_opened", "function_executed"]},
        "socket_mode_enabled": True,
    },
}
HTTP_MANIFEST = manifest_for(MANIFEST, command="/prefetch", address="https://bot.example.com")


def text(words: str) -> Json:
    return {"type": "plain_text", "text": words}


def section(words: str, **more: object) -> Json:
    return {"type": "section", "text": {"type": "mrkdwn", "text": words}, **more}


def button(action_id: str, label: str = "Press", **more: object) -> Json:
    return {"type": "button", "action_id": action_id, "text": text(label), **more}


def text_input(block_id: str = "links", *, optional: bool = False, **element: object) -> Json:
    return {
        "type": "input",
        "block_id": block_id,
        "label": text("Links"),
        "optional": optional,
        "element": {"type": "plain_text_input", "action_id": "typed", **element},
    }


def modal(*blocks: Json, title: str = "Prefetch", **more: object) -> Json:
    return {
        "type": "modal",
        "callback_id": "confirm",
        "title": text(title),
        "submit": text("Send"),
        "close": text("Cancel"),
        "blocks": list(blocks) or [text_input()],
        **more,
    }


async def call(
    slack: FakeSlack, method: str, token: str | None = None, **arguments: object
) -> Json:
    """Call the Web API as an app does, with a JSON body."""
    headers = {"Authorization": f"Bearer {slack.bot_token if token is None else token}"}
    async with (
        aiohttp.ClientSession() as session,
        session.post(slack.api_url + method, json=arguments, headers=headers) as response,
    ):
        answer: Json = await response.json()
        return answer


async def post(url: str, body: Json) -> tuple[int, str]:
    """Use a response_url."""
    async with aiohttp.ClientSession() as session, session.post(url, json=body) as response:
        return response.status, await response.text()


def bolt(slack: FakeSlack) -> AsyncApp:
    """The real framework, told to speak to the stand-in."""
    client = AsyncWebClient(slack.bot_token, base_url=slack.api_url)
    return AsyncApp(
        name="an app",  # for one Bolt would read the sources of all callers
        client=client,
        signing_secret=slack.signing_secret,
        process_before_response=True,
    )


@asynccontextmanager
async def over_sockets(
    slack: FakeSlack, app: AsyncApp, *, ping_interval: float = 10
) -> AsyncIterator[AsyncSocketModeHandler]:
    handler = AsyncSocketModeHandler(app, slack.app_token, ping_interval=ping_interval)
    await handler.connect_async()  # type: ignore[no-untyped-call]
    try:
        await slack.connected(5)
        yield handler
    finally:
        await handler.close_async()  # type: ignore[no-untyped-call]


class Recorder:
    """Remembers the payloads that a listener saw, and acknowledges them as told."""

    def __init__(self, **answer: object) -> None:
        self.answer = answer
        self.seen: list[Json] = []

    async def __call__(self, ack: Callable[..., Awaitable[None]], body: Json) -> None:
        self.seen.append(body)
        await ack(**self.answer)


class SocketApp:
    """An app of one socket and no framework: it acknowledges everything with `answer`."""

    def __init__(self, slack: FakeSlack) -> None:
        self._slack = slack
        self._session = aiohttp.ClientSession()
        self.answer: Json | None = None
        self.is_silent = False
        self.heard: list[Json] = []

    async def __aenter__(self) -> "SocketApp":
        opened = await call(self._slack, "apps.connections.open", self._slack.app_token)
        self._socket = await self._session.ws_connect(opened["url"])
        self.hello = await self._socket.receive_json()
        self._reading = asyncio.create_task(self._read())
        return self

    async def __aexit__(self, *_: object) -> None:
        self._reading.cancel()
        await self._socket.close()
        await self._session.close()

    async def acknowledge(self, envelope: Json, payload: Json | None = None) -> None:
        ack: Json = {"envelope_id": envelope["envelope_id"]}
        await self._socket.send_json(ack if payload is None else ack | {"payload": payload})

    async def _read(self) -> None:
        async for frame in self._socket:
            message = frame.json()
            self.heard.append(message)
            if "envelope_id" in message and not self.is_silent:
                await self.acknowledge(message, self.answer)
