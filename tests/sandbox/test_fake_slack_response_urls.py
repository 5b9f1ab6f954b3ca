"""FakeSlack's response URLs: five uses, half an hour, and whom the answer reaches."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.sandbox.fakeslack import JUN, LAUNCH, MEI, RANDOM, FakeSlack, Message, Person
from tests.helpers.slack_app import MANIFEST, SocketApp, button, call, post, section

pytestmark = pytest.mark.integration


class Clock:
    def __init__(self) -> None:
        self.seconds = 1_700_000_000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def slack(clock: Clock) -> AsyncIterator[FakeSlack]:
    async with FakeSlack(MANIFEST, now=clock) as server, SocketApp(server):
        yield server


@pytest.fixture
def mei(slack: FakeSlack) -> Person:
    return slack.person(MEI)


async def command_url(mei: Person, channel: str = LAUNCH) -> str:
    delivery = await mei.command(channel, "/prefetch")
    return str(delivery.envelope["payload"]["response_url"])


async def card_with_button(slack: FakeSlack, reader: str | None = None) -> Message:
    card = section("card", block_id="card", accessory=button("retry"))
    if reader:
        await call(slack, "chat.postEphemeral", channel=LAUNCH, user=reader, blocks=[card])
        return slack.person(reader).sees(LAUNCH)[-1]
    await call(slack, "chat.postMessage", channel=LAUNCH, text="card", blocks=[card])
    return await slack.next_message(LAUNCH)


async def test_sixth_use_is_refused(mei: Person) -> None:
    url = await command_url(mei)

    answers = [await post(url, {"text": str(n)}) for n in range(6)]

    assert answers == [(200, "ok")] * 5 + [(404, "used_url")]
    assert len(mei.sees(LAUNCH)) == 5


async def test_after_half_an_hour_it_has_expired(mei: Person, clock: Clock) -> None:
    url = await command_url(mei)

    clock.seconds += 1800
    last = await post(url, {"text": "just in time"})
    clock.seconds += 0.1
    late = await post(url, {"text": "too late"})

    assert (last, late) == ((200, "ok"), (404, "expired_url"))


async def test_answer_is_for_the_asker_unless_it_says_in_channel(
    slack: FakeSlack, mei: Person
) -> None:
    url = await command_url(mei)

    await post(url, {"text": "psst"})
    await post(url, {"text": "aloud", "response_type": "in_channel"})

    assert [m.text for m in mei.sees(LAUNCH)] == ["psst", "aloud"]
    assert [m.text for m in slack.person(JUN).sees(LAUNCH)] == ["aloud"]


async def test_it_works_where_the_bot_is_not_a_member(mei: Person) -> None:
    url = await command_url(mei, RANDOM)

    assert await post(url, {"text": "hello"}) == (200, "ok")
    assert [m.text for m in mei.sees(RANDOM)] == ["hello"]


@pytest.mark.parametrize(
    ("body", "error"),
    [({}, "no_text"), ({"blocks": [{"type": "sectoin"}]}, "invalid_blocks")],
)
async def test_what_slack_cannot_show_is_refused_and_uses_nothing(
    mei: Person, body: dict[str, Any], error: str
) -> None:
    url = await command_url(mei)

    refused = await post(url, body)
    accepted = [await post(url, {"text": str(n)}) for n in range(5)]

    assert refused == (400, error)
    assert accepted == [(200, "ok")] * 5


async def test_unknown_url_is_refused(mei: Person) -> None:
    status, _ = await post(await command_url(mei) + "x", {"text": "x"})

    assert status == 404


@pytest.mark.parametrize("reader", [None, MEI])
async def test_button_url_replaces_and_deletes_the_message_it_stood_in(
    slack: FakeSlack, mei: Person, reader: str | None
) -> None:
    card = await card_with_button(slack, reader)
    click = await mei.click(card, "retry")
    url = click.envelope["payload"]["response_url"]

    await post(url, {"text": "retried", "replace_original": True})
    (shown,) = mei.sees(LAUNCH)
    await post(url, {"delete_original": True})

    assert (shown.ts, shown.text, shown.blocks) == (card.ts, "retried", [])
    assert mei.sees(LAUNCH) == []


async def test_button_url_answers_beside_the_message_by_default(
    slack: FakeSlack, mei: Person
) -> None:
    click = await mei.click(await card_with_button(slack), "retry")

    await post(click.envelope["payload"]["response_url"], {"text": "2 sent again"})

    assert [(m.text, m.only_for) for m in mei.sees(LAUNCH)] == [
        ("card", None),
        ("2 sent again", MEI),
    ]
