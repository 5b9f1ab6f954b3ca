"""A tab without a browser: it keeps what the page tells, and asks what a person would."""

import asyncio
import itertools
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any, TypeVar

import aiohttp

from bot.sandbox.fakeslack import MEI
from bot.sandbox.page import SandboxPage

Json = dict[str, Any]
Found = TypeVar("Found")

WITHIN_S = 60.0


class PageTab:
    """`frames` are all that came; the rest is the state as a tab would show it."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket
        self._numbers = itertools.count(1)
        self.frames: list[Json] = []
        self.hello: Json = {}
        self.status: Json = {}
        self.ledger: Json = {}
        self.home: Json | None = None
        self.views: list[Json] = []
        self.records: list[Json] = []
        self.calls: list[Json] = []
        self.done: dict[object, Json] = {}
        self.messages: dict[str, dict[str, Json]] = {}
        self.more: dict[str, bool] = {}

    async def do(self, action: str, /, **fields: object) -> Json:
        """Ask for an action; returns its answer."""
        number = next(self._numbers)
        await self.send(json.dumps({"id": number, "do": action, **fields}))
        return await self.until(lambda: self.done.get(number))

    async def send(self, text: str) -> None:
        await self._socket.send_str(text)

    async def until(self, look: Callable[[], Found | None]) -> Found:
        """Read on until this is true of what the tab shows."""
        async with asyncio.timeout(WITHIN_S):
            while not (found := look()):
                frame = await self._socket.receive()
                assert frame.type is aiohttp.WSMsgType.TEXT, f"the page hung up: {frame}"
                self._take(json.loads(frame.data))
        return found

    async def filled(self) -> None:
        """Read on until everything is told: an answer, even a refusal, comes after all of it."""
        await self.do("nothing")

    def texts(self, channel: str) -> list[str]:
        held = self.messages.get(channel, {})
        return [held[ts]["text"] for ts in sorted(held)]

    def _take(self, frame: Json) -> None:
        self.frames.append(frame)
        match frame["type"]:
            case "messages":
                held = self.messages.setdefault(frame["channel"], {})
                held.update({message["ts"]: message for message in frame["messages"]})
                for ts in frame["removed"]:
                    held.pop(ts, None)
                self.more[frame["channel"]] = frame["more"]
            case "views":
                self.views = frame["stack"]
            case "home":
                self.home = frame["view"]
            case "records" | "calls" as kind:
                getattr(self, kind).extend(frame[kind])
            case "done":
                self.done[frame["id"]] = frame
            case kind:
                setattr(self, kind, frame)


@asynccontextmanager
async def opened(page: SandboxPage, person: str = MEI) -> AsyncIterator[PageTab]:
    """A tab that has been told everything there is at the moment."""
    async with (
        aiohttp.ClientSession() as session,
        session.ws_connect(f"{page.url}live?person={person}", max_msg_size=0) as socket,
    ):
        tab = PageTab(socket)
        await tab.until(lambda: tab.hello)
        await tab.filled()
        yield tab
