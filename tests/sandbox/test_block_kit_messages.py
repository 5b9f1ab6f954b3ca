"""Messages that Slack refuses, and the length of their texts."""

import pytest

from bot.sandbox.blockkit import Problem, check_message
from tests.helpers.block_kit_payloads import (
    Json,
    button,
    md,
    message,
    paragraph,
    plain,
    raw,
    rich,
    said,
    section,
    without,
)

TASK = {"type": "task_card", "task_id": "1", "title": "Send", "status": "pending"}
DATA_TABLE = {"type": "data_table", "caption": "Targets", "rows": [[raw()], [raw()]]}
ICON_BUTTON = {"type": "icon_button", "icon": "trash", "text": plain()}

MESSAGES: list[tuple[Json, str, str]] = [
    ({}, "no_text", "/text"),
    ({"text": "", "blocks": []}, "no_text", "/text"),
    ({"text": 5}, "must provide a string", "/text"),
    ({"text": "a", "blocks": "[]"}, "must provide an array", "/blocks"),
    (message(*[section()] * 51), "no more than 50 items allowed", "/blocks"),
    (
        message({"type": "alert", "text": md()}),
        "unsupported type: alert",
        "/blocks/0/type",
    ),
    (
        message(section(block_id="a"), section(block_id="a")),
        "duplicate block_id: a",
        "/blocks/1/block_id",
    ),
    (
        message({"type": "markdown", "text": "x" * 12_001}),
        "must be less than 12001 characters",
        "/blocks/0/text",
    ),
    (
        message(*[{"type": "markdown", "text": "x" * 6001}] * 2),
        "must be less than 12001 characters",
        "/blocks/1/text",
    ),
    (message({"type": "markdown", "text": md()}), "must provide a string", "/blocks/0/text"),
    (
        message({"type": "table", "rows": [[raw()]] * 101}),
        "no more than 100 items allowed",
        "/blocks/0/rows",
    ),
    (
        message({"type": "table", "rows": [[raw()] * 21]}),
        "no more than 20 items allowed",
        "/blocks/0/rows/0",
    ),
    (message({"type": "table", "rows": []}), "must provide at least 1 items", "/blocks/0/rows"),
    (
        message({"type": "table", "rows": [[plain()]]}),
        "unsupported type: plain_text",
        "/blocks/0/rows/0/0/type",
    ),
    (
        message({"type": "table", "rows": [[raw()]], "column_settings": [{"align": "middle"}]}),
        "must be a valid enum value",
        "/blocks/0/column_settings/0/align",
    ),
    (message(without(DATA_TABLE, "caption")), "missing required field: caption", "/blocks/0"),
    (
        message({**DATA_TABLE, "rows": [[rich(paragraph(said()))], [raw()]]}),
        "unsupported type: rich_text",
        "/blocks/0/rows/0/0/type",
    ),
    (
        message({**DATA_TABLE, "rows": [[raw(), raw()], [raw()]]}),
        "must provide exactly 2 items",
        "/blocks/0/rows/1",
    ),
    (
        message({"type": "table", "rows": [[raw(), raw()], [raw(), raw()], [raw()]]}),
        "must provide exactly 2 items",
        "/blocks/0/rows/2",
    ),
    (
        message(*[{"type": "table", "rows": [[raw("x" * 6000)]]}] * 3),
        "must be less than 10001 characters",
        "/blocks/1",
    ),
    (
        message({**DATA_TABLE, "row_header_column_index": 1}),
        "must be less than 0",
        "/blocks/0/row_header_column_index",
    ),
    (message({**DATA_TABLE, "page_size": 101}), "must be less than 100", "/blocks/0/page_size"),
    (message({**TASK, "status": "done"}), "must be a valid enum value", "/blocks/0/status"),
    (
        message({"type": "plan", "title": "Send", "tasks": [{**TASK, "type": "section"}]}),
        "must be a valid enum value",
        "/blocks/0/tasks/0/type",
    ),
    (
        message({"type": "context_actions", "elements": [button()]}),
        "unsupported type: button",
        "/blocks/0/elements/0/type",
    ),
    (
        message({"type": "file", "external_id": "1", "source": "local"}),
        "must be a valid enum value",
        "/blocks/0/source",
    ),
    ({"attachments": {}, "text": "a"}, "must provide an array", "/attachments"),
    ({"attachments": ["a"]}, "must provide an object", "/attachments/0"),
    ({"attachments": [{"text": "a"}] * 101}, "too_many_attachments", "/attachments"),
    (
        {"attachments": [{"text": "a"}, {"blocks": [{"type": "header"}]}]},
        "missing required field: text",
        "/attachments/1/blocks/0",
    ),
    (
        message({"type": "context_actions", "elements": [ICON_BUTTON] * 6}),
        "no more than 5 items allowed",
        "/blocks/0/elements",
    ),
    (
        message({"type": "markdown", "text": ""}),
        "must be more than 0 characters",
        "/blocks/0/text",
    ),
    (
        message({**DATA_TABLE, "rows": [[raw()]] * 202}),
        "no more than 201 items allowed",
        "/blocks/0/rows",
    ),
    (
        message({**DATA_TABLE, "rows": [[raw()]]}),
        "must provide at least 2 items",
        "/blocks/0/rows",
    ),
    (
        message({"type": "call", "call_id": "R1", "call": "R1"}),
        "must provide an object",
        "/blocks/0/call",
    ),
]


@pytest.mark.parametrize(("payload", "sentence", "pointer"), MESSAGES)
def test_messages_are_refused_in_slacks_words(payload: Json, sentence: str, pointer: str) -> None:
    assert check_message(payload) == [Problem(sentence, pointer)]
