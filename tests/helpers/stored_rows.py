"""After a story: the bot, the cloud and Slack must tell the same of it."""

import asyncio
import json
from collections import Counter
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

from sqlalchemy import Engine, create_engine
from sqlalchemy.pool import NullPool
from sqlmodel import Session, col, select

from bot.sandbox.fakeslack import FakeSlack
from bot.sandbox.fakevod import FakeVod
from bot.sandbox.stage import Stage
from storage.database import database_url
from storage.tables import AuditRow, CallRow, DraftRow, LedgerRow, RequestRow
from tests.helpers.ledger_sums import Sums, check_ledger

KNOWN_WITHIN_S = 30.0
SIGNED = {"signature ok", "token ok"}


def check_books(stage: Stage, *, refused: Collection[str] = ()) -> Sums:
    """The sums of all days, once everybody's books agree and every request has ended.

    `refused` are the errors and troubles in Slack that belong to the story; no others may be.
    """
    check_slack(stage.slack, refused=refused)
    assert {call.verdict for call in stage.vod.calls} <= SIGNED
    with reading(stage) as session:
        sums = _check_quota(session, stage.vod)
        _check_audit(session)
    return sums


def check_no_call_went_out_twice(stage: Stage) -> None:
    """Whatever happened to the bot, the cloud was asked for each address once."""
    creates = [call for call in stage.vod.calls if call.operation == "create"]
    sent = Counter(url for call in creates for url in json.loads(call.body)["urls"])

    assert sent.total() == len(sent)


def check_slack(slack: FakeSlack, *, refused: Collection[str] = ()) -> None:
    """Slack took every view and message of the bot, and nobody waited in vain."""
    calls: Any = [(record.name, record.facts["answer"]) for record in slack.log.of("call")]
    # Slack's word for a modal that somebody has closed while the bot looked at what it shows.
    errors = {
        answer["error"]
        for name, answer in calls
        if not answer["ok"] and (name, answer["error"]) != ("views.update", "not_found")
    }
    said = {str(record.facts["answer"]) for record in slack.log.of("response_url")}
    troubles = {record.name for record in slack.log.of("trouble")}

    assert errors | (said - {"ok"}) | troubles <= set(refused)


@contextmanager
def reading(stage: Stage) -> Iterator[Session]:
    """A look into the bot's own database, whether the bot runs or not."""
    with Session(_engine(stage.database_url)) as session:
        yield session


@lru_cache(maxsize=4)
def _engine(url: str) -> Engine:
    """One for all looks into a database: an engine compiles each statement for itself.

    No connection is kept, so none is open while the bot moves its file or the server is emptied.
    """
    return create_engine(database_url(url), poolclass=NullPool)


def requests_of(stage: Stage) -> list[RequestRow]:
    """Oldest first."""
    with reading(stage) as session:
        return list(
            session.exec(
                select(RequestRow).order_by(col(RequestRow.confirmed_at), col(RequestRow.id))
            )
        )


async def until_cards_are_known(stage: Stage) -> None:
    """Wait until the bot has written down where each card stands; killed before, it posts anew."""
    async with asyncio.timeout(KNOWN_WITHIN_S):
        while not all(request.card_ts for request in requests_of(stage)):  # noqa: ASYNC110
            await asyncio.sleep(0.05)  # the database tells of no change


def count_drafts(stage: Stage) -> int:
    with reading(stage) as session:
        return len(session.exec(select(DraftRow.id)).all())


def movements(stage: Stage) -> Counter[str]:
    """Files by kind of movement in the ledger."""
    with reading(stage) as session:
        counted: Counter[str] = Counter()
        for line in session.exec(select(LedgerRow)):
            counted[line.kind] += line.files
        return counted


def _check_quota(session: Session, vod: FakeVod) -> Sums:
    """What the cloud accepted is settled; what it took unheard is held, or told by a person."""
    found = check_ledger(session).values()
    sums = Sums(*(sum(parts) for parts in zip(*found, strict=True)))
    answered = select(CallRow).where(
        CallRow.request_id == LedgerRow.request_id,
        CallRow.position == LedgerRow.call_position,
        col(CallRow.task_id).is_not(None),
    )
    by_people = select(LedgerRow.files).where(LedgerRow.kind == "confirm", ~answered.exists())
    told = sum(session.exec(by_people))
    accepted = session.exec(select(AuditRow.facts).where(AuditRow.action == "task.accepted"))
    known = {*session.exec(select(CallRow.task_id)), *(fact["task_id"] for fact in accepted)}
    unheard = sum(call.cost for call in vod.books.tasks if call.task_id not in known)

    assert known - {None} <= vod.books.task_by_id.keys()
    assert sums.settled == told + sum(t.cost for t in vod.books.tasks if t.task_id in known)
    assert unheard <= sums.held + told
    assert sums.reserved == 0
    return sums


def _check_audit(session: Session) -> None:
    """Each request begins once and ends once a run; each task_id was written down once."""
    trails: dict[str, list[AuditRow]] = {}
    for row in session.exec(select(AuditRow).order_by(col(AuditRow.id))):
        trails.setdefault(row.request_id or "", []).append(row)
    requests = {row.id: row for row in session.exec(select(RequestRow))}

    assert trails.keys() == requests.keys()
    for request_id, trail in trails.items():
        actions = [row.action for row in trail if row.action.startswith("request.")]
        accepted = [row.facts["task_id"] for row in trail if row.action == "task.accepted"]
        stored = session.exec(select(CallRow.task_id).where(CallRow.request_id == request_id))
        assert actions[0] == "request.confirmed"
        assert actions[-1] == f"request.{requests[request_id].status}"
        assert len(actions) == 1 + requests[request_id].runs
        assert sorted(accepted) == sorted(filter(None, stored))
