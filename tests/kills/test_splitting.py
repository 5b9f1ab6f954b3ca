"""The bot is killed around the split of a call: it is written down whole, or not at all."""

from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text, update
from sqlmodel import col, select

from bot.rules.states import CallStatus
from bot.sandbox.fakeslack import LAUNCH, MEI
from bot.sandbox.stage import Stage
from storage.tables import CallRow, LedgerRow, QuotaDayRow, RequestRow
from tests.helpers.kill_checks import MARKER, settle
from tests.helpers.killed_bots import lives_on
from tests.helpers.ledger_sums import Sums
from tests.helpers.slack_people import propose
from tests.helpers.stored_rows import check_books, reading

pytestmark = pytest.mark.integration

FILES = 12
SPLIT = "the commit of bot.workflows.sending.Sender._refuse"
MADE_FIT = "the commit of bot.workflows.outcomes.Outcomes.make_fit"
ROOM = 7
A_DAY = timedelta(days=1)
OPEN_LEDGER_OF_SQLITE = "DROP TRIGGER ledger_entry_no_update"
OPEN_LEDGER_OF_POSTGRESQL = "ALTER TABLE ledger_entry DISABLE TRIGGER USER"


@pytest.mark.parametrize("moment", [f"before {SPLIT}", f"after {SPLIT}"])
async def test_kill_around_a_split_loses_no_file_and_sends_none_twice(
    database_url: str, tmp_path: Path, moment: str
) -> None:
    async with lives_on(database_url, tmp_path) as lives:
        stage = lives.stage
        mei = stage.slack.person(MEI)
        urls = [f"https://v.example.com/{number}.mp4" for number in range(FILES)]
        stage.vod.levers.refuse_urls_with = ("/3.mp4",)
        await lives.begin(moment)
        confirmation = await propose(mei, "\n".join(urls), channel_id=LAUNCH)
        await lives.until(lives.does(mei.submit(confirmation)))
        await lives.life.ended
        assert lives.life.was_killed
        await lives.begin()
        await settle(lives)

        sent = Counter(url for task in stage.vod.books.tasks for url in task.urls)
        sums = check_books(stage)
        if moment.startswith("before"):
            # Nobody knows of the refusal: the whole call is a question for a person.
            assert (sums.settled, sums.held) == (2, 10)
            assert sent == Counter(urls[10:])
        else:
            assert (sums.settled, sums.held) == (11, 0)
            assert sent == Counter(urls) - Counter([urls[3]])


@pytest.mark.parametrize("moment", [f"before {MADE_FIT}", f"after {MADE_FIT}"])
async def test_kill_around_a_split_for_room_sends_what_fits_and_nothing_twice(
    database_url: str, tmp_path: Path, moment: str
) -> None:
    """The bot was down over the end of the quota day, and the next day holds seven files."""
    small = {"PREFETCH_DAILY_LIMIT": str(ROOM)}
    urls = [f"https://v.example.com/{number}.mp4" for number in range(FILES)]
    async with lives_on(database_url, tmp_path) as lives:
        stage = lives.stage
        mei = stage.slack.person(MEI)
        await lives.begin(MARKER)
        confirmation = await propose(mei, "\n".join(urls), channel_id=LAUNCH)
        await lives.until(lives.does(mei.submit(confirmation)))
        await lives.life.ended
        _let_a_day_pass(stage)
        await lives.begin(moment, of_any=True, settings=small)
        await lives.life.ended
        assert lives.life.was_killed
        await lives.begin(settings=small)
        await settle(lives)

        sent = Counter(url for task in stage.vod.books.tasks for url in task.urls)
        assert sent == Counter(urls[:ROOM])
        assert check_books(stage) == Sums(settled=ROOM)
        with reading(stage) as session:
            calls = session.exec(select(CallRow).order_by(col(CallRow.position))).all()
            assert [(call.files, call.status) for call in calls] == [
                (ROOM, CallStatus.SUCCEEDED),
                (2, CallStatus.REJECTED),
                (10 - ROOM, CallStatus.REJECTED),
            ]


def _let_a_day_pass(stage: Stage) -> None:
    """What is charged to today was charged to the day before."""
    with reading(stage) as session:
        is_sqlite = session.get_bind().dialect.name == "sqlite"
        session.execute(text(OPEN_LEDGER_OF_SQLITE if is_sqlite else OPEN_LEDGER_OF_POSTGRESQL))
        before = session.exec(select(QuotaDayRow)).one().day - A_DAY
        session.execute(update(QuotaDayRow).values(day=before))
        session.execute(update(LedgerRow).values(day=before))
        session.execute(update(RequestRow).values(quota_date=before))
        session.execute(update(CallRow).values(quota_date=before))
        session.commit()
