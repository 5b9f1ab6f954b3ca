"""Confirmed requests: written once, read as the state that people are shown."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import bindparam, or_, update
from sqlmodel import Session, col, select

from bot.rules.card import CardPlace, CardTrouble
from bot.rules.draft import Draft
from bot.rules.policy import Actor
from bot.rules.quota import Quota
from bot.rules.states import RequestState, RequestStatus
from storage import audit, calls
from storage.database import insert_missing
from storage.tables import CallRow, RequestRow, table_of
from storage.unit_of_work import UnitOfWork

_REQUEST = table_of(RequestRow).c
_ROW = select(RequestRow).where(col(RequestRow.id) == bindparam("request_id"))
_LOCK = _ROW.with_for_update().execution_options(populate_existing=True)
_OF_DRAFT = select(_REQUEST.id).where(
    _REQUEST.draft_id == bindparam("draft_id"),
    _REQUEST.user_id == bindparam("user_id"),
    _REQUEST.team_id == bindparam("team_id"),
)
_RUN = select(_REQUEST.status, _REQUEST.runs, _REQUEST.run_at).where(
    _REQUEST.id == bindparam("request_id")
)
_STATUS = select(_REQUEST.status).where(_REQUEST.id == bindparam("request_id"))


def add(
    work: UnitOfWork,
    request_id: str,
    draft: Draft,
    *,
    day: date,
    overlaps: Sequence[str] = (),
) -> bool:
    """Store the request with its calls; False when the draft is confirmed already.

    `day` is the quota day on which it will be sent.
    """
    added = insert_missing(
        work.session,
        RequestRow,
        id=request_id,
        draft_id=draft.id,
        tenant=work.tenant,
        team_id=draft.actor.team_id,
        user_id=draft.actor.user_id,
        channel_id=draft.channel_id,
        status=RequestStatus.RUNNING if draft.run_at is None else RequestStatus.SCHEDULED,
        run_at=draft.run_at,
        quota_date=day,
        confirmed_at=work.now,
        runs=1,
        cards_posted=0,
        overlaps=list(overlaps),
    )
    if added:
        calls.add(work.session, request_id, draft.plan.calls, day)
    return added


def id_by_draft(session: Session, draft_id: str, actor: Actor) -> str | None:
    """The request that this person made of the draft."""
    wanted = {"draft_id": draft_id, "user_id": actor.user_id, "team_id": actor.team_id}
    found: str | None = session.execute(_OF_DRAFT, wanted).scalar()
    return found


def id_by_reference(session: Session, reference: str, *, team_id: str) -> str | None:
    """The request with this ID or with a call of this task_id, in this workspace alone."""
    return session.exec(
        select(RequestRow.id)
        .join(CallRow)
        .where(
            RequestRow.team_id == team_id,
            or_(col(RequestRow.id) == reference, col(CallRow.task_id) == reference),
        )
    ).first()


def recent_ids(session: Session, *, team_id: str, user_id: str, limit: int) -> Sequence[str]:
    """The person's own requests, newest first."""
    return session.exec(
        select(RequestRow.id)
        .where(RequestRow.team_id == team_id, RequestRow.user_id == user_id)
        .order_by(col(RequestRow.confirmed_at).desc(), col(RequestRow.id))
        .limit(limit)
    ).all()


class Run(NamedTuple):
    """A run of a request: the status of the request, the number of the run, and when it is due."""

    status: RequestStatus
    number: int
    run_at: datetime | None


def run(session: Session, request_id: str) -> Run:
    """The run that the request is in, with what this session has changed."""
    session.flush()
    status, number, run_at = session.execute(_RUN, {"request_id": request_id}).one()
    return Run(RequestStatus(status), number, run_at)


def row(session: Session, request_id: str) -> RequestRow:
    found: RequestRow = session.execute(_ROW, {"request_id": request_id}).scalar_one()
    return found


def state(session: Session, found: RequestRow, quota: Quota) -> RequestState:
    """All that people are shown of the request; `quota` is that of the day on which they look."""
    return RequestState(
        id=found.id,
        status=RequestStatus(found.status),
        user_id=found.user_id,
        channel_id=found.channel_id,
        confirmed_at=found.confirmed_at,
        calls=tuple(calls.every(session, found.id)),
        quota=quota,
        run_at=found.run_at,
        overlaps=tuple(found.overlaps),
        decisions=audit.decisions(session, found.id),
        no_card=found.card_refusal if found.card_given_up else None,
    )


def is_running(session: Session, request_id: str) -> bool:
    """Whether the request runs: its time has come, and it has not ended."""
    status: str = session.execute(_STATUS, {"request_id": request_id}).scalar_one()
    return status == RequestStatus.RUNNING


def lock(session: Session, request_id: str) -> RequestRow:
    """The request as it is, until the commit: nobody ends it and nobody reopens it meanwhile."""
    found: RequestRow = session.execute(_LOCK, {"request_id": request_id}).scalar_one()
    return found


def end(found: RequestRow, status: RequestStatus, *, run: int, now: datetime) -> bool:
    """Write the last status into the locked row; False when it stands, or a later run has begun."""
    if found.ended_at is not None or found.runs != run:
        return False
    found.status, found.ended_at = status, now
    return True


def start(session: Session, request_id: str) -> RequestRow | None:
    """The time of a scheduled request has come; None when it was started or cancelled before."""
    found = lock(session, request_id)
    if found.status != RequestStatus.SCHEDULED:
        return None
    found.status = RequestStatus.RUNNING
    return found


def unended(session: Session) -> Sequence[tuple[str, int]]:
    """ID and number of the run of each request that has not ended."""
    return [
        (request_id, runs)
        for request_id, runs in session.execute(
            select(RequestRow.id, RequestRow.runs).where(col(RequestRow.ended_at).is_(None))
        )
    ]


def run_anew(session: Session, request_id: str, *, run: int) -> bool:
    """Let another run follow; False when one has followed this run, or the request has ended."""
    found = lock(session, request_id)
    if found.ended_at is not None or found.runs != run:
        return False
    found.runs += 1
    session.flush()
    return True


def reopen(session: Session, request_id: str) -> None:
    """There is work again for a request that had ended; its next run is another workflow."""
    found = lock(session, request_id)
    found.status, found.ended_at = RequestStatus.RUNNING, None
    found.runs += 1
    session.flush()


def card_place(found: RequestRow) -> CardPlace | None:
    if found.card_channel is None or found.card_ts is None:
        return None
    return CardPlace(
        found.card_channel, found.card_ts, found.card_reason, is_second=found.cards_posted > 1
    )


def outdated_card(found: RequestRow) -> CardPlace | None:
    """The card that another has followed, until somebody has tried to delete it."""
    if found.outdated_card_channel is None or found.outdated_card_ts is None:
        return None
    return CardPlace(found.outdated_card_channel, found.outdated_card_ts, None)


def forget_outdated_card(session: Session, request_id: str, place: CardPlace) -> None:
    """Somebody has tried to delete the card there. Safe to repeat."""
    found = lock(session, request_id)
    if outdated_card(found) == place:
        found.outdated_card_channel = found.outdated_card_ts = None


def is_spare_card(session: Session, request_id: str, channel: str, ts: str) -> bool:
    """Whether a card of the request there stands beside the one that counts.

    Never what counts as the card of any request, and only where a card of this one may be: in its
    own channel or in a direct message.
    """
    found = session.get(RequestRow, request_id)
    if found is None or found.card_ts is None:
        return False
    if channel not in {found.channel_id, found.card_channel} and not channel.startswith("D"):
        return False
    counts = select(RequestRow.id).where(
        RequestRow.card_channel == channel, RequestRow.card_ts == ts
    )
    return session.exec(counts).first() is None


def count_card(session: Session, request_id: str) -> int:
    """A card is about to be posted: its number; above 1 an earlier card may stand already."""
    found = lock(session, request_id)
    found.cards_posted += 1
    return found.cards_posted


def uncount_card(session: Session, request_id: str, *, number: int | None = None) -> None:
    """A card does not stand, or no longer; safe to repeat with the `number` that it was."""
    found = lock(session, request_id)
    if number not in {None, found.cards_posted}:
        return
    found.cards_posted = max(found.cards_posted - 1, 0 if found.card_ts is None else 1)


def expect_second_cards(session: Session) -> None:
    """A card may stand of every request of which the database knows none."""
    session.exec(
        update(RequestRow)
        .where(col(RequestRow.card_ts).is_(None), col(RequestRow.cards_posted) == 0)
        .values(cards_posted=1)
    )


def keep_card_place(session: Session, request_id: str, place: CardPlace) -> bool:
    """Where the one card is; False when another one stands already. Safe to repeat."""
    found = lock(session, request_id)
    if found.card_ts is not None:
        return (found.card_channel, found.card_ts) == (place.channel, place.ts)
    found.card_channel, found.card_ts, found.card_reason, _ = place
    _forget_card_trouble(found)
    return True


def forget_card_place(session: Session, request_id: str) -> None:
    """The card there cannot be made true any longer; another is to be posted, and this one goes."""
    found = lock(session, request_id)
    found.outdated_card_channel, found.outdated_card_ts = found.card_channel, found.card_ts
    found.card_channel = found.card_ts = found.card_reason = None
    found.cards_posted = 0
    _forget_card_trouble(found)


def card_trouble(found: RequestRow) -> CardTrouble:
    return CardTrouble(found.card_refusals, found.card_refusal, found.card_given_up)


def note_card_trouble(session: Session, request_id: str, refusals: int, refusal: str) -> None:
    """Slack has refused the card so often by now; a later life goes on from here."""
    found = lock(session, request_id)
    found.card_refusals, found.card_refusal = refusals, refusal


def note_card_edited(session: Session, request_id: str, *, refusals: int = 0) -> None:
    """Slack has taken an edit; `refusals` is how many it is still taken to have refused."""
    found = lock(session, request_id)
    found.card_refusals, found.card_refusal = refusals, None


def give_up_card(session: Session, request_id: str, refusal: str) -> RequestRow | None:
    """No card is posted any longer; None when that was settled before."""
    found = lock(session, request_id)
    if found.card_given_up or found.card_ts is not None:
        return None
    found.card_refusal, found.card_given_up = refusal, True
    return found


def _forget_card_trouble(found: RequestRow) -> None:
    found.card_refusals, found.card_refusal, found.card_given_up = 0, None, False
