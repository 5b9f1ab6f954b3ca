"""Who may open the page, and what every answer of it carries."""

from collections.abc import AsyncIterator

import aiohttp
import pytest
from yarl import URL

from bot.sandbox.fakeslack import JUN, LAUNCH
from bot.sandbox.page import PortTakenError, SandboxPage
from bot.sandbox.page.guard import HEADERS
from bot.sandbox.stage import Stage
from tests.helpers.page_client import opened
from tests.helpers.page_server import page_alone
from tests.helpers.running_bot import MANIFEST


@pytest.fixture
async def page() -> AsyncIterator[SandboxPage]:
    async with page_alone() as page:
        yield page


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.mark.integration
@pytest.mark.parametrize("path", ["", "static/index.html", "static/none.js", "live?person=U0"])
async def test_every_answer_forbids_what_is_not_the_pages_own(
    page: SandboxPage, session: aiohttp.ClientSession, path: str
) -> None:
    async with session.get(page.url + path) as answer:
        assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS


def test_policy_allows_scripts_and_styles_of_the_page_alone() -> None:
    policy = dict(
        part.strip().split(" ", 1) for part in HEADERS["Content-Security-Policy"].split(";")
    )

    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["connect-src"] == "'self'"
    assert policy["frame-ancestors"] == "'none'"


@pytest.mark.integration
@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("127.0.0.1:{port}", 200),
        ("localhost:{port}", 200),
        ("rebound.example.com:{port}", 403),
        ("127.0.0.1.example.com", 403),
        ("[::1", 403),
        ("", 403),
    ],
)
async def test_only_names_of_this_machine_are_answered(
    page: SandboxPage, session: aiohttp.ClientSession, host: str, status: int
) -> None:
    port = page.url.rsplit(":", 1)[1].strip("/")
    async with session.get(page.url, headers={"Host": host.format(port=port)}) as answer:
        assert answer.status == status


@pytest.mark.integration
@pytest.mark.parametrize("origin", ["http://evil.example.com", "null", "https://127.0.0.1"])
async def test_script_of_another_site_cannot_connect(
    page: SandboxPage, session: aiohttp.ClientSession, origin: str
) -> None:
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        await session.ws_connect(f"{page.url}live", headers={"Origin": origin})

    assert refused.value.status == 403


@pytest.mark.integration
async def test_the_pages_own_script_connects(
    page: SandboxPage, session: aiohttp.ClientSession
) -> None:
    origin = {"Origin": page.url.rstrip("/")}
    async with session.ws_connect(f"{page.url}live?person={JUN}", headers=origin) as socket:
        hello = await socket.receive_json()

        assert hello["type"] == "hello"
        assert hello["person"]["id"] == JUN


@pytest.mark.integration
@pytest.mark.parametrize(
    "path",
    [
        "static/../server.py",
        "static/%2e%2e%2fserver.py",
        "static/..%2f..%2fstage.py",
        "static/%2fetc%2fpasswd",
        "static/",
        "live?person=U0NOBODY",
        "live?person=USLACKBOT",
        "server.py",
    ],
)
async def test_nothing_else_is_served(
    page: SandboxPage, session: aiohttp.ClientSession, path: str
) -> None:
    async with session.get(URL(page.url + path, encoded=True)) as answer:
        assert answer.status == 404


@pytest.mark.integration
@pytest.mark.parametrize(
    ("frame", "words"),
    [
        ("{", "a frame must be a JSON object"),
        ("[]", "a frame must be a JSON object"),
        ('{"id": 1}', "there is no action None"),
        ('{"id": 1, "do": "rm"}', "there is no action 'rm'"),
        ('{"id": 1, "do": ["say"]}', "there is no action ['say']"),
        ('{"id": 1, "do": "say", "text": "x"}', "channel must be a text"),
        ('{"id": 1, "do": "say", "channel": "C0", "text": "x"}', "there is no channel C0"),
        (f'{{"id": 1, "do": "say", "channel": "{LAUNCH}", "text": 5}}', "text must be a text"),
        (f'{{"id": 1, "do": "say", "channel": "{LAUNCH}", "text": " "}}', "there is nothing to"),
        (
            f'{{"id": 1, "do": "say", "channel": "{LAUNCH}", "text": "", "files": ["F0"]}}',
            "there is no file F0",
        ),
        ('{"id": 1, "do": "submit", "view_id": "V0"}', "that modal is closed already"),
        ('{"id": 1, "do": "click", "surface": {"view": "V0"}}', "that modal is closed already"),
        ('{"id": 1, "do": "click", "surface": {"home": true}}', "home has not been opened"),
        ('{"id": 1, "do": "click", "surface": 5}', "surface must be an object"),
        (
            f'{{"id":1,"do":"click","surface":{{"message":{{"channel":"{LAUNCH}","ts":"1"}}}}}}',
            "that message is gone",
        ),
        ('{"id": 1, "do": "message_shortcut"}', "channel must be a text"),
        ('{"id": 1, "do": "global_shortcut", "callback_id": "x"}', "no global shortcut x"),
        (
            '{"id":1,"do":"upload","name":"a","mimetype":"b","content_base64":"*"}',
            "content_base64 is not base64",
        ),
        ('{"id": 1, "do": "fault", "name": "moon"}', "there is no fault moon"),
        ('{"id": 1, "do": "fault", "name": "vod-500", "times": 0}', "times must be a number from"),
        ('{"id": 1, "do": "lever", "name": "moon"}', "there is no lever moon"),
        ('{"id":1,"do":"lever","name":"task_seconds","value":-1}', "must be a number from 0.1 to"),
        ('{"id":1,"do":"lever","name":"task_seconds","value":NaN}', "must be a number from 0.1"),
        ('{"id":1,"do":"lever","name":"daily_limit","value":1.5}', "must be a whole number"),
        ('{"id":1,"do":"lever","name":"daily_limit","value":true}', "must be a number from"),
        ('{"id":1,"do":"lever","name":"fail_urls_with","value":[""]}', "an empty text is part of"),
        ('{"id":1,"do":"lever","name":"fail_urls_with","value":"x"}', "must be a list of texts"),
        ('{"id": 1, "do": "redeliver_last"}', "nothing has been delivered yet"),
        ('{"id": 1, "do": "kill_bot"}', "the bot is down already"),
    ],
)
async def test_malformed_action_is_refused_in_words_and_the_connection_stays(
    page: SandboxPage, frame: str, words: str
) -> None:
    async with opened(page) as tab:
        tab.done.clear()
        await tab.send(frame)
        await tab.until(lambda: tab.done)
        (answer,) = tab.done.values()
        said = await tab.do("say", channel=LAUNCH, text="still here")

        assert not answer["ok"]
        assert words in answer["error"]
        assert said["ok"]


@pytest.mark.integration
async def test_people_cannot_write_where_slack_would_not_let_them(page: SandboxPage) -> None:
    async with opened(page) as tab:
        answer = await tab.do("say", channel="C0OLDLNCH", text="hello")

        assert answer["error"] == "mei cannot write in #old-launch: it is archived"


@pytest.mark.integration
async def test_taken_port_is_told_in_one_line(page: SandboxPage) -> None:
    port = int(page.url.rsplit(":", 1)[1].strip("/"))
    async with Stage(MANIFEST) as stage:
        with pytest.raises(PortTakenError, match=f"--port {port}: another program listens there"):
            async with SandboxPage(stage, port=port):
                pass
