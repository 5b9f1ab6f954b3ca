"""The targets that a Slack message mentions, wherever in its payload they stand."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from bot.reading.attached_files import with_files
from bot.reading.characters import BLANKS
from bot.reading.cuts import Leftover, is_rest_of, rejected_as_cut
from bot.reading.link_tokens import Link, decode, split_links
from bot.reading.lists import targets_from
from bot.reading.shapes.prose import read_prose
from bot.reading.slack_hosts import is_slacks
from bot.reading.targets import is_web_address
from bot.rules.address import plain_host, split_address
from bot.rules.target import Rejected, Targets

# Slack nests rich text four deep; a payload beyond this depth was not written by it.
MAX_DEPTH = 32

CHILDREN = {
    "rich_text": ("elements",),
    "rich_text_section": ("elements",),
    "rich_text_list": ("elements",),
    "rich_text_quote": ("elements",),
    "rich_text_preformatted": ("elements",),
    "section": ("text", "fields", "accessory"),
    "context": ("elements",),
    "context_actions": ("elements",),
    "actions": ("elements",),
    "header": ("text",),
    "alert": ("text",),
    "table": ("rows",),
    "data_table": ("rows",),
    "card": ("title", "subtitle", "body", "subtext", "actions"),
    "carousel": ("elements",),
    "container": ("title", "rich_text_title", "subtitle", "child_blocks"),
    "task_card": ("details", "output", "sources"),
    "video": ("title", "description"),
    # A cell of a data table that holds a button.
    "action": ("element", "elements"),
}


@dataclass(frozen=True, slots=True)
class Repeated:
    """The address of an unfurled link or a button, which Slack gives with or without entities."""

    address: str


def parse_message(message: Mapping[str, object]) -> Targets:
    """The targets of a message, each once, however often Slack repeats it in the payload.

    Words are passed over and `duplicates` is always 0; rejected are web addresses that may not be
    sent and files that were not read.
    """
    blocks = _field(message, "blocks")
    found = list(_in_blocks(blocks))
    names_targets = any(not isinstance(item, Leftover) for item in found)
    if not (names_targets and _holds_rich_text(blocks)):
        found = [*_in_text(_field(message, "text")), *found]
    attached = _in_attachments(_field(message, "attachments"))
    targets = replace(targets_from(_distinct([*found, *attached])), duplicates=0)
    return with_files(targets, _files(message))


def _distinct(found: Sequence[str | Repeated | Leftover]) -> list[str | Rejected]:
    """Each address once; where one place shows that its signature is lost, it is rejected."""
    lost = {
        before: rejected_as_cut(before, after.word)
        for before, after in pairwise(found)
        if isinstance(before, str)
        and isinstance(after, Leftover)
        and is_rest_of(before, after.word)
    }
    kept: dict[str | Rejected, None] = {}
    for item in found:
        if isinstance(item, str):
            kept.setdefault(lost.get(item, item))
        elif isinstance(item, Repeated) and not {item.address, decode(item.address)} & kept.keys():
            address = decode(item.address)
            kept.setdefault(lost.get(address, address))
    return list(kept)


def _field(node: object, key: str) -> object:
    return node.get(key) if isinstance(node, Mapping) else None


def _items(node: object) -> list[object]:
    return node if isinstance(node, list) else []


def _holds_rich_text(blocks: object) -> bool:
    """Whether `text` repeats what the blocks say, with an address cut at its first blank."""
    return any(_field(block, "type") == "rich_text" for block in _items(blocks))


def _in_blocks(node: object, depth: int = 0) -> Iterator[str | Repeated | Leftover]:
    if depth > MAX_DEPTH:
        return
    for child in _items(node):
        yield from _in_blocks(child, depth + 1)
    kind = _field(node, "type")
    if not isinstance(kind, str):
        return
    if kind == "plan":
        # The tasks of a plan are cards without a type.
        for task in _items(_field(node, "tasks")):
            card = {**task, "type": "task_card"} if isinstance(task, Mapping) else None
            yield from _in_blocks(card, depth + 1)
    for key, read in LEAVES.get(kind, ()):
        yield from read(_field(node, key))
    for key in CHILDREN.get(kind, ()):
        yield from _in_blocks(_field(node, key), depth + 1)


def _in_attachments(attachments: object, depth: int = 0) -> Iterator[str | Repeated | Leftover]:
    if depth > MAX_DEPTH:
        return
    for attachment in _items(attachments):
        found = list(_in_attachment(attachment, depth))
        # The fallback is the whole attachment again, as plain text and often cut short.
        yield from found or _in_text(_field(attachment, "fallback"))


def _in_attachment(attachment: object, depth: int) -> Iterator[str | Repeated | Leftover]:
    for key in ("from_url", "original_url", "title_link"):
        yield from map(Repeated, _in_address(_field(attachment, key)))
    for key in ("pretext", "title", "text"):
        yield from _in_text(_field(attachment, key))
    for field in _items(_field(attachment, "fields")):
        yield from _in_text(_field(field, "value"))
    yield from _behind_options(_field(attachment, "actions"))
    yield from _in_blocks(_field(attachment, "blocks"))
    for shared in _items(_field(attachment, "message_blocks")):
        yield from _in_blocks(_field(_field(shared, "message"), "blocks"))
    yield from _in_attachments(_field(attachment, "attachments"), depth + 1)


def _in_text(text: object) -> Iterator[str | Leftover]:
    """The targets of a text with link tokens and entities."""
    for piece in split_links(text) if isinstance(text, str) else ():
        if isinstance(piece, Link):
            yield from _in_address(_behind_a_date(piece.address))
        else:
            yield from _in_prose(piece.text)


def _behind_a_date(token: str) -> str:
    """`!date^1392734382^{date}^https://h/a.mp4` may name a link; other tokens stay as they are."""
    return token.split("^", 3)[-1] if token.startswith("!date^") else token


def _behind(address: object) -> Iterator[Repeated]:
    yield from map(Repeated, _in_address(address))


def _behind_options(options: object) -> Iterator[Repeated]:
    for option in _items(options):
        yield from _behind(_field(option, "url"))


def _in_prose(text: object) -> Iterator[str | Leftover]:
    """The targets, and each word that stands directly behind a target or a link."""
    is_behind = True
    for item in read_prose(text) if isinstance(text, str) else ():
        if not isinstance(item, Leftover):
            yield from _in_address(item) if "://" in item else [item.lower()]
        elif is_behind:
            yield item
        is_behind = not isinstance(item, Leftover)


def _in_address(address: object) -> Iterator[str]:
    if not isinstance(address, str):
        return
    item = address.strip(BLANKS)
    if is_web_address(item) and not item.endswith("://") and not _is_slacks_own(item):
        yield item


def _is_slacks_own(address: str) -> bool:
    """A permalink names the message itself or the message that it forwards, and no file."""
    return is_slacks(plain_host(split_address(address).host))


def _files(message: Mapping[str, object]) -> list[object]:
    """The files of the message, and of a forwarded message, which an attachment carries."""
    found = [*_items(_field(message, "files"))]
    for attachment in _items(_field(message, "attachments")):
        found += _items(_field(attachment, "files"))
        for shared in _items(_field(attachment, "message_blocks")):
            found += _items(_field(_field(shared, "message"), "files"))
    return found


Reader = Callable[[object], Iterator[str | Repeated | Leftover]]

LEAVES: dict[str, tuple[tuple[str, Reader], ...]] = {
    "link": (("url", _in_address),),
    "text": (("text", _in_prose),),
    "raw_text": (("text", _in_prose),),
    "markdown": (("text", _in_prose),),
    "mrkdwn": (("text", _in_text),),
    "plain_text": (("text", _in_text),),
    "button": (("url", _behind),),
    "url": (("url", _behind),),
    "date": (("url", _behind),),
    "overflow": (("options", _behind_options),),
    "video": (("title_url", _behind), ("video_url", _behind)),
    "task_card": (("title", _in_prose),),
    "plan": (("title", _in_prose),),
    "data_table": (("caption", _in_prose),),
}
