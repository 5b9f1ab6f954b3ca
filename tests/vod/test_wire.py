"""What only a real connection shows: slow, endless, broken and absent servers."""

import asyncio
import gzip
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest
from aiohttp import web

from bot.vod.answers import MAX_ANSWER_BYTES
from bot.vod.client import VodClient
from bot.vod.errors import BadRequest, NotSent, OutcomeUnknown
from bot.vod.exchange import Authentication
from tests.helpers.loopback import Answering, serving
from tests.helpers.vod_server import PROJECT, TASK, client_with

pytestmark = pytest.mark.integration

SHORT_S = 1.0
"""Enough for a busy machine to take a request in."""


@asynccontextmanager
async def client_at(endpoint: str, timeout_s: float = 5) -> AsyncIterator[VodClient]:
    async with httpx.AsyncClient(timeout=timeout_s) as http:
        yield client_with(http, Authentication(), endpoint=endpoint)


@asynccontextmanager
async def client_of(answer: Answering, timeout_s: float = 5) -> AsyncIterator[VodClient]:
    async with serving(answer) as endpoint, client_at(endpoint, timeout_s) as client:
        yield client


async def test_task_id_comes_over_a_real_connection() -> None:
    async def answer(request: web.Request) -> web.Response:
        assert await request.json() == {"asset_id": "a1"}
        assert request.headers["Accept-Encoding"] == "identity"
        return web.json_response({"task_id": TASK}, status=202)

    async with client_of(answer) as client:
        assert await client.create_prefetch(asset_id="a1") == TASK


async def test_port_where_nobody_listens_proves_that_nothing_was_sent() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        async with client_at(f"http://127.0.0.1:{taken.getsockname()[1]}") as client:
            with pytest.raises(NotSent, match=r"could not reach 127\.0\.0\.1: it does not take"):
                await client.create_prefetch(asset_id="a1")


async def test_tls_that_fails_proves_that_nothing_was_sent() -> None:
    async def answer(request: web.Request) -> web.Response:
        return web.json_response({"task_id": TASK}, status=202)

    async with (
        serving(answer) as endpoint,
        client_at(endpoint.replace("http:", "https:")) as client,
    ):
        with pytest.raises(NotSent):
            await client.create_prefetch(asset_id="a1")


async def test_server_that_never_answers_leaves_the_outcome_unknown() -> None:
    arrived = []

    async def answer(request: web.Request) -> web.Response:
        arrived.append(await request.json())
        await asyncio.Event().wait()
        raise AssertionError("unreachable")

    async with client_of(answer, SHORT_S) as client:
        with pytest.raises(OutcomeUnknown, match="did not answer in time"):
            await client.create_prefetch(asset_id="a1")

    assert arrived == [{"asset_id": "a1"}]


async def test_answer_that_drips_in_is_given_up_although_each_read_is_in_time() -> None:
    async def answer(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(status=202)
        await response.prepare(request)
        while True:
            await response.write(b" ")
            await asyncio.sleep(SHORT_S / 4)

    async with client_of(answer, SHORT_S) as client:
        with pytest.raises(OutcomeUnknown, match="did not end in time"):
            await client.create_prefetch(asset_id="a1")


async def test_connection_dropped_after_the_request_leaves_the_outcome_unknown() -> None:
    async def answer(request: web.Request) -> web.Response:
        await request.read()
        assert request.transport is not None
        request.transport.abort()
        return web.Response()

    async with client_of(answer) as client:
        with pytest.raises(OutcomeUnknown):
            await client.create_prefetch(asset_id="a1")


@pytest.mark.parametrize("headers", [{}, {"Content-Encoding": "gzip"}])
async def test_huge_answer_is_cut_at_the_bound(headers: dict[str, str]) -> None:
    block = b" " * 64 * 1024
    written = 0

    async def answer(request: web.Request) -> web.StreamResponse:
        nonlocal written
        response = web.StreamResponse(status=202, headers=headers)
        await response.prepare(request)
        packed = gzip.compress(block * 256)
        while written < 64 * MAX_ANSWER_BYTES:
            await response.write(packed if headers else block)
            written += len(block)
        return response

    async with client_of(answer) as client:
        with pytest.raises(OutcomeUnknown, match=f"larger than {MAX_ANSWER_BYTES} bytes"):
            await client.create_prefetch(asset_id="a1")

    assert written < 64 * MAX_ANSWER_BYTES


async def test_connection_of_a_cut_answer_is_given_back() -> None:
    async def answer(request: web.Request) -> web.Response:
        return web.Response(status=202, body=b" " * 4 * MAX_ANSWER_BYTES)

    one = httpx.Limits(max_connections=1)
    async with (
        serving(answer) as endpoint,
        httpx.AsyncClient(limits=one, timeout=httpx.Timeout(5, pool=SHORT_S)) as http,
    ):
        client = client_with(http, Authentication(), endpoint=endpoint)
        for _ in range(3):
            with pytest.raises(OutcomeUnknown, match="larger than"):
                await client.create_prefetch(asset_id="a1")


async def test_huge_refusal_is_still_a_refusal() -> None:
    async def answer(request: web.Request) -> web.Response:
        return web.Response(status=400, body=b"x" * 4 * MAX_ANSWER_BYTES)

    async with client_of(answer) as client:
        with pytest.raises(BadRequest):
            await client.create_prefetch(asset_id="a1")


async def test_redirect_is_neither_followed_nor_success() -> None:
    paths = []

    async def answer(request: web.Request) -> web.Response:
        paths.append(request.path)
        return web.json_response({"task_id": TASK}, status=302, headers={"Location": "/elsewhere"})

    async with client_of(answer) as client:
        with pytest.raises(OutcomeUnknown):
            await client.create_prefetch(asset_id="a1")

    assert paths == [f"/v1.0/{PROJECT}/asset/preheating"]


async def test_signal_to_stop_passes_through() -> None:
    arrived = asyncio.Event()

    async def answer(request: web.Request) -> web.Response:
        arrived.set()
        await asyncio.Event().wait()
        raise AssertionError("unreachable")

    async with client_of(answer) as client:
        call = asyncio.create_task(client.create_prefetch(asset_id="a1"))
        await arrived.wait()
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
