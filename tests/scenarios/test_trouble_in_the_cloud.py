"""The cloud fails in every way it knows; the card tells what that means for the files."""

from collections import Counter
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from sqlmodel import col, select

from bot.sandbox.fakeslack import LAUNCH, MEI, Message
from bot.sandbox.stage import Stage
from storage.tables import LedgerRow
from tests.helpers.running_bot import bot_on_stage
from tests.helpers.slack_people import (
    ERROR_ID,
    ask,
    final,
    next_private,
    outcome_of,
    prefetch,
    private,
    propose,
    request_id,
    task_ids,
    words,
)
from tests.helpers.stored_rows import check_books, reading

pytestmark = pytest.mark.asyncio(loop_scope="module")

ELEVEN = "\n".join(f"https://v.example.com/{number}.mp4" for number in range(11))
IN_DOUBT = {
    "vod-500": "Internal system error (VOD.10051)",
    "vod-timeout": "it did not answer in time",
    "vod-502-html": "502 Bad Gateway",
    "vod-huge": "the answer is larger than",
    "vod-garbage": "the answer holds no usable task_id",
    "vod-empty": "not a JSON object",
    "vod-redirect": "HTTP status 302",
    "vod-reset-after": "the connection broke",
}
REFUSED_ONE_BY_ONE = {
    "VOD.10058": "Correct what the message names",
    "vod-unknown-code": "An error that no published table lists (VOD.19999)",
}
WITHIN_S = 60.0


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def running(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    """One bot for all of these stories: none of the troubles may outlive its own request."""
    database = tmp_path_factory.mktemp("cloud") / "prefetch.db"
    async with bot_on_stage(
        database, PREFETCH_REQUEST_TIMEOUT_S="0.5", PREFETCH_POLL_GIVE_UP_S="3"
    ) as stage:
        yield stage


@pytest_asyncio.fixture(loop_scope="module")
async def stage(running: Stage) -> AsyncIterator[Stage]:
    yield running
    running.vod.clear_fault()
    check_books(running)


@pytest.mark.parametrize(("fault", "reason"), IN_DOUBT.items())
async def test_call_without_a_clear_answer_is_held_and_not_repeated(
    stage: Stage, fault: str, reason: str
) -> None:
    stage.vod.set_fault(fault, only="create")
    before = _creates(stage)

    card = await prefetch(stage, stage.slack.person(MEI), ELEVEN)

    assert outcome_of(card) == "partly failed"
    assert "0 of 11 ready, 11 may have been sent" in card.text
    assert words(card).count("`no task_id`") == 2
    assert reason in words(card)
    assert "look in the VOD console before sending it again" in words(card)
    assert _movements(stage, card) == {"reserve": 11, "hold": 11}
    assert _creates(stage) - before == 2


@pytest.mark.parametrize(("fault", "reason"), REFUSED_ONE_BY_ONE.items())
async def test_refused_call_is_released_and_the_next_one_tried(
    stage: Stage, fault: str, reason: str
) -> None:
    stage.vod.set_fault(fault, times=1)
    before = _creates(stage)

    card = await prefetch(stage, stage.slack.person(MEI), ELEVEN)

    assert outcome_of(card) == "partly failed"
    assert "1 of 11 ready, 10 not sent" in card.text
    assert reason in words(card)
    assert _movements(stage, card) == {"reserve": 11, "release": 10, "settle": 1}
    assert _creates(stage) - before == 2


async def test_address_that_was_refused_is_named_and_the_others_are_ready(stage: Stage) -> None:
    stage.vod.levers.refuse_urls_with, stage.vod.levers.refuse_code = ("/7.mp4",), "VOD.10062"
    mei = stage.slack.person(MEI)

    card = await prefetch(stage, mei, ELEVEN)
    await mei.click(card, "retry_failed")
    view = await mei.next_view()
    stage.vod.levers.refuse_urls_with = ()

    assert "10 of 11 ready, 1 not sent" in card.text
    assert (
        "`https://v.example.com/7.mp4`: Media asset or resource does not exist, please check"
        " (VOD.10062). Check the address,"
    ) in words(card)
    assert view.body["submit"]["text"] == "Prefetch 1 file"


async def test_one_bad_address_among_a_hundred_takes_sixteen_calls(stage: Stage) -> None:
    """Ten calls for a hundred good ones; six more find the eighth address of its ten."""
    stage.vod.levers.refuse_urls_with, stage.vod.levers.refuse_code = ("/137.mp4",), "VOD.10062"
    hundred = "\n".join(f"https://v.example.com/{number}.mp4" for number in range(100, 200))
    before = _creates(stage)

    card = await prefetch(stage, stage.slack.person(MEI), hundred)
    stage.vod.levers.refuse_urls_with = ()

    calls = _creates(stage) - before
    print(f"99 of 100 addresses sent, and one bad address found, with {calls} calls")
    assert calls == 16
    assert "99 of 100 ready, 1 not sent" in card.text
    assert "`https://v.example.com/137.mp4`: Media asset or resource" in words(card)


async def test_domain_that_is_switched_off_is_named_and_asked_about_once(stage: Stage) -> None:
    stage.vod.levers.refuse_urls_with, stage.vod.levers.refuse_code = ("v.example",), "VOD.10088"
    before = _creates(stage)

    card = await prefetch(stage, stage.slack.person(MEI), ELEVEN)
    stage.vod.levers.refuse_urls_with = ()

    assert _creates(stage) - before == 2
    assert "0 of 11 ready, 11 not sent" in card.text
    assert "(VOD.10088). Check in the VOD console that the address has a domain" in words(card)
    assert "• `v.example.com`" in words(card)


async def test_account_in_arrears_is_asked_for_nothing_more(stage: Stage) -> None:
    stage.vod.set_fault("vod-403-arrears")
    before = _creates(stage)

    card = await prefetch(stage, stage.slack.person(MEI), ELEVEN)

    assert "0 of 11 ready, 11 not sent" in card.text
    assert "Ask the account's owner to settle the bill" in words(card)
    assert _movements(stage, card) == {"reserve": 11, "release": 11}
    assert _creates(stage) - before == 1


async def test_throttled_call_is_sent_again_and_leaves_no_trace_on_the_card(stage: Stage) -> None:
    stage.vod.set_fault("vod-429", times=1, only="create")
    before = _creates(stage)

    card = await prefetch(stage, stage.slack.person(MEI), ELEVEN)

    assert outcome_of(card) == "succeeded"
    assert "Why" not in words(card)
    assert len(task_ids(card)) == 2
    assert _movements(stage, card) == {"reserve": 11, "settle": 11}
    assert _creates(stage) - before == 3


async def test_cloud_out_of_reach_is_told_and_waited_for(stage: Stage) -> None:
    mei = stage.slack.person(MEI)
    view = await propose(mei, ELEVEN)
    before = _creates(stage)
    stage.vod.set_fault("vod-refused")
    await mei.submit(view)
    card = await stage.slack.next_message(LAUNCH)
    waiting = await _once_it_says(stage, card, "could not reach 127.0.0.1")
    stage.vod.clear_fault()

    ended = await final(stage, card)

    assert "11 waiting" in waiting.text
    assert "Nothing was sent" in words(waiting)
    assert outcome_of(ended) == "succeeded"
    assert "Why" not in words(ended)
    assert _movements(stage, card) == {"reserve": 11, "settle": 11}
    assert _creates(stage) - before == 2


async def test_each_failed_url_is_named_on_the_card(stage: Stage) -> None:
    stage.vod.set_fault("vod-url-fails")

    card = await prefetch(stage, stage.slack.person(MEI), ELEVEN)

    assert outcome_of(card) == "partly failed"
    assert "5 of 11 ready, 6 failed" in card.text
    listed = words(card).partition("*Failed*")[2]
    assert [number for number in range(11) if f"/{number}.mp4`" in listed] == [0, 2, 4, 6, 8, 10]
    assert _movements(stage, card) == {"reserve": 11, "settle": 11}


async def test_call_that_never_ends_is_followed_no_longer_with_its_task_id(stage: Stage) -> None:
    stage.vod.set_fault("vod-stuck")

    card = await prefetch(stage, stage.slack.person(MEI), ELEVEN)

    assert outcome_of(card) == "partly failed"
    assert "0 of 11 ready, 11 processing" in card.text
    assert len(task_ids(card)) == 2
    assert "the bot follows it no longer. Ask for its status" in words(card)
    assert _movements(stage, card) == {"reserve": 11, "settle": 11}


async def test_status_that_nobody_knows_is_shown_as_it_came(stage: Stage) -> None:
    stage.vod.set_fault("vod-unknown-status")
    mei = stage.slack.person(MEI)

    card = await prefetch(stage, mei, ELEVEN)
    await mei.click(card, "show_details")
    details = await mei.next_view()
    await mei.close(details)

    assert "0 of 11 ready, 11 processing" in card.text
    assert words(details).count("preheat_verifying") == 11
    assert _movements(stage, card) == {"reserve": 11, "settle": 11}


@pytest.mark.parametrize(
    "fault", ["vod-500", "vod-502-html", "vod-empty", "vod-garbage", "vod-huge", "vod-429"]
)
async def test_questions_that_go_wrong_cost_nothing_but_time(stage: Stage, fault: str) -> None:
    stage.vod.set_fault(fault, times=2, only="query")
    before = _creates(stage)

    card = await prefetch(stage, stage.slack.person(MEI), ELEVEN)

    assert outcome_of(card) == "succeeded"
    assert "Why" not in words(card)
    assert _movements(stage, card) == {"reserve": 11, "settle": 11}
    assert _creates(stage) - before == 2


async def test_day_that_is_used_up_elsewhere_ends_the_days_promises(stage: Stage) -> None:
    """The last story of this bot: its day is over then."""
    stage.vod.set_fault("quota-exhausted")
    mei = stage.slack.person(MEI)
    before = _creates(stage)

    card = await prefetch(stage, mei, ELEVEN)
    already = len(private(mei))
    await mei.command(LAUNCH, "/prefetch", ELEVEN)
    refusal = await next_private(stage, mei, already=already)
    quota = await ask(stage, mei, "quota")

    assert outcome_of(card) == "failed"
    assert "0 of 11 ready, 11 not sent" in card.text
    assert "None of 1,000 left today" in card.text
    assert "(VOD.10086). The day's prefetch quota is spent" in words(card)
    assert _movements(stage, card) == {
        "reserve": 11,
        "hand_over": 9,
        "take_over": 9,
        "release": 11,
    }
    # Ten files do not fit, nor five, three, two or one.
    assert _creates(stage) - before == 5
    assert "the cloud says that today's quota is used up" in refusal.text
    assert ERROR_ID.search(refusal.text)
    assert "None left today" in quota.text


def _creates(stage: Stage) -> int:
    return sum(call.operation == "create" for call in stage.vod.calls)


def _movements(stage: Stage, card: Message) -> Counter[str]:
    """Files by kind of movement, of the card's request alone."""
    of_request = select(LedgerRow).where(col(LedgerRow.request_id) == request_id(card))
    moved: Counter[str] = Counter()
    with reading(stage) as session:
        for line in session.exec(of_request):
            moved[line.kind] += line.files
    return moved


async def _once_it_says(stage: Stage, card: Message, part: str) -> Message:
    def look() -> Message | None:
        now = stage.slack.message(card.channel_id, card.ts)
        return now if now and part in words(now) else None

    return await stage.slack.wait_until(look, WITHIN_S)
