"""The tables of what people are told once; the rest of the schema stands in `storage.tables`."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index
from sqlmodel import Field, SQLModel

from storage.column_types import UtcDateTime


class NoticeRow(SQLModel, table=True):
    """What one person, or one channel, has to hear; `bot.rules.notices.Address` tells the rest.

    `message_id` is that of the message that tells it; `dropped_at` is when it was no longer worth
    telling. One that has neither waits for its time, `due_at`. `is_direct`: no channel takes it.
    `maybe_told`: the database is a copy, and it may have been told since.
    """

    __tablename__ = "notice"
    __table_args__ = (
        Index("notice_waiting", "message_id", "due_at"),
        Index("notice_request", "request_id"),
    )

    key: str = Field(primary_key=True)
    tenant: str
    team_id: str
    code: str
    facts: dict[str, Any] = Field(sa_type=JSON)
    user_id: str
    channel_id: str | None = None
    request_id: str | None = None
    reply_to: str | None = None
    bundle: str | None = None
    is_direct: bool = False
    maybe_told: bool = False
    made_at: datetime = Field(sa_type=UtcDateTime)
    due_at: datetime = Field(sa_type=UtcDateTime)
    dropped_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    message_id: str | None = None


class NoticeMessageRow(SQLModel, table=True):
    """One message that tells notices: where it goes, who posts it, and what became of that.

    `claimed_by` is the process that posts it. `posts` counts its posts of which nobody knows that
    they do not stand; `begun_at` is when the last of them began, until somebody knows, or has found
    out that nobody can know. `outcome` is how it ended.
    """

    __tablename__ = "notice_message"
    __table_args__ = (Index("notice_message_open", "settled_at", "next_at"),)

    id: str = Field(primary_key=True)
    tenant: str
    team_id: str
    channel_id: str
    thread_ts: str | None = None
    claimed_by: str | None = None
    next_at: datetime = Field(sa_type=UtcDateTime)
    posts: int = 0
    begun_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    refusals: int = 0
    refusal: str | None = None
    posted_channel: str | None = None
    posted_ts: str | None = None
    settled_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    outcome: str | None = None
