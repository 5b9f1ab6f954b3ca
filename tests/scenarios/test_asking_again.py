"""What is followed no longer is followed again when somebody asks for its status."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlmodel import select

from bot.sandbox.fakeslack import MEI
from bot.sandbox.fakevod import Levers
from bot.sandbox.stage import Stage
from storage.tables import AuditRow, CallRow
from tests.helpers.databases import migrated
from tests.helpers.running_bot import MANIFEST, bot_on
from tests.helpers.slack_people import ask, cards, outcome_of, prefetch, request_id, words
from tests.helpers.stored_rows import check_books, reading, requests_of

URLS = "https://v.example.com/a.mp4 https://v.example.com/b.mp4"
WITHIN_S = 60.0


async def test_status_asks_once_more_and_the_card_becomes_true(
    database_url: str, tmp_path: Path
) -> None:
    async with migrated(database_url):
        pass
    environment = {"DATABASE_URL": database_url}
    async with (
        Stage(MANIFEST, environment=environment, levers=slow_levers()) as stage,
        bot_on(stage, tmp_path, PREFETCH_POLL_GIVE_UP_S="1"),
    ):
        mei = stage.slack.person(MEI)
        card = await prefetch(stage, mei, URLS)
        status = f"status {request_id(card)}"
        assert "the bot follows it no longer" in words(card)

        asked = queries(stage)
        await ask(stage, mei, status)
        assert runs(stage) == 1

        minutes_later(stage)
        answer = await ask(stage, mei, status)
        await ended_again(stage, runs=2)
        assert "The card of the request is" in words(answer)
        assert queries(stage) == asked + 1

        stage.vod.levers.task_seconds = 0.1
        minutes_later(stage)
        await ask(stage, mei, status)
        await stage.slack.wait_until(lambda: outcome_of(cards(stage)[0]) == "succeeded", WITHIN_S)

        assert "2 of 2 ready" in cards(stage)[0].text
        assert who_asked_again(stage) == [MEI, MEI]
        await ended_again(stage, runs=3)
        check_books(stage)


def slow_levers() -> Levers:
    return Levers(task_seconds=3600, creates_per_minute=6000, queries_per_minute=6000)


def queries(stage: Stage) -> int:
    return sum(call.operation == "query" for call in stage.vod.calls)


def runs(stage: Stage) -> int:
    return requests_of(stage)[0].runs


async def ended_again(stage: Stage, *, runs: int) -> None:
    """The card is edited a last time after the request has ended."""

    def look() -> bool:
        (request,) = requests_of(stage)
        return request.runs == runs and request.ended_at is not None

    await stage.slack.wait_until(look, WITHIN_S)


def minutes_later(stage: Stage) -> None:
    with reading(stage) as session:
        for call in session.exec(select(CallRow)):
            call.next_poll_at = datetime.now(UTC) - timedelta(minutes=2)
        session.commit()


def who_asked_again(stage: Stage) -> list[str]:
    with reading(stage) as session:
        asked = select(AuditRow.actor).where(AuditRow.action == "status.asked_again")
        return list(session.exec(asked))
