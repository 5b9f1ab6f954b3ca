"""The messages that tell notices: put together, claimed by one process, and settled once.

Which process may post a message stands in its row. A claim lasts as long as the process that made
it stands among the living of `storage.executors`; on SQLite there is but one.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, or_, select, update
from sqlmodel import Session, col

from bot.rules.notices import CODES, Notice
from storage import executors
from storage.notice_facts import from_json
from storage.notice_tables import NoticeMessageRow, NoticeRow
from storage.tables import ExecutorRow

AT_ONCE = 20

POSTED = "posted"
DROPPED = "dropped"
GIVEN_UP = "given_up"
REDIRECTED = "redirected"

_MESSAGE = col(NoticeMessageRow.id)


class Message(NamedTuple):
    """One message, with what it tells whom, and how far its posting is.

    `channel` may be a person's ID: then it is a direct message, and `dm` the conversation with that
    person, where it is known. `posts` counts those of which nobody knows that they do not stand,
    and `begun_at` is set as long as somebody has to look whether the last of them does.
    """

    id: str
    channel: str
    thread_ts: str | None
    notices: tuple[Notice, ...]
    keys: tuple[str, ...]
    users: tuple[str, ...]
    made_at: datetime
    posts: int
    begun_at: datetime | None
    refusals: int
    refusal: str | None
    dm: str | None

    @property
    def is_direct(self) -> bool:
        return self.thread_ts is None and self.users == (self.channel,)


def due(session: Session, *, me: str, now: datetime) -> Sequence[str]:
    """IDs of messages that this process may post now, or look for; none of a later version's."""
    unknown = (
        select(col(NoticeRow.key))
        .where(col(NoticeRow.message_id) == _MESSAGE, col(NoticeRow.code).not_in([*CODES]))
        .exists()
    )
    return session.scalars(
        select(_MESSAGE)
        .where(
            col(NoticeMessageRow.settled_at).is_(None),
            col(NoticeMessageRow.next_at) <= now,
            _is_free(me),
            ~unknown,
        )
        .order_by(col(NoticeMessageRow.next_at))
        .limit(AT_ONCE)
    ).all()


def claim(session: Session, message_id: str, *, me: str) -> Message | None:
    """Make this process the one that posts the message; None when another living one is."""
    row = session.execute(
        update(NoticeMessageRow)
        .where(
            col(NoticeMessageRow.id) == message_id,
            col(NoticeMessageRow.settled_at).is_(None),
            _is_free(me),
        )
        .values(claimed_by=me)
        .returning(_MESSAGE)
    ).first()
    return None if row is None else read(session, message_id)


def read(session: Session, message_id: str) -> Message:
    """The message as it stands, with those of its notices that are not dropped."""
    row = session.get_one(NoticeMessageRow, message_id, populate_existing=True)
    found = session.scalars(
        select(NoticeRow)
        .where(col(NoticeRow.message_id) == message_id, col(NoticeRow.dropped_at).is_(None))
        .order_by(col(NoticeRow.made_at), col(NoticeRow.key))
    ).all()
    notices = {each.key: from_json(each.code, each.facts) for each in found}
    return Message(
        id=row.id,
        channel=row.channel_id,
        thread_ts=row.thread_ts,
        notices=tuple(dict.fromkeys(notices.values())),
        keys=tuple(notices),
        users=tuple(dict.fromkeys(each.user_id for each in found if each.user_id)),
        made_at=min((each.made_at for each in found), default=row.next_at),
        posts=row.posts,
        begun_at=row.begun_at,
        refusals=row.refusals,
        refusal=row.refusal,
        dm=_conversation(session, row.channel_id),
    )


def begin(session: Session, message_id: str, *, me: str, now: datetime) -> bool:
    """Write down that a post goes out; False when it must not: another is at it, or it is told."""
    if not executors.stays_alive(session, me):
        return False
    return _change(session, message_id, me, begun_at=now, posts=NoticeMessageRow.posts + 1)


def not_posted(session: Session, message_id: str, *, me: str, **more: object) -> bool:
    """It is proved that the last post does not stand; `more` are columns, such as `next_at`."""
    posts = NoticeMessageRow.posts - 1
    return _change(session, message_id, me, begun=True, begun_at=None, posts=posts, **more)


def is_not_there(session: Session, message_id: str, *, me: str) -> bool:
    """Somebody has looked: none of its posts stands."""
    return _change(session, message_id, me, begun=True, begun_at=None, posts=0)


def stays_unknown(session: Session, message_id: str, *, me: str) -> bool:
    """Nobody can look: the next post says that it may be a repetition."""
    return _change(session, message_id, me, begun=True, begun_at=None)


def later(session: Session, message_id: str, *, me: str, next_at: datetime) -> bool:
    """Nothing new is known of it; look at it again at `next_at`."""
    return _change(session, message_id, me, begun=None, next_at=next_at)


def settle(
    session: Session,
    message_id: str,
    outcome: str,
    *,
    now: datetime,
    at: tuple[str, str] | None = None,
) -> bool:
    """How it ended, and where it stands; False when it ended otherwise before. Safe to repeat."""
    row = session.get_one(NoticeMessageRow, message_id, with_for_update=True)
    channel, ts = at or (None, None)
    if row.settled_at is not None:
        return (row.outcome, row.posted_channel, row.posted_ts) == (outcome, channel, ts)
    row.settled_at, row.outcome, row.begun_at = now, outcome, None
    row.posted_channel, row.posted_ts = channel, ts
    return True


def redirect(session: Session, message_id: str, *, now: datetime) -> bool:
    """No channel takes it: whoever it is for is told in a direct message; False for a channel's."""
    found = session.scalars(select(NoticeRow).where(col(NoticeRow.message_id) == message_id)).all()
    if not all(each.user_id for each in found):
        return False
    settle(session, message_id, REDIRECTED, now=now)
    for each in found:
        each.message_id, each.is_direct = None, True
    session.flush()
    return True


def _change(
    session: Session, message_id: str, me: str, *, begun: bool | None = False, **values: object
) -> bool:
    """Change an unsettled message of mine whose post is `begun` or not; None for either."""
    begun_at = col(NoticeMessageRow.begun_at)
    stands = [] if begun is None else [begun_at.is_not(None) if begun else begun_at.is_(None)]
    changed = session.execute(
        update(NoticeMessageRow)
        .where(
            col(NoticeMessageRow.id) == message_id,
            col(NoticeMessageRow.claimed_by) == me,
            col(NoticeMessageRow.settled_at).is_(None),
            *stands,
        )
        .values(**values)
        .returning(_MESSAGE)
    ).first()
    return changed is not None


def _is_free(me: str) -> ColumnElement[bool]:
    """Whether no other living process holds the message."""
    living = select(col(ExecutorRow.id))
    holder = col(NoticeMessageRow.claimed_by)
    return or_(holder.is_(None), holder == me, holder.not_in(living))


def _conversation(session: Session, user_id: str) -> str | None:
    """The conversation in which an earlier direct message to that person stands."""
    return session.scalars(
        select(col(NoticeMessageRow.posted_channel))
        .where(
            col(NoticeMessageRow.channel_id) == user_id,
            col(NoticeMessageRow.posted_channel).is_not(None),
        )
        .limit(1)
    ).first()
