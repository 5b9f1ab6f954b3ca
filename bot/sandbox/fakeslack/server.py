"""FakeSlack: Slack as an app and its people meet it, served on loopback."""

import time
from collections.abc import Callable, Mapping, Sequence
from types import TracebackType
from typing import Any, TypeVar

from aiohttp import web

from bot.sandbox.fakeslack.backend import Backend
from bot.sandbox.fakeslack.delivery import ACK_SECONDS, RETRY_PAUSES, Courier, Delivery
from bot.sandbox.fakeslack.faults import Fault
from bot.sandbox.fakeslack.files import Downloads
from bot.sandbox.fakeslack.http_mode import HttpMode
from bot.sandbox.fakeslack.onlookers import WAIT_SECONDS
from bot.sandbox.fakeslack.people import Person
from bot.sandbox.fakeslack.server_state import ServerState
from bot.sandbox.fakeslack.socket_levers import SocketLevers
from bot.sandbox.fakeslack.tiers import Tiers
from bot.sandbox.fakeslack.troubles import Troubles
from bot.sandbox.fakeslack.web_api import WebApi
from bot.sandbox.fakeslack.workspace import File, Message

Found = TypeVar("Found")
LOOPBACK = "127.0.0.1"


class FakeSlack(ServerState):
    """One workspace with one installed app; `async with` starts and stops the server.

    `now` gives the time by which triggers, response URLs and message timestamps go; `tiers` are
    Slack's rate limits, by a clock of their own.
    """

    def __init__(
        self,
        manifest: Mapping[str, Any],
        *,
        ack_seconds: float = ACK_SECONDS,
        retry_pauses: Sequence[float] = RETRY_PAUSES,
        now: Callable[[], float] = time.time,
        tiers: Tiers | None = None,
    ) -> None:
        super().__init__(Backend(dict(manifest), now, tiers or Tiers()))
        self._troubles = Troubles(self._backend)
        self._request_url: str | None = None
        self._ack_seconds = ack_seconds
        self._retry_pauses = retry_pauses
        self._people: dict[str, Person] = {}
        self._taken: set[tuple[str, str]] = set()
        self._http: HttpMode | None = None
        self._courier: Courier | None = None
        self._runner: web.AppRunner | None = None

    async def __aenter__(self) -> "FakeSlack":
        self._runner = web.AppRunner(self._application(), access_log=None, shutdown_timeout=0.2)
        await self._runner.setup()
        site = web.TCPSite(self._runner, LOOPBACK, 0)
        await site.start()
        self._backend.listen_at(f"http://{LOOPBACK}:{self._runner.addresses[0][1]}")
        self._courier = Courier(
            self._backend.sockets,
            log=self._backend.log,
            changes=self._backend.changes,
            ack_seconds=self._ack_seconds,
            retry_pauses=self._retry_pauses,
        )
        return self

    async def __aexit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        if self._courier is not None:
            await self._courier.close()
        if self._http is not None:
            await self._http.close()
        if self._runner is not None:
            await self._backend.sockets.drop()
            await self._runner.cleanup()

    @property
    def request_url(self) -> str | None:
        """Where Slack sends payloads; None means Socket Mode. May be set once the app listens."""
        return self._request_url

    @request_url.setter
    def request_url(self, url: str) -> None:
        self._request_url = url
        if self._http is None:
            self._http = HttpMode(
                url=url,
                signing_secret=self.signing_secret,
                verification_token=self._backend.app.verification_token,
                path_of=self._backend.app.request_path,
                now=self._backend.now,
            )
        self._http.url = url
        self._started().transport = self._http

    def reached_at(self, base_url: str) -> None:
        """Hand out addresses below this URL, of something that stands before the server."""
        self._backend.listen_at(base_url)

    def person(self, user_id: str) -> Person:
        if user_id not in self._people:
            self._people[user_id] = Person(self._backend, self._started(), user_id)
        return self._people[user_id]

    def add_file(
        self, user_id: str, name: str, content: bytes, mimetype: str, *, elsewhere: str = ""
    ) -> File:
        """A file of this person that nobody else has been shown yet; `elsewhere` as in `File`."""
        file = File(
            self._backend.ids.new("F"), name, mimetype, content, user_id, elsewhere=elsewhere
        )
        self._backend.workspace.files[file.id] = file
        return file

    # Waiting.

    async def connected(self, within_s: float = WAIT_SECONDS) -> None:
        await self.wait_until(lambda: self.connections, within_s)

    async def wait_until(
        self, look: Callable[[], Found | None], within_s: float = WAIT_SECONDS
    ) -> Found:
        """The first truthy thing that `look` returns; it looks again on every change."""
        return await self._backend.wait_until(look, within_s)

    async def next_message(self, channel_id: str, within_s: float = WAIT_SECONDS) -> Message:
        """The next public message of the app in the channel that this has not given yet."""
        message = await self.wait_until(lambda: self._untaken(channel_id), within_s)
        self._taken.add((channel_id, message.ts))
        return message

    def watch(self, told: Callable[[], None]) -> None:
        """Call `told` at every change from now on; it must be quick."""
        self._backend.changes.watch(told)

    # Trouble on demand.

    def fail(
        self,
        method: str,
        error: str | None = "ratelimited",
        *,
        retry_after: float | str | None = 1,
        times: int = 1,
        status: int = 200,
        latency_s: float = 0.0,
        applied: bool = False,
        page: str | None = None,
    ) -> None:
        """Spoil the next calls of a method ("*" for any), as `Fault` describes."""
        self._backend.faults.add(
            Fault(method, error, status, retry_after, times, latency_s, applied, page)
        )

    def well_again(self, method: str) -> None:
        """Forget what `fail` was told of the method."""
        self._backend.faults.forget(method)

    def set_fault(self, name: str, times: int | None = None) -> None:
        """Bring about one of FAULTS by its name, for as many calls as it says or `times`."""
        self._troubles.bring_about(name, times)
        self._backend.changes.announce()

    def clear_fault(self, name: str | None = None) -> None:
        """Undo one of FAULTS, or all."""
        self._troubles.undo(name)
        self._backend.changes.announce()

    @property
    def faults(self) -> Mapping[str, int | None]:
        """Those of FAULTS that hold now, and how many more calls they spoil; None: all."""
        return self._troubles.active()

    async def redeliver_last(self) -> Delivery:
        """Send the last envelope once more, at once."""
        return await self._started().redeliver_last()

    async def disconnect_sockets(self, reason: str = "refresh_requested") -> None:
        """Ask the app to reconnect: warning, refresh_requested, link_disabled and so on."""
        await self._backend.sockets.disconnect(reason)

    async def drop_sockets(self, *, reset: bool = False) -> None:
        """Break every socket without a word; `reset` by TCP's RST instead of its FIN."""
        await self._backend.sockets.drop(reset=reset)

    @property
    def socket_levers(self) -> SocketLevers:
        """What is wrong with handshakes and sockets from now on."""
        return self._backend.sockets.levers

    async def verify_url(self) -> bool:
        """Ask the request URL for the challenge, as Slack does before it accepts the URL."""
        return await self._over_http().verify_url()

    async def check_ssl(self) -> bool:
        return await self._over_http().check_ssl()

    def _application(self) -> web.Application:
        application = web.Application(client_max_size=8 * 1024 * 1024)
        application.router.add_route("*", "/api/{method}", WebApi(self._backend).serve)
        application.router.add_get("/link/", self._backend.sockets.serve)
        application.router.add_post("/response/{path:.+}", self._respond)
        Downloads(self._backend).join(application)
        return application

    async def _respond(self, request: web.Request) -> web.Response:
        path, body = request.match_info["path"], await request.text()
        answer = self._backend.response_urls.post(path, body)
        self._backend.log.add("response_url", path, body=body, answer=answer.text)
        self._backend.changes.announce()
        return web.Response(status=answer.status, text=answer.text)

    def _untaken(self, channel_id: str) -> Message | None:
        for message in self.workspace.messages.get(channel_id, {}).values():
            ours = message.user_id == self.bot_user_id and not message.is_ephemeral
            if ours and (channel_id, message.ts) not in self._taken:
                return message
        return None

    def _started(self) -> Courier:
        if self._courier is None:
            message = "enter `async with FakeSlack(...)` first"
            raise RuntimeError(message)
        return self._courier

    def _over_http(self) -> HttpMode:
        if self._http is None:
            message = "there is no request URL in Socket Mode"
            raise RuntimeError(message)
        return self._http
