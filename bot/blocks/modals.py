"""The modals: asking for targets, confirming, details, and a notice."""

import json
import re
from collections.abc import Sequence
from datetime import datetime
from html import unescape

from bot.blocks import ids
from bot.blocks.text import (
    SECTION_LIMIT,
    Block,
    button,
    code,
    context,
    counted,
    date_and_clock,
    list_of,
    list_of_groups,
    named,
    outcomes,
    plain,
    rejections,
    section,
    shortened,
)
from bot.rules.draft import Earlier, Proposal
from bot.rules.quota import Quota
from bot.rules.refusals import reset_clock
from bot.rules.request import Asset, Target, Url, without_query
from bot.rules.schedule import FARTHEST, offset_words, spoken
from bot.rules.task import RequestState, TaskState, TaskStatus

INPUT_LIMIT = 3000
"""The most that Slack lets a plain_text_input hold, in characters."""

BLOCK_LIMIT = 100
VIEW_ROOM = 240_000
"""Of the 250,000 bytes that Slack takes for a view; beyond ASCII a character is sent as 6 or 12."""

ERROR_LIMIT = 1500
"""Slack states no limit for a field error; this is what can still be read under a field."""

MENTIONS = re.compile(r"<@\w+>(?: or <@\w+>)*")
CHANNELS = re.compile(r"<#\w+>")
UNSENT_WORDS: dict[TaskStatus, str] = {
    TaskStatus.REJECTED: "not sent",
    TaskStatus.UNKNOWN: "may have been sent",
    TaskStatus.SENT: "marked as sent, not followed",
    TaskStatus.CANCELLED: "cancelled",
}
"""For targets of which the service has said nothing."""

BLANK = re.compile(r"\s")
UNTYPED_CHANNEL = "Where should the result be posted?"


def ask(*, channel_id: str | None) -> Block:
    """Asks for targets, and for the channel when the payload named none."""
    blocks = [
        {
            "type": "input",
            "block_id": ids.TARGETS_BLOCK,
            "label": plain("Playback URLs or asset IDs, one a line"),
            "hint": plain("An asset ID is 32 hexadecimal characters. Send longer lists in parts."),
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
        blocks.append(_channel_input())
    return modal(
        ids.ASK_VIEW,
        blocks=blocks,
        submit=plain("Next"),
        private_metadata=channel_id or "",
    )


def confirm(proposal: Proposal) -> Block:
    """Shows exactly what will run; carries nothing but the draft's ID."""
    draft = proposal.draft
    plan = draft.plan
    verb = "Prefetch" if draft.run_at is None else "Schedule"
    blocks = [
        section(
            f"*{counted(plan.files, 'file')}* in *{counted(len(plan.batches), 'call')}*"
            f" · posted to {_place(draft.channel_id)}{_when(proposal)}"
        ),
        section(_quota_change(proposal)),
        section(_files(plan.targets, most=10)),
    ]
    if proposal.earlier:
        blocks.append(section(asked_before(proposal.earlier)))
    blocks.append(_send_at(proposal))
    if draft.rejected:
        title = f"*Not sent ({len(draft.rejected):,})*"
        blocks.append(section(f"{title}\n{rejections(draft.rejected, most=8)}"))
    if draft.duplicates:
        blocks.append(context(f"{counted(draft.duplicates, 'duplicate')} merged."))
    blocks.append(
        context(
            "Prefetch takes three to five minutes. It does not replace a file that a node"
            " already holds."
        )
    )
    return modal(
        ids.CONFIRM_VIEW,
        blocks=blocks,
        submit=plain(f"{verb} {counted(plan.files, 'file')}"),
        private_metadata=draft.id,
    )


def notice(text: str) -> Block:
    """One message of the bot's own, in mrkdwn, where no channel can show it."""
    return modal(ids.NOTICE_VIEW, blocks=[section(text[:SECTION_LIMIT])], close="Close")


def details(state: RequestState) -> Block:
    """Every task with its targets, as many as a modal holds."""
    blocks = [section(f"*{state.id}* · {counted(state.files, 'file')}{_no_card(state)}")]
    room = VIEW_ROOM
    for task in state.tasks[: BLOCK_LIMIT - 2]:
        block = _task_targets(task)
        room -= len(json.dumps(block))
        if room < 0:
            break
        blocks.append(block)
    left = len(state.tasks) - (len(blocks) - 1)
    if left:
        blocks.append(context(f"and {counted(left, 'more call')}"))
    return modal(ids.DETAILS_VIEW, blocks=blocks, close="Close")


def field_error(text: str) -> str:
    """A field error is plain text: Slack shows mrkdwn's marks and mentions as they are."""
    named = CHANNELS.sub("that channel", MENTIONS.sub("an operator of the bot", text))
    return shortened(unescape(named.replace("*", "").replace("`", "")), ERROR_LIMIT)


def channel(channel_id: str) -> str:
    """Slack links a channel's ID by itself; a DM has no name to link."""
    return "this conversation" if channel_id.startswith("D") else f"<#{channel_id}>"


def _place(channel_id: str) -> str:
    """Whether the bot is part of a direct or group message cannot be seen from its ID."""
    if channel_id.startswith(("D", "G")):
        return "this conversation, or to you alone where the bot is no member"
    return channel(channel_id)


def task_title(task: TaskState) -> str:
    name = code(task.task_id) if task.task_id else "`no task_id`"
    return f"{name} · {counted(task.files, 'file')}"


def status_of_file(status: str) -> str:
    """The service's word in ours; one that is new as it came, escaped."""
    return {"succeed": "ready", "pending": "waiting"}.get(status, code(status).strip("`"))


def asked_before(earlier: Sequence[Earlier]) -> str:
    """Whoever sends a file once more should know it, and whom to ask."""
    lines = [
        f"• *{item.request_id}* of <@{item.user_id}>, {date_and_clock(item.confirmed_at)}:"
        f" {', '.join(outcomes(item.counts))}{_sent_at(item.run_at)}"
        for item in earlier
    ]
    return f"*Asked for already* (what is sent again counts again)\n{list_of(lines, most=5)}"


def review_button(draft_id: str) -> Block:
    return button("Review and confirm", ids.REVIEW_BUTTON, draft_id, style="primary")


def _no_card(state: RequestState) -> str:
    if state.no_card is None:
        return ""
    return f"\nNo card of it could be posted: Slack answers {code(state.no_card)}."


def _task_targets(task: TaskState) -> Block:
    unsent = UNSENT_WORDS.get(task.status)
    lines = [
        f"• {named(item.target)} · {unsent or status_of_file(item.status)}" for item in task.targets
    ]
    return section(f"{task_title(task)}\n{list_of(lines, most=20)}")


def _files(targets: Sequence[Target], *, most: int) -> str:
    """Without their queries some look alike; each is a file of its own."""
    alike: dict[str, list[Target]] = {}
    for target in targets:
        place = target.id if isinstance(target, Asset) else without_query(target.address)
        alike.setdefault(place, []).append(target)
    lines = [
        (f"• {named(same[0])}{_times(len(same))}{_blank_in_query(same)}", len(same))
        for same in alike.values()
    ]
    return list_of_groups(lines, most=most)


def _times(number: int) -> str:
    return f" ({number:,} addresses that differ in what is left out here)" if number > 1 else ""


def _blank_in_query(targets: Sequence[Target]) -> str:
    """It is sent as it is, and nobody could see it."""
    queries = [item.address.partition("?")[2] for item in targets if isinstance(item, Url)]
    return " (with a blank in its query)" if any(map(BLANK.search, queries)) else ""


def _when(proposal: Proposal) -> str:
    """On the reader's own clock, and on that of the quota."""
    run_at = proposal.draft.run_at
    if run_at is None:
        return ""
    zone = proposal.quota.day.zone
    return f"\nTo be sent *{date_and_clock(run_at)}* ({spoken(run_at, zone)})"


def _sent_at(run_at: datetime | None) -> str:
    return "" if run_at is None else f", to be sent {date_and_clock(run_at)}"


def _quota_change(proposal: Proposal) -> str:
    quota: Quota = proposal.quota
    day = "today" if proposal.draft.run_at is None else f"of {quota.day.date}"
    after = (
        f"*{proposal.left_after:,} left after this*" if proposal.left_after >= 0 else "*not enough*"
    )
    return (
        f"Quota {day}: {quota.used:,} used, {quota.left:,} left"
        f" → {after}"
        f" (bot's count, resets {reset_clock(quota)})"
    )


def _send_at(proposal: Proposal) -> Block:
    element: Block = {"type": "datetimepicker", "action_id": ids.SEND_AT_INPUT}
    if proposal.draft.run_at is not None:
        element["initial_date_time"] = int(proposal.draft.run_at.timestamp())
    zone = offset_words(proposal.quota.day.ends_at)
    return {
        "type": "input",
        "block_id": ids.SEND_AT_BLOCK,
        "optional": True,
        "dispatch_action": True,
        "label": plain("Send at, on your own clock"),
        "hint": plain(
            f"Empty: at once. At most {FARTHEST.days} days ahead; the files are charged to the"
            f" quota of that day, 00:00 to 24:00 {zone}."
        ),
        "element": element,
    }


def _channel_input() -> Block:
    return {
        "type": "input",
        "block_id": ids.CHANNEL_BLOCK,
        "label": plain(UNTYPED_CHANNEL),
        "element": {
            "type": "conversations_select",
            "action_id": ids.CHANNEL_INPUT,
            "default_to_current_conversation": True,
            "filter": {"include": ["public", "private"], "exclude_bot_users": True},
        },
    }


def modal(
    callback_id: str,
    *,
    blocks: list[Block],
    submit: Block | None = None,
    close: str = "Cancel",
    private_metadata: str = "",
) -> Block:
    view: Block = {
        "type": "modal",
        "callback_id": callback_id,
        "title": plain("Prefetch"),
        "close": plain(close),
        "blocks": blocks,
        "private_metadata": private_metadata,
    }
    return view if submit is None else {**view, "submit": submit}
