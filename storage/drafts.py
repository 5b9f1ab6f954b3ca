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
from bot.rules.target import Asset, Reason, Rejected, Target, Url
from storage.database import insert_missing
from storage.tables import DraftRow


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
        targets=[_to_json(target) for target in draft.plan.targets],
        rejected=[asdict(item) for item in draft.rejected],
        duplicates=draft.duplicates,
        digest=draft.plan.digest,
        created_at=now,
        expires_at=expires_at,
        run_at=draft.run_at,
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
        plan=plan_prefetch(targets, asset_cost=asset_cost),
        rejected=tuple(map(_rejected, row.rejected)),
        duplicates=row.duplicates,
        run_at=row.run_at,
    )


def delete(session: Session, *, before: datetime, at_most: int) -> int:
    """Delete drafts that expired before then, confirmed or not; returns how many."""
    expired = select(col(DraftRow.id)).where(col(DraftRow.expires_at) < before).limit(at_most)
    gone = delete_rows(DraftRow).where(col(DraftRow.id).in_(expired)).returning(col(DraftRow.id))
    return len(session.exec(gone).all())


def delete_every(session: Session) -> None:
    """No dialog that is open now can be confirmed any longer."""
    session.exec(delete_rows(DraftRow))


def _rejected(stored: Mapping[str, Any]) -> Rejected:
    if "names" in stored:
        return Rejected(stored["text"], Reason(stored["reason"]), tuple(stored["names"]))
    # A version that stored the sentence itself has made this draft.
    return Rejected(stored["text"], Reason.IN_WORDS, (stored["reason"],))


def _to_json(target: Target) -> dict[str, str]:
    return {"asset": target.id} if isinstance(target, Asset) else {"url": target.address}


def _targets(stored: Sequence[dict[str, str]]) -> list[Target]:
    return [Asset(item["asset"]) if "asset" in item else Url(item["url"]) for item in stored]
