"""Sentences that an earlier version stored become values, and read as they did."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from sqlalchemy import column as named
from sqlalchemy import insert, table, text
from sqlalchemy import select as select_rows
from sqlmodel import Session

from bot.rules.causes import (
    CancelledSinceCopy,
    Cause,
    CloudError,
    DecidedSinceCopy,
    EarlierInDoubt,
    FreeText,
    HostNotAllowed,
    Interrupted,
    NextDayFull,
    PersonNotAllowed,
    ProgressUnknown,
    SendingAgainCancelled,
    SentSinceCopy,
    StillProcessing,
    Unreachable,
)
from bot.words.english import ENGLISH
from storage import calls
from storage.database import Database
from storage.schema import migrate
from storage.tables import CallRow
from tests.helpers.changed_sentences import as_said_now
from tests.helpers.said_words import told
from tests.helpers.stored_requests import card_place

BEFORE = "0018"
COPIED_AT = datetime(2026, 11, 23, 4, 5, tzinfo=UTC)
INTERRUPTED = (
    "The bot was stopped while it was sending this. It may have been sent; look in the VOD"
    " console before sending it again."
)
NO_ROOM = (
    "It was still waiting when the quota day ended, and the new day has no room for it."
    " Nothing was sent; send it again when there is quota."
)
NEVER_REACHED = (
    "For half an hour the cloud could not be reached, or gave no clear answer. This was not sent;"
    " try again later."
)
IN_DOUBT = "The call before it may have been sent; look in the VOD console before sending it again."
LOOK = "look in the VOD console before sending it again."
ASK = "Ask for its status to have the bot look again."
RESTORED = "This database was restored from a copy of 2026-11-23 04:05 UTC."
BILL = "No bill was paid (VOD.10120). Ask the account's owner to settle the bill or the account's"
NO_BILL = CloudError("AccountProblem", "No bill was paid", "VOD.10120")
REFUSED_PLACES = (
    ("C1", "The channel is archived.", "is_archived"),
    ("C1", "The workspace lets the bot post there no longer.", "restricted_action"),
    ("C1", "The channel is read-only.", "restricted_action_read_only_channel"),
    ("C1", "The channel takes replies only.", "restricted_action_thread_only_channel"),
    ("C1", "The channel takes no replies.", "restricted_action_non_threadable_channel"),
    ("C1", "The thread is locked.", "restricted_action_thread_locked"),
    (
        "C1",
        "The bot is not a member there; type `/invite @prefetch-bot` in that channel.",
        "not_in_channel",
    ),
    (
        "G1",
        (
            "The bot is not a member there. If it is a private channel, type `/invite"
            " @prefetch-bot` in that channel. A message among people takes no bot."
        ),
        "channel_not_found",
    ),
    (
        "D1",
        "It was asked for in a direct message between people, and no bot can join one.",
        "channel_not_found",
    ),
    ("C1", "Slack takes no message of the bot there (`ekm_access_denied`).", "ekm_access_denied"),
    ("C1", "Slack takes no message of the bot there (`HTTP 500`).", "HTTP 500"),
    ("C1", "Words of a version that is long gone.", "Words of a version that is long gone."),
)
STORED: dict[str, tuple[Cause, ...]] = {
    INTERRUPTED: (Interrupted(),),
    NO_ROOM: (NextDayFull(),),
    NEVER_REACHED: (Unreachable(),),
    f"{BILL} status.": (NO_BILL,),
    f"{BILL} status. {IN_DOUBT}": (NO_BILL, EarlierInDoubt()),
    f"{INTERRUPTED} {RESTORED} What was decided about this call after that is lost.": (
        Interrupted(),
        DecidedSinceCopy(COPIED_AT),
    ),
    f"{RESTORED} What was decided about this call after that is lost.": (
        DecidedSinceCopy(COPIED_AT),
    ),
    f"{RESTORED} This call may have been sent after the copy was made; {LOOK}": (
        SentSinceCopy(COPIED_AT),
    ),
    (
        "This database was restored from a copy of unknown age. This call may have been sent after"
        f" the copy was made; {LOOK}"
    ): (SentSinceCopy(None),),
    f"{RESTORED} If this was cancelled after that, cancel it again.": (
        CancelledSinceCopy(COPIED_AT),
    ),
    f"Sending it again was cancelled. {IN_DOUBT}": (SendingAgainCancelled(), EarlierInDoubt()),
    f"no answer from vod.example.com: it did not answer in time. It may have been sent; {LOOK}": (
        CloudError("OutcomeUnknown", "no answer from vod.example.com: it did not answer in time"),
    ),
    "Too many (APIGW.0308). Nothing was sent; the bot tries again by itself.": (
        CloudError("VodError", "Too many", "APIGW.0308", is_tried_again=True),
    ),
    "资源不存在 (VOD.10062). Check the asset ID and that it belongs to this region's project.": (
        CloudError("AssetNotFound", "资源不存在", "VOD.10062"),
    ),
    f"Still processing after 60 min, so the bot has stopped asking. {ASK}": (
        StillProcessing(3600),
    ),
    f"The cloud has not said for 42 s how far it is, so the bot has stopped asking. {ASK}": (
        ProgressUnknown(42),
    ),
    (
        "When its time came, PREFETCH_DENIED_USERS no longer allowed the person who asked to"
        " prefetch there. Nothing was sent; ask an operator, then retry."
    ): (PersonNotAllowed("PREFETCH_DENIED_USERS"),),
    (
        "When its time came, PREFETCH_ALLOWED_DOMAINS no longer allowed cdn.example.com. Nothing"
        " was sent; ask an operator, then retry."
    ): (HostNotAllowed("PREFETCH_ALLOWED_DOMAINS", "cdn.example.com"),),
    "Words of a version that is long gone.": (FreeText("Words of a version that is long gone."),),
    f"Words of a version. {IN_DOUBT}": (FreeText("Words of a version."), EarlierInDoubt()),
    "[1]": (FreeText("[1]"),),
    "": (FreeText(""),),
}
OLD_TASK = table(
    "task",
    *map(
        named,
        (
            "request_id",
            "position",
            "status",
            "files",
            "quota_date",
            "attempts",
            "reason",
            "let_go",
            "polls",
        ),
    ),
)


@pytest.fixture
def old(database_url: str) -> Iterator[Database]:
    """A database of the version before: a request for each place, a call for each reason."""
    database = Database(database_url)
    migrate(database, to=BEFORE)
    with database.engine.begin() as connection:
        for number, (channel_id, reason, _) in enumerate(REFUSED_PLACES):
            connection.execute(
                text(
                    "INSERT INTO request (id, draft_id, tenant, team_id, user_id, channel_id,"
                    " status, quota_date, confirmed_at, runs, card_channel, card_ts, card_reason,"
                    " cards_posted, card_refusals, card_given_up)"
                    " VALUES (:id, :id, 'default', 'T1', 'U1', :channel, 'failed', '2026-11-24',"
                    " '2026-11-24 04:00:00', 1, 'D9', '1.0', :reason, 1, 0, false)"
                ),
                {"id": f"R-{number:05}", "channel": channel_id, "reason": reason},
            )
        for position, sentence in enumerate([None, *STORED]):
            connection.execute(
                insert(OLD_TASK),
                {
                    "request_id": "R-00000",
                    "position": position,
                    "status": "unknown",
                    "files": 1,
                    "quota_date": datetime(2026, 11, 24, tzinfo=UTC).date(),
                    "attempts": 1,
                    "reason": sentence,
                    "let_go": False,
                    "polls": 0,
                },
            )
    yield database
    database.engine.dispose()


async def test_sentences_about_calls_become_values_and_read_as_they_did(old: Database) -> None:
    migrate(old)

    states = await old.transaction(calls.every, "R-00000")
    assert states[0].causes == ()
    assert [state.causes for state in states[1:]] == [*STORED.values()]
    found = [told(state.causes, for_addresses=False) for state in states[1:]]
    assert found == [*map(as_said_now, STORED)]


async def test_sentences_about_cards_become_codes_and_read_as_they_did(old: Database) -> None:
    migrate(old)

    for number, (channel_id, sentence, code) in enumerate(REFUSED_PLACES):
        place = await old.transaction(card_place, f"R-{number:05}")
        assert place is not None
        assert place.reason == code
        assert ENGLISH.cards.elsewhere(code, channel_id).endswith(f". {sentence}")


async def test_sentence_that_an_old_replica_writes_meanwhile_is_readable(old: Database) -> None:
    migrate(old)
    with old.engine.begin() as connection:
        connection.execute(
            text("UPDATE task SET reason = :reason WHERE position = 0"), {"reason": NO_ROOM}
        )

    (first, *_) = await old.transaction(calls.every, "R-00000")

    assert told(first.causes) == NO_ROOM


@pytest.mark.parametrize("written", ["{}", '""', "0", "null", '{"code": "text"}'])
async def test_value_of_another_shape_stays_readable(old: Database, written: str) -> None:
    migrate(old)
    with old.engine.begin() as connection:
        connection.execute(
            text("UPDATE task SET reason = :reason WHERE position = 0"), {"reason": written}
        )

    (first, *_) = await old.transaction(calls.every, "R-00000")

    assert first.causes == (FreeText(written),)


async def test_stored_value_is_text_that_any_tool_reads(old: Database) -> None:
    migrate(old)

    def raw(session: Session) -> list[str]:
        column = text("reason")
        rows = session.execute(select_rows(column).select_from(CallRow.__table__))  # type: ignore[attr-defined]
        return [row[0] for row in rows if row[0] is not None]

    stored = await old.transaction(raw)

    assert '[{"code": "interrupted"}]' in stored
    assert all(each.startswith('[{"code": "') for each in stored)
