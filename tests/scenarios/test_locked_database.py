"""Another program holds the database: people read it in time, and nothing is done later."""

import sqlite3
import time
from collections.abc import Coroutine, Iterator
from contextlib import closing, contextmanager
from typing import Any, TypeVar

import pytest

from bot.sandbox.fakeslack import LAUNCH, MEI
from bot.sandbox.stage import Stage
from tests.helpers.slack_people import (
    ask,
    final_card,
    next_private,
    outcome_of,
    private,
    propose,
    words,
)
from tests.helpers.stored_rows import check_books, requests_of

SLACK_WAITS_S = 3.0
R = TypeVar("R")
URL = "https://v.example.com/a.mp4"
SAID = "another program holds the bot's database"


@pytest.mark.parametrize("how", ["IMMEDIATE", "EXCLUSIVE"])
async def test_confirmation_while_the_file_is_locked_is_refused_in_time_and_never_taken_later(
    stage: Stage, how: str
) -> None:
    mei = stage.slack.person(MEI)
    view = await propose(mei, URL)
    with _locked(stage, f"BEGIN {how}"):
        refused, waited_s = await _timed(mei.submit(view))
        said = str(mei.views[-1].errors)
    # Time enough for whatever might still be queued.
    await ask(stage, mei, "quota")
    taken = len(requests_of(stage))

    await mei.submit(view)

    assert waited_s < SLACK_WAITS_S
    assert refused.is_acked
    assert SAID in said
    assert taken == 0
    assert outcome_of(await final_card(stage)) == "succeeded"
    assert len(requests_of(stage)) == 1
    check_books(stage)


async def test_command_while_the_file_is_locked_is_answered_in_time(stage: Stage) -> None:
    mei = stage.slack.person(MEI)
    with _locked(stage, "BEGIN EXCLUSIVE"):
        answers, waited_s = await _timed(ask(stage, mei, "quota"))
        drafted, drafted_s = await _timed(ask(stage, mei, URL))

    assert SAID in answers.text
    assert SAID in drafted.text
    assert max(waited_s, drafted_s) < SLACK_WAITS_S


async def test_cancel_while_the_file_is_locked_is_answered_in_time_and_not_done(
    stage: Stage,
) -> None:
    mei = stage.slack.person(MEI)
    await mei.submit(await propose(mei, f"{URL} tomorrow at 18:00"))
    card = await stage.slack.next_message(LAUNCH)
    already = len(private(mei))
    with _locked(stage, "BEGIN IMMEDIATE"):
        await mei.click(card, "cancel_unsent")
        told, waited_s = await _timed(next_private(stage, mei, already=already))
    (request,) = requests_of(stage)

    assert SAID in told.text
    assert waited_s < SLACK_WAITS_S
    assert request.status == "scheduled"


@pytest.mark.parametrize("how", ["IMMEDIATE", "EXCLUSIVE"])
async def test_app_home_while_the_file_is_locked_says_so_in_time(stage: Stage, how: str) -> None:
    mei = stage.slack.person(MEI)
    with _locked(stage, f"BEGIN {how}"):
        await mei.open_home()
        home, waited_s = await _timed(stage.slack.wait_until(lambda: mei.home))
        locked = words(home)
    await mei.open_home()
    await stage.slack.wait_until(lambda: mei.home and SAID not in words(mei.home))

    assert SAID in locked
    assert waited_s < SLACK_WAITS_S


async def test_reader_of_the_file_holds_up_nobody(stage: Stage) -> None:
    mei = stage.slack.person(MEI)
    with _locked(stage, "BEGIN", "SELECT count(*) FROM request"):
        confirmed, waited_s = await _timed(mei.submit(await propose(mei, URL)))

        assert outcome_of(await final_card(stage)) == "succeeded"

    assert confirmed.is_acked
    assert waited_s < SLACK_WAITS_S
    check_books(stage)


@contextmanager
def _locked(stage: Stage, *statements: str) -> Iterator[None]:
    with closing(sqlite3.connect(stage.database, isolation_level=None, timeout=10)) as other:
        for statement in statements:
            other.execute(statement).fetchall()
        yield
        other.execute("ROLLBACK")


async def _timed(work: Coroutine[Any, Any, R]) -> tuple[R, float]:
    begun = time.monotonic()
    return await work, time.monotonic() - begun
