"""Two replicas on one database hear of one person's choices: the last one is kept and shown."""

from collections.abc import AsyncIterator
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest

from bot.sandbox.fakeslack import LAUNCH, MEI, FakeSlack, Person
from storage.tables import DraftRow, RequestRow
from tests.helpers.listener_harness import URL, ListenerHarness, Payload, listeners_of, open_modal
from tests.helpers.running_bot import MANIFEST

pytestmark = pytest.mark.integration

HOURS = (1, 2, 3)
SLOW_S = 0.3


@pytest.fixture
async def replicas(postgresql_url: str) -> AsyncIterator[tuple[ListenerHarness, ListenerHarness]]:
    async with (
        FakeSlack(MANIFEST) as slack,
        listeners_of(slack, postgresql_url) as first,
        listeners_of(slack, postgresql_url) as second,
    ):
        yield first, second


def in_hours(hours: int) -> int:
    return int((datetime.now(UTC) + timedelta(hours=hours)).timestamp())


async def choose(listeners: ListenerHarness, moment: int) -> Person:
    """The choice reaches this replica, whose answer may still be on its way at the return."""
    mei = listeners.person(MEI)
    listeners.at_the_ack = True
    asked = len(listeners.slack.log.of("envelope"))
    await mei.choose(open_modal(mei), "send_at_moment", moment)
    assert len(listeners.slack.log.of("envelope")) == asked + 1
    return mei


async def settled(*replicas: ListenerHarness) -> None:
    for replica in replicas:
        await replica.background.close()


async def check_last(listeners: ListenerHarness, moment: int) -> None:
    (draft,) = await listeners.rows(DraftRow)
    assert draft.run_at is not None
    assert draft.run_at.timestamp() == moment
    assert f"^{moment}^" in str(open_modal(listeners.slack.person(MEI)).body["blocks"])


@pytest.mark.parametrize("slow", [(SLOW_S,), (SLOW_S, 0.1), (0.1, SLOW_S)], ids=str)
async def test_last_choice_is_shown_and_runs_although_an_answer_is_slow(
    replicas: tuple[ListenerHarness, ListenerHarness], slow: tuple[float, ...]
) -> None:
    """21:00, then at once 22:00 by the other replica; so long each answer takes."""
    first, second = replicas
    mei = first.person(MEI)
    await mei.command(LAUNCH, "/prefetch", URL)
    nine, ten = map(in_hours, HOURS[:2])
    for latency_s in slow:
        first.slack.fail("views.update", None, latency_s=latency_s, times=1)

    await choose(first, nine)
    await choose(second, ten)
    await settled(first, second)

    await check_last(first, ten)
    await mei.submit(open_modal(mei))
    (request,) = await first.rows(RequestRow)
    assert request.run_at is not None
    assert request.run_at.timestamp() == ten


async def test_choices_that_arrive_in_any_order_end_in_the_last_one(
    replicas: tuple[ListenerHarness, ListenerHarness],
) -> None:
    """The envelopes overtake each other, on the one replica and on the other."""
    first, second = replicas
    mei = first.person(MEI)
    await mei.command(LAUNCH, "/prefetch", URL)
    await choose(first, in_hours(1))
    heard, last = first.heard[-1], in_hours(HOURS[-1])
    for round_, order in enumerate(permutations(range(len(HOURS))), start=1):
        first.slack.fail("views.update", None, latency_s=0.05, times=1)

        for turn, position in enumerate(order):
            moment = last if position == len(HOURS) - 1 else in_hours(HOURS[position]) + round_
            later = chosen_later(heard, moment, by_s=10 * round_ + position)
            await (first, second)[turn % 2].send({"payload": later}, 3.0)
        await settled(first, second)

        await check_last(first, last)


def chosen_later(payload: Payload, moment: int, *, by_s: int) -> Payload:
    """The click as it would be had the person chosen that moment so much later."""
    later = deepcopy(payload)
    chosen_at = float(payload["actions"][0]["action_ts"]) + by_s
    later["actions"][0] |= {"action_ts": f"{chosen_at:.6f}", "selected_date_time": moment}
    later["view"]["state"]["values"]["send_at"]["send_at_moment"]["selected_date_time"] = moment
    return later
