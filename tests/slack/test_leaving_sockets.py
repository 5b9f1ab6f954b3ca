"""What becomes of an acknowledgement in hand when Slack wants another socket."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest

from bot.sandbox.fakeslack import MEI, Delivery, FakeSlack
from bot.slack.connection import Json
from bot.slack.listening import Listening
from tests.helpers.listening_bot import listening_at
from tests.helpers.running_bot import MANIFEST

pytestmark = pytest.mark.integration

WITHIN_S = 10.0


@dataclass
class SlowHearing:
    """Acknowledges nothing until `go_on`."""

    heard: list[str] = field(default_factory=list)
    begun: asyncio.Event = field(default_factory=asyncio.Event)
    go_on: asyncio.Event = field(default_factory=asyncio.Event)

    async def __call__(self, envelope: Json) -> Json:
        self.heard.append(str(envelope["envelope_id"]))
        self.begun.set()
        await self.go_on.wait()
        return {"envelope_id": envelope["envelope_id"]}


@pytest.mark.parametrize("reason", ["refresh_requested", "warning", "too_many_websockets"])
async def test_acknowledgement_in_hand_goes_out_on_the_socket_that_is_left(reason: str) -> None:
    async with _in_the_middle() as (slack, hearing, _, asking):
        await slack.disconnect_sockets(reason)
        await slack.wait_until(lambda: len(slack.log.of("socket", "hello")) == 2, WITHIN_S)
        hearing.go_on.set()
        delivery = await asking

        assert (delivery.is_acked, delivery.attempts, delivery.error) == (True, 1, None)
        assert len(hearing.heard) == 1
        await slack.wait_until(lambda: slack.connections == 1, WITHIN_S)
    assert not slack.log.of("trouble")


async def test_refresh_leaves_no_moment_without_a_socket() -> None:
    async with _in_the_middle() as (slack, hearing, listening, asking):
        hearing.go_on.set()
        await asking
        for number in range(3):
            await slack.disconnect_sockets("refresh_requested")
            while len(slack.log.of("socket", "hello")) < number + 2:
                assert listening.problems() == []
                await asyncio.sleep(0)

            delivery = await slack.person(MEI).open_home()
            assert delivery is not None
            assert delivery.is_acked


@pytest.mark.parametrize("reset", [True, False])
async def test_envelope_whose_socket_broke_is_acknowledged_when_it_comes_again(
    *, reset: bool
) -> None:
    async with _in_the_middle() as (slack, hearing, _, asking):
        await slack.drop_sockets(reset=reset)
        await slack.wait_until(lambda: len(slack.log.of("socket", "hello")) == 2, WITHIN_S)
        hearing.go_on.set()
        delivery = await asking
        await slack.wait_until(lambda: delivery.is_acked, WITHIN_S)

        assert delivery.attempts == 2
        assert hearing.heard == [delivery.envelope["envelope_id"]] * 2


async def test_acknowledgement_in_hand_goes_out_before_the_bot_stops() -> None:
    async with _in_the_middle() as (slack, hearing, listening, asking):
        closing = asyncio.create_task(listening.close())
        await asyncio.sleep(0)
        hearing.go_on.set()

        assert (await asking).is_acked
        await closing
        await slack.wait_until(lambda: slack.connections == 0, WITHIN_S)


@asynccontextmanager
async def _in_the_middle() -> AsyncIterator[
    tuple[FakeSlack, SlowHearing, Listening, asyncio.Task[Delivery]]
]:
    """One envelope has arrived and is not acknowledged yet."""
    hearing = SlowHearing()
    async with (
        FakeSlack(MANIFEST, ack_seconds=2, retry_pauses=(0, 0)) as slack,
        listening_at(slack, hear=hearing) as listening,
    ):
        asking = asyncio.create_task(_opened_home(slack))
        await asyncio.wait_for(hearing.begun.wait(), WITHIN_S)
        yield slack, hearing, listening, asking


async def _opened_home(slack: FakeSlack) -> Delivery:
    delivery = await slack.person(MEI).open_home()
    assert delivery is not None
    return delivery
