"""A request that is confirmed now and sent later: shown at once, cancelled, started, refused."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.sandbox.fakeslack import MEI, Message, Person, View
from bot.sandbox.stage import Stage
from tests.helpers.databases import migrated
from tests.helpers.running_bot import MANIFEST, QUICK, bot_on, quick_levers
from tests.helpers.slack_people import (
    ask,
    cards,
    final_card,
    outcome_of,
    propose,
    request_id,
    words,
)
from tests.helpers.stored_rows import (
    check_books,
    movements,
    requests_of,
    until_cards_are_known,
)

URLS = "https://v.example.com/a.mp4 https://v.example.com/b.mp4"
SHANGHAI = ZoneInfo("Asia/Shanghai")
SOON_S, KILLED_WITHIN_S = 5, 8
DAYS_7 = timedelta(days=7)


def in_seconds(seconds: float) -> int:
    """The moment as a picker reports it."""
    return int(datetime.now(UTC).timestamp() + seconds)


def send_at(moment: int) -> dict[str, dict[str, int]]:
    return {"send_at": {"send_at_moment": moment}}


async def schedule(stage: Stage, person: Person, seconds: float, text: str = URLS) -> Message:
    """Type the command, choose the moment, confirm; the card that is posted at once."""
    view = await propose(person, text)
    await person.submit(view, send_at(in_seconds(seconds)))
    return await final_card(stage)


def moment_of(stage: Stage) -> int:
    """For when the latest request was confirmed."""
    run_at = requests_of(stage)[-1].run_at
    assert run_at is not None
    return int(run_at.timestamp())


async def run_of(stage: Stage, card: Message, end: str = "succeeded") -> Message:
    """The same card once the request has run."""

    def ended() -> Message | None:
        now = stage.slack.message(card.channel_id, card.ts)
        return now if now and outcome_of(now) == end else None

    return await stage.slack.wait_until(ended, 60)


async def test_scheduled_request_is_shown_at_once_and_sent_at_its_time(stage: Stage) -> None:
    card = await schedule(stage, stage.slack.person(MEI), SOON_S)
    moment = moment_of(stage)
    at_once = len(stage.vod.calls)
    ended = await run_of(stage, card)

    assert outcome_of(card) == "scheduled"
    assert f"<!date^{moment}^" in words(card)
    assert at_once == 0
    sent = [call for call in stage.vod.calls if call.operation == "create"]
    assert len(sent) == 1
    assert sent[0].time.timestamp() >= moment
    assert "2 of 2 ready" in ended.text
    assert len(cards(stage)) == 1
    check_books(stage)


@pytest.mark.parametrize("typed", ["at {} 18:00", "tomorrow at 18:00"])
async def test_words_at_the_end_of_the_command_fill_the_moment_in(stage: Stage, typed: str) -> None:
    tomorrow = datetime.now(SHANGHAI).date() + timedelta(days=1)
    view = await propose(stage.slack.person(MEI), f"{URLS} {typed.format(tomorrow)}")

    await stage.slack.person(MEI).submit(view)
    card = await final_card(stage)

    assert outcome_of(card) == "scheduled"
    assert f"{tomorrow} 18:00 UTC+8" in words(card)
    assert f"{tomorrow} 18:00 UTC+8, in the time zone of the quota, Asia/Shanghai" in words(view)
    assert f"Quota of {tomorrow}: 1,000 of 1,000 left" in words(view)
    assert stage.slack.log.of("call", "users.info") == [], "the app has no users:read"
    (request,) = requests_of(stage)
    assert request.quota_date == tomorrow
    assert stage.vod.calls == []


async def test_time_that_counts_from_now_is_proposed(stage: Stage) -> None:
    mei = stage.slack.person(MEI)

    view = await propose(mei, f"{URLS} in 90 minutes")

    await mei.submit(view)
    (request,) = requests_of(stage)
    assert request.run_at is not None
    assert timedelta(minutes=89) < request.run_at - datetime.now(UTC) < timedelta(minutes=91)
    assert stage.vod.calls == []


async def test_emptied_moment_sends_at_once(stage: Stage) -> None:
    mei = stage.slack.person(MEI)
    view = await propose(mei, f"{URLS} at 18:00")

    await mei.submit(view, {"send_at": {"send_at_moment": None}})
    card = await final_card(stage)

    assert outcome_of(card) == "succeeded"


@pytest.mark.parametrize(
    ("seconds", "says"),
    [(-60.0, "is past"), (DAYS_7.total_seconds() + 60, "more than 7 days ahead")],
)
async def test_impossible_moment_stands_under_its_field(
    stage: Stage, seconds: float, says: str
) -> None:
    mei = stage.slack.person(MEI)
    view = await propose(mei, URLS)

    await mei.submit(view, send_at(in_seconds(seconds)))

    errors = mei.views[-1].errors
    assert errors.keys() == {"send_at"}
    assert says in errors["send_at"]
    assert requests_of(stage) == []


@pytest.mark.parametrize(
    ("typed", "word"),
    [
        (f"{URLS} 18.00", "18.00"),
        (f"{URLS} next monday at 18:00", "next"),
        (f"schedule {URLS}", "schedule"),
        (f"at 18:00 {URLS}", "18:00"),
        (f"{URLS.replace(' ', chr(10))} at 18:00\n{'1' * 32}", "18:00"),
    ],
)
async def test_time_in_another_place_sends_nothing(stage: Stage, typed: str, word: str) -> None:
    mei = stage.slack.person(MEI)

    answer = await ask(stage, mei, typed)

    assert f"`{word}` may say a time, but none is read there" in answer.text
    assert "`/prefetch … tomorrow at 18:00`" in answer.text
    assert not mei.views


@pytest.mark.parametrize("typed", ["18pm", "25:00", "2026-02-30 18:00", "18:00 next week"])
async def test_unreadable_time_sends_nothing(stage: Stage, typed: str) -> None:
    mei = stage.slack.person(MEI)

    answer = await ask(stage, mei, f"{URLS} at {typed}")

    assert f"`{typed}` is no time that can be read" in answer.text
    assert not mei.views


async def test_cancelled_schedule_frees_its_files_and_is_never_sent(stage: Stage) -> None:
    mei = stage.slack.person(MEI)
    card = await schedule(stage, mei, SOON_S)

    await mei.click(card, "cancel_unsent")
    ended = await run_of(stage, card, "cancelled")
    later = await schedule(stage, mei, SOON_S, "https://v.example.com/c.mp4")
    await run_of(stage, later)

    assert "2 cancelled" in ended.text
    assert len(stage.vod.books.tasks) == 1
    assert movements(stage) == {"reserve": 3, "release": 2, "settle": 1}
    check_books(stage)


async def test_status_names_what_is_scheduled(stage: Stage) -> None:
    mei = stage.slack.person(MEI)
    card = await schedule(stage, mei, 3600)

    one = await ask(stage, mei, f"status {request_id(card)}")
    every = await ask(stage, mei, "status")

    assert "Waits until" in words(one)
    assert "scheduled for <!date^" in every.text


@pytest.mark.parametrize(
    ("setting", "value", "says"),
    [
        ("PREFETCH_ALLOWED_USERS", "U0SOMEBODY", "allowed the person who asked"),
        ("PREFETCH_DENIED_USERS", MEI, "allowed the person who asked"),
        ("PREFETCH_ALLOWED_CHANNELS", "C0OTHER", "allowed the person who asked"),
        ("PREFETCH_ALLOWED_DOMAINS", "other.example.com", "allowed v.example.com"),
    ],
)
async def test_what_is_no_longer_allowed_when_its_time_comes_is_not_sent(
    tmp_path: Path, setting: str, value: str, says: str
) -> None:
    async with Stage(MANIFEST, levers=quick_levers()) as stage:
        async with bot_on(stage, tmp_path / "p.db"):
            card = await schedule(stage, stage.slack.person(MEI), SOON_S)
        async with bot_on(stage, tmp_path / "p.db", **{setting: value}):
            ended = await run_of(stage, card, "failed")

        assert f"When its time came, {setting} no longer {says}" in words(ended)
        assert "2 not sent" in ended.text
        assert stage.vod.calls == []


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
async def test_killed_bot_sends_at_its_time_what_it_had_promised(
    request: pytest.FixtureRequest, database: str
) -> None:
    environment = dict(QUICK)
    if database == "postgresql":
        environment["DATABASE_URL"] = request.getfixturevalue("postgresql_url")
        async with migrated(environment["DATABASE_URL"]):
            pass
    async with Stage(MANIFEST, levers=quick_levers(), environment=environment) as stage:
        await stage.start_bot()
        card = await schedule(stage, stage.slack.person(MEI), KILLED_WITHIN_S)
        moment = moment_of(stage)
        await until_cards_are_known(stage)
        await stage.bot.kill()
        await stage.start_bot()

        ended = await run_of(stage, card)

        assert "2 of 2 ready" in ended.text
        sent = [call for call in stage.vod.calls if call.operation == "create"]
        assert len(sent) == 1
        assert sent[0].time.timestamp() >= moment
        assert len(cards(stage)) == 1
        check_books(stage)


async def test_modal_turns_to_the_day_that_is_chosen(stage: Stage) -> None:
    mei = stage.slack.person(MEI)
    view = await propose(mei, URLS)
    moment = in_seconds(DAYS_7.total_seconds() - 3600)

    await mei.choose(view, "send_at_moment", moment)
    turned = await stage.slack.wait_until(lambda: with_words(mei, "Quota of "))
    day = datetime.fromtimestamp(moment, SHANGHAI).date()
    await mei.choose(turned, "send_at_moment", None)
    back = await stage.slack.wait_until(lambda: with_words(mei, "Quota today"))

    assert f"Quota of {day}: 1,000 of 1,000 left → *998 left after this*" in words(turned)
    assert turned.body["submit"]["text"] == "Schedule 2 files"
    assert back.body["submit"]["text"] == "Prefetch 2 files"
    check_books(stage)


async def test_moment_chosen_at_last_is_the_one_that_counts(stage: Stage) -> None:
    """Also when the modal was submitted before it had turned."""
    mei = stage.slack.person(MEI)
    view = await propose(mei, f"{URLS} at 18:00")
    moment = in_seconds(3600)

    await mei.submit(view, send_at(moment))
    await final_card(stage)

    (request,) = requests_of(stage)
    assert request.run_at is not None
    assert request.run_at.timestamp() == moment


def with_words(person: Person, text: str) -> View | None:
    return next((view for view in person.views if text in words(view)), None)
