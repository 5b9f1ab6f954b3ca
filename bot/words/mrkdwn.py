"""What is written alike in every language: names, code and moments, safe to stand in mrkdwn."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

SHOWN_LENGTH = 150
IN_FULL = 2600


def escape(text: str) -> str:
    """Slack's three control characters, so that nobody's text becomes a mention or a link."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def code(text: str) -> str:
    """In code style Slack makes no links and no mentions; a backtick would end it early."""
    return in_code(shortened(text))


def is_cut_in_code(text: str) -> bool:
    """Whether `code` shows the text without its middle."""
    return len(text) > SHOWN_LENGTH


def code_in_full(text: str) -> str:
    """As `code`, cut only where a section of a modal could not hold it with the words around it."""
    limit = IN_FULL
    while len(written := in_code(shortened(text, limit))) > IN_FULL:
        # What is escaped is longer, up to five times.
        limit = limit * IN_FULL // len(written) - 1
    return written


def in_code(text: str) -> str:
    """As `code`, of any length."""
    return f"`{escape(text.replace('`', 'ˋ'))}`"


def shortened(text: str, limit: int = SHOWN_LENGTH) -> str:
    """Text cut in its middle: the host and the file name are what people recognise."""
    if len(text) <= limit:
        return text
    half = (limit - 1) // 2
    return f"{text[:half]}…{text[-half:]}"


def mentions(user_ids: Iterable[str]) -> list[str]:
    return [f"<@{user_id}>" for user_id in user_ids]


def clock(moment: datetime) -> str:
    """A time of day that each reader sees in their own zone; the fallback is in UTC."""
    offset = moment.utcoffset() or timedelta()
    utc = (moment - offset).strftime("%H:%M UTC")
    return f"<!date^{int(moment.timestamp())}^{{time}}|{utc}>"


def date_and_clock(moment: datetime) -> str:
    """As `clock`, with the date, or with "today" or "tomorrow" in its place."""
    utc = moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")
    return f"<!date^{int(moment.timestamp())}^{{date_short_pretty}}, {{time}}|{utc}>"


def reset_clock(ends_at: datetime) -> str:
    """The end of a quota day on its own clock: `00:00 UTC+8`."""
    return f"00:00 {offset_words(ends_at)}"


def spoken(moment: datetime, zone: ZoneInfo) -> str:
    """A moment as `2026-11-25 18:00 UTC+8`."""
    local = moment.astimezone(zone)
    return f"{local:%Y-%m-%d %H:%M} {offset_words(local)}"


def offset_words(moment: datetime) -> str:
    """The offset of a moment as `UTC+8`, as people in the channel say it."""
    offset = moment.utcoffset() or timedelta()
    hours, minutes = divmod(int(abs(offset).total_seconds()) // 60, 60)
    if not offset:
        return "UTC"
    sign = "+" if offset > timedelta() else "-"
    return f"UTC{sign}{hours}" + (f":{minutes:02}" if minutes else "")
