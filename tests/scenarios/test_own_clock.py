"""Times that people type are read on their own clock, where the app was granted the scope."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import pytest_asyncio

from bot.blocks import ids
from bot.sandbox.fakeslack import JUN, NORA, SAM
from bot.sandbox.stage import Stage
from bot.words.mrkdwn import spoken
from tests.helpers.running_bot import bot_on_stage
from tests.helpers.slack_people import final_card, outcome_of, propose, words
from tests.helpers.stored_rows import requests_of

pytestmark = pytest.mark.asyncio(loop_scope="module")

URL = "https://v.example.com/a.mp4"
AMSTERDAM, SHANGHAI = ZoneInfo("Europe/Amsterdam"), ZoneInfo("Asia/Shanghai")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def granted(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    """A bot that was granted the optional scope."""
    database = tmp_path_factory.mktemp("clock") / "prefetch.db"
    async with bot_on_stage(database, scopes=["users:read"]) as stage:
        yield stage


def tomorrow_at_18(zone: ZoneInfo) -> datetime:
    tomorrow = datetime.now(zone).date() + timedelta(days=1)
    return datetime(tomorrow.year, tomorrow.month, tomorrow.day, 18, tzinfo=zone)


async def test_typed_time_is_meant_on_the_own_clock_and_the_modal_says_so(granted: Stage) -> None:
    sam = granted.slack.person(SAM)
    moment = tomorrow_at_18(AMSTERDAM)

    view = await propose(sam, f"{URL} tomorrow at 18:00")
    again = await propose(sam, f"{URL} tomorrow at 18:00")
    await sam.submit(again)
    card = await final_card(granted)

    said = f"({spoken(moment, AMSTERDAM)}, in your own time zone, Europe/Amsterdam)"
    assert said in words(view)
    assert said in words(again)
    assert outcome_of(card) == "scheduled"
    assert requests_of(granted)[-1].run_at == moment
    assert len(granted.slack.log.of("call", "users.info")) == 1


async def test_zone_that_was_typed_counts_before_the_own(granted: Stage) -> None:
    sam = granted.slack.person(SAM)

    view = await propose(sam, f"{URL} tomorrow at 18:00 UTC")
    await sam.submit(view)
    await final_card(granted)

    run_at = requests_of(granted)[-1].run_at
    assert run_at is not None
    assert (run_at.astimezone(UTC).hour, run_at.minute) == (18, 0)


async def test_time_on_the_own_clock_is_kept_when_the_modal_is_changed(granted: Stage) -> None:
    sam = granted.slack.person(SAM)
    later = int(tomorrow_at_18(AMSTERDAM).timestamp()) + 3600

    view = await propose(sam, f"{URL} tomorrow at 18:00")
    await sam.choose(view, ids.SEND_AT_INPUT, later)
    await granted.slack.wait_until(lambda: " 19:00 UTC+" in words(sam.views[-1]))
    await sam.close(sam.views[-1])

    assert "in your own time zone, Europe/Amsterdam" in words(sam.views[-1] if sam.views else view)


@pytest.mark.parametrize("fault", ["fatal_error", None])
async def test_slack_that_does_not_tell_leaves_the_clock_of_the_quota(
    granted: Stage, fault: str | None
) -> None:
    # Somebody else each time, of whom nothing is known yet.
    person = granted.slack.person(JUN if fault else NORA)
    granted.slack.fail("users.info", fault, latency_s=0 if fault else 3)

    view = await propose(person, f"{URL} tomorrow at 18:00")
    await person.close(view)

    told = f"{spoken(tomorrow_at_18(SHANGHAI), SHANGHAI)}, in the time zone of the quota, Asia/Sha"
    assert told in words(view)
