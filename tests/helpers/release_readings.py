"""All that people read of the requests of a database, and the sums of the ledger, as plain text.

What is laid out in blocks is told as a list of its texts and of its buttons' labels and IDs.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from sqlmodel import Session, col, select

from bot.blocks import ids, messages, pages
from bot.blocks.decisions import resolve
from bot.rules.draft import OVERLAPS_WITHIN
from bot.rules.quota import quota_day
from bot.rules.states import CallStatus, RequestState, RequestStatus
from bot.words.english import ENGLISH
from storage import calls, ledger, overlaps, requests
from storage.tables import RequestRow
from tests.helpers.defaults import TERMS
from tests.helpers.ledger_sums import check_ledger

Readings = dict[str, dict[str, list[str]]]
EACH = ("card", "details")
TOLD_SINCE = "*What to check*"
"""What is told under failed files, and the reasons in Details, no kept release has told."""

EVERYBODY = "all requests"
"""Under this name stands also what each card says, which is told once."""


def readings(session: Session, now: datetime) -> Readings:
    """By request, and for all of them together: what each view says, line by line."""
    day = quota_day(now, TERMS.zone)
    today = ledger.quota_of(session, TERMS.tenant, day, limit=TERMS.daily_limit)
    # Two that were confirmed in one moment stand in the same order in every database.
    order = col(RequestRow.confirmed_at), col(RequestRow.id)
    rows = session.exec(select(RequestRow).order_by(*order)).all()
    states = [requests.state(session, row, today) for row in rows]
    found = {state.id: _of_request(session, state, now) for state in states}
    common = {view: _common([views[view] for views in found.values()]) for view in EACH}
    # One of each status tells how a list shows it.
    one_of_each = list({(state.status, state.no_card): state for state in states}.values())
    return {
        **{request_id: _without(common, views) for request_id, views in found.items()},
        EVERYBODY: {
            **common,
            "quota": _lines(messages.quota(ENGLISH, today, now)),
            "recent": _lines(messages.recent(ENGLISH, one_of_each, command=TERMS.command)),
            "sums": [
                f"{date}: {sums.reserved} reserved, {sums.settled} settled, {sums.held} held"
                for (_, date), sums in sorted(check_ledger(session).items())
            ],
        },
    }


def _of_request(session: Session, state: RequestState, now: datetime) -> dict[str, list[str]]:
    place = requests.card_place(requests.row(session, state.id))
    reason, is_second = (place.reason, place.is_second) if place else (None, False)
    card = _lines(messages.card(ENGLISH, state, refusal=reason, is_second=is_second))
    status = _lines(messages.status(ENGLISH, state))
    found = {
        "card": card,
        # What the card says as well is told once.
        "status, beside the card": [line for line in status if line not in card],
        "details": _lines(pages.details(ENGLISH, _without_reasons(state))),
    }
    if state.counts.unknown and state.status is not RequestStatus.RUNNING:
        found["send again"] = _send_again(session, state, now)
    return {view: lines for view, lines in found.items() if lines}


def _without_reasons(state: RequestState) -> RequestState:
    return replace(state, calls=tuple(replace(call, causes=()) for call in state.calls))


def _common(found: Sequence[Sequence[str]]) -> list[str]:
    return [line for line in found[0] if all(line in lines for lines in found)]


def _without(common: dict[str, list[str]], views: dict[str, list[str]]) -> dict[str, list[str]]:
    return {
        view: [line for line in lines if line not in common.get(view, [])]
        for view, lines in views.items()
    }


def _send_again(session: Session, state: RequestState, now: datetime) -> list[str]:
    doubtful = calls.with_status(session, state.id, CallStatus.UNKNOWN)
    holding = overlaps.of(
        session,
        [target.target for call in doubtful for target in call.targets],
        team_id=requests.row(session, state.id).team_id,
        since=now - OVERLAPS_WITHIN,
    )
    others = tuple(item for item in holding if item.request_id != state.id)
    return _lines(resolve(ENGLISH, ids.SEND_AGAIN_BUTTON, state.id, doubtful, others))


def _lines(found: object) -> list[str]:
    return list(_texts(found))


def _texts(found: object) -> Iterator[str]:
    if isinstance(found, list):
        for item in found:
            yield from _texts(item)
    elif isinstance(found, dict):
        if "action_id" in found:
            yield found["action_id"]
        for name, value in found.items():
            if name == "text" and isinstance(value, str):
                yield from [] if value.startswith(TOLD_SINCE) else value.split("\n")
            else:
                yield from _texts(value)
