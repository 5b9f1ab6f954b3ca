"""Putting notices together to messages: where each is told, and which are told together."""

import json
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import uuid4

from sqlalchemy import Select, text
from sqlmodel import Session, col, select

from bot.rules.notices import CODES
from storage.database import on_sqlite
from storage.notice_messages import POSTED
from storage.notice_tables import NoticeMessageRow, NoticeRow
from storage.tables import RequestRow

GATHERING_LOCK = 7_266_435
"""Any number, the same in every version: one replica at a time puts messages together."""

AT_ONCE = 100
IN_ONE = 8
"""So many notices of one person are told in one message; it has to stay readable."""


class Place(NamedTuple):
    """A conversation, and the message in whose thread to reply; or a person's ID."""

    channel: str
    thread_ts: str | None = None


def gather(session: Session, *, now: datetime) -> int:
    """Make a message of each notice that is due, and of those told with it; how many were made."""
    if not _gathers_alone(session):
        return 0
    waiting = session.scalars(
        _waiting()
        .where(col(NoticeRow.due_at) <= now)
        .order_by(col(NoticeRow.due_at), col(NoticeRow.key))
        .limit(AT_ONCE)
    ).all()
    told: defaultdict[tuple[str, Place, str], list[NoticeRow]] = defaultdict(list)
    seen: set[str] = set()
    for each in waiting:
        if each.key in seen:
            continue
        together = _together(session, each)
        seen.update(one.key for one in together)
        if (place := _place_of_all(session, together)) is not None:
            told[each.team_id, place, _said(together, place)] += together
    for (_, place, _), notices in told.items():
        _make(session, place, notices, now=now)
    return len(told)


def _waiting() -> Select[NoticeRow]:
    return select(NoticeRow).where(
        col(NoticeRow.message_id).is_(None),
        col(NoticeRow.dropped_at).is_(None),
        col(NoticeRow.code).in_([*CODES]),
    )


def _gathers_alone(session: Session) -> bool:
    if on_sqlite(session):
        return True
    lock = text("SELECT pg_try_advisory_xact_lock(:key)")
    return bool(session.scalar(lock, {"key": GATHERING_LOCK}))


def _together(session: Session, notice: NoticeRow) -> Sequence[NoticeRow]:
    """The notices that one person hears in one message."""
    if notice.bundle is None or not notice.user_id:
        return [notice]
    return session.scalars(
        _waiting()
        .where(
            col(NoticeRow.team_id) == notice.team_id,
            col(NoticeRow.user_id) == notice.user_id,
            col(NoticeRow.bundle) == notice.bundle,
        )
        .order_by(col(NoticeRow.made_at), col(NoticeRow.key))
        .limit(IN_ONE)
    ).all()


def _place_of_all(session: Session, notices: Sequence[NoticeRow]) -> Place | None:
    """Where they are told together; None as long as that is not known of each."""
    places = [place for each in notices if (place := _place(session, each)) is not None]
    if len(places) < len(notices):
        return None
    if len({place.channel for place in places}) == 1:
        return places[-1]
    # What happened in one channel is not told in another.
    return Place(notices[0].user_id)


def _place(session: Session, notice: NoticeRow) -> Place | None:
    if notice.is_direct:
        return Place(notice.user_id)
    if notice.reply_to is not None:
        parent = session.get(NoticeRow, notice.reply_to)
        place, is_open = _place_of_parent(session, parent)
        if place is not None or is_open:
            return place
    if notice.channel_id is not None:
        return Place(notice.channel_id)
    request = session.get(RequestRow, notice.request_id) if notice.request_id else None
    if request is None:
        return Place(notice.user_id)
    if request.card_given_up and request.card_ts is None:
        return Place(notice.user_id)
    if request.card_channel is None or request.card_ts is None:
        return None
    if request.card_channel.startswith("D"):
        return Place(notice.user_id)
    return Place(request.card_channel, request.card_ts)


def _place_of_parent(session: Session, parent: NoticeRow | None) -> tuple[Place | None, bool]:
    """Where the earlier notice stands, and whether that is still to be seen."""
    if parent is None or parent.dropped_at is not None:
        return None, False
    message = session.get(NoticeMessageRow, parent.message_id) if parent.message_id else None
    if message is None or message.settled_at is None:
        return None, True
    if message.outcome != POSTED or not message.posted_channel or not message.posted_ts:
        return None, False
    return Place(message.posted_channel, message.thread_ts or message.posted_ts), False


def _said(notices: Sequence[NoticeRow], place: Place) -> str:
    """Equal where several people hear the same in one thread; never of direct messages."""
    said = [(each.code, each.facts) for each in notices]
    whom = "" if place.thread_ts is not None else notices[0].key
    return json.dumps([whom, said], sort_keys=True)


def _make(session: Session, place: Place, notices: Sequence[NoticeRow], *, now: datetime) -> None:
    first, is_copied = notices[0], any(each.maybe_told for each in notices)
    message = NoticeMessageRow(
        id=uuid4().hex,
        tenant=first.tenant,
        team_id=first.team_id,
        channel_id=place.channel,
        thread_ts=place.thread_ts,
        next_at=now,
        # Of a copy's, somebody has to look first whether they stand.
        begun_at=now if is_copied else None,
        posts=int(is_copied),
    )
    session.add(message)
    for each in notices:
        each.message_id = message.id
    session.flush()
