"""Blocks of text, pictures and cards that Slack refuses."""

import pytest

from bot.sandbox.blockkit import Problem, check_view
from tests.helpers.block_kit_payloads import (
    button,
    home,
    md,
    modal,
    plain,
    section,
    without,
)

TEXT_INPUT = {"type": "plain_text_input", "action_id": "targets"}
IMAGE = {"type": "image", "alt_text": "A chart", "image_url": "https://cdn.example.com/a.png"}
VIDEO = {
    "type": "video",
    "alt_text": "A film",
    "title": plain(),
    "video_url": "https://video.example.com/a",
    "thumbnail_url": "https://video.example.com/a.png",
}
CONTAINER = {"type": "container", "title": plain(), "child_blocks": [section()]}

BLOCKS: list[tuple[object, str, str]] = [
    # section, header, context, divider
    (modal({"type": "section"}), "missing required field: text", "/view/blocks/0"),
    (modal(section(text="a")), "must provide an object", "/view/blocks/0/text"),
    (modal(section(text=None)), "must provide an object", "/view/blocks/0/text"),
    (modal(section(text=md(""))), "must be more than 0 characters", "/view/blocks/0/text/text"),
    (
        modal(section(text=md("x" * 3001))),
        "must be less than 3001 characters",
        "/view/blocks/0/text/text",
    ),
    (
        modal(section(text={**md(), "emoji": True})),
        "invalid additional property: emoji",
        "/view/blocks/0/text",
    ),
    (
        modal(section(text={**md(), "verbatim": "{false}"})),
        "must be a boolean",
        "/view/blocks/0/text/verbatim",
    ),
    (
        modal(section(text={"type": "plain", "text": "a"})),
        "unsupported type: plain",
        "/view/blocks/0/text/type",
    ),
    (
        modal(section(text={"type": "mrkdwn"})),
        "missing required field: text",
        "/view/blocks/0/text",
    ),
    (
        modal(section(fields=[md()] * 11)),
        "no more than 10 items allowed",
        "/view/blocks/0/fields",
    ),
    (modal(section(fields=[])), "must provide at least 1 items", "/view/blocks/0/fields"),
    (
        modal(section(), section(fields=[md(), md("x" * 2001)])),
        "must be less than 2001 characters",
        "/view/blocks/1/fields/1/text",
    ),
    (
        modal(section(accessory=TEXT_INPUT)),
        "unsupported type: plain_text_input",
        "/view/blocks/0/accessory/type",
    ),
    (modal(section(txt=md())), "invalid additional property: txt", "/view/blocks/0"),
    (
        modal({"type": "header", "text": plain("x" * 151)}),
        "must be less than 151 characters",
        "/view/blocks/0/text/text",
    ),
    (
        modal({"type": "header", "text": md()}),
        "unsupported type: mrkdwn",
        "/view/blocks/0/text/type",
    ),
    (modal({"type": "header"}), "missing required field: text", "/view/blocks/0"),
    (
        modal({"type": "context", "elements": [md()] * 11}),
        "no more than 10 items allowed",
        "/view/blocks/0/elements",
    ),
    (
        modal({"type": "context", "elements": []}),
        "must provide at least 1 items",
        "/view/blocks/0/elements",
    ),
    (
        modal({"type": "context", "elements": [button()]}),
        "unsupported type: button",
        "/view/blocks/0/elements/0/type",
    ),
    (
        modal({"type": "divider", "text": md()}),
        "invalid additional property: text",
        "/view/blocks/0",
    ),
    (
        modal({"type": "alert", "text": md("x" * 201)}),
        "must be less than 201 characters",
        "/view/blocks/0/text/text",
    ),
    (
        modal({"type": "alert", "text": md(), "level": "loud"}),
        "must be a valid enum value",
        "/view/blocks/0/level",
    ),
    # images and videos
    (modal(without(IMAGE, "alt_text")), "missing required field: alt_text", "/view/blocks/0"),
    (
        modal(without(IMAGE, "image_url")),
        "failed to match exactly one allowed schema",
        "/view/blocks/0",
    ),
    (
        modal({**IMAGE, "slack_file": {"id": "F1"}}),
        "failed to match exactly one allowed schema",
        "/view/blocks/0",
    ),
    (
        modal({**IMAGE, "alt_text": "x" * 2001}),
        "must be less than 2001 characters",
        "/view/blocks/0/alt_text",
    ),
    (
        modal(section(accessory={**IMAGE, "alt_text": "x" * 2001})),
        "must be less than 2001 characters",
        "/view/blocks/0/accessory/alt_text",
    ),
    (
        modal({**IMAGE, "image_url": "https://example.com/" + "x" * 3000}),
        "must be less than 3001 characters",
        "/view/blocks/0/image_url",
    ),
    (
        modal({**IMAGE, "image_url": "ftp://example.com/a.png"}),
        "input must be a valid: url",
        "/view/blocks/0/image_url",
    ),
    (
        modal({**IMAGE, "title": plain("x" * 2001)}),
        "must be less than 2001 characters",
        "/view/blocks/0/title/text",
    ),
    (
        modal({**VIDEO, "title": plain("x" * 200)}),
        "must be less than 200 characters",
        "/view/blocks/0/title/text",
    ),
    (
        modal({**VIDEO, "author_name": "x" * 50}),
        "must be less than 50 characters",
        "/view/blocks/0/author_name",
    ),
    # cards
    (modal({"type": "card", "subtitle": md()}), "missing required field: title", "/view/blocks/0"),
    (
        modal({"type": "card", "body": md("x" * 201)}),
        "must be less than 201 characters",
        "/view/blocks/0/body/text",
    ),
    (
        home({"type": "carousel", "elements": [{"type": "card", "body": md()}] * 11}),
        "no more than 10 items allowed",
        "/view/blocks/0/elements",
    ),
    (
        home({**CONTAINER, "child_blocks": [section()] * 11}),
        "no more than 10 items allowed",
        "/view/blocks/0/child_blocks",
    ),
    (
        home({**CONTAINER, "is_collapsible": True, "has_header_divider": True}),
        "invalid additional property: has_header_divider",
        "/view/blocks/0",
    ),
    (
        home({**CONTAINER, "child_blocks": [CONTAINER]}),
        "unsupported type: container",
        "/view/blocks/0/child_blocks/0/type",
    ),
    *[
        (
            modal({"type": "context", "elements": [words]}),
            "must be less than 3001 characters",
            "/view/blocks/0/elements/0/text",
        )
        for words in (plain("x" * 3001), md("x" * 3001))
    ],
    (
        modal({"type": "context", "elements": [without(IMAGE, "image_url")]}),
        "failed to match exactly one allowed schema",
        "/view/blocks/0/elements/0",
    ),
    (
        modal(section(accessory={**IMAGE, "alt_text": ""})),
        "must be more than 0 characters",
        "/view/blocks/0/accessory/alt_text",
    ),
    (
        modal({**VIDEO, "description": plain("x" * 201)}),
        "must be less than 201 characters",
        "/view/blocks/0/description/text",
    ),
    *[
        (
            modal({"type": "card", "body": md(), name: md("x" * 151)}),
            "must be less than 151 characters",
            f"/view/blocks/0/{name}/text",
        )
        for name in ("title", "subtitle")
    ],
    *[
        (
            home({**CONTAINER, name: plain("x" * 151)}),
            "must be less than 151 characters",
            f"/view/blocks/0/{name}/text",
        )
        for name in ("title", "subtitle")
    ],
    (
        home({"type": "carousel", "elements": []}),
        "must provide at least 1 items",
        "/view/blocks/0/elements",
    ),
]


@pytest.mark.parametrize(("view", "sentence", "pointer"), BLOCKS)
def test_blocks_are_refused_in_slacks_words(view: object, sentence: str, pointer: str) -> None:
    assert check_view(view) == [Problem(sentence, pointer)]
