"""The targets that a Slack message mentions, wherever in its payload they stand."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from bot.reading.attached_files import from_previews, together
from bot.reading.boundaries import ID
from bot.reading.characters import BLANKS, filled_lines
from bot.reading.comments import is_comment, rejected_comment
from bot.reading.cuts import Leftover
from bot.reading.labels import sums_beside_addresses
from bot.reading.link_tokens import Exact, Link, Prose, as_typed, split_links
from bot.reading.lists import targets_from
from bot.reading.message_items import EndOfLine, Found, Repeated, distinct
from bot.reading.message_tables import read_message_table
from bot.reading.negations import with_negated_rejected
from bot.reading.shapes.lines import read_lines
from bot.reading.shapes.prose import read_prose
from bot.reading.slack_hosts import is_slacks
from bot.reading.targets import is_web_address, lacks_scheme
from bot.rules.address import plain_host, split_address
from bot.rules.redaction import shown
from bot.rules.target import Reason, Rejected, Targets

# Slack nests rich text four deep; a payload beyond this depth was not written by it.
MAX_DEPTH = 32

SAID_OF_IDS = frozenset({Reason.SUM, Reason.TASK, Reason.COLUMNS})
"""Reasons that are told of text without an address."""

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


def parse_message(message: Mapping[str, object]) -> Targets:
    """The targets of a message, each once, however often Slack repeats it in the payload.

    Words are passed over and `duplicates` is always 0; rejected are web addresses that may not be
    sent and files that Slack does not show as a whole in the payload.
    """
    lists = (parse_words(message), *from_previews(files_of(message)))
    return replace(together(lists), duplicates=0)


def parse_words(message: Mapping[str, object]) -> Targets:
    """As `parse_message`, without the files of the message."""
    blocks = _field(message, "blocks")
    found = list(_in_blocks(blocks))
    names_targets = any(not isinstance(item, Leftover | EndOfLine) for item in found)
    if not (names_targets and _holds_rich_text(blocks)):
        found = [*_in_text(_field(message, "text")), *found]
    attached = _in_attachments(_field(message, "attachments"))
    return replace(targets_from(distinct([*found, *attached])), duplicates=0)


def files_of(message: Mapping[str, object]) -> list[object]:
    """The files of the message, and of a forwarded message, which an attachment carries."""
    found = [*_items(_field(message, "files"))]
    for attachment in _items(_field(message, "attachments")):
        found += _items(_field(attachment, "files"))
        for shared in _items(_field(attachment, "message_blocks")):
            found += _items(_field(_field(shared, "message"), "files"))
    return found


def _field(node: object, key: str) -> object:
    return node.get(key) if isinstance(node, Mapping) else None


def _items(node: object) -> list[object]:
    return node if isinstance(node, list) else []


def _holds_rich_text(blocks: object) -> bool:
    """Whether `text` repeats what the blocks say, with an address cut at its first blank."""
    return any(_field(block, "type") == "rich_text" for block in _items(blocks))


def _in_blocks(node: object, depth: int = 0) -> Iterator[Found]:
    if depth > MAX_DEPTH:
        return
    for child in _items(node):
        yield from _in_blocks(child, depth + 1)
    kind = _field(node, "type")
    if isinstance(node, Mapping) and isinstance(kind, str):
        yield from _in_block(node, kind, depth)


def _in_block(node: Mapping[str, object], kind: str, depth: int) -> Iterator[Found]:
    if kind == "plan":
        # The tasks of a plan are cards without a type.
        for task in _items(node.get("tasks")):
            card = {**task, "type": "task_card"} if isinstance(task, Mapping) else None
            yield from _in_blocks(card, depth + 1)
    if kind == "table" and (table := read_message_table(node)) is not None:
        for item in table.items:
            yield from _in_a_line(item)
            yield EndOfLine()
        return
    if kind == "rich_text_preformatted":
        yield from _in_preformatted(node.get("elements"), depth)
        return
    if kind == "link":
        yield from _in_link_element(node)
    for key, read in LEAVES.get(kind, ()):
        yield from read(node.get(key))
    for key in CHILDREN.get(kind, ()):
        yield from _in_blocks(node.get(key), depth + 1)
    if kind not in INLINE:
        yield EndOfLine()


def _in_preformatted(elements: object, depth: int) -> Iterator[Found]:
    """One target a line, so that a blank belongs to its address."""
    for element in _items(elements):
        text = _field(element, "text") if _field(element, "type") == "text" else None
        if isinstance(text, str):
            for item in read_lines(filled_lines(text), lambda line: iter([Prose(line)])):
                yield from _in_a_line(item)
                yield EndOfLine()
        else:
            yield from _in_blocks(element, depth + 1)


def _in_a_line(item: str | Rejected) -> Iterator[Found]:
    if isinstance(item, Rejected):
        # Words alone are passed over in a message, also those of a comment.
        yield from [item] if "://" in item.text or item.reason in SAID_OF_IDS else []
    elif is_web_address(item):
        yield from _in_address(item, type(item))
    elif re.fullmatch(ID, item):
        yield item.lower()
    else:
        yield Leftover(item)


def _in_attachments(attachments: object, depth: int = 0) -> Iterator[Found]:
    if depth > MAX_DEPTH:
        return
    for attachment in _items(attachments):
        found = list(_in_attachment(attachment, depth))
        is_said = any(not isinstance(item, EndOfLine) for item in found)
        # The fallback is the whole attachment again, as plain text and often cut short.
        yield from found if is_said else _in_text(_field(attachment, "fallback"))


def _in_attachment(attachment: object, depth: int) -> Iterator[Found]:
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


def _in_text(text: object) -> Iterator[Found]:
    """The targets of a text with link tokens and entities."""
    if not isinstance(text, str):
        return
    sums = sums_beside_addresses(text)
    for piece in split_links(text):
        if isinstance(piece, Link):
            yield from _in_link(_behind_a_date(piece.address))
            continue
        for item in _in_prose(piece.text):
            is_sum = isinstance(item, str) and item in sums
            yield Rejected(str(item), Reason.SUM) if is_sum else item
    yield EndOfLine()


def _behind_a_date(token: str) -> str:
    """`!date^1392734382^{date}^https://h/a.mp4` may name a link; other tokens stay as they are."""
    return token.split("^", 3)[-1] if token.startswith("!date^") else token


def _behind(address: object) -> Iterator[Repeated]:
    yield from map(Repeated, _in_address(address))


def _behind_options(options: object) -> Iterator[Repeated]:
    for option in _items(options):
        yield from _behind(_field(option, "url"))


def _in_prose(text: object) -> Iterator[Found]:
    """The targets and the words of a text, line by line."""
    lines = text.splitlines() if isinstance(text, str) else []
    for place, line in enumerate(lines):
        if place:
            yield EndOfLine()
            if "://" in line and is_comment(line.strip(BLANKS)):
                yield rejected_comment(line)
                continue
        sums = sums_beside_addresses(line)
        for item in with_negated_rejected(read_prose(line)):
            if isinstance(item, Leftover | Rejected):
                yield item
            elif item.lower() in sums:
                yield Rejected(item, Reason.SUM)
            else:
                yield from _in_address(item) if "://" in item else [item.lower()]


def _in_address(address: object, kind: type[str] = str) -> Iterator[str]:
    if not isinstance(address, str):
        return
    item = address.strip(BLANKS)
    if is_web_address(item) and not item.endswith("://") and not _is_slacks_own(item):
        yield kind(item)


def _in_link(address: object) -> Iterator[Found]:
    """The address of a link, which is exact; where Slack made up the scheme, it is rejected."""
    if isinstance(address, str) and lacks_scheme(address):
        yield EndOfLine()
        yield Rejected(shown(address), Reason.NO_SCHEME, offered=shown(f"https://{address}"))
    else:
        yield from _in_address(address, Exact)


def _in_link_element(node: Mapping[str, object]) -> Iterator[Found]:
    address, label = node.get("url"), node.get("text")
    if isinstance(address, str) and isinstance(label, str):
        yield from _in_link(as_typed(address, label))
    else:
        yield from _in_link(address)


def _is_slacks_own(address: str) -> bool:
    """A permalink names the message itself or the message that it forwards, and no file."""
    return is_slacks(plain_host(split_address(address).host))


Reader = Callable[[object], Iterator[Found]]

# What stands in the middle of a line.
INLINE = {"link", "text", "date", "emoji", "user", "usergroup", "channel", "broadcast", "color"}

LEAVES: dict[str, tuple[tuple[str, Reader], ...]] = {
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
