"""When the bot gives up listening, and what it says of a Slack that gives it no socket."""

import asyncio
import json
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager

import pytest

from bot.sandbox.fakeslack import FakeSlack
from bot.slack.listening import Listening
from bot.slack.opening import REASONS, NotOpened
from tests.helpers.breakable_connection import Wire
from tests.helpers.listening_bot import LOOK_EVERY_S, listening_at, wire_to
from tests.helpers.running_bot import MANIFEST
from tests.helpers.slack_faults import ADDRESS, ALWAYS, HTML

pytestmark = pytest.mark.integration

GIVE_UP_S = 2.0
WITHIN_S = 30.0
LONGER_S = 3.5 * GIVE_UP_S
STORM_S = 5.0
MOST_ASKED = 5

Trouble = Callable[[FakeSlack], Awaitable[None]]


async def _refuses_handshakes(slack: FakeSlack) -> None:
    slack.socket_levers.refuse(503)
    await slack.drop_sockets()


async def _gives_no_address(slack: FakeSlack) -> None:
    slack.fail(ADDRESS, "internal_error", times=ALWAYS)
    await slack.drop_sockets()


async def _answers_pages(slack: FakeSlack) -> None:
    slack.fail(ADDRESS, "page", status=502, page=HTML, times=ALWAYS)
    await slack.drop_sockets()


async def _sends_each_socket_away(slack: FakeSlack) -> None:
    slack.socket_levers.goodbye = "too_many_websockets"
    await slack.disconnect_sockets("too_many_websockets")


async def _never_shakes_hands(slack: FakeSlack) -> None:
    slack.socket_levers.hang()
    await slack.drop_sockets()


async def _switches_socket_mode_off(slack: FakeSlack) -> None:
    await slack.disconnect_sockets("link_disabled")


GIVEN_UP: Mapping[str, Trouble] = {
    "Slack refuses the socket's handshake: HTTP 503": _refuses_handshakes,
    "Slack gives no address: internal_error": _gives_no_address,
    "Slack gives no address: HTTP 502": _answers_pages,
    "ten connections are the limit": _sends_each_socket_away,
    "Slack does not answer the socket's handshake": _never_shakes_hands,
    "Slack gives no address: access_denied": _switches_socket_mode_off,
}


async def test_listening_is_given_up_when_slack_answers_but_gives_no_socket() -> None:
    reasons = await asyncio.gather(*map(_given_up, GIVEN_UP.values()))

    assert [said in reason for said, reason in zip(GIVEN_UP, reasons, strict=True)] == [True] * 6


async def _given_up(trouble: Trouble) -> str:
    async with _impatient() as (slack, _, listening):
        began = time.monotonic()
        await trouble(slack)
        reason = await asyncio.wait_for(listening.deaf_for_good(), WITHIN_S)
        assert time.monotonic() - began >= GIVE_UP_S
        assert listening.problems()
        return reason


async def _refuses_connections(slack: FakeSlack, wire: Wire) -> None:
    await slack.drop_sockets()
    await wire.refuse()


async def _is_a_black_hole(slack: FakeSlack, wire: Wire) -> None:
    await slack.drop_sockets()
    wire.cut()


async def _asks_for_new_sockets(slack: FakeSlack, _: Wire) -> None:
    slack.socket_levers.goodbye = "refresh_requested"
    await slack.disconnect_sockets("refresh_requested")


WAITED_OUT = (_refuses_connections, _is_a_black_hole, _asks_for_new_sockets)


async def test_network_that_is_gone_is_waited_for_and_refreshes_are_no_deafness() -> None:
    is_waiting = await asyncio.gather(*map(_waits, WAITED_OUT))

    assert is_waiting == [True] * 3


async def _waits(trouble: Callable[[FakeSlack, Wire], Awaitable[None]]) -> bool:
    async with _impatient() as (slack, wire, listening):
        await trouble(slack, wire)
        giving_up = asyncio.create_task(listening.deaf_for_good())
        done, _ = await asyncio.wait({giving_up}, timeout=LONGER_S)
        giving_up.cancel()
        return not done


async def test_time_without_a_network_does_not_count_when_it_is_back() -> None:
    async with _impatient() as (slack, wire, listening):
        slack.socket_levers.refuse(503)
        await wire.refuse()
        await asyncio.sleep(GIVE_UP_S)
        await wire.accept()
        back = time.monotonic()

        await asyncio.wait_for(listening.deaf_for_good(), WITHIN_S)

        assert time.monotonic() - back >= GIVE_UP_S / 2


STORMS = (("too_many_websockets", True), ("too_many_websockets", False), ("maintenance", True))


async def test_storm_of_sockets_sent_away_is_answered_ever_more_slowly(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.WARNING, "bot.slack")

    asked = await asyncio.gather(*(_asked_in_a_storm(*storm) for storm in STORMS))

    assert max(asked) <= MOST_ASKED
    assert sorted(record.getMessage() for record in caplog.records) == [
        "not listening to Slack: Slack ended the socket (maintenance)",
        *[f"not listening to Slack: {REASONS['too_many_websockets']}"] * 2,
    ]


async def _asked_in_a_storm(reason: str, greets: bool) -> int:  # noqa: FBT001  # a row of STORMS
    async with _impatient(give_up_s=600) as (slack, _, _listening):
        slack.socket_levers.goodbye = reason
        slack.socket_levers.greets = greets
        asked = len(slack.log.of("call", ADDRESS))
        await slack.disconnect_sockets(reason)
        await asyncio.sleep(STORM_S)
        return len(slack.log.of("call", ADDRESS)) - asked


NO_LONGER_TAKEN = {
    "token_revoked": "SLACK_APP_TOKEN is refused by Slack (token_revoked)",
    "account_inactive": "SLACK_APP_TOKEN is refused by Slack (account_inactive)",
    "missing_scope": "SLACK_APP_TOKEN lacks the scope connections:write",
    "not_allowed_token_type": "SLACK_APP_TOKEN holds a token of another kind",
}


async def test_token_that_slack_no_longer_takes_is_said_once(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.WARNING, "bot.slack")

    await asyncio.gather(*(_no_longer_taken(*pair) for pair in NO_LONGER_TAKEN.items()))

    lines = [record.getMessage() for record in caplog.records]
    assert sorted(line for line in lines if "SLACK_APP_TOKEN" in line) == sorted(
        line for line in lines if any(said in line for said in NO_LONGER_TAKEN.values())
    )
    assert [sum(said in line for line in lines) for said in NO_LONGER_TAKEN.values()] == [1] * 4


async def _no_longer_taken(code: str, said: str) -> None:
    answer = json.dumps({"ok": False, "error": code, "needed": "connections:write"})
    async with _impatient(give_up_s=600) as (slack, _, listening):
        asked = len(slack.log.of("call", ADDRESS))
        slack.fail(ADDRESS, code, page=answer, times=ALWAYS)
        await slack.drop_sockets()
        await slack.wait_until(
            lambda: len(slack.log.of("call", ADDRESS)) >= asked + 3, within_s=WITHIN_S
        )
        await _until_it_tells(listening, said)
        slack.well_again(ADDRESS)
        await slack.connected(WITHIN_S)


async def test_start_outlasts_a_short_trouble() -> None:
    async with FakeSlack(MANIFEST) as slack:
        slack.fail(ADDRESS, "internal_error")
        slack.socket_levers.refuse(503, times=2)

        async with listening_at(slack) as listening:
            assert listening.problems() == []
            assert len(slack.log.of("call", ADDRESS)) == 4


@pytest.mark.parametrize("code", ["invalid_auth", "token_revoked", "account_inactive"])
async def test_start_with_a_token_that_slack_refuses_is_not_tried_again(code: str) -> None:
    async with FakeSlack(MANIFEST) as slack:
        slack.fail(ADDRESS, code, times=ALWAYS)

        with pytest.raises(NotOpened, match="SLACK_APP_TOKEN is refused by Slack") as refused:
            await listening_at(slack).__aenter__()

        assert refused.value.is_token
        assert len(slack.log.of("call", ADDRESS)) == 1


async def test_retry_after_is_obeyed_beyond_the_usual_wait() -> None:
    async with _impatient(give_up_s=600) as (slack, _, _listening):
        slack.fail(ADDRESS, retry_after=3)
        await slack.drop_sockets()
        await slack.wait_until(lambda: slack.log.of("call", ADDRESS)[1:], WITHIN_S)
        refused = time.monotonic()
        await slack.connected(WITHIN_S)

        assert time.monotonic() - refused >= 3


@asynccontextmanager
async def _impatient(
    *, give_up_s: float = GIVE_UP_S
) -> AsyncIterator[tuple[FakeSlack, Wire, Listening]]:
    async with (
        FakeSlack(MANIFEST) as slack,
        wire_to(slack) as wire,
        listening_at(slack, give_up_s=give_up_s) as listening,
    ):
        yield slack, wire, listening


async def _until_it_tells(listening: Listening, words: str) -> None:
    async with asyncio.timeout(WITHIN_S):
        while words not in "".join(listening.problems()):  # noqa: ASYNC110  # nothing tells it
            await asyncio.sleep(LOOK_EVERY_S)
