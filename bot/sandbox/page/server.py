"""The page's own server on loopback: its files, and a live connection for each tab."""

import asyncio
import errno
import itertools
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

from aiohttp import WSCloseCode, web

from bot.sandbox.fakeslack import MEI
from bot.sandbox.page.bot_life import BotLife
from bot.sandbox.page.connection import Connection
from bot.sandbox.page.guard import add_headers, refuse_strangers
from bot.sandbox.page.ledger import LedgerReader
from bot.sandbox.page.pulse import Pulse
from bot.sandbox.page.scene import Scene
from bot.sandbox.page.tab import Tab
from bot.sandbox.stage import Stage

HOST = "127.0.0.1"
STATIC = Path(__file__).parent / "static"
CONTENT_TYPES: Mapping[str, str] = {
    ".html": "text/html",
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
}
LARGEST_FRAME = 16 * 1024 * 1024
LOOK_EVERY_S = 0.25
GOODBYE_S = 1.0
"""How long a tab that hangs may keep the demo from stopping."""


class PortTakenError(Exception):
    """The page cannot listen on its port; the message says what to do."""


class SandboxPage:
    """`async with SandboxPage(stage, port=0)` inside that of the stage; the bot may come later."""

    def __init__(self, stage: Stage, *, port: int) -> None:
        self._port = port
        self._runner: web.AppRunner | None = None
        self._looking: asyncio.Task[None] | None = None
        self._sockets: set[web.WebSocketResponse] = set()
        self.scene = Scene(
            slack=stage.slack,
            vod=stage.vod,
            bot=BotLife(stage),
            ledger=LedgerReader(stage.database, limit=stage.daily_limit),
            pulse=Pulse(),
        )

    @property
    def url(self) -> str:
        if self._runner is None:
            message = "enter `async with SandboxPage(...)` first"
            raise RuntimeError(message)
        return f"http://{HOST}:{self._runner.addresses[0][1]}/"

    async def __aenter__(self) -> Self:
        self._runner = web.AppRunner(self._application(), access_log=None, shutdown_timeout=0.5)
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, HOST, self._port).start()
        except OSError as error:
            await self._runner.cleanup()
            message = f"--port {self._port}: {_why(error)}; choose another one, or 0 for any"
            raise PortTakenError(message) from None
        self.scene.slack.watch(self.scene.pulse.beat)
        self._looking = asyncio.create_task(self._look_around())
        return self

    async def __aexit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        if self._looking is not None:
            self._looking.cancel()
            await asyncio.gather(self._looking, return_exceptions=True)
        if self._runner is not None:
            await self._runner.cleanup()

    def _application(self) -> web.Application:
        application = web.Application(middlewares=[refuse_strangers])
        application.on_response_prepare.append(add_headers)
        application.on_shutdown.append(self._say_goodbye)
        application.router.add_get("/", self._index)
        application.router.add_get("/static/{name}", self._file)
        application.router.add_get("/live", self._live)
        return application

    async def _index(self, _request: web.Request) -> web.Response:
        return _read("index.html")

    async def _file(self, request: web.Request) -> web.Response:
        return _read(request.match_info["name"])

    async def _live(self, request: web.Request) -> web.StreamResponse:
        users = self.scene.slack.workspace.users
        user = users.get(request.query.get("person", MEI))
        if user is None or user.is_bot:
            raise web.HTTPNotFound(text="There is nobody of this ID.\n")
        socket = web.WebSocketResponse(
            timeout=GOODBYE_S, max_msg_size=LARGEST_FRAME, compress=False
        )
        await socket.prepare(request)
        self._sockets.add(socket)
        try:
            person = self.scene.slack.person(user.id)
            await Connection(Tab(self.scene, person), socket).converse()
        finally:
            self._sockets.discard(socket)
        return socket

    async def _look_around(self) -> None:
        """Notice what announces itself to nobody: calls to the cloud, log lines, the ledger."""
        for turn in itertools.count():
            await asyncio.sleep(LOOK_EVERY_S)
            if turn % 2 == 0:
                await self.scene.ledger.look()
            self.scene.pulse.beat()

    async def _say_goodbye(self, _application: web.Application) -> None:
        words = b"the sandbox has stopped"
        closing = [s.close(code=WSCloseCode.GOING_AWAY, message=words) for s in self._sockets]
        await asyncio.gather(*closing)


def _why(error: OSError) -> str:
    taken = error.errno == errno.EADDRINUSE
    return "another program listens there" if taken else str(error.strerror).lower()


def _read(name: str) -> web.Response:
    known = {path.name: path for path in STATIC.iterdir() if path.suffix in CONTENT_TYPES}
    if name not in known:
        raise web.HTTPNotFound
    path = known[name]
    return web.Response(
        text=path.read_text("utf-8"), content_type=CONTENT_TYPES[path.suffix], charset="utf-8"
    )
