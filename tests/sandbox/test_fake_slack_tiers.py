"""FakeSlack takes no more calls than Slack documents, and says how long to wait."""

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.fakeslack import LAUNCH, RANDOM, FakeSlack, Tiers
from bot.sandbox.fakeslack.tiers import PER_MINUTE, POSTS_IN_A_ROW
from tests.helpers.running_bot import MANIFEST


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.mark.parametrize(("method", "limit"), PER_MINUTE.items())
def test_minute_holds_no_more_calls_than_the_tier_allows(method: str, limit: int) -> None:
    clock = Clock()
    tiers = Tiers(clock=clock)
    taken = 0
    while tiers.refuses(method, "") is None:
        taken += 1
        clock.now += 0.1

    assert taken == limit
    assert tiers.refuses(method, "") == pytest.approx(60 - clock.now)
    clock.now = 60.0
    assert tiers.refuses(method, "") is None


def test_methods_are_counted_apart() -> None:
    tiers = Tiers(clock=Clock())
    while tiers.refuses("chat.update", "") is None:
        pass

    assert tiers.refuses("chat.delete", "") is None


def test_channel_takes_a_burst_of_posts_then_one_a_second() -> None:
    clock = Clock()
    tiers = Tiers(clock=clock)
    burst = 0
    while tiers.refuses("chat.postMessage", LAUNCH) is None:
        burst += 1

    assert burst == POSTS_IN_A_ROW
    assert tiers.refuses("chat.postMessage", RANDOM) is None
    clock.now = 1.0
    assert tiers.refuses("chat.postMessage", LAUNCH) is None
    assert tiers.refuses("chat.postMessage", LAUNCH) == pytest.approx(1.0)


def test_lever_lets_everything_through() -> None:
    tiers = Tiers(enforced=False, clock=Clock())

    assert all(tiers.refuses("chat.update", "") is None for _ in range(1000))


@pytest.mark.integration
async def test_call_beyond_the_tier_is_answered_429_with_the_seconds_to_wait() -> None:
    async with FakeSlack(MANIFEST, tiers=Tiers(clock=Clock())) as slack:
        client = AsyncWebClient(token=slack.bot_token, base_url=slack.api_url, retry_handlers=[])
        for _ in range(POSTS_IN_A_ROW):
            posted = await client.chat_postMessage(channel=LAUNCH, text="hello")

        with pytest.raises(SlackApiError) as refused:
            await client.chat_postMessage(channel=LAUNCH, text="hello")

    assert posted["ok"]
    assert refused.value.response.status_code == 429
    assert refused.value.response.headers["Retry-After"] == "1"
