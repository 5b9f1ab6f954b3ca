"""Input blocks that Slack refuses."""

import pytest

from bot.sandbox.blockkit import Problem, check_view
from tests.helpers.block_kit_payloads import (
    button,
    confirm,
    field,
    form,
    md,
    modal,
    option,
    plain,
    without,
)

TEXT_INPUT = {"type": "plain_text_input", "action_id": "targets"}
CHECKBOXES = {"type": "checkboxes", "action_id": "boxes", "options": [option()]}

INPUTS: list[tuple[object, str, str]] = [
    (modal(field(TEXT_INPUT)), "missing required field: submit", "/view"),
    (form(field(button())), "unsupported type: button", "/view/blocks/0/element/type"),
    (
        form(without(field(TEXT_INPUT), "label")),
        "missing required field: label",
        "/view/blocks/0",
    ),
    (
        form(without(field(TEXT_INPUT), "element")),
        "missing required field: element",
        "/view/blocks/0",
    ),
    (form(field(TEXT_INPUT, label=md())), "unsupported type: mrkdwn", "/view/blocks/0/label/type"),
    (
        form(field(TEXT_INPUT, label=plain("x" * 2001))),
        "must be less than 2001 characters",
        "/view/blocks/0/label/text",
    ),
    (
        form(field(TEXT_INPUT, hint=plain("x" * 2001))),
        "must be less than 2001 characters",
        "/view/blocks/0/hint/text",
    ),
    (form(field(TEXT_INPUT, optional="yes")), "must be a boolean", "/view/blocks/0/optional"),
    (
        form(field(TEXT_INPUT, dispatch_action=1)),
        "must be a boolean",
        "/view/blocks/0/dispatch_action",
    ),
    (
        form(field({**TEXT_INPUT, "max_length": 3001})),
        "must be less than 3000",
        "/view/blocks/0/element/max_length",
    ),
    (
        form(field({**TEXT_INPUT, "max_length": 0})),
        "must be greater than 1",
        "/view/blocks/0/element/max_length",
    ),
    (
        form(field({**TEXT_INPUT, "min_length": True})),
        "must provide an integer",
        "/view/blocks/0/element/min_length",
    ),
    (
        form(field({**TEXT_INPUT, "initial_value": "x" * 3001})),
        "must be less than 3001 characters",
        "/view/blocks/0/element/initial_value",
    ),
    (
        form(field({**TEXT_INPUT, "placeholder": plain("x" * 151)})),
        "must be less than 151 characters",
        "/view/blocks/0/element/placeholder/text",
    ),
    (
        form(field({**TEXT_INPUT, "confirm": confirm()})),
        "invalid additional property: confirm",
        "/view/blocks/0/element",
    ),
    (
        form(field({**TEXT_INPUT, "dispatch_action_config": {"trigger_actions_on": ["click"]}})),
        "must be a valid enum value",
        "/view/blocks/0/element/dispatch_action_config/trigger_actions_on/0",
    ),
    (
        form(field({"type": "number_input"})),
        "missing required field: is_decimal_allowed",
        "/view/blocks/0/element",
    ),
    (
        form(field({"type": "file_input", "max_files": 11})),
        "must be less than 10",
        "/view/blocks/0/element/max_files",
    ),
    (
        form(field({"type": "datepicker", "initial_date": "18 Nov"})),
        "input must be a valid: date",
        "/view/blocks/0/element/initial_date",
    ),
    (
        form(field({"type": "timepicker", "initial_time": "24:00"})),
        "input must be a valid: time",
        "/view/blocks/0/element/initial_time",
    ),
    (
        form(field({"type": "datetimepicker", "initial_date_time": 10**10})),
        "must be less than 9999999999",
        "/view/blocks/0/element/initial_date_time",
    ),
    (
        form(
            field({**TEXT_INPUT, "focus_on_load": True}),
            field({**CHECKBOXES, "focus_on_load": True}),
        ),
        "only one element may set focus_on_load",
        "/view/blocks/1/element/focus_on_load",
    ),
    *[
        (
            form(field({"type": kind, "placeholder": plain("x" * 151)})),
            "must be less than 151 characters",
            "/view/blocks/0/element/placeholder/text",
        )
        for kind in ("datepicker", "timepicker", "rich_text_input", "url_text_input")
    ],
    *[
        (
            form(field({"type": "datepicker", "initial_date": date})),
            "input must be a valid: date",
            "/view/blocks/0/element/initial_date",
        )
        for date in ("2026-13-01", "2026-00-10", "2026-12-32", "2026-12-00", "26-12-01")
    ],
    *[
        (
            form(field({"type": "timepicker", "initial_time": time})),
            "input must be a valid: time",
            "/view/blocks/0/element/initial_time",
        )
        for time in ("12:60", "9:30", "12:30:00")
    ],
    (
        form(field({**TEXT_INPUT, "min_length": 3001})),
        "must be less than 3000",
        "/view/blocks/0/element/min_length",
    ),
    (
        form(field({"type": "file_input", "max_files": 0})),
        "must be greater than 1",
        "/view/blocks/0/element/max_files",
    ),
]


@pytest.mark.parametrize(("view", "sentence", "pointer"), INPUTS)
def test_inputs_are_refused_in_slacks_words(view: object, sentence: str, pointer: str) -> None:
    assert check_view(view) == [Problem(sentence, pointer)]
