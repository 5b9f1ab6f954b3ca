"""Blocks that hold text, and lists that fit into them."""

from collections.abc import Iterable, Sequence
from itertools import accumulate
from typing import Any

from bot.rules.redaction import without_query
from bot.rules.target import Asset, Reason, Rejected, Target
from bot.words.language import Words
from bot.words.mrkdwn import code

SECTION_LIMIT = 3000
LIST_ROOM = SECTION_LIMIT - 120
"""A title and the closing line fit into the section as well."""

SAME_REASON_SHOWN = 10
SAME_REASON_ROOM = 600

Block = dict[str, Any]


def place_of(words: Words, target: Target) -> str:
    """A target for everybody's eyes: a URL loses its query string, perhaps a signature."""
    if isinstance(target, Asset):
        return words.phrases.asset(target.id)
    return without_query(target.address)


def named(words: Words, target: Target) -> str:
    """The target's place in code style."""
    return code(place_of(words, target))


def list_of(words: Words, lines: Sequence[str], *, most: int, room: int = LIST_ROOM) -> str:
    """The first lines that fit a section, then how many are left out; `lines` are mrkdwn."""
    return list_of_groups(words, [(line, 1) for line in lines], most=most, room=room)


def list_of_groups(
    words: Words, lines: Sequence[tuple[str, int]], *, most: int, room: int = LIST_ROOM
) -> str:
    """As `list_of`, for lines that each stand for so many things; the things are counted."""
    kept = fitting([line for line, _ in lines[:most]], room=room)
    left = sum(things for _, things in lines[len(kept) :])
    return "\n".join([*kept, words.phrases.and_more(left)] if left else kept)


def fitting(lines: Sequence[str], *, room: int) -> Sequence[str]:
    """The first lines that need no more than `room` characters."""
    ends = accumulate(len(line) + 1 for line in lines)
    return lines[: sum(end <= room for end in ends)]


def rejections(words: Words, rejected: Sequence[Rejected], *, most: int = 10) -> str:
    """Each reason once, with what it is for; mere words come last."""
    shared: dict[tuple[Reason, tuple[str, ...]], list[Rejected]] = {}
    for item in sorted(rejected, key=lambda item: item.reason is Reason.NOT_A_TARGET):
        shared.setdefault((item.reason, item.names), []).append(item)
    lines = [
        (f"{_some(words, alike)} – {words.rejections.reason(alike[0])}", len(alike))
        for alike in shared.values()
    ]
    return list_of_groups(words, lines, most=most)


def _some(words: Words, alike: Sequence[Rejected]) -> str:
    texts = [code(item.text or words.rejections.FILE_WITHOUT_NAME) for item in alike]
    kept = fitting(texts[:SAME_REASON_SHOWN], room=SAME_REASON_ROOM) or texts[:1]
    left = len(texts) - len(kept)
    return ", ".join([*kept, words.phrases.and_more(left)] if left else kept)


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


def paragraphs(lines: Iterable[str]) -> str:
    return "\n".join(line for line in lines if line)
