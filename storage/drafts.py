"""Drafts: what was shown, until it is confirmed or expires."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import delete as delete_rows
from sqlalchemy import select
from sqlmodel import Session, col

from bot.rules.draft import Draft
from bot.rules.plan import plan_prefetch
from bot.rules.policy import Actor
from bot.rules.reading import ListShape, Places, Reading, Unit
from bot.rules.target import Asset, Reason, Rejected, Target, Url
from storage.database import insert_missing
from storage.tables import DraftRow

ALONE = "alone"
"""The mark of a stored URL that goes out in a call of its own."""


def save(
    session: Session,
    draft: Draft,
    *,
    tenant: str,
    trigger_key: str | None,
    now: datetime,
    expires_at: datetime,
) -> bool:
    """Store the draft; False when one for the same `trigger_key` stands: the payload came twice."""
    return insert_missing(
        session,
        DraftRow,
        id=draft.id,
        tenant=tenant,
        team_id=draft.actor.team_id,
        user_id=draft.actor.user_id,
        channel_id=draft.channel_id,
        trigger_key=trigger_key,
        targets=[_to_json(target, draft) for target in draft.plan.targets],
        rejected=[asdict(item) for item in draft.rejected],
        duplicates=draft.duplicates,
        digest=draft.plan.digest,
        created_at=now,
        expires_at=expires_at,
        run_at=draft.run_at,
        reading=None if draft.reading is None else asdict(draft.reading),
    )


def find(session: Session, draft_id: str, *, now: datetime) -> DraftRow | None:
    """The draft as it was stored; None when it is unknown or has expired."""
    row = session.get(DraftRow, draft_id)
    return row if row is not None and row.expires_at > now else None


def set_time(session: Session, draft_id: str, run_at: datetime | None, *, chosen_ts: str) -> None:
    """Keep the moment unless one that was chosen later is kept already."""
    row = session.get_one(DraftRow, draft_id, with_for_update=True, populate_existing=True)
    if row.time_chosen_ts is None or row.time_chosen_ts < chosen_ts:
        row.run_at, row.time_chosen_ts = run_at, chosen_ts
        session.flush()


def to_draft(row: DraftRow, *, asset_cost: int) -> Draft:
    """The draft with its plan made anew; compare the digest before trusting it."""
    targets = _targets(row.targets)
    return Draft(
        id=row.id,
        actor=Actor(row.user_id, row.team_id),
        channel_id=row.channel_id,
        plan=plan_prefetch(targets, asset_cost=asset_cost, alone=_alone(row.targets)),
        rejected=tuple(map(_rejected, row.rejected)),
        duplicates=row.duplicates,
        run_at=row.run_at,
        reading=_reading(row.reading),
        at=_places_of(row.targets),
    )


def delete(session: Session, *, before: datetime, at_most: int) -> int:
    """Delete drafts that expired before then, confirmed or not; returns how many."""
    expired = select(col(DraftRow.id)).where(col(DraftRow.expires_at) < before).limit(at_most)
    gone = delete_rows(DraftRow).where(col(DraftRow.id).in_(expired)).returning(col(DraftRow.id))
    return len(session.exec(gone).all())


def delete_every(session: Session) -> None:
    """No modal that is open now can be confirmed any longer."""
    session.exec(delete_rows(DraftRow))


def _rejected(stored: Mapping[str, Any]) -> Rejected:
    if "names" in stored:
        names, offered = tuple(stored["names"]), stored.get("offered", "")
        at = _places(stored.get("at"))
        return Rejected(stored["text"], Reason(stored["reason"]), names, offered, at)
    # A version that stored the sentence itself has made this draft.
    return Rejected(stored["text"], Reason.IN_WORDS, (stored["reason"],))


def _reading(stored: Mapping[str, Any] | None) -> Reading | None:
    if stored is None:
        return None
    others = tuple(filter(None, map(_reading, stored.get("others", ()))))
    shape, file = ListShape(stored["shape"]), stored.get("file", "")
    return Reading(shape, stored["rows"], stored["column"], file, others)


def _places(stored: Mapping[str, Any] | None) -> Places | None:
    if stored is None:
        return None
    return Places(Unit(stored["unit"]), tuple(stored["numbers"]), stored["file"])


def _to_json(target: Target, draft: Draft) -> dict[str, Any]:
    places = draft.at.get(target)
    at = {} if places is None else {"at": asdict(places)}
    if isinstance(target, Asset):
        return {"asset": target.id, **at}
    mark = {"goes": ALONE} if target in draft.plan.alone else {}
    return {"url": target.address, **mark, **at}


def _alone(stored: Sequence[Mapping[str, Any]]) -> set[Target]:
    return {_target(item) for item in stored if item.get("goes") == ALONE}


def _targets(stored: Sequence[Mapping[str, Any]]) -> list[Target]:
    return list(map(_target, stored))


def _places_of(stored: Sequence[Mapping[str, Any]]) -> dict[Target, Places]:
    places = {_target(item): _places(item.get("at")) for item in stored}
    return {target: at for target, at in places.items() if at is not None}


def _target(stored: Mapping[str, Any]) -> Target:
    return Asset(stored["asset"]) if "asset" in stored else Url(stored["url"])
