"""The desk of the team and reports are what the requests, the ledger and the sums say."""

from collections import Counter
from datetime import date, datetime

import pytest
from sqlmodel import Session, select

from bot.rules.policy import Actor
from bot.rules.quota import quota_day
from bot.rules.reports import Tally, seen_by
from bot.rules.states import Counts, RequestState, RequestStatus
from bot.rules.summaries import Reader
from storage import desk, ledger, reports, requests, summaries
from storage.database import Database
from storage.desk import Found, Pile
from storage.reports import Span
from storage.tables import QuotaDayRow, RequestRow
from tests.helpers.databases import migrated
from tests.helpers.defaults import TERMS
from tests.helpers.desks import summary_of
from tests.helpers.stored_release import StoredRelease, stored_release, stored_revisions
from tests.helpers.stored_requests import MEI, NOON, make_request, urls

EVER = Span(TERMS.tenant, date(2000, 1, 1), date(2100, 1, 1))
UNENDED = (RequestStatus.RUNNING, RequestStatus.SCHEDULED)


@pytest.fixture(params=stored_revisions())
def release(request: pytest.FixtureRequest) -> StoredRelease:
    return stored_release(request.param)


async def test_summary_of_a_request_says_what_its_card_says(
    release: StoredRelease, database_url: str
) -> None:
    await release.restore(database_url)
    async with migrated(database_url) as database:
        states = await database.transaction(_states, release.at)
        found = await database.transaction(_summaries, [it.id for it in states], release.at)

    assert len(states) > 10
    assert {it.status for it in states} >= {RequestStatus.SUCCEEDED, RequestStatus.FAILED}
    assert [_in_short(it) for it in found] == [_in_short(summary_of(it)) for it in states]


async def test_piles_of_an_operator_hold_every_request_that_needs_somebody(
    release: StoredRelease, database_url: str
) -> None:
    await release.restore(database_url)
    async with migrated(database_url) as database:
        states = await database.transaction(_states, release.at)
        team = await database.transaction(_team)
        reader = Reader(Actor("U0OPERATOR", team), is_operator=True)
        found = {pile: await database.transaction(_pile, pile, reader) for pile in Pile}

    in_doubt = {it.id for it in states if it.counts.unknown and it.status not in UNENDED}
    assert set(found[Pile.IN_DOUBT].ids) == in_doubt != set()
    for pile, status in (
        (Pile.RUNNING, RequestStatus.RUNNING),
        (Pile.SCHEDULED, RequestStatus.SCHEDULED),
    ):
        assert set(found[pile].ids) == {it.id for it in states if it.status is status}
    assert all(one.hidden == 0 and one.total == len(one.ids) for one in found.values())


async def test_report_of_all_days_agrees_with_the_sums_of_the_ledger(
    release: StoredRelease, database_url: str
) -> None:
    await release.restore(database_url)
    async with migrated(database_url) as database:
        team = await database.transaction(_team)
        states = await database.transaction(_states, release.at)
        entries = await database.transaction(reports.entries, EVER, team_id=team)
        sums = await database.transaction(_sums)
        days = await database.transaction(reports.days, EVER)

    by_day: dict[date, Tally] = {}
    for entry in entries:
        by_day[entry.day] = by_day.get(entry.day, Tally()) + entry.tally
    told = {day: (it.promised, it.spent, it.held) for day, it in by_day.items() if it.used}
    assert told == {day: found for day, found in sums.items() if any(found)}
    assert [(it.day, it.spent, it.held) for it in days] == [
        (day, spent, held) for day, (_, spent, held) in sorted(sums.items())
    ]
    counted = sum((entry.tally.counts for entry in entries), Counts())
    assert counted == sum((state.counts for state in states), Counts())
    assert sum(entry.tally.requests for entry in entries) == len(states)
    people = Counter(entry.user_id for entry in entries if entry.tally.requests)
    assert set(people) == {state.user_id for state in states}


async def test_reader_sees_their_own_requests_and_counts_the_others(database: Database) -> None:
    for number in range(3):
        await database.transaction(make_request, f"R-0000{number}", urls(1))
    jun = Reader(Actor("U0JUN0001", MEI.team_id))

    theirs = await database.transaction(_pile, Pile.RUNNING, jun)
    hers = await database.transaction(_pile, Pile.RUNNING, Reader(MEI), limit=2)
    elsewhere = await database.transaction(
        _pile, Pile.RUNNING, Reader(Actor(MEI.user_id, "T0ELSEWHERE"), is_operator=True)
    )

    assert theirs == Found([], 3, 3)
    assert (len(hers.ids), hers.total, hers.hidden) == (2, 3, 0)
    assert elsewhere == Found([], 0, 0)


async def test_request_of_another_workspace_is_counted_and_names_nobody(
    database: Database,
) -> None:
    await database.transaction(make_request, "R-00001", urls(3))
    span = Span("default", NOON.date(), NOON.date())

    (entry,) = await database.transaction(reports.entries, span, team_id="T0ELSEWHERE")
    (own,) = await database.transaction(reports.entries, span, team_id=MEI.team_id)
    (hidden,) = seen_by([own], lambda _: False)

    assert (entry.user_id, entry.channel_id, entry.tally.promised) == (None, None, 3)
    assert own.user_id == MEI.user_id
    assert hidden == entry


async def test_version_grows_with_the_audit_trail_alone(database: Database) -> None:
    assert await database.transaction(desk.version) == 0


def _states(session: Session, at: datetime) -> list[RequestState]:
    today = ledger.quota_of(session, TERMS.tenant, quota_day(at, TERMS.zone), limit=1000)
    rows = session.exec(select(RequestRow).order_by(RequestRow.id)).all()
    return [requests.state(session, row, today) for row in rows]


def _summaries(session: Session, ids: list[str], at: datetime) -> list[object]:
    today = ledger.quota_of(session, TERMS.tenant, quota_day(at, TERMS.zone), limit=1000)
    return list(summaries.of(session, ids, today))


def _in_short(found: object) -> tuple[object, ...]:
    names = ("id", "status", "files", "counts", "run_at", "queued", "goes_on", "no_card", "first")
    return tuple(getattr(found, name) for name in names)


def _team(session: Session) -> str:
    (team,) = set(session.exec(select(RequestRow.team_id)).all())
    return team


def _pile(session: Session, which: Pile, reader: Reader, *, limit: int = 1000) -> Found:
    found = desk.pile(session, which, reader, limit=limit)
    return found._replace(ids=list(found.ids))


def _sums(session: Session) -> dict[date, tuple[int, int, int]]:
    return {
        row.day: (row.reserved, row.settled, row.held)
        for row in session.exec(select(QuotaDayRow)).all()
    }
