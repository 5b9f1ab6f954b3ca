"""Confirming: a draft becomes a request, its files reserved, in one transaction."""

import secrets
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from sqlmodel import Session

from bot.rules.draft import OVERLAPS_WITHIN, Receipt
from bot.rules.expiry import ends_unsaid
from bot.rules.lifecycle import reservation
from bot.rules.policy import Actor
from bot.rules.spoken_id import spoken_id
from bot.rules.states import CallId
from bot.service.context import Context
from bot.service.drafting import Drafting
from storage import audit, ledger, overlaps, requests


class LookAgainError(Exception):
    """Something ends before the request is sent of which the person's modal did not speak."""


class Confirming:
    """`begin` is told of each new request after the commit."""

    def __init__(
        self, context: Context, drafting: Drafting, *, begin: Callable[[str], None]
    ) -> None:
        self._context = context
        self._drafting = drafting
        self._begin = begin

    async def confirm(self, draft_id: str, actor: Actor, run_at: datetime | None = None) -> Receipt:
        """Reserve the quota, store the request and hand it to the workflow, or refuse all of it.

        `run_at` is what the modal said at last, and wins over what the draft proposed. Raises
        `LookAgainError` instead where that time is one at which more signatures have ended.
        """
        receipt = await self._context.database.promptly(self._confirm, draft_id, actor, run_at)
        if not receipt.repeated:
            self._begin(receipt.request_id)
        return receipt

    def _confirm(
        self, session: Session, draft_id: str, actor: Actor, run_at: datetime | None
    ) -> Receipt:
        known = requests.id_by_draft(session, draft_id, actor)
        if known is not None:
            return Receipt(known, repeated=True)
        now = self._context.now()
        self._context.reservations.check_time(run_at, now=now)
        proposed, shown_at = self._drafting.find_shown(session, draft_id, actor)
        draft = replace(proposed, run_at=run_at)
        self._drafting.check_again(draft)
        said_for = proposed.run_at or shown_at
        if ends_unsaid(draft.plan.targets, said_for=said_for, sent_at=run_at or now):
            raise LookAgainError
        day = self._context.reservations.day(run_at or now).date
        request_id = spoken_id("R", secrets.choice)
        before = overlaps.ids(
            session,
            draft.plan.targets,
            team_id=actor.team_id,
            since=now - OVERLAPS_WITHIN,
        )
        work = self._context.work(session, actor)
        if not requests.add(work, request_id, draft, day=day, overlaps=before):
            known = requests.id_by_draft(session, draft_id, actor)
            if known is None:
                # The ID is taken, by another draft.
                return self._confirm(session, draft_id, actor, run_at)
            return Receipt(known, repeated=True)
        self._context.reservations.reserve(session, draft.plan.files, moment=run_at or now, now=now)
        for position, call in enumerate(draft.plan.calls):
            ledger.write(work, CallId(request_id, position), reservation(call.files, day))
        audit.record(
            work,
            "request.confirmed",
            request_id,
            files=draft.plan.files,
            calls=len(draft.plan.calls),
            channel=draft.channel_id,
            digest=draft.plan.digest,
            **({} if run_at is None else {"run_at": run_at.isoformat()}),
        )
        self._context.enqueue(session, request_id)
        return Receipt(request_id, repeated=False)
