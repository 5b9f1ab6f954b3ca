"""The modals that show a list in pages: what a draft sends or leaves out, what a request holds."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from bot.blocks import ids
from bot.blocks.modals import call_title, modal
from bot.blocks.reasons import checks, reason_of
from bot.blocks.text import (
    LIST_ROOM,
    Block,
    button,
    context,
    paragraphs,
    place_of,
    place_of_item,
    section,
    sorted_by_reason,
)
from bot.rules.draft import Draft
from bot.rules.states import RequestState
from bot.words.language import Words
from bot.words.mrkdwn import IN_FULL, code_in_full, in_code

SECTIONS_A_PAGE = 90
"""One or two for an item, so that heading and buttons fit into the 100 blocks of a view too."""

TOGETHER = 2000
"""A name and what is said below it that need no more bytes share a section."""

PAGE_ROOM = 230_000
"""Of the 250,000 bytes that Slack takes for a view; beyond ASCII a character is sent as 6 or 12."""

ITEM_COST = 700
"""What the title of a section and the words behind a name need at most, in bytes."""

SENT, LEFT_OUT = "sent", "left_out"


@dataclass(frozen=True, slots=True)
class Item:
    """A line of the list; those of one `group`, which follow one another, stand below its title.

    `name` is plain text, which is shown in code style; `below` is said of the group, behind it.
    """

    group: int
    title: str
    name: str
    behind: str = ""
    below: str = ""


def sent(words: Words, draft: Draft, page: int = 0) -> Block:
    """Every target that the draft sends, each with its place in the list."""
    targets = draft.plan.targets
    items = [
        Item(0, "", place_of(words, it), place_of_item(words, draft.at.get(it))) for it in targets
    ]
    heading = words.modals.all_that_is_sent(len(targets))
    return _look(words, f"{SENT}:{draft.id}", heading, items, page)


def left_out(words: Words, draft: Draft, page: int = 0) -> Block:
    """Every text that the draft leaves out, by its reason, each with its place in the list."""
    items = [
        Item(
            group,
            words.rejections.reason(replace(alike[0], offered="")),
            it.text or words.rejections.FILE_WITHOUT_NAME,
            f"{place_of_item(words, it.at)}{_offered(words, it.offered)}",
        )
        for group, alike in enumerate(sorted_by_reason(draft.rejected))
        for it in alike
    ]
    heading = words.modals.all_that_is_left_out(len(items))
    return _look(words, f"{LEFT_OUT}:{draft.id}", heading, items, page)


def details(words: Words, state: RequestState, page: int = 0) -> Block:
    """Every call of a request with its targets and its reason."""
    items = [
        Item(
            call.position,
            call_title(words, call),
            place_of(words, it.target),
            f" · {words.modals.file_status(it.status, call.status)}",
            reason_of(words, call) if it is call.targets[-1] else "",
        )
        for call in state.calls
        for it in call.targets
    ]
    no_card = "" if state.no_card is None else words.modals.no_card(state.no_card)
    heading = paragraphs([f"*{state.id}* · {words.phrases.files(state.files)}", no_card])
    blocks = _blocks(words, [section(heading), *checks(words, state)], items, page)
    close = words.modals.CLOSE_LABEL
    return modal(words, ids.DETAILS_VIEW, blocks=blocks, close=close, private_metadata=state.id)


def _look(words: Words, metadata: str, heading: str, items: Sequence[Item], page: int) -> Block:
    blocks = _blocks(words, [section(heading)], items, page)
    close = words.modals.BACK_LABEL
    return modal(words, ids.LOOK_VIEW, blocks=blocks, close=close, private_metadata=metadata)


def _blocks(
    words: Words, heading: Sequence[Block], items: Sequence[Item], page: int
) -> list[Block]:
    """The page, or the last one where there are fewer by now."""
    pages = _pages(items)
    shown = min(page, len(pages) - 1)
    blocks = [*heading, *_sections(pages[shown])]
    return [*blocks, *_turning(words, shown, len(pages))] if len(pages) > 1 else blocks


def _pages(items: Iterable[Item]) -> list[list[Item]]:
    """A status that changes moves nothing to another page: the costs are of what stays."""
    pages: list[list[Item]] = [[]]
    room, left = PAGE_ROOM, SECTIONS_A_PAGE
    for item in items:
        name, below = _bytes(item.name), len(json.dumps(item.below))
        cost, needs = name + below + ITEM_COST, 1 + (bool(item.below) and name + below > TOGETHER)
        if pages[-1] and (cost > room or needs > left):
            pages.append([])
            room, left = PAGE_ROOM, SECTIONS_A_PAGE
        pages[-1].append(item)
        room, left = room - cost, left - needs
    return pages


def _bytes(name: str) -> int:
    """The most that Slack is sent of the name."""
    return min(len(json.dumps(in_code(name[:IN_FULL]))), IN_FULL * len(json.dumps("🚀")))


def _sections(items: Iterable[Item]) -> list[Block]:
    texts: list[str] = []
    group: int | None = None
    for item in items:
        line = f"• {code_in_full(item.name)}{item.behind}"
        if item.group == group and len(texts[-1]) + len(line) < LIST_ROOM:
            texts[-1] += f"\n{line}"
        else:
            title = item.title[: LIST_ROOM - len(line)] if item.group != group else ""
            texts.append(paragraphs([title, line]))
        group = item.group
        # A section of no text, behind one that is full, and Slack refuses the whole view.
        if item.below and len(texts[-1]) + len(item.below) >= LIST_ROOM:
            texts.append(item.below)
        else:
            texts[-1] = paragraphs([texts[-1], item.below])
    return list(map(section, texts))


def _turning(words: Words, page: int, pages: int) -> list[Block]:
    buttons = []
    if page:
        label = words.buttons.PREVIOUS_PAGE
        buttons.append(button(label, ids.PREVIOUS_PAGE_BUTTON, str(page - 1)))
    if page + 1 < pages:
        buttons.append(button(words.buttons.NEXT_PAGE, ids.NEXT_PAGE_BUTTON, str(page + 1)))
    told = context(words.modals.page(page + 1, pages))
    return [told, {"type": "actions", "elements": buttons}]


def _offered(words: Words, offered: str) -> str:
    return f" · {words.rejections.perhaps(offered)}" if offered else ""
