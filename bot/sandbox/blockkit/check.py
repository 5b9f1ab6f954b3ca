"""The questions that a Slack stand-in asks of a payload."""

import json
from collections.abc import Mapping

from bot.sandbox.blockkit.interpreter import problems_of
from bot.sandbox.blockkit.problem import Problem
from bot.sandbox.blockkit.surfaces import BLOCKS_IN_MESSAGE, VIEW
from bot.sandbox.blockkit.whole import few_charts, markdown_total, short_tables, unique_ids

VIEW_BYTES = 250_000
MOST_ATTACHMENTS = 100

# Undocumented: from here on Slack answers `msg_blocks_too_long` (bolt-js issue 2509).
MESSAGE_BLOCK_TEXT = 13_200


def check_view(view: object) -> list[Problem]:
    """Problems of a modal or a home view; every pointer starts with `/view`."""
    return problems_of(view, VIEW, "/view") or _view_size(view)


def check_message(message: Mapping[str, object]) -> list[Problem]:
    """Problems of `text`, `blocks` and `attachments`; other arguments of a call are not looked at.

    A text above 40,000 characters is no problem: Slack cuts it.
    """
    if not any(message.get(name) for name in ("text", "blocks", "attachments")):
        return [Problem("no_text", "/text")]
    problems = []
    if "text" in message and not isinstance(message["text"], str):
        problems.append(Problem("must provide a string", "/text"))
    if "blocks" in message:
        problems += _message_blocks(message["blocks"], "/blocks")
    if "attachments" in message:
        problems += _attachments(message["attachments"])
    return problems


def _view_size(view: object) -> list[Problem]:
    sent = json.dumps(view, ensure_ascii=False, separators=(",", ":"))
    too_large = len(sent.encode(errors="surrogatepass")) > VIEW_BYTES
    return [Problem("view_too_large", "/view")] if too_large else []


def _message_blocks(blocks: object, at: str) -> list[Problem]:
    problems = problems_of(blocks, BLOCKS_IN_MESSAGE, at)
    if not problems and isinstance(blocks, list | tuple):
        problems = [
            *unique_ids(blocks, at),
            *markdown_total(blocks, at),
            *few_charts(blocks, at),
            *short_tables(blocks, at),
        ]
    return problems


def _attachments(attachments: object) -> list[Problem]:
    if not isinstance(attachments, list | tuple):
        return [Problem("must provide an array", "/attachments")]
    problems = []
    if len(attachments) > MOST_ATTACHMENTS:
        problems.append(Problem("too_many_attachments", "/attachments"))
    for index, attachment in enumerate(attachments):
        at = f"/attachments/{index}"
        if not isinstance(attachment, Mapping):
            problems.append(Problem("must provide an object", at))
        elif "blocks" in attachment:
            problems += _message_blocks(attachment["blocks"], f"{at}/blocks")
    return problems
