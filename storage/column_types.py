"""How moments and causes are stored in a column."""

import json
from datetime import UTC, datetime

from sqlalchemy import DateTime, String
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

from bot.rules.causes import Cause, FreeText, from_json, to_json


class UtcDateTime(TypeDecorator[datetime]):
    """A moment with its zone, in and out; SQLite itself would drop the zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        if value is None or value.tzinfo is not None:
            return value
        return value.replace(tzinfo=UTC)


class StoredCauses(TypeDecorator[tuple[Cause, ...]]):
    """Causes as JSON in a column of text; NULL is none of them."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: tuple[Cause, ...] | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        return json.dumps(to_json(value), ensure_ascii=False) if value else None

    def process_result_value(self, value: str | None, dialect: Dialect) -> tuple[Cause, ...]:  # noqa: ARG002
        if value is None:
            return ()
        try:
            return from_json(json.loads(value))
        except (ValueError, TypeError, KeyError, AttributeError):
            # A replica of an earlier version, which is still at work, writes sentences.
            return (FreeText(value),)
