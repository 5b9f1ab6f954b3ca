"""The whole schema."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    Index,
    Table,
    UniqueConstraint,
    inspect,
)
from sqlmodel import Field, SQLModel

from bot.rules.causes import Cause
from storage.column_types import StoredCauses, UtcDateTime


def _moment(*, nullable: bool = False) -> Any:  # noqa: ANN401  # as Field() itself
    return Field(default=None, sa_type=UtcDateTime, nullable=nullable)


def _stored_as(name: str, key: str) -> dict[str, str]:
    """The column keeps the name that a replica of an earlier version still writes to."""
    return {"name": name, "key": key}


class DraftRow(SQLModel, table=True):
    """What a person was shown, waiting for the confirmation.

    `time_chosen_ts` is when the person chose `run_at` in the modal, as Slack writes a moment.
    """

    __tablename__ = "draft"

    id: str = Field(primary_key=True)
    tenant: str
    team_id: str
    user_id: str
    channel_id: str
    trigger_key: str | None = Field(default=None, unique=True)
    targets: list[dict[str, str]] = Field(sa_type=JSON)
    rejected: list[dict[str, Any]] = Field(sa_type=JSON)
    duplicates: int
    digest: str
    created_at: datetime = _moment()
    expires_at: datetime = _moment()
    run_at: datetime | None = _moment(nullable=True)
    time_chosen_ts: str | None = None
    reading: dict[str, Any] | None = Field(default=None, sa_type=JSON(none_as_null=True))


class RequestRow(SQLModel, table=True):
    """A confirmed request; `quota_date` is the day that it was promised a part of.

    That is the day of the confirmation, or of `run_at`, before which nothing of it is sent.
    `tell` says of which ends who asked wants to hear, `also_tell` who is to hear of them as well.
    `overlaps` names requests that held some of its files when it was confirmed.
    """

    __tablename__ = "request"

    id: str = Field(primary_key=True)
    draft_id: str = Field(unique=True)
    tenant: str
    team_id: str
    user_id: str
    channel_id: str
    status: str = Field(index=True)
    quota_date: date
    confirmed_at: datetime = _moment()
    run_at: datetime | None = _moment(nullable=True)
    ended_at: datetime | None = _moment(nullable=True)
    runs: int = 1
    card_channel: str | None = None
    card_ts: str | None = None
    card_reason: str | None = None
    cards_posted: int = 0
    card_refusals: int = 0
    card_refusal: str | None = None
    card_given_up: bool = False
    outdated_card_channel: str | None = None
    outdated_card_ts: str | None = None
    tell: str | None = None
    also_tell: list[str] | None = Field(default=None, sa_type=JSON(none_as_null=True))
    overlaps: list[str] = Field(
        default_factory=list, sa_type=JSON, sa_column_kwargs=_stored_as("asked_before", "overlaps")
    )


class CallRow(SQLModel, table=True):
    """One API call of a request; `attempts` counts its POSTs, and more (`Attempt`).

    `sender` is the process that began the last of them, `quota_date` the day that its files are
    charged to: that of the confirmation, then that of each POST. `asset_id` stays when the URLs of
    the asset take its place among the targets.
    """

    __tablename__ = "task"
    __table_args__ = (Index("task_task_id", "task_id"), Index("task_asset_id", "asset_id"))

    request_id: str = Field(primary_key=True, foreign_key="request.id")
    position: int = Field(primary_key=True)
    status: str
    files: int
    quota_date: date
    asset_id: str | None = None
    task_id: str | None = None
    attempts: int = 0
    reason: tuple[Cause, ...] = Field(default=(), sa_type=StoredCauses, nullable=True)
    let_go: bool = False
    submitted_at: datetime | None = _moment(nullable=True)
    sender: str | None = None
    polls: int = 0
    next_poll_at: datetime | None = _moment(nullable=True)


class TargetRow(SQLModel, table=True):
    """One asset or URL of a call; `status` is the cloud's own word."""

    __tablename__ = "target"
    # A URL can be longer than what PostgreSQL takes into an ordered index.
    __table_args__ = (Index("target_name", "name", postgresql_using="hash"),)

    request_id: str = Field(primary_key=True, foreign_key="request.id")
    call_position: int = Field(
        primary_key=True, sa_column_kwargs=_stored_as("task_position", "call_position")
    )
    position: int = Field(primary_key=True)
    kind: str
    name: str
    status: str


class QuotaDayRow(SQLModel, table=True):
    """The running sums of one tenant's day, in files."""

    __tablename__ = "quota_day"
    __table_args__ = (
        CheckConstraint(
            "reserved >= 0 AND settled >= 0 AND held >= 0", name="quota_day_not_negative"
        ),
    )

    tenant: str = Field(primary_key=True)
    day: date = Field(primary_key=True)
    reserved: int = 0
    settled: int = 0
    held: int = 0
    exhausted_at: datetime | None = _moment(nullable=True)


class QuotaZoneRow(SQLModel, table=True):
    """The time zone in which the tenant's days are counted, and when a process last began so."""

    __tablename__ = "quota_zone"

    tenant: str = Field(primary_key=True)
    name: str
    started_at: datetime = _moment()


class LedgerRow(SQLModel, table=True):
    """One movement of files between the sums; never changed, never deleted."""

    __tablename__ = "ledger_entry"
    __table_args__ = (
        UniqueConstraint(
            "request_id", "call_position", "kind", "attempt", name="ledger_entry_once"
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    tenant: str
    day: date
    request_id: str = Field(index=True)
    call_position: int = Field(sa_column_kwargs=_stored_as("task_position", "call_position"))
    kind: str
    attempt: int
    files: int
    at: datetime = _moment()


class AuditRow(SQLModel, table=True):
    """Who did what, when; never changed, never deleted (triggers refuse it)."""

    __tablename__ = "audit_event"

    id: int | None = Field(default=None, primary_key=True)
    at: datetime = _moment()
    tenant: str
    team_id: str
    actor: str
    action: str
    request_id: str | None = Field(default=None, index=True)
    facts: dict[str, Any] = Field(sa_type=JSON)


class PacingRow(SQLModel, table=True):
    """When the next call of a kind may go out, in seconds since the epoch."""

    __tablename__ = "pacing"

    tenant: str = Field(primary_key=True)
    kind: str = Field(primary_key=True)
    next_at: float


class ExecutorRow(SQLModel, table=True):
    """A process that carries requests out, and when it last said that it lives."""

    __tablename__ = "executor"

    id: str = Field(primary_key=True)
    beat_at: datetime = _moment()


class DeliveryRow(SQLModel, table=True):
    """A signed HTTP request of Slack's that was taken; the key is a digest of its signature."""

    __tablename__ = "delivery"
    __table_args__ = (Index("delivery_at", "at"),)

    key: str = Field(primary_key=True)
    at: datetime = _moment()
    answered: bool


class IdentityRow(SQLModel, table=True):
    """One row, the identity of the database: its name, how far it has come, and where it lies.

    `steps` counts on SQLite what must not happen a second time, `restored_at` is when the bot last
    found that this is a copy, and `cards_due` that the cards do not say so yet.
    """

    __tablename__ = "life"

    id: int = Field(primary_key=True)
    identity: str
    steps: int = Field(sa_type=BigInteger)
    place: str | None = None
    restored_at: datetime | None = _moment(nullable=True)
    cards_due: bool = False


class ProbeRow(SQLModel, table=True):
    """When a process last wrote to the database only to see whether that is possible."""

    __tablename__ = "probe"

    replica: str = Field(primary_key=True)
    at: datetime = _moment()


def table_of(row: type[SQLModel]) -> Table:
    """The table of a class, for statements that are made once and run for every request.

    Statements of the class itself are made anew, and its rows tracked, at each use: a request cost
    76 ms of CPU that way, and 57 ms this way (tests/bench/test_request_cost.py, 2026-11-29).
    """
    table: Table = inspect(row).local_table
    return table
