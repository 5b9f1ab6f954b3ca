"""The modals: asking for targets, and a notice; what all modals are made of."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import unescape

from bot.blocks import ids
from bot.blocks.text import (
    SECTION_LIMIT,
    Block,
    button,
    list_of,
    plain,
    section,
)
from bot.reading.files import KINDS
from bot.rules.draft import Overlap
from bot.rules.states import CallState
from bot.words.language import Words
from bot.words.mrkdwn import code, shortened

INPUT_LIMIT = 3000
"""The most that Slack lets a plain_text_input hold, in characters."""

ERROR_LIMIT = 1500
"""Slack states no limit for a field error; this is what can still be read under a field."""

MENTIONS = re.compile(r"<@\w+>(?:[^<>\n]{1,8}<@\w+>)*")
"""People in a row, whatever a language writes between them."""

CHANNELS = re.compile(r"<#\w+>")


@dataclass(frozen=True, slots=True)
class Form:
    """What the form asks for, and what it holds when it is shown once more.

    Without `channel_id` it asks for the channel too, and `channel_choice` is what was chosen.
    `told` says in mrkdwn why the form is shown again.
    """

    channel_id: str | None
    takes_files: bool = False
    typed: str = ""
    channel_choice: str = ""
    told: str = ""


def ask(words: Words, form: Form) -> Block:
    """Asks for targets, and for the channel when the payload named none."""
    blocks = [section(form.told[:SECTION_LIMIT])] if form.told else []
    blocks.append(_targets_input(words, form))
    if form.takes_files:
        blocks.append(_files_input(words))
    if form.channel_id is None:
        blocks.append(_channel_input(words, form.channel_choice))
    return modal(
        words,
        ids.ASK_VIEW,
        blocks=blocks,
        submit=plain(words.modals.NEXT_LABEL),
        private_metadata=form.channel_id or "",
    )


def reading(words: Words, names: Sequence[str]) -> Block:
    """Stands in the modal while files are read."""
    blocks = [section(words.modals.reading_files(names))]
    return modal(words, ids.NOTICE_VIEW, blocks=blocks, close=words.modals.CLOSE_LABEL)


def notice(words: Words, text: str) -> Block:
    """One message of the bot's own, in mrkdwn, where no channel can show it."""
    blocks = [section(text[:SECTION_LIMIT])]
    return modal(words, ids.NOTICE_VIEW, blocks=blocks, close=words.modals.CLOSE_LABEL)


def field_error(words: Words, text: str) -> str:
    """A field error is plain text."""
    return shortened(plain_text_of(words, text), ERROR_LIMIT)


def plain_text_of(words: Words, text: str) -> str:
    """Where Slack shows no mrkdwn, its marks and mentions would stand as they are written."""
    named = MENTIONS.sub(words.modals.AN_OPERATOR, text)
    named = CHANNELS.sub(words.modals.THAT_CHANNEL, named)
    return unescape(named.replace("*", "").replace("`", ""))


def call_title(words: Words, call: CallState) -> str:
    name = code(call.task_id) if call.task_id else words.cards.NO_TASK_ID
    return f"{name} · {words.phrases.files(call.files)}"


def list_of_overlaps(words: Words, overlaps: Sequence[Overlap]) -> str:
    """Whoever sends a file once more should know it, and whom to ask."""
    lines = [f"• {words.modals.overlaps(item)}" for item in overlaps]
    return f"{words.modals.OVERLAPS}\n{list_of(words, lines, most=5)}"


def review_button(words: Words, draft_id: str) -> Block:
    return button(words.buttons.REVIEW, ids.REVIEW_BUTTON, draft_id, style="primary")


def _targets_input(words: Words, form: Form) -> Block:
    element: Block = {
        "type": "plain_text_input",
        "action_id": ids.TARGETS_INPUT,
        "multiline": True,
        "max_length": INPUT_LIMIT,
        "focus_on_load": True,
    }
    if form.typed:
        element["initial_value"] = form.typed
    return {
        "type": "input",
        "block_id": ids.TARGETS_BLOCK,
        "optional": form.takes_files,
        "label": plain(words.modals.TARGETS_LABEL),
        "hint": plain(words.modals.targets_hint(INPUT_LIMIT, takes_files=form.takes_files)),
        "element": element,
    }


def _files_input(words: Words) -> Block:
    return {
        "type": "input",
        "block_id": ids.FILES_BLOCK,
        "optional": True,
        "label": plain(words.modals.FILES_LABEL),
        "hint": plain(words.modals.FILES_HINT),
        "element": {
            "type": "file_input",
            "action_id": ids.FILES_INPUT,
            "filetypes": list(KINDS),
        },
    }


def _channel_input(words: Words, chosen: str) -> Block:
    first: Block = (
        {"initial_conversation": chosen} if chosen else {"default_to_current_conversation": True}
    )
    return {
        "type": "input",
        "block_id": ids.CHANNEL_BLOCK,
        "label": plain(words.modals.CHANNEL_LABEL),
        "element": {
            "type": "conversations_select",
            "action_id": ids.CHANNEL_INPUT,
            **first,
            "filter": {"include": ["public", "private"], "exclude_bot_users": True},
        },
    }


def modal(
    words: Words,
    callback_id: str,
    *,
    blocks: list[Block],
    submit: Block | None = None,
    close: str | None = None,
    private_metadata: str = "",
) -> Block:
    """A modal of the bot; its close button says *Cancel* unless `close` says something else."""
    view: Block = {
        "type": "modal",
        "callback_id": callback_id,
        "title": plain(words.modals.TITLE_LABEL),
        "close": plain(words.modals.CANCEL_LABEL if close is None else close),
        "blocks": blocks,
        "private_metadata": private_metadata,
    }
    return view if submit is None else {**view, "submit": submit}
