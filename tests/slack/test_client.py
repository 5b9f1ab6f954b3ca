"""The client of Slack's Web API behind proxies that refuse, and before answers that are none."""

import traceback
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import aiohttp
import pytest

from bot.slack.client import SlackClient
from bot.slack.opening import NotOpened, Opener
from bot.slack.troubles import (
    SlackFailed,
    Trouble,
    proves_that_nothing_was_posted,
    trouble_of,
)
from tests.helpers.canned_http import answering
from tests.helpers.listening_bot import hear_at_once

pytestmark = pytest.mark.integration

PASSWORD = "not-for-the-log"
RESPONSE_URL = "https://hooks.slack.com/commands/T1/2/not-for-the-log"
Call = Callable[[SlackClient], Awaitable[object]]


async def ask_who_it_is(client: SlackClient) -> object:
    return await client.auth_test()


async def answer_a_command(client: SlackClient) -> object:
    return await client.respond(RESPONSE_URL, text="hello")


@asynccontextmanager
async def client_of(base_url: str, *, proxy: str | None = None) -> AsyncIterator[SlackClient]:
    async with aiohttp.ClientSession() as session:
        yield SlackClient(
            token="xoxb-1",
            base_url=base_url,
            session=session,
            timeout=5,
            retry_handlers=[],
            proxy_for=lambda _: proxy,
        )


@pytest.mark.parametrize("call", [ask_who_it_is, answer_a_command])
@pytest.mark.parametrize("address", ["127.0.0.1:{port}", "127.0.0.1:no-port", "not for the log"])
async def test_a_proxy_that_refuses_keeps_its_password(call: Call, address: str) -> None:
    async with answering("407 Proxy Authentication Required") as port:
        proxy = f"http://bot:{PASSWORD}@{address.format(port=port)}"
        async with client_of("https://slack.com/api/", proxy=proxy) as client:
            with pytest.raises(SlackFailed) as failed:
                await call(client)

    assert PASSWORD not in "".join(traceback.format_exception(failed.value))
    assert proves_that_nothing_was_posted(failed.value)


DEEP = 100_000
NO_ANSWERS_OF_SLACKS = [
    ("OK", "text/plain"),
    ('["ok"]', "application/json"),
    ('"ok"', "application/json"),
    ("7", "application/json"),
    ("<html>", "text/html"),
    ("abcd", "application/json; charset=base64"),
    ("abcd", 'application/json; charset="utf-8; x"'),
    ("[" * DEEP + "]" * DEEP, "application/json"),
]


@pytest.mark.parametrize(("body", "kind"), NO_ANSWERS_OF_SLACKS)
async def test_an_answer_that_is_none_of_slacks_may_pass(body: str, kind: str) -> None:
    async with (
        answering("200 OK", body, kind) as port,
        client_of(f"http://127.0.0.1:{port}/api/") as client,
    ):
        with pytest.raises(SlackFailed) as failed:
            await client.chat_update(channel="C1", ts="1.1", text="hello")

    assert trouble_of(failed.value) is Trouble.PASSING
    assert not proves_that_nothing_was_posted(failed.value)


@pytest.mark.parametrize(("body", "kind"), NO_ANSWERS_OF_SLACKS)
async def test_an_answer_that_is_none_of_slacks_opens_no_socket(body: str, kind: str) -> None:
    async with answering("200 OK", body, kind) as port, aiohttp.ClientSession() as session:
        opener = Opener(
            session,
            api_url=f"http://127.0.0.1:{port}/api",
            app_token="xapp-1",
            proxy_for=lambda _: None,
            now=lambda: datetime.now(UTC),
        )
        with pytest.raises(NotOpened) as not_opened:
            await opener.open(hear_at_once)

    assert not not_opened.value.is_token
