"""Rich text that Slack refuses."""

import pytest

from bot.sandbox.blockkit import Problem, check_view
from tests.helpers.block_kit_payloads import (
    modal,
    paragraph,
    rich,
    said,
)

RICH_TEXTS: list[tuple[object, str, str]] = [
    (modal(rich()), "must provide at least 1 items", "/view/blocks/0/elements"),
    (
        modal(rich(said())),
        "unsupported type: text",
        "/view/blocks/0/elements/0/type",
    ),
    (
        modal(rich(paragraph(said("")))),
        "must be more than 0 characters",
        "/view/blocks/0/elements/0/elements/0/text",
    ),
    (
        modal(rich(paragraph(said(style={"loud": True})))),
        "invalid additional property: loud",
        "/view/blocks/0/elements/0/elements/0/style",
    ),
    (
        modal(rich(paragraph({"type": "link", "text": "here"}))),
        "missing required field: url",
        "/view/blocks/0/elements/0/elements/0",
    ),
    (
        modal(rich(paragraph({"type": "broadcast", "range": "all"}))),
        "must be a valid enum value",
        "/view/blocks/0/elements/0/elements/0/range",
    ),
    (
        modal(rich(paragraph({"type": "date", "timestamp": "now", "format": "{date}"}))),
        "must provide an integer",
        "/view/blocks/0/elements/0/elements/0/timestamp",
    ),
    (
        modal(rich(paragraph({"type": "user", "user_id": "U1"}, kind="preformatted"))),
        "unsupported type: user",
        "/view/blocks/0/elements/0/elements/0/type",
    ),
    (
        modal(rich(paragraph(said(), kind="list", style="bullet"))),
        "unsupported type: text",
        "/view/blocks/0/elements/0/elements/0/type",
    ),
    (
        modal(rich(paragraph(paragraph(said()), kind="list"))),
        "missing required field: style",
        "/view/blocks/0/elements/0",
    ),
    (
        modal(rich(paragraph(paragraph(said()), kind="list", style="square"))),
        "must be a valid enum value",
        "/view/blocks/0/elements/0/style",
    ),
    (
        modal(rich(paragraph(said()), block_id="x" * 256)),
        "must be less than 256 characters",
        "/view/blocks/0/block_id",
    ),
    (
        modal(rich(paragraph(said(), kind="quote", border=2))),
        "must be less than 1",
        "/view/blocks/0/elements/0/border",
    ),
    (
        modal(rich(paragraph({"type": "emoji", "name": "wave", "skin_tone": 7}))),
        "must be less than 6",
        "/view/blocks/0/elements/0/elements/0/skin_tone",
    ),
    (
        modal(rich(paragraph({"type": "user", "user_id": ""}))),
        "must be more than 0 characters",
        "/view/blocks/0/elements/0/elements/0/user_id",
    ),
]


@pytest.mark.parametrize(("view", "sentence", "pointer"), RICH_TEXTS)
def test_rich_texts_are_refused_in_slacks_words(view: object, sentence: str, pointer: str) -> None:
    assert check_view(view) == [Problem(sentence, pointer)]
