"""The part of the schema that tells of what keeps the bot from its work, and whom it calls."""

from datetime import datetime
from typing import Any

from sqlmodel import Field, SQLModel

from bot.rules.causes import Cause
from storage.column_types import StoredCauses, UtcDateTime


def _moment(*, nullable: bool = False) -> Any:  # noqa: ANN401  # as Field() itself
    return Field(default=None, sa_type=UtcDateTime, nullable=nullable)


class ObstacleRow(SQLModel, table=True):
    """Why the cloud refuses every call of a tenant, or did so last: `over_at` is when it ended.

    `tried_at` is the moment of the last probe that somebody asked for, and `tried_by` who it was.
    """

    __tablename__ = "obstacle"

    tenant: str = Field(primary_key=True)
    cause: tuple[Cause, ...] = Field(default=(), sa_type=StoredCauses, nullable=True)
    since: datetime = _moment()
    probes: int
    next_probe_at: datetime = _moment()
    tried_by: str | None = None
    tried_at: datetime | None = _moment(nullable=True)
    over_at: datetime | None = _moment(nullable=True)
