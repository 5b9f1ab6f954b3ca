"""Files of Slack: only from its own host, bounded, and each failure told apart."""

import asyncio
import gzip
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import aiohttp
import pytest
from aiohttp import web
from yarl import URL

from bot.rules.target import Reason
from bot.sandbox.fakeslack import LAUNCH, MEI, RANDOM, FakeSlack
from bot.sandbox.fakeslack.workspace import File
from bot.slack.client import SlackClient
from bot.slack.files import FileNotFetched, SlackFiles
from tests.helpers.loopback import Answering, serving
from tests.helpers.slack_app import MANIFEST

pytestmark = pytest.mark.integration

LIST = b"https://v.example.com/a.mp4\n"
MOST = 2_000_000
BOT_TOKEN = "xoxb-of-the-bot"


@asynccontextmanager
async def files_of(
    api_url: str, token: str, *, within_s: float = 5.0
) -> AsyncIterator[tuple[SlackFiles, SlackClient]]:
    async with (
        aiohttp.ClientSession() as session,
        aiohttp.ClientSession(auto_decompress=False) as packed,
    ):
        client = SlackClient(
            token=token,
            base_url=api_url,
            session=session,
            timeout=5,
            retry_handlers=[],
            proxy_for=lambda _: None,
        )
        yield SlackFiles(client, packed, within_s=within_s), client


@pytest.fixture
async def slack() -> AsyncIterator[FakeSlack]:
    async with FakeSlack(MANIFEST) as slack:
        yield slack


def shared(slack: FakeSlack, channel_id: str = LAUNCH, *, elsewhere: str = "") -> File:
    file = slack.add_file(MEI, "list ü.txt", LIST, "text/plain", elsewhere=elsewhere)
    slack.workspace.post(channel_id, MEI, files=[slack.file_body(file)])
    return file


async def why(slack: FakeSlack, file_id: str, *, most_bytes: int = MOST) -> Reason:
    async with files_of(slack.api_url, slack.bot_token) as (files, client):
        await client.auth_test()
        with pytest.raises(FileNotFetched) as refused:
            await files.fetch(file_id, most_bytes=most_bytes)
    return refused.value.why


async def test_file_in_a_channel_of_the_bot_is_fetched_whole(slack: FakeSlack) -> None:
    file = shared(slack)

    async with files_of(slack.api_url, slack.bot_token) as (files, client):
        await client.auth_test()
        fetched = await files.fetch(file.id, most_bytes=len(LIST))

    assert (fetched.name, fetched.content) == ("list ü.txt", LIST)


async def test_scope_is_known_from_the_first_answer_and_lost_with_the_first_refusal(
    slack: FakeSlack,
) -> None:
    file = shared(slack)
    async with files_of(slack.api_url, slack.bot_token) as (files, client):
        before = files.is_granted
        await client.auth_test()
        granted = files.is_granted
        slack.scopes.discard("files:read")
        with pytest.raises(FileNotFetched) as refused:
            await files.fetch(file.id, most_bytes=MOST)

        assert (before, granted, files.is_granted) == (False, True, False)
        assert refused.value.why is Reason.FILE_SCOPE
        assert client.bot_token.problem() is None


async def test_file_of_which_slack_says_nothing_is_fetched_where_the_payload_says_it_is(
    slack: FakeSlack,
) -> None:
    """What nobody has seen on the real Slack: that files.info knows a file of a form."""
    file = slack.add_file(MEI, "list.txt", LIST, "text/plain")
    address = str(slack.file_body(file)["url_private_download"])
    async with files_of(slack.api_url, slack.bot_token) as (files, client):
        await client.auth_test()
        with pytest.raises(FileNotFetched) as hidden:
            await files.fetch(file.id, most_bytes=MOST, address=address)
        slack.workspace.handed_in.add(file.id)
        slack.fail("files.info", "file_not_found")
        fetched = await files.fetch(file.id, most_bytes=MOST, address=address)
        slack.fail("files.info", "file_not_found")
        with pytest.raises(FileNotFetched) as elsewhere:
            await files.fetch(file.id, most_bytes=MOST, address="https://example.com/list.txt")

    assert hidden.value.why is Reason.FILE_NOT_SHOWN
    assert fetched.content == LIST
    assert elsewhere.value.why is Reason.FILE_ELSEWHERE


async def test_what_slack_says_of_a_file_is_told_apart(slack: FakeSlack) -> None:
    deleted, hidden = shared(slack), shared(slack, RANDOM)
    slack.workspace.delete_file(deleted.id)
    linked = shared(slack, elsewhere="https://drive.example.com/list.txt")
    whole = shared(slack)

    assert await why(slack, deleted.id) is Reason.FILE_GONE
    assert await why(slack, hidden.id) is Reason.FILE_NOT_SHOWN
    assert await why(slack, "F0NONE") is Reason.FILE_NOT_SHOWN
    assert await why(slack, linked.id) is Reason.FILE_ELSEWHERE
    assert await why(slack, whole.id, most_bytes=len(LIST) - 1) is Reason.FILE_TOO_LARGE
    assert slack.log.of("download") == []


@dataclass
class Host:
    """Says of the file and of its bytes what the test wants, and notes who asked for them."""

    info: Mapping[str, object] = field(default_factory=dict)
    body: bytes = LIST
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    granted: str = "files:read"
    is_endless: bool = False
    asked: list[tuple[str, str]] = field(default_factory=list)

    async def answer(self, request: web.Request) -> web.StreamResponse:
        if request.path == "/api/files.info":
            url = f"http://{request.host}/files-pri/list.txt"
            file = {"name": "list.txt", "url_private": url, **self.info}
            scopes = {"x-oauth-scopes": self.granted}
            return web.json_response({"ok": True, "file": file}, headers=scopes)
        self.asked.append((request.path, request.headers.get("Authorization", "")))
        if self.is_endless:
            return await self._without_end(request)
        return web.Response(status=self.status, body=self.body, headers=self.headers)

    async def _without_end(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers=self.headers)
        await response.prepare(request)
        while True:
            await response.write(LIST * 1000)


async def outcome(host: Host, *, within_s: float = 5.0) -> bytes | Reason:
    async with (
        serving(host.answer) as base,
        files_of(f"{base}/api/", BOT_TOKEN, within_s=within_s) as (files, _),
    ):
        try:
            return (await files.fetch("F1", most_bytes=MOST)).content
        except FileNotFetched as error:
            return error.why


@pytest.mark.parametrize(
    ("granted", "why_not"),
    [("files:read", Reason.FILE_NOT_SHOWN), ("commands", Reason.FILE_SCOPE)],
)
async def test_page_of_the_sign_in_is_no_list(granted: str, why_not: Reason) -> None:
    page = b"<!DOCTYPE html><a href='https://v.example.com/a.mp4'>Sign in</a>"
    host = Host(body=page, headers={"Content-Type": "text/html; charset=utf-8"}, granted=granted)

    assert await outcome(host) is why_not


async def test_redirect_to_another_host_is_not_followed() -> None:
    other = Host()
    async with serving(other.answer) as elsewhere:
        host = Host(status=302, headers={"Location": f"{elsewhere}/?redir=%2Ffiles-pri"})

        assert await outcome(host) is Reason.FILE_NOT_SHOWN
    assert other.asked == []
    assert host.asked == [("/files-pri/list.txt", f"Bearer {BOT_TOKEN}")]


async def test_redirects_on_slacks_own_host_come_to_an_end() -> None:
    host = Host(status=302, headers={"Location": "/files-pri/again.txt"})

    assert await outcome(host) is Reason.FILE_NOT_SHOWN
    assert len(host.asked) == 3


@pytest.mark.parametrize("name", ["url_private", "url_private_download"])
async def test_token_goes_to_no_host_that_an_answer_names(name: str) -> None:
    other = Host()
    async with serving(other.answer) as elsewhere:
        host = Host({name: f"{elsewhere}/files-pri/list.txt"})

        assert await outcome(host) is Reason.FILE_ELSEWHERE
    assert other.asked == []


@pytest.mark.parametrize(
    "address",
    [
        "http://files.slack.com/files-pri/T1-F1/list.txt",
        "https://files.slack.com:8443/files-pri/T1-F1/list.txt",
        "https://files.slack.com.example.com/list.txt",
        "https://files.slack.com@example.com/list.txt",
        "https://someone@files.slack.com/list.txt",
        "//files.slack.com/list.txt",
        "files-pri/list.txt",
        "ftp://files.slack.com/list.txt",
    ],
)
async def test_address_beside_that_of_slacks_files_is_refused(address: str) -> None:
    assert await outcome(Host({"url_private": address})) is Reason.FILE_ELSEWHERE


REVOKED = b'{"ok": true, "revoked": true}'
METHODS = (
    "/api/auth.revoke",
    "/api",
    "//api/auth.revoke",
    "/API/auth.revoke",
    "/%61pi/auth.revoke",
    "/%2561pi/auth.revoke",
    "/api%2Fauth.revoke",
    "/./api/auth.revoke",
    "/files-pri/../api/auth.revoke",
    "/files-pri/%2e%2e/api/auth.revoke",
    "/files-pri/..%2Fapi/auth.revoke",
    "/files-pri\\..\\api/auth.revoke",
)
"""How the address of a method may be written, some of which a server takes for it."""


def hiding(host: Host, method: str) -> Answering:
    """A Slack that knows no file by this method, and answers all else as the host does."""

    async def answer(request: web.Request) -> web.StreamResponse:
        if request.path == method:
            return web.json_response({"ok": False, "error": "file_not_found"})
        return await host.answer(request)

    return answer


@pytest.mark.parametrize("path", METHODS)
async def test_token_calls_no_method_that_the_address_of_a_file_names(path: str) -> None:
    host = Host(body=REVOKED)

    async with (
        serving(hiding(host, "/api/files.info")) as base,
        files_of(f"{base}/api/", BOT_TOKEN) as (files, _),
    ):
        with pytest.raises(FileNotFetched) as refused:
            await files.fetch("F1", most_bytes=MOST, address=f"{base}{path}")

    assert refused.value.why is Reason.FILE_ELSEWHERE
    assert host.asked == []


@pytest.mark.parametrize("path", [it for it in METHODS if not it.startswith("//")])
async def test_token_follows_no_redirect_to_a_method(path: str) -> None:
    host = Host(status=302, headers={"Location": path})

    assert await outcome(host) is Reason.FILE_NOT_SHOWN
    assert len(host.asked) == 1


async def test_token_calls_no_method_of_an_api_at_another_path() -> None:
    host = Host(body=REVOKED)

    async with (
        serving(hiding(host, "/slack/web/files.info")) as base,
        files_of(f"{base}/slack/web/", BOT_TOKEN) as (files, _),
    ):
        with pytest.raises(FileNotFetched):
            await files.fetch("F1", most_bytes=MOST, address=f"{base}/slack/web/auth.revoke")

    assert host.asked == []


@pytest.mark.parametrize(
    "api_url",
    [
        "https://slack.com/api/",
        "https://SLACK.com:443/api/",
        "https://slack.com./api/",
        "https://example.slack.com/api/",
        "https://slack-gov.com/api/",
    ],
)
async def test_of_the_real_slack_its_hosts_for_files_alone_get_the_token(api_url: str) -> None:
    async with files_of(api_url, BOT_TOKEN) as (files, client):
        named = [
            URL(client.base_url).with_path(path) for path in ("/x", "/files-pri/T1-F1/list.txt")
        ]
        keeping = URL("https://files.slack.com/files-pri/T1-F1/download/api/list.txt")

        assert not any(map(files._is_slacks, named))
        assert files._is_slacks(keeping)
        assert not files._is_slacks(keeping.with_path("/api/files.upload"))


@pytest.mark.parametrize(
    ("host", "why_not"),
    [
        (Host({"mode": "tombstone"}), Reason.FILE_GONE),
        (Host({"mode": "hidden_by_limit"}), Reason.FILE_NOT_SHOWN),
        (Host({"mimetype": "text/html"}), Reason.FILE_KIND),
        (Host({"url_private": None}), Reason.FILE_NOT_SHOWN),
        (Host({"size": MOST + 1}), Reason.FILE_TOO_LARGE),
    ],
    ids=["tombstone", "hidden", "page", "no-address", "large"],
)
async def test_what_cannot_be_read_is_not_even_asked_for(host: Host, why_not: Reason) -> None:
    assert await outcome(host) is why_not
    assert host.asked == []


@pytest.mark.parametrize(
    ("host", "why_not"),
    [
        (Host(status=403), Reason.FILE_NOT_SHOWN),
        (Host(status=404), Reason.FILE_GONE),
        (Host(status=500), Reason.FILE_UNREACHED),
        (Host(status=429), Reason.FILE_UNREACHED),
        (Host(body=b"a" * (MOST + 1)), Reason.FILE_TOO_LARGE),
        (Host({"size": 10}, is_endless=True), Reason.FILE_TOO_LARGE),
    ],
    ids=["forbidden", "gone", "unwell", "throttled", "larger", "endless"],
)
async def test_answer_without_the_whole_file_is_told_apart(host: Host, why_not: Reason) -> None:
    assert await outcome(host) is why_not


async def test_packed_body_is_not_unpacked() -> None:
    """Two megabytes may unpack to two gigabytes."""
    host = Host(body=gzip.compress(LIST), headers={"Content-Encoding": "gzip"})

    assert await outcome(host) is Reason.FILE_UNREACHED


async def test_server_that_is_silent_is_left_in_time() -> None:
    async def never(request: web.Request) -> web.StreamResponse:
        if request.path == "/api/files.info":
            return await Host().answer(request)
        await asyncio.Event().wait()
        raise AssertionError("unreachable")

    async with (
        serving(never) as base,
        files_of(f"{base}/api/", BOT_TOKEN, within_s=0.3) as (files, _),
    ):
        with pytest.raises(FileNotFetched) as refused:
            await files.fetch("F1", most_bytes=MOST)

    assert refused.value.why is Reason.FILE_UNREACHED
