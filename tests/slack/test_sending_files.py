"""A file below its message: where the file cannot be shared, the message does not stay."""

import asyncio
from dataclasses import dataclass, field

import pytest
from aiohttp import web

from bot.slack.errors import NotSlacksAnswer
from bot.slack.troubles import SlackFailed
from tests.helpers.loopback import serving
from tests.slack.test_files import BOT_TOKEN, files_of

pytestmark = pytest.mark.integration

POSTED = {"ok": True, "channel": "D1", "ts": "1700000000.000100"}
SHARING, DELETING = "/api/files.completeUploadExternal", "/api/chat.delete"


@dataclass
class Host:
    """Takes a file and its message, and then does as it is told when the file is to be shared."""

    then: str = "shares"
    deletes: bool = True
    place: dict[str, object] | None = None
    asked: list[str] = field(default_factory=list)
    is_sharing: asyncio.Event = field(default_factory=asyncio.Event)

    async def answer(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(request.path)
        if request.path == SHARING:
            return await self._share(request)
        if request.path == DELETING and not self.deletes:
            return web.json_response({"ok": False, "error": "cant_delete_message"})
        place = {"upload_url": f"http://{request.host}/upload/v1/F1", "file_id": "F1"}
        return web.json_response(POSTED | (place if self.place is None else self.place))

    async def _share(self, request: web.Request) -> web.StreamResponse:
        self.is_sharing.set()
        match self.then:
            case "refuses":
                return web.json_response({"ok": False, "error": "internal_error"})
            case "is unwell":
                return web.Response(status=503, text="<html>unwell</html>")
            case "hangs up":
                assert request.transport is not None
                request.transport.close()
            case "is silent":
                await asyncio.Event().wait()
        return web.json_response({"ok": True})


async def send(host: Host, *, within_s: float = 30.0) -> None:
    async with (
        serving(host.answer) as base,
        files_of(f"{base}/api/", BOT_TOKEN, within_s=within_s) as (files, _),
    ):
        await files.send("U1", "list.txt", b"a", {"text": "the list"})


async def test_message_stays_above_its_file() -> None:
    host = Host()

    await send(host)

    assert host.asked[-2:] == ["/api/chat.postMessage", SHARING]


@pytest.mark.parametrize("then", ["refuses", "is unwell", "hangs up"])
async def test_message_goes_when_its_file_cannot_be_shared(then: str) -> None:
    host = Host(then)

    with pytest.raises(SlackFailed):
        await send(host)

    assert host.asked[-2:] == [SHARING, DELETING]


async def test_message_goes_when_slack_does_not_say_in_time_that_the_file_is_shared() -> None:
    host = Host("is silent")

    with pytest.raises(TimeoutError):
        await send(host, within_s=3.0)

    assert host.asked[-2:] == [SHARING, DELETING]


async def test_message_goes_when_the_work_is_cancelled() -> None:
    host = Host("is silent")
    work = asyncio.create_task(send(host))
    await host.is_sharing.wait()

    work.cancel()
    with pytest.raises(asyncio.CancelledError):
        await work

    assert host.asked[-2:] == [SHARING, DELETING]


async def test_message_that_is_not_deleted_is_logged_beside_the_failure(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with pytest.raises(SlackFailed, match="internal_error"):
        await send(Host("refuses", deletes=False))

    assert "a message stands without its file: cant_delete_message" in caplog.text


@pytest.mark.parametrize(
    "place",
    [
        {},
        {"upload_url": 7, "file_id": "F1"},
        {"upload_url": "http://[", "file_id": "F1"},
        {"upload_url": "https://files.slack.com:port/upload", "file_id": "F1"},
        {"upload_url": "/upload/v1/F1", "file_id": "F1"},
        {"upload_url": "https://files.slack.com/upload/v1/F1"},
        {"upload_url": "https://example.com/upload/v1/F1", "file_id": "F1"},
    ],
)
async def test_strange_place_for_the_upload_is_no_answer_of_slacks(
    place: dict[str, object],
) -> None:
    host = Host(place=place)

    with pytest.raises(NotSlacksAnswer):
        await send(host)

    assert host.asked == ["/api/files.getUploadURLExternal"]
