"""What a message holds, read as strictly as Slack reads it."""

import json
from collections.abc import Mapping, Set
from dataclasses import dataclass
from typing import Any

from bot.sandbox.blockkit import block_text_length, check_message, not_there_yet
from bot.sandbox.fakeslack.elements import with_ids
from bot.sandbox.fakeslack.identifiers import Identifiers
from bot.sandbox.fakeslack.json_types import Blocks, Json
from bot.sandbox.fakeslack.refusals import ApiError, invalid_blocks

TEXT_LIMIT = 40_000
# Undocumented, and reported at 13,200 and at 11,341 characters over all blocks of one message. Each
# block costs something as well: here the lower report and a round number.
BLOCK_TEXT_LIMIT = 11_300
BLOCK_COST = 100
ATTACHMENT_LIMIT = 100


@dataclass(frozen=True, slots=True)
class Content:
    """`None` means that the caller did not mention it, which chat.update reads as "keep"."""

    text: str | None
    blocks: Blocks | None
    attachments: Blocks | None
    metadata: Json | None
    was_truncated: bool

    @property
    def is_empty(self) -> bool:
        return not (self.text or self.blocks or self.attachments)

    def parts(self) -> dict[str, Any]:
        """Only what was given, named as in Message."""
        given = {
            "text": self.text,
            "blocks": self.blocks,
            "attachments": self.attachments,
            "metadata": self.metadata,
        }
        return {name: part for name, part in given.items() if part is not None}


def read_content(
    given: Mapping[str, object], ids: Identifiers, *, unknown_blocks: Set[str]
) -> Content:
    """Check text, blocks and attachments of a call, an answer or a response_url post.

    `unknown_blocks` are kinds of blocks that the workspace does not have yet.
    """
    text = None if given.get("text") is None else str(given["text"])
    blocks = _array(given.get("blocks"), "invalid_blocks_format")
    attachments = _array(given.get("attachments"), "invalid_attachments")
    if attachments is not None and len(attachments) > ATTACHMENT_LIMIT:
        raise ApiError("too_many_attachments")
    _check(text, blocks, attachments)
    if problems := list(not_there_yet(blocks or (), "/blocks", unknown_blocks)):
        raise invalid_blocks(problems)
    return Content(
        text=text[:TEXT_LIMIT] if text else text,
        blocks=with_ids(blocks, ids) if blocks else blocks,
        attachments=attachments,
        metadata=_metadata(given.get("metadata")),
        was_truncated=text is not None and len(text) > TEXT_LIMIT,
    )


def _check(text: str | None, blocks: Blocks | None, attachments: Blocks | None) -> None:
    # Slack cuts a long text instead of refusing it, so the checker sees the cut one.
    message: Json = {"text": text[:TEXT_LIMIT]} if text else {}
    if blocks:
        message["blocks"] = blocks
    if attachments:
        message["attachments"] = attachments
    if message and (problems := check_message(message)):
        raise invalid_blocks(problems)
    if blocks and block_text_length(blocks) + BLOCK_COST * len(blocks) >= BLOCK_TEXT_LIMIT:
        raise ApiError("msg_blocks_too_long")


def _array(value: object, error: str) -> Blocks | None:
    parsed = _parsed(value, error)
    if parsed is not None and not isinstance(parsed, list):
        raise ApiError(error)
    return parsed


def _metadata(value: object) -> Json | None:
    parsed = _parsed(value, "invalid_metadata_format")
    if parsed is None:
        return None
    if (
        not isinstance(parsed, dict)
        or not isinstance(parsed.get("event_type"), str)
        or not isinstance(parsed.get("event_payload"), dict)
    ):
        raise ApiError("invalid_metadata_format")
    return parsed


def _parsed(value: object, error: str) -> object:
    """JSON text is as good as JSON: forms can carry nothing else."""
    if not isinstance(value, str):
        return value
    try:
        parsed: object = json.loads(value) if value else None
    except ValueError:
        raise ApiError(error) from None
    return parsed
