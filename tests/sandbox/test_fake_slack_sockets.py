"""FakeSlack's Socket Mode: acknowledgements, redelivery, connections that come and go."""

from collections.abc import AsyncIterator

import aiohttp
import pytest

from bot.sandbox.fakeslack import LAUNCH, MEI, FakeSlack, Person
from tests.helpers.slack_app import MANIFEST, SocketApp, call

pytestmark = pytest.mark.integration

TIMED_OUT = '/prefetch failed with the error "operation_timeout"'
DISPATCH_FAILED = '/prefetch failed with the error "dispatch_failed"'


@pytest.fixture
async def slack() -> AsyncIterator[FakeSlack]:
    async with FakeSlack(MANIFEST) as server:
        yield server


@pytest.fixture
async def impatient() -> AsyncIterator[FakeSlack]:
    """Slack that gives up soon and asks again at once."""
    async with FakeSlack(MANIFEST, ack_seconds=0.3, retry_pauses=(0, 0, 0)) as server:
        yield server


@pytest.fixture
async def app(slack: FakeSlack) -> AsyncIterator[SocketApp]:
    async with SocketApp(slack) as socket_app:
        yield socket_app


@pytest.fixture
def mei(slack: FakeSlack) -> Person:
    return slack.person(MEI)


def texts(mei: Person) -> list[str]:
    return [message.text for message in mei.sees(LAUNCH)]


async def test_hello_counts_connections_and_tells_their_lifetime(app: SocketApp) -> None:
    assert app.hello["type"] == "hello"
    assert app.hello["num_connections"] == 1
    assert app.hello["debug_info"]["approximate_connection_time"] == 3600


async def test_socket_needs_a_ticket(slack: FakeSlack) -> None:
    url = slack.api_url.replace("http", "ws").replace("/api/", "/link/?ticket=made-up")

    async with aiohttp.ClientSession() as session:
        with pytest.raises(aiohttp.WSServerHandshakeError, match="403"):
            await session.ws_connect(url)


async def test_acknowledged_command_takes_no_second_attempt(app: SocketApp, mei: Person) -> None:
    delivery = await mei.command(LAUNCH, "/prefetch", "x")

    assert delivery.is_acked
    assert (delivery.error, delivery.attempts) == (None, 1)
    assert set(app.heard[0]) == {"envelope_id", "type", "payload", "accepts_response_payload"}


async def test_answer_in_the_ack_is_for_the_asker_alone(
    slack: FakeSlack, app: SocketApp, mei: Person
) -> None:
    app.answer = {"text": "880 left"}

    delivery = await mei.command(LAUNCH, "/prefetch", "quota")

    assert delivery.payload == {"text": "880 left"}
    assert [(m.text, m.only_for) for m in mei.sees(LAUNCH)] == [("880 left", MEI)]


async def test_answer_in_channel_repeats_what_was_typed(app: SocketApp, mei: Person) -> None:
    app.answer = {"text": "880 left", "response_type": "in_channel"}

    await mei.command(LAUNCH, "/prefetch", "quota")

    assert texts(mei) == ["/prefetch quota", "880 left"]


async def test_answer_with_invalid_blocks_fails_the_command(app: SocketApp, mei: Person) -> None:
    app.answer = {"blocks": [{"type": "sectoin"}]}

    delivery = await mei.command(LAUNCH, "/prefetch")

    assert delivery.error == "invalid_command_response"


async def test_silence_is_a_timeout_and_slack_sends_the_command_again(impatient: FakeSlack) -> None:
    mei = impatient.person(MEI)
    async with SocketApp(impatient) as app:
        app.is_silent = True

        delivery = await mei.command(LAUNCH, "/prefetch", "x")
        await impatient.wait_until(lambda: delivery.attempts == 2)
        app.is_silent = False
        await impatient.wait_until(lambda: delivery.is_acked)

        assert texts(mei) == [TIMED_OUT]
        assert len({e["envelope_id"] for e in app.heard}) == 1
        assert app.heard[1]["retry_attempt"] == 1
        assert app.heard[1]["retry_reason"] == "timeout"
        assert app.heard[1]["payload"] == app.heard[0]["payload"]


async def test_event_is_redelivered_three_times_and_no_more(impatient: FakeSlack) -> None:
    mei = impatient.person(MEI)
    async with SocketApp(impatient) as app:
        app.is_silent = True

        delivery = await mei.open_home()
        assert delivery is not None
        await impatient.wait_until(
            lambda: len(impatient.log.of("trouble", "operation_timeout")) == 4
        )

        assert [e["retry_attempt"] for e in app.heard] == [0, 1, 2, 3]
        assert delivery.attempts == 4


async def test_late_acknowledgement_counts_for_nothing(impatient: FakeSlack) -> None:
    mei = impatient.person(MEI)
    async with SocketApp(impatient) as app:
        app.is_silent = True
        delivery = await mei.command(LAUNCH, "/prefetch", "x")
        await impatient.wait_until(lambda: delivery.attempts == 4)
        await impatient.wait_until(
            lambda: len(impatient.log.of("trouble", "operation_timeout")) == 4
        )

        await app.acknowledge(app.heard[0], {"text": "too late"})
        await app.acknowledge(app.heard[0])
        await impatient.wait_until(lambda: len(impatient.log.of("trouble", "late_ack")) == 2)

        assert texts(mei) == [TIMED_OUT]
        assert not delivery.is_acked


async def test_last_envelope_comes_again_at_once_on_demand(
    slack: FakeSlack, app: SocketApp, mei: Person
) -> None:
    first = await mei.command(LAUNCH, "/prefetch", "x")

    again = await slack.redeliver_last()

    assert again.is_acked
    assert [e["envelope_id"] for e in app.heard] == [first.envelope["envelope_id"]] * 2


async def test_command_without_a_socket_is_lost(slack: FakeSlack, mei: Person) -> None:
    delivery = await mei.command(LAUNCH, "/prefetch", "x")

    async with SocketApp(slack) as late:
        await mei.command(LAUNCH, "/prefetch", "y")

    assert (delivery.error, delivery.attempts) == ("dispatch_failed", 1)
    assert texts(mei) == [DISPATCH_FAILED]
    assert [e["payload"]["text"] for e in late.heard] == ["y"]


async def test_command_that_the_manifest_does_not_have_never_leaves_slack(
    app: SocketApp, mei: Person
) -> None:
    delivery = await mei.command(LAUNCH, "/preload")

    assert delivery.error == "invalid_command"
    assert texts(mei) == ["/preload is not a valid command."]
    assert app.heard == []


async def test_connections_take_turns(slack: FakeSlack, mei: Person) -> None:
    async with SocketApp(slack) as one, SocketApp(slack) as two:
        for _ in range(4):
            await mei.command(LAUNCH, "/prefetch")

        assert (len(one.heard), len(two.heard)) == (2, 2)


async def test_eleventh_connection_is_sent_away(slack: FakeSlack) -> None:
    apps = [SocketApp(slack) for _ in range(11)]
    for app in apps:
        await app.__aenter__()

    assert apps[-1].hello["type"] == "disconnect"
    assert apps[-1].hello["reason"] == "too_many_websockets"
    assert slack.connections == 10
    for app in apps:
        await app.__aexit__()


@pytest.mark.parametrize("reason", ["warning", "refresh_requested", "link_disabled"])
async def test_disconnect_names_its_reason(slack: FakeSlack, app: SocketApp, reason: str) -> None:
    await slack.disconnect_sockets(reason)

    await slack.wait_until(lambda: slack.log.of("socket", "disconnect"))
    await call(slack, "api.test")
    assert [(m["type"], m["reason"]) for m in app.heard] == [("disconnect", reason)]


async def test_dropped_sockets_are_gone(slack: FakeSlack, app: SocketApp, mei: Person) -> None:
    await slack.drop_sockets()
    await slack.wait_until(lambda: slack.connections == 0)

    delivery = await mei.command(LAUNCH, "/prefetch")

    assert delivery.error == "dispatch_failed"


async def test_text_is_escaped_only_where_the_manifest_says_so(app: SocketApp, mei: Person) -> None:
    typed = "https://cdn.example.com/a?x=1&y=2 <@U0MEI0001>"

    await mei.command(LAUNCH, "/prefetch", typed)
    await mei.command(LAUNCH, "/escaped", typed)

    plain, escaped = (envelope["payload"]["text"] for envelope in app.heard)
    assert plain == typed
    assert escaped == "<https://cdn.example.com/a?x=1&amp;y=2> <@U0MEI0001>"


async def test_events_without_a_subscription_stay_in_slack() -> None:
    manifest = {**MANIFEST, "settings": {"interactivity": {"is_enabled": True}}}
    async with FakeSlack(manifest) as slack:
        assert await slack.person(MEI).open_home() is None
