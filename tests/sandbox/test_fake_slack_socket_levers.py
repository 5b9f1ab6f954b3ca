"""FakeSlack's sockets when they misbehave on demand, as an app meets them."""

import asyncio
from collections.abc import AsyncIterator

import aiohttp
import pytest

from bot.sandbox.fakeslack import LAUNCH, MEI, FakeSlack
from tests.helpers.slack_app import MANIFEST, SocketApp

pytestmark = pytest.mark.integration

SOON_S = 0.3
WITHIN_S = 5.0


@pytest.fixture
async def slack() -> AsyncIterator[FakeSlack]:
    async with FakeSlack(MANIFEST) as server:
        yield server


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as client:
        yield client


async def test_address_serves_one_handshake(
    slack: FakeSlack, session: aiohttp.ClientSession
) -> None:
    url = await _address(slack, session)
    async with session.ws_connect(url):
        pass

    with pytest.raises(aiohttp.WSServerHandshakeError, match="403"):
        await session.ws_connect(url)


@pytest.mark.parametrize("status", [401, 408, 503])
async def test_refused_handshake_uses_its_address_up(
    slack: FakeSlack, session: aiohttp.ClientSession, status: int
) -> None:
    url = await _address(slack, session)
    slack.socket_levers.refuse(status, times=1, retry_after="7")

    with pytest.raises(aiohttp.WSServerHandshakeError, match=str(status)) as refused:
        await session.ws_connect(url)
    with pytest.raises(aiohttp.WSServerHandshakeError, match="403"):
        await session.ws_connect(url)

    assert refused.value.headers is not None
    assert refused.value.headers["Retry-After"] == "7"
    async with session.ws_connect(await _address(slack, session)) as socket:
        assert (await socket.receive_json())["type"] == "hello"


async def test_handshake_hangs_until_it_is_healed(
    slack: FakeSlack, session: aiohttp.ClientSession
) -> None:
    slack.socket_levers.hang()
    connecting = asyncio.create_task(_greeting(session, await _address(slack, session)))

    done, _ = await asyncio.wait({connecting}, timeout=SOON_S)
    slack.socket_levers.heal()

    assert not done
    assert (await connecting)["type"] == "hello"


async def test_pings_can_stay_unanswered(slack: FakeSlack, session: aiohttp.ClientSession) -> None:
    url = await _address(slack, session)
    async with session.ws_connect(url, autoping=False) as socket:
        await socket.receive()
        await socket.ping(b"one")
        assert (await socket.receive()).type == aiohttp.WSMsgType.PONG

        slack.socket_levers.answers_pings = False
        await socket.ping(b"two")
        with pytest.raises(TimeoutError):
            await socket.receive(timeout=SOON_S)


@pytest.mark.parametrize("greets", [True, False])
async def test_each_new_socket_is_sent_away(
    slack: FakeSlack, session: aiohttp.ClientSession, *, greets: bool
) -> None:
    slack.socket_levers.goodbye = "too_many_websockets"
    slack.socket_levers.greets = greets

    async with session.ws_connect(await _address(slack, session)) as socket:
        if greets:
            assert (await socket.receive_json(timeout=WITHIN_S))["type"] == "hello"
        said = await socket.receive_json(timeout=WITHIN_S)

    assert (said["type"], said["reason"]) == ("disconnect", "too_many_websockets")


async def test_disabled_link_ends_sockets_and_gives_none_until_it_is_allowed(
    slack: FakeSlack, session: aiohttp.ClientSession
) -> None:
    async with session.ws_connect(await _address(slack, session)) as socket:
        await socket.receive()
        await slack.disconnect_sockets("link_disabled")

        assert (await socket.receive_json())["reason"] == "link_disabled"
        assert (await socket.receive()).type == aiohttp.WSMsgType.CLOSE
    assert (await _open(slack, session))["error"] == "access_denied"
    slack.socket_levers.is_allowed = True
    assert (await _open(slack, session))["ok"]


@pytest.mark.parametrize("reset", [True, False])
async def test_dropped_socket_ends_without_a_close_frame(
    slack: FakeSlack, session: aiohttp.ClientSession, *, reset: bool
) -> None:
    async with session.ws_connect(await _address(slack, session)) as socket:
        await socket.receive()
        await slack.drop_sockets(reset=reset)

        frame = await socket.receive(timeout=WITHIN_S)

    assert frame.type in {aiohttp.WSMsgType.CLOSED, aiohttp.WSMsgType.ERROR}
    assert socket.close_code == aiohttp.WSCloseCode.ABNORMAL_CLOSURE


@pytest.mark.parametrize(("retry_after", "said"), [(3, "3"), (0.5, "0.5"), ("", ""), (None, None)])
async def test_too_many_addresses_are_refused_with_any_retry_after(
    slack: FakeSlack,
    session: aiohttp.ClientSession,
    retry_after: float | str | None,
    said: str | None,
) -> None:
    slack.fail("apps.connections.open", retry_after=retry_after, times=100)

    async with _request(slack, session) as response:
        assert (response.status, response.headers.get("Retry-After")) == (429, said)
    slack.well_again("apps.connections.open")
    assert (await _open(slack, session))["ok"]


@pytest.mark.parametrize("status", [200, 502])
async def test_page_comes_instead_of_an_answer(
    slack: FakeSlack, session: aiohttp.ClientSession, status: int
) -> None:
    slack.fail("apps.connections.open", "page", status=status, page="<html>Sorry</html>")

    async with _request(slack, session) as response:
        assert (response.status, response.content_type) == (status, "text/html")
        assert await response.text() == "<html>Sorry</html>"


async def test_clicks_and_shortcuts_take_no_answer(slack: FakeSlack) -> None:
    async with SocketApp(slack) as app:
        mei = slack.person(MEI)
        await mei.command(LAUNCH, "/prefetch", "x")
        await mei.global_shortcut("anywhere")

    assert [envelope["accepts_response_payload"] for envelope in app.heard] == [True, False]


def _request(
    slack: FakeSlack, session: aiohttp.ClientSession
) -> "aiohttp.client._RequestContextManager":
    headers = {"Authorization": f"Bearer {slack.app_token}"}
    return session.post(f"{slack.api_url}apps.connections.open", headers=headers)


async def _open(slack: FakeSlack, session: aiohttp.ClientSession) -> dict[str, object]:
    async with _request(slack, session) as response:
        answer: dict[str, object] = await response.json()
    return answer


async def _address(slack: FakeSlack, session: aiohttp.ClientSession) -> str:
    return str((await _open(slack, session))["url"])


async def _greeting(session: aiohttp.ClientSession, url: str) -> dict[str, object]:
    async with session.ws_connect(url) as socket:
        greeting: dict[str, object] = await socket.receive_json()
    return greeting
