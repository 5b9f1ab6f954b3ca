"""The clock that the bot's parts are given."""

from datetime import UTC, datetime


def utc_now() -> datetime:
    return datetime.now(UTC)
