"""Values of the sandbox as the page is told of them."""

from collections.abc import Mapping
from typing import Any

from bot.sandbox.fakeslack import FakeSlack, Message, Record, User, View
from bot.sandbox.fakeslack.cast import JUN, MEI, NORA, SAM
from bot.sandbox.fakeslack.workspace import Channel
from bot.sandbox.fakevod import Call

Shown = dict[str, Any]

LONGEST_FACT = 2000
NOTES: Mapping[str, str] = {
    MEI: "editor",
    JUN: "editor, uses Slack in Chinese",
    SAM: "on call, operator of the bot",
    NORA: "guest of another workspace",
}


def user_shown(slack: FakeSlack, user: User) -> Shown:
    return {
        "id": user.id,
        "name": user.name,
        "real_name": user.real_name,
        "is_bot": user.is_bot,
        "is_guest": user.team_id != slack.team_id,
        "team": user.team_id,
        "note": NOTES.get(user.id, ""),
    }


def channel_shown(slack: FakeSlack, channel: Channel, user_id: str) -> Shown:
    kind = "im" if channel.is_im else "private" if channel.is_private else "public"
    return {
        "id": channel.id,
        "name": channel.name,
        "kind": kind,
        "is_archived": channel.is_archived,
        "is_member": user_id in channel.members,
        "bot_is_member": slack.bot_user_id in channel.members,
    }


def message_shown(message: Message, users: Mapping[str, User], replies: int) -> Shown:
    author = users.get(message.user_id)
    return {
        "ts": message.ts,
        "user": message.user_id,
        "name": author.real_name if author else message.user_id,
        "is_bot": bool(author and author.is_bot),
        "text": message.text,
        "blocks": message.blocks,
        "attachments": message.attachments,
        "files": [_file_shown(file) for file in message.files],
        "thread_ts": message.thread_ts,
        "reply_count": replies,
        "is_ephemeral": message.is_ephemeral,
        "edited": message.edited_ts,
    }


def view_shown(view: View) -> Shown:
    body = view.body
    return {
        "id": view.id,
        "hash": view.hash,
        "callback_id": view.callback_id,
        "title": view.title,
        "submit": _label(body.get("submit")),
        "close": _label(body.get("close")),
        "blocks": view.blocks,
        "values": view.values,
        "errors": view.errors,
        "notice": view.notice,
        "notify_on_close": body["notify_on_close"],
        "private_metadata": view.private_metadata,
    }


def record_shown(record: Record) -> Shown:
    return {
        "number": record.number,
        "at": record.at,
        "kind": record.kind,
        "name": record.name,
        "seconds": record.facts.get("seconds"),
        "facts": shortened(record.facts),
    }


def call_shown(call: Call) -> Shown:
    return {
        "number": call.number,
        "at": call.time.timestamp(),
        "operation": call.operation,
        "method": call.method,
        "path": call.path,
        "query": call.query,
        "headers": call.headers,
        "body": call.body,
        "canonical_request": call.canonical_request,
        "verdict": call.verdict,
        "fault": call.fault,
        "status": call.status,
        "answer": call.answer,
        "request_id": call.request_id,
    }


def shortened(value: object) -> object:
    """The same with each long text cut, so that three hundred records stay a small answer."""
    if isinstance(value, str) and len(value) > LONGEST_FACT:
        return f"{value[:LONGEST_FACT]}… ({len(value) - LONGEST_FACT:,} more characters)"
    if isinstance(value, Mapping):
        return {name: shortened(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [shortened(part) for part in value]
    return value


def _label(text: Mapping[str, Any] | None) -> str | None:
    return None if text is None else str(text["text"])


def _file_shown(file: Mapping[str, Any]) -> Shown:
    return {name: file.get(name) for name in ("id", "name", "mimetype", "size")}
