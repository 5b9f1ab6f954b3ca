"""Words and numbers as the bot writes them, safe to stand in mrkdwn."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from typing import Any

from bot.rules.quota import Quota
from bot.rules.refusals import reset_clock
from bot.rules.request import Asset, Reason, Rejected, Target, without_query
from bot.rules.task import Counts

SECTION_LIMIT = 3000
LIST_ROOM = SECTION_LIMIT - 120
"""A title and the closing line fit into the section as well."""

SHOWN_LENGTH = 150
SAME_REASON_SHOWN = 10
SAME_REASON_ROOM = 600

Block = dict[str, Any]


def escape(text: str) -> str:
    """Slack's three control characters, so that nobody's text becomes a mention or a link."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def code(text: str) -> str:
    """In code style Slack makes no links and no mentions; a backtick would end it early."""
    return f"`{escape(shortened(text).replace('`', 'ˋ'))}`"


def shortened(text: str, limit: int = SHOWN_LENGTH) -> str:
    """The middle goes first: the host and the file name are what people recognise."""
    if len(text) <= limit:
        return text
    half = (limit - 1) // 2
    return f"{text[:half]}…{text[-half:]}"


def named(target: Target) -> str:
    """A target for everybody's eyes: a URL loses its query string, perhaps a signature."""
    shown = f"asset {target.id}" if isinstance(target, Asset) else without_query(target.address)
    return code(shown)


def counted(number: int, thing: str) -> str:
    return f"{number:,} {thing if number == 1 else thing + 's'}"


def list_of(lines: Sequence[str], *, most: int, room: int = LIST_ROOM) -> str:
    """The first lines that fit a section, then how many are left out; `lines` are mrkdwn."""
    return list_of_groups([(line, 1) for line in lines], most=most, room=room)


def list_of_groups(lines: Sequence[tuple[str, int]], *, most: int, room: int = LIST_ROOM) -> str:
    """The same for lines that each stand for so many things; it is those that are counted."""
    kept = fitting([line for line, _ in lines[:most]], room=room)
    left = sum(things for _, things in lines[len(kept) :])
    return "\n".join([*kept, f"and {left:,} more"] if left else kept)


def fitting(lines: Sequence[str], *, room: int) -> Sequence[str]:
    """The first lines that need no more than `room` characters."""
    ends = accumulate(len(line) + 1 for line in lines)
    return lines[: sum(end <= room for end in ends)]


def rejections(rejected: Sequence[Rejected], *, most: int = 10) -> str:
    """Each reason once, with what it is for; mere words come last."""
    shared: dict[str, list[str]] = {}
    for item in rejected:
        shared.setdefault(item.reason, []).append(code(item.text))
    if words := shared.pop(Reason.NOT_A_TARGET, None):
        shared[Reason.NOT_A_TARGET] = words
    lines = [(f"{_some(texts)} – {reason}", len(texts)) for reason, texts in shared.items()]
    return list_of_groups(lines, most=most)


def _some(texts: Sequence[str]) -> str:
    kept = fitting(texts[:SAME_REASON_SHOWN], room=SAME_REASON_ROOM) or texts[:1]
    left = len(texts) - len(kept)
    return ", ".join([*kept, f"and {left:,} more"] if left else kept)


def section(text: str, **more: Any) -> Block:  # noqa: ANN401  # accessory, block_id, ...
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}, **more}


def context(text: str) -> Block:
    return {"type": "context", "elements": [{"type": "mrkdwn", "text": text}]}


def plain(text: str) -> Block:
    return {"type": "plain_text", "text": text}


def button(label: str, action_id: str, value: str, **more: Any) -> Block:  # noqa: ANN401  # style, confirm
    return {
        "type": "button",
        "text": plain(label),
        "action_id": action_id,
        "value": value,
        **more,
    }


def clock(moment: datetime) -> str:
    """Each reader sees the time in their own zone; the fallback is in UTC."""
    offset = moment.utcoffset() or timedelta()
    utc = (moment - offset).strftime("%H:%M UTC")
    return f"<!date^{int(moment.timestamp())}^{{time}}|{utc}>"


def date_and_clock(moment: datetime) -> str:
    """As `clock`, with the date, or with "today" or "tomorrow" in its place."""
    utc = moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")
    return f"<!date^{int(moment.timestamp())}^{{date_short_pretty}}, {{time}}|{utc}>"


def outcomes(counts: Counts) -> list[str]:
    """`8 ready`, `2 failed`, …; what there is none of is left out."""
    words = {
        "ready": counts.ready,
        "failed": counts.failed,
        "processing": counts.processing,
        "waiting": counts.waiting,
        "not sent": counts.not_sent,
        "may have been sent": counts.unknown,
        "sent, not followed": counts.sent,
        "cancelled": counts.cancelled,
    }
    return [f"{number:,} {word}" for word, number in words.items() if number]


def quota_line(quota: Quota) -> str:
    """`About *867 of 1,000 left today*`, with whose count that is and when it starts anew."""
    source = f"bot's count, resets {reset_clock(quota)}"
    if quota.exhausted:
        return f"*None left today*: the cloud says that the day's quota is used up ({source})"
    return f"About *{quota.left:,} of {quota.limit:,} left today* ({source})"


def paragraphs(lines: Iterable[str]) -> str:
    return "\n".join(line for line in lines if line)
