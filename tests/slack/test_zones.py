"""The time zone of a person, as Slack tells it to an app that was granted the scope."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
import pytest

from bot.sandbox.fakeslack import MEI, SAM, FakeSlack
from bot.slack.client import SlackClient
from bot.slack.zones import SlackZones
from tests.helpers.slack_app import MANIFEST

pytestmark = pytest.mark.integration


@asynccontextmanager
async def zones_of(slack: FakeSlack) -> AsyncIterator[tuple[SlackZones, SlackClient]]:
    async with aiohttp.ClientSession() as session:
        client = SlackClient(
            token=slack.bot_token,
            base_url=slack.api_url,
            session=session,
            timeout=5,
            retry_handlers=[],
            proxy_for=lambda _: None,
        )
        yield SlackZones(client), client


@pytest.fixture
async def slack() -> AsyncIterator[FakeSlack]:
    async with FakeSlack(MANIFEST) as slack:
        yield slack


async def test_zone_is_told_of_each_person(slack: FakeSlack) -> None:
    async with zones_of(slack) as (zones, _):
        told = [await zones.name_of(person) for person in (MEI, SAM)]

    assert told == ["Asia/Shanghai", "Europe/Amsterdam"]


async def test_scope_is_known_from_the_first_answer_and_lost_with_the_first_refusal(
    slack: FakeSlack,
) -> None:
    async with zones_of(slack) as (zones, client):
        before = zones.is_granted
        await client.auth_test()
        granted = zones.is_granted
        slack.scopes.discard("users:read")
        told = await zones.name_of(MEI)

        assert (before, granted, zones.is_granted) == (False, True, False)
        assert told == ""
        assert client.bot_token.problem() is None


async def test_person_whom_slack_does_not_show_has_no_zone(slack: FakeSlack) -> None:
    async with zones_of(slack) as (zones, client):
        told = await zones.name_of("U0NOBODY")

        assert told == ""
        assert client.bot_token.problem() is None
