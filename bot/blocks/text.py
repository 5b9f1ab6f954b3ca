"""Blocks that hold text, and lists that fit into them."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import accumulate
from typing import Any

from bot.rules.reading import Places
from bot.rules.redaction import without_query
from bot.rules.target import Asset, Reason, Rejected, Target
from bot.words.language import Words
from bot.words.mrkdwn import code

SECTION_LIMIT = 3000
LIST_ROOM = SECTION_LIMIT - 120
"""A title and the closing line fit into the section as well."""

SAME_REASON_SHOWN = 10
SAME_REASON_ROOM = 600
OFFERS_SHOWN = 3

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
    """Each reason once, with what it is for and where that stands; mere words come last."""
    lines = [
        (f"• {_some(words, alike)} – {_reason(words, alike)}", len(alike))
        for alike in sorted_by_reason(rejected)
    ]
    return list_of_groups(words, lines, most=most)


def sorted_by_reason(rejected: Sequence[Rejected]) -> list[list[Rejected]]:
    """Those that have one reason together; mere words come last."""
    shared: dict[tuple[Reason, tuple[str, ...]], list[Rejected]] = {}
    for item in sorted(rejected, key=lambda item: item.reason is Reason.NOT_A_TARGET):
        shared.setdefault((item.reason, item.names), []).append(item)
    return list(shared.values())


def _reason(words: Words, alike: Sequence[Rejected]) -> str:
    """The reason that they share, then what was perhaps meant by the first of them."""
    offers = list(dict.fromkeys(it.offered for it in alike if it.offered))[:OFFERS_SHOWN]
    told = words.rejections.reason(replace(alike[0], offered=""))
    return " ".join([told, *map(words.rejections.perhaps, offers)])


def _some(words: Words, alike: Sequence[Rejected]) -> str:
    """The first of them with their places; of the others the places alone."""
    texts = [
        f"{code(item.text or words.rejections.FILE_WITHOUT_NAME)}{place_of_item(words, item.at)}"
        for item in alike[:SAME_REASON_SHOWN]
    ]
    kept = _that_fit(texts, SAME_REASON_ROOM)
    others = alike[len(kept) :]
    if not others:
        return ", ".join(kept)
    left = words.phrases.and_more(len(others))
    return ", ".join([*kept, f"{left}{place_of_item(words, _all_places(others))}"])


def place_of_item(words: Words, at: Places | None) -> str:
    """Where an item stands in its list, in brackets; nothing where that is not known."""
    return "" if at is None else f" ({words.rejections.at(at)})"


def _all_places(items: Sequence[Rejected]) -> Places | None:
    """Where all of them stand; None where they are of lists that are counted differently."""
    found = [item.at for item in items if item.at is not None]
    if len({(at.unit, at.file) for at in found}) != 1:
        return None
    return replace(found[0], numbers=tuple(sorted({it for at in found for it in at.numbers})))


def some_of(words: Words, texts: Sequence[str], *, room: int = SAME_REASON_ROOM) -> str:
    """The first of them in one line, as far as there is room, then how many are left out."""
    kept = _that_fit(texts, room)
    left = len(texts) - len(kept)
    return ", ".join([*kept, words.phrases.and_more(left)] if left else kept)


def _that_fit(texts: Sequence[str], room: int) -> Sequence[str]:
    """At least the first of them."""
    return fitting(texts[:SAME_REASON_SHOWN], room=room) or texts[:1]


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
