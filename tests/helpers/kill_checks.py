"""After all kills: nothing is lost, nothing went out twice, and one card tells it as it is."""

import json
from collections import Counter
from collections.abc import Collection
from datetime import timedelta
from typing import Any

from sqlalchemy import or_
from sqlmodel import Session, col, select

from bot.rules.states import CallStatus, RequestStatus
from bot.words.english import ENGLISH
from storage.tables import CallRow, RequestRow, TargetRow
from tests.helpers.killed_bots import Lives, seen
from tests.helpers.ledger_sums import Sums
from tests.helpers.slack_people import cards, outcome_of, request_id
from tests.helpers.stored_rows import check_books, reading

SOON = timedelta(minutes=10)
POST = "before chat.postMessage"
PLACE_KEPT = "after the commit of storage.requests.keep_card_place"
MARKER = "before the commit of bot.workflows.sending.Sender._set_marker"
ANSWER_KEPT = (
    "after the commit of bot.workflows.sending.Sender._accept",
    "after the commit of bot.workflows.outcomes.Outcomes.",
)
SENT_AGAIN = "-sent_again/"
DOUBTED = (SENT_AGAIN, "-marked_as_sent/", "-spoiled/")
"""Folders of files whose answer from the cloud is cut off, and about which a person decides."""

TURNED_AWAY = "ekm_access_denied"
"""What Slack says for a while, and has then posted nothing."""

SPOILED = {
    TURNED_AWAY,
    "expired_trigger_id",
    "exchanged_trigger_id",
    "dispatch_failed",
    "operation_timeout",
    "late_ack",
    "not_found",
}
"""What Slack says to those who come too late, and to people whose bot has just died."""


async def settle(lives: Lives) -> None:
    """Wait until every request has ended and its card says so; what is for later waits on."""
    stage = lives.stage

    def over() -> bool:
        with reading(stage) as session:
            rows = session.exec(select(RequestRow)).all()
        return all(_is_told(row, lives) for row in rows)

    try:
        await seen(over)
    except TimeoutError:
        raise AssertionError(_unfinished(lives)) from None


def check_truth(lives: Lives, *, refused: Collection[str] = ()) -> Sums:
    """Everything that is promised whatever happens, once all has settled.

    `refused` is what Slack answered on purpose.
    """
    stage = lives.stage
    taken = Counter(url for task in stage.vod.books.tasks for url in task.urls)
    twice = {url for url, times in taken.items() if times > 1 and SENT_AGAIN not in url}
    assert twice == set()
    with reading(stage) as session:
        _check_confirmed(session, lives)
        _check_in_doubt(session, lives)
        _check_cards(session, lives)
    return check_books(stage, refused=SPOILED | set(refused))


def _check_confirmed(session: Session, lives: Lives) -> None:
    """Whom Slack told that it is done can rely on it."""
    log = lives.stage.slack.log
    acked = {
        record.facts["envelope_id"]
        for record in log.of("ack")
        if not record.facts["payload"]  # With a payload the modal stays open, and says why.
    }
    stored = set(session.exec(select(RequestRow.draft_id)))
    far = {row.id: row.status for row in session.exec(select(RequestRow)) if _is_far(row)}
    for record in log.of("envelope", "interactive"):
        envelope: Any = record.facts["envelope"]
        if envelope["envelope_id"] not in acked:
            continue
        payload = envelope["payload"]
        view = payload.get("view") or {}
        if (payload["type"], view.get("callback_id")) == ("view_submission", "confirm_prefetch"):
            assert view["private_metadata"] in stored
        for action in payload.get("actions", ()):
            if action["action_id"] == "cancel_unsent" and action["value"] in far:
                assert far[action["value"]] == RequestStatus.CANCELLED


def _check_in_doubt(session: Session, lives: Lives) -> None:
    """A call is in doubt only where the bot died before its answer, or that was cut off."""
    doubtful = {
        row.request_id
        for row in session.exec(select(CallRow).where(CallRow.status == CallStatus.UNKNOWN))
    }
    named = or_(*(col(TargetRow.name).contains(folder) for folder in DOUBTED))
    spoiled = set(session.exec(select(TargetRow.request_id).where(named)))
    assert doubtful - spoiled <= _cut_off(lives, MARKER, *ANSWER_KEPT).keys()


def _check_cards(session: Session, lives: Lives) -> None:
    """One card is kept true; a second one stays where the bot died before it knew of the first."""
    shown = Counter(request_id(card) for card in cards(lives.stage))
    cut_off = _cut_off(lives, POST, PLACE_KEPT)
    for row in session.exec(select(RequestRow)):
        assert _is_told(row, lives), row
        assert 1 <= shown[row.id] <= 1 + cut_off[row.id], row.id
        if shown[row.id] > 1:
            card = lives.stage.slack.message(row.card_channel or "", row.card_ts or "")
            assert card is not None
            assert ENGLISH.cards.SECOND_CARD in str(card.blocks)
    assert shown.keys() == set(session.exec(select(RequestRow.id)))


def _cut_off(lives: Lives, begins: str, *ends: str) -> Counter[str]:
    """How often, by request, a process was killed between a moment `begins` and one of `ends`."""
    found: Counter[str] = Counter()
    for life in lives.past:
        begun: set[str] = set()
        for reached in life.moments():
            about = reached.request_id
            if reached.moment.startswith(begins):
                found[about] += about in begun
                begun.add(about)
            elif reached.moment.startswith(ends):
                begun.discard(about)
        found.update(begun)
    return found


def _is_told(row: RequestRow, lives: Lives) -> bool:
    """Whether the card says what nothing but a person will change."""
    waits = row.status == RequestStatus.SCHEDULED and _is_far(row)
    if row.ended_at is None and not waits:
        return False
    card = lives.stage.slack.message(row.card_channel or "", row.card_ts or "")
    return card is not None and outcome_of(card) == row.status.replace("_", " ")


def _is_far(row: RequestRow) -> bool:
    """Whether its time does not come while the tests run, so that only a person ends it."""
    return row.run_at is not None and row.run_at - row.confirmed_at > SOON


def _unfinished(lives: Lives) -> str:
    with reading(lives.stage) as session:
        rows = session.exec(select(RequestRow)).all()
        return json.dumps([row.model_dump(mode="json") for row in rows if not _is_told(row, lives)])
