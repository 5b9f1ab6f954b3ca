"""The modals: asking for targets, confirming, details, and a notice."""

import json
import re
from collections.abc import Sequence
from html import unescape

from bot.blocks import ids
from bot.blocks.text import (
    SECTION_LIMIT,
    Block,
    button,
    context,
    list_of,
    list_of_groups,
    named,
    paragraphs,
    plain,
    rejections,
    section,
)
from bot.rules.draft import Overlap, Proposal
from bot.rules.redaction import without_query
from bot.rules.states import CallState, RequestState
from bot.rules.target import Asset, Target, Url
from bot.words.language import Words
from bot.words.mrkdwn import code, shortened

INPUT_LIMIT = 3000
"""The most that Slack lets a plain_text_input hold, in characters."""

BLOCK_LIMIT = 100
VIEW_ROOM = 240_000
"""Of the 250,000 bytes that Slack takes for a view; beyond ASCII a character is sent as 6 or 12."""

ERROR_LIMIT = 1500
"""Slack states no limit for a field error; this is what can still be read under a field."""

MENTIONS = re.compile(r"<@\w+>(?:[^<>\n]{1,8}<@\w+>)*")
"""People in a row, whatever a language writes between them."""

CHANNELS = re.compile(r"<#\w+>")
BLANK = re.compile(r"\s")


def ask(words: Words, *, channel_id: str | None) -> Block:
    """Asks for targets, and for the channel when the payload named none."""
    blocks = [
        {
            "type": "input",
            "block_id": ids.TARGETS_BLOCK,
            "label": plain(words.modals.TARGETS_LABEL),
            "hint": plain(words.modals.TARGETS_HINT),
            "element": {
                "type": "plain_text_input",
                "action_id": ids.TARGETS_INPUT,
                "multiline": True,
                "max_length": INPUT_LIMIT,
                "focus_on_load": True,
            },
        }
    ]
    if channel_id is None:
        blocks.append(_channel_input(words))
    return modal(
        words,
        ids.ASK_VIEW,
        blocks=blocks,
        submit=plain(words.modals.NEXT_LABEL),
        private_metadata=channel_id or "",
    )


def confirm(words: Words, proposal: Proposal) -> Block:
    """Shows exactly what will run; carries nothing but the draft's ID."""
    draft = proposal.draft
    blocks = [
        section(_plan(words, proposal)),
        section(words.modals.quota_change(proposal)),
        section(_files(words, draft.plan.targets, most=10)),
    ]
    if proposal.overlaps:
        blocks.append(section(list_of_overlaps(words, proposal.overlaps)))
    blocks.append(_send_at(words, proposal))
    if draft.rejected:
        title = words.modals.not_sent(len(draft.rejected))
        blocks.append(section(f"{title}\n{rejections(words, draft.rejected, most=8)}"))
    if draft.duplicates:
        blocks.append(context(words.modals.merged(draft.duplicates)))
    blocks.append(context(words.modals.TAKES_MINUTES))
    is_scheduled = draft.run_at is not None
    return modal(
        words,
        ids.CONFIRM_VIEW,
        blocks=blocks,
        submit=plain(words.modals.submit_label(draft.plan.files, is_scheduled=is_scheduled)),
        private_metadata=draft.id,
    )


def notice(words: Words, text: str) -> Block:
    """One message of the bot's own, in mrkdwn, where no channel can show it."""
    blocks = [section(text[:SECTION_LIMIT])]
    return modal(words, ids.NOTICE_VIEW, blocks=blocks, close=words.modals.CLOSE_LABEL)


def details(words: Words, state: RequestState) -> Block:
    """Every call with its targets, as many as a modal holds."""
    no_card = "" if state.no_card is None else words.modals.no_card(state.no_card)
    title = f"*{state.id}* · {words.phrases.files(state.files)}"
    blocks = [section(paragraphs([title, no_card]))]
    room = VIEW_ROOM
    for call in state.calls[: BLOCK_LIMIT - 2]:
        block = _task_targets(words, call)
        room -= len(json.dumps(block))
        if room < 0:
            break
        blocks.append(block)
    left = len(state.calls) - (len(blocks) - 1)
    if left:
        blocks.append(context(words.phrases.and_more_calls(left)))
    return modal(words, ids.DETAILS_VIEW, blocks=blocks, close=words.modals.CLOSE_LABEL)


def field_error(words: Words, text: str) -> str:
    """A field error is plain text: Slack shows mrkdwn's marks and mentions as they are."""
    named = MENTIONS.sub(words.modals.AN_OPERATOR, text)
    named = CHANNELS.sub(words.modals.THAT_CHANNEL, named)
    return shortened(unescape(named.replace("*", "").replace("`", "")), ERROR_LIMIT)


def task_title(words: Words, call: CallState) -> str:
    name = code(call.task_id) if call.task_id else words.cards.NO_TASK_ID
    return f"{name} · {words.phrases.files(call.files)}"


def list_of_overlaps(words: Words, overlaps: Sequence[Overlap]) -> str:
    """Whoever sends a file once more should know it, and whom to ask."""
    lines = [f"• {words.modals.overlaps(item)}" for item in overlaps]
    return f"{words.modals.OVERLAPS}\n{list_of(words, lines, most=5)}"


def review_button(words: Words, draft_id: str) -> Block:
    return button(words.buttons.REVIEW, ids.REVIEW_BUTTON, draft_id, style="primary")


def _task_targets(words: Words, call: CallState) -> Block:
    lines = [
        f"• {named(words, item.target)} · {words.modals.file_status(item.status, call.status)}"
        for item in call.targets
    ]
    return section(f"{task_title(words, call)}\n{list_of(words, lines, most=20)}")


def _plan(words: Words, proposal: Proposal) -> str:
    draft = proposal.draft
    plan = words.modals.plan(draft.plan.files, len(draft.plan.calls), draft.channel_id)
    if draft.run_at is None:
        return plan
    return f"{plan}\n{words.modals.to_be_sent(draft.run_at, proposal.quota.day.zone)}"


def _files(words: Words, targets: Sequence[Target], *, most: int) -> str:
    """Without their queries some look alike; each is a file of its own."""
    alike: dict[str, list[Target]] = {}
    for target in targets:
        place = target.id if isinstance(target, Asset) else without_query(target.address)
        alike.setdefault(place, []).append(target)
    lines = [
        (f"• {named(words, same[0])}{_in_brackets(_notes(words, same))}", len(same))
        for same in alike.values()
    ]
    return list_of_groups(words, lines, most=most)


def _notes(words: Words, alike: Sequence[Target]) -> list[str]:
    """What nobody could see: how many share this place, and a blank that is sent as it is."""
    queries = [item.address.partition("?")[2] for item in alike if isinstance(item, Url)]
    notes = [words.modals.alike(len(alike))] if len(alike) > 1 else []
    return [*notes, words.modals.BLANK_IN_QUERY] if any(map(BLANK.search, queries)) else notes


def _in_brackets(notes: Sequence[str]) -> str:
    return "".join(f" ({note})" for note in notes)


def _send_at(words: Words, proposal: Proposal) -> Block:
    element: Block = {"type": "datetimepicker", "action_id": ids.SEND_AT_INPUT}
    if proposal.draft.run_at is not None:
        element["initial_date_time"] = int(proposal.draft.run_at.timestamp())
    return {
        "type": "input",
        "block_id": ids.SEND_AT_BLOCK,
        "optional": True,
        "dispatch_action": True,
        "label": plain(words.modals.SEND_AT_LABEL),
        "hint": plain(words.modals.send_at_hint(proposal.quota.day.ends_at)),
        "element": element,
    }


def _channel_input(words: Words) -> Block:
    return {
        "type": "input",
        "block_id": ids.CHANNEL_BLOCK,
        "label": plain(words.modals.CHANNEL_LABEL),
        "element": {
            "type": "conversations_select",
            "action_id": ids.CHANNEL_INPUT,
            "default_to_current_conversation": True,
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
