"""A copy of the database is put back: nothing goes out twice by itself, a person decides."""

import asyncio
import os
from collections import Counter
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from sqlmodel import select

from bot.rules.states import CallStatus
from bot.sandbox.fakeslack import LAUNCH, MEI, SAM, Message
from bot.sandbox.fakevod import Levers
from bot.sandbox.stage import Stage
from storage.tables import CallRow
from tests.helpers.database_copies import Keeper
from tests.helpers.databases import migrated
from tests.helpers.running_bot import MANIFEST, bot_on
from tests.helpers.slack_people import cards, final, outcome_of, propose_list, words
from tests.helpers.stored_rows import check_books, reading, requests_of

FILES = int(os.environ.get("RESTORED_FILES", "61"))
WITHIN_S = 60.0
DAY = 10_000
PACE = {"PREFETCH_CREATES_PER_MINUTE": "600", "PREFETCH_DAILY_LIMIT": str(DAY)}
REASON = {"reason": {"reason_text": "seen in the VOD console"}}


@pytest.fixture
async def stage(database_url: str, tmp_path: Path) -> AsyncIterator[Stage]:
    """The stand-ins for a bot that makes ten calls a second, on a database of each kind."""
    levers = Levers(
        task_seconds=0.1,
        creates_per_minute=60_000,
        queries_per_minute=60_000,
        daily_limit=DAY,
        retry_after_s=1,
    )
    database, environment = tmp_path / "prefetch.db", {"DATABASE_URL": database_url, **PACE}
    async with migrated(database_url):
        pass
    async with Stage(MANIFEST, database=database, levers=levers, environment=environment) as stage:
        yield stage


async def test_copy_from_the_middle_of_a_request_sends_nothing_twice_when_it_is_put_back(
    stage: Stage, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    keeper, mei = Keeper(stage, tmp_path), stage.slack.person(MEI)
    async with bot_on(stage, stage.database, **PACE):
        await mei.submit(await propose_list(stage, mei, _files(FILES)))
        await _taken(stage, max(2, FILES // 20))
        # Meanwhile the bot tries and is told to wait, so that the middle lasts as long as the copy.
        stage.vod.levers.creates_per_minute = 1
        await keeper.back_up()
        stage.vod.levers.creates_per_minute = 60_000
        card = await _only_card(stage)
        assert outcome_of(await final(stage, card)) == "succeeded"
    sent = _sent(stage)
    await keeper.restore()

    async with bot_on(stage, stage.database, **PACE):
        card = await _card_with(stage, "may have been sent")
        assert _sent(stage) == sent == Counter(dict.fromkeys(_files(FILES), 1))
        assert "This database was restored from a copy of " in words(card)
        sums = check_books(stage)
        assert sums.settled + sums.held == FILES
    # On PostgreSQL the command has noticed it.
    assert ("was restored" in caplog.text) == stage.database_url.startswith("sqlite")
    caplog.clear()
    # The mark holds now: another start finds nothing that is older.
    async with bot_on(stage, stage.database, **PACE):
        assert "was restored" not in caplog.text
        # An operator decides, as about any doubt: one call goes out again, the others went out.
        again = await _decide(stage, "send_again", only=1)
        while sum(call.status == CallStatus.UNKNOWN for call in _tasks(stage)):
            await _decide(stage, "mark_as_sent")
        sums = check_books(stage)
    assert sums.settled + sums.held == stage.vod.charged(stage.vod.today) == FILES + again
    assert sums.held == again
    assert _sent(stage).total() == FILES + again


async def _decide(stage: Stage, choice: str, *, only: int | None = None) -> int:
    """Choose among what the modal offers, and wait for the end; the files that were chosen."""
    sam, (request,) = stage.slack.person(SAM), requests_of(stage)
    before = {call.position: call for call in _tasks(stage)}
    card = stage.slack.message(request.card_channel or "", request.card_ts or "")
    assert card is not None
    await sam.click(await final(stage, card), choice)
    view = await sam.next_view()
    offered = view.blocks[1]["element"]["options"]
    chosen = [option["value"] for option in offered][:only]
    await sam.submit(view, {**REASON, "calls": {"calls_choice": chosen}})

    def ended() -> list[CallRow]:
        (now,) = requests_of(stage)
        if now.ended_at is None or now.runs == request.runs:
            return []
        return [call for call in _tasks(stage) if call.status != before[call.position].status]

    return sum(call.files for call in await _until(stage, ended))


async def _until(stage: Stage, look: Callable[[], list[CallRow]]) -> list[CallRow]:
    """The bot's own rows change without a word to Slack, so they are looked at again and again."""
    async with asyncio.timeout(WITHIN_S):
        while not (found := look()):  # noqa: ASYNC110  # the rows tell nobody
            await asyncio.sleep(0.05)
    return found


def _tasks(stage: Stage) -> list[CallRow]:
    with reading(stage) as session:
        return list(session.exec(select(CallRow)).all())


def _files(number: int) -> list[str]:
    return [f"https://v.example.com/{name}.mp4" for name in range(number)]


def _sent(stage: Stage) -> Counter[str]:
    return Counter(url for call in stage.vod.books.tasks for url in call.urls)


async def _taken(stage: Stage, calls: int) -> None:
    while len(stage.vod.books.tasks) < calls:
        await stage.vod.next_call(within=WITHIN_S, operation="create")


async def _only_card(stage: Stage) -> Message:
    return (await stage.slack.wait_until(lambda: cards(stage), WITHIN_S))[0]


async def _card_with(stage: Stage, said: str) -> Message:
    def look() -> Message | None:
        found = stage.slack.workspace.messages.get(LAUNCH, {}).values()
        return next((m for m in found if said in m.text and outcome_of(m)), None)

    return await stage.slack.wait_until(look, WITHIN_S)
