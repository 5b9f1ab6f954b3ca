"""What people are told once: stored with its cause, in its transaction; dropped when it is over."""

from datetime import datetime

from sqlalchemy import update
from sqlmodel import Session, col

from bot.rules.notices import Address, Notice, code_of
from storage.database import insert_missing
from storage.notice_facts import to_json
from storage.notice_tables import NoticeMessageRow, NoticeRow
from storage.unit_of_work import UnitOfWork


def add(
    work: UnitOfWork,
    key: str,
    notice: Notice,
    address: Address,
    *,
    team_id: str,
    due_at: datetime | None = None,
) -> bool:
    """Have it told, once the transaction is committed; False where the key was added before.

    The key names cause and person, for instance `ended:R-7F3K2:1:U0MEI`. It is told at `due_at`, or
    as soon as possible.
    """
    return insert_missing(
        work.session,
        NoticeRow,
        key=key,
        tenant=work.tenant,
        team_id=team_id,
        code=code_of(notice),
        facts=to_json(notice),
        user_id=address.user_id,
        channel_id=address.channel_id,
        request_id=address.request_id,
        reply_to=address.reply_to,
        bundle=address.bundle,
        is_direct=False,
        maybe_told=False,
        made_at=work.now,
        due_at=due_at or work.now,
    )


def drop(work: UnitOfWork, key: str) -> None:
    """It is over before it was told; what is told already, or just now, stays told."""
    work.session.execute(
        update(NoticeRow)
        .where(col(NoticeRow.key) == key, col(NoticeRow.dropped_at).is_(None))
        .values(dropped_at=work.now)
    )


def expect_told(session: Session, *, now: datetime) -> None:
    """The database is a copy: whatever was not told by then may have been told since."""
    session.execute(
        update(NoticeRow).where(col(NoticeRow.message_id).is_(None)).values(maybe_told=True)
    )
    session.execute(
        update(NoticeMessageRow)
        .where(col(NoticeMessageRow.settled_at).is_(None))
        .values(begun_at=now, posts=NoticeMessageRow.posts + 1)
    )
