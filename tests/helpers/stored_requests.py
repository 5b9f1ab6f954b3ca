"""Requests as the service would store them, for tests that start behind it."""

from datetime import UTC, date, datetime

from sqlmodel import Session

from bot.rules.card import CardPlace
from bot.rules.draft import Draft
from bot.rules.lifecycle import Attempt, Line, reservation
from bot.rules.movements import Movement
from bot.rules.plan import plan_prefetch
from bot.rules.policy import Actor
from bot.rules.states import CallId, RequestStatus
from bot.rules.target import Asset, Target, Url
from storage import ledger, requests
from storage.unit_of_work import UnitOfWork

TENANT = "default"
NOON = datetime(2024, 2, 29, 4, 0, tzinfo=UTC)
DAY = date(2024, 2, 29)
MEI = Actor("U0MEI0001", "T0LAUNCHHQ")


def urls(count: int) -> list[Target]:
    return [Url(f"https://v.example.com/{number}.mp4") for number in range(count)]


def asset(digit: str = "1") -> Asset:
    return Asset(digit * 32)


def draft_of(targets: list[Target], draft_id: str = "draft-1") -> Draft:
    return Draft(
        id=draft_id,
        actor=MEI,
        channel_id="C0LAUNCH1",
        plan=plan_prefetch(targets, asset_cost=1),
        rejected=(),
        duplicates=0,
    )


def card_place(session: Session, request_id: str) -> CardPlace | None:
    """Where the card of the request stands."""
    return requests.card_place(requests.row(session, request_id))


def end(
    session: Session, request_id: str, status: RequestStatus, *, run: int, now: datetime
) -> bool:
    """Write the last status of the request; False when it stands already."""
    return requests.end(requests.lock(session, request_id), status, run=run, now=now)


def work_of(session: Session) -> UnitOfWork:
    """What the bot does by itself at NOON."""
    return UnitOfWork(session, TENANT, NOON)


def make_request(session: Session, request_id: str, targets: list[Target]) -> None:
    """Store a confirmed request of NOON, its quota reserved."""
    draft = draft_of(targets, f"draft of {request_id}")
    assert requests.add(work_of(session), request_id, draft, day=DAY)
    assert ledger.reserve(session, TENANT, DAY, files=draft.plan.files, limit=1000)
    for position, call in enumerate(draft.plan.calls):
        line = reservation(call.files, DAY)
        ledger.write(work_of(session), CallId(request_id, position), line)


def move(
    session: Session,
    movement: Movement,
    request_id: str,
    position: int = 0,
    *,
    files: int = 1,
    attempt: int = 0,
) -> None:
    """Write a line of the ledger by itself, without the step of a call that it belongs to."""
    line = Line(movement, Attempt(attempt, DAY), files)
    ledger.write(work_of(session), CallId(request_id, position), line)
