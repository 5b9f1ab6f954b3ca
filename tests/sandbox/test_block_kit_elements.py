"""Buttons, confirm dialogs and choices that Slack refuses."""

import pytest

from bot.sandbox.blockkit import Problem, check_view
from tests.helpers.block_kit_payloads import (
    actions,
    button,
    confirm,
    field,
    form,
    md,
    modal,
    option,
    plain,
    section,
    select,
    without,
)

TEXT_INPUT = {"type": "plain_text_input", "action_id": "targets"}
CHECKBOXES = {"type": "checkboxes", "action_id": "boxes", "options": [option()]}
RADIO = {"type": "radio_buttons", "action_id": "radio", "options": [option()]}
OVERFLOW = {"type": "overflow", "action_id": "more", "options": [option()]}
MULTI = {"type": "multi_static_select", "action_id": "many", "options": [option()]}
GROUP = {"label": plain(), "options": [option()]}
GROUPED = {"type": "static_select", "option_groups": [GROUP]}
MANY = [option(f"{n}") for n in range(101)]

ELEMENTS: list[tuple[object, str, str]] = [
    # buttons and their confirm
    (
        modal(actions(*[button(action_id=f"go-{n}") for n in range(26)])),
        "no more than 25 items allowed",
        "/view/blocks/0/elements",
    ),
    (modal(actions()), "must provide at least 1 items", "/view/blocks/0/elements"),
    (
        modal(actions(TEXT_INPUT)),
        "unsupported type: plain_text_input",
        "/view/blocks/0/elements/0/type",
    ),
    (
        modal(actions(button(text=plain("x" * 76)))),
        "must be less than 76 characters",
        "/view/blocks/0/elements/0/text/text",
    ),
    (
        modal(actions(button(text=md()))),
        "unsupported type: mrkdwn",
        "/view/blocks/0/elements/0/text/type",
    ),
    (
        modal(actions(without(button(), "text"))),
        "missing required field: text",
        "/view/blocks/0/elements/0",
    ),
    (
        modal(actions(button(value="x" * 2001))),
        "must be less than 2001 characters",
        "/view/blocks/0/elements/0/value",
    ),
    (modal(actions(button(value=3))), "must provide a string", "/view/blocks/0/elements/0/value"),
    (
        modal(actions(button(url="https://example.com/" + "x" * 3000))),
        "must be less than 3001 characters",
        "/view/blocks/0/elements/0/url",
    ),
    (
        modal(actions(button(url="example.com"))),
        "input must be a valid: uri",
        "/view/blocks/0/elements/0/url",
    ),
    (
        modal(actions(button(style="default"))),
        "must be a valid enum value",
        "/view/blocks/0/elements/0/style",
    ),
    (
        modal(actions(button(style=None))),
        "must provide a string",
        "/view/blocks/0/elements/0/style",
    ),
    (
        modal(actions(button(accessibility_label="x" * 76))),
        "must be less than 76 characters",
        "/view/blocks/0/elements/0/accessibility_label",
    ),
    (
        modal(actions(button(block_id="a"))),
        "invalid additional property: block_id",
        "/view/blocks/0/elements/0",
    ),
    *[
        (
            modal(section(accessory=button(confirm=without(confirm(), name)))),
            f"missing required field: {name}",
            "/view/blocks/0/accessory/confirm",
        )
        for name in ("title", "text", "confirm", "deny")
    ],
    *[
        (
            modal(section(accessory=button(confirm=confirm(**{name: plain("x" * (most + 1))})))),
            f"must be less than {most + 1} characters",
            f"/view/blocks/0/accessory/confirm/{name}/text",
        )
        for name, most in (("title", 100), ("text", 300), ("confirm", 30), ("deny", 30))
    ],
    (
        modal(section(accessory=button(confirm=confirm(style="warning")))),
        "must be a valid enum value",
        "/view/blocks/0/accessory/confirm/style",
    ),
    # selects and other choices
    (
        modal(section(accessory=without(select(), "options"))),
        "failed to match exactly one allowed schema",
        "/view/blocks/0/accessory",
    ),
    (
        modal(section(accessory=select(option_groups=[{"label": plain(), "options": [option()]}]))),
        "failed to match exactly one allowed schema",
        "/view/blocks/0/accessory",
    ),
    (
        form(field(select(options=[option(f"{n}") for n in range(101)]))),
        "no more than 100 items allowed",
        "/view/blocks/0/element/options",
    ),
    (
        form(field(select(options=[]))),
        "must provide at least 1 items",
        "/view/blocks/0/element/options",
    ),
    (
        form(field(select(placeholder=plain("x" * 151)))),
        "must be less than 151 characters",
        "/view/blocks/0/element/placeholder/text",
    ),
    (
        form(field(select(options=[option(text=plain("x" * 76))]))),
        "must be less than 76 characters",
        "/view/blocks/0/element/options/0/text/text",
    ),
    (
        form(field(select(options=[option(text=md())]))),
        "unsupported type: mrkdwn",
        "/view/blocks/0/element/options/0/text/type",
    ),
    (
        form(field(select(options=[{"text": plain(), "value": "x" * 151}]))),
        "must be less than 151 characters",
        "/view/blocks/0/element/options/0/value",
    ),
    (
        form(field(select(options=[{"text": plain()}]))),
        "missing required field: value",
        "/view/blocks/0/element/options/0",
    ),
    (
        form(field(select(options=[option(description=plain("x" * 76))]))),
        "must be less than 76 characters",
        "/view/blocks/0/element/options/0/description/text",
    ),
    (
        form(field(select(options=[option(url="https://example.com/")]))),
        "invalid additional property: url",
        "/view/blocks/0/element/options/0",
    ),
    (
        form(field(select(initial_option=option("b")))),
        "must match one of the options",
        "/view/blocks/0/element/initial_option",
    ),
    (
        form(field({**MULTI, "initial_options": [option(), option("b")]})),
        "must match one of the options",
        "/view/blocks/0/element/initial_options/1",
    ),
    (
        form(field({**MULTI, "max_selected_items": 0})),
        "must be greater than 1",
        "/view/blocks/0/element/max_selected_items",
    ),
    (
        form(field({**RADIO, "initial_option": option("b")})),
        "must match one of the options",
        "/view/blocks/0/element/initial_option",
    ),
    (
        form(field({**CHECKBOXES, "initial_options": [option("b")]})),
        "must match one of the options",
        "/view/blocks/0/element/initial_options/0",
    ),
    (
        form(field({**CHECKBOXES, "options": [option(f"{n}") for n in range(11)]})),
        "no more than 10 items allowed",
        "/view/blocks/0/element/options",
    ),
    (
        form(field({**RADIO, "options": [option(f"{n}") for n in range(11)]})),
        "no more than 10 items allowed",
        "/view/blocks/0/element/options",
    ),
    (
        modal(section(accessory={**OVERFLOW, "options": [option(f"{n}") for n in range(6)]})),
        "no more than 5 items allowed",
        "/view/blocks/0/accessory/options",
    ),
    (
        modal(section(accessory={**OVERFLOW, "options": []})),
        "must provide at least 1 items",
        "/view/blocks/0/accessory/options",
    ),
    (
        form(field({"type": "conversations_select", "filter": {}})),
        "missing required field: include",
        "/view/blocks/0/element/filter",
    ),
    (
        form(field({"type": "conversations_select", "filter": {"include": ["dm"]}})),
        "must be a valid enum value",
        "/view/blocks/0/element/filter/include/0",
    ),
    (
        modal(section(accessory={**OVERFLOW, "options": [option(text=plain("x" * 76))]})),
        "must be less than 76 characters",
        "/view/blocks/0/accessory/options/0/text/text",
    ),
    (
        form(field({**RADIO, "options": [option(text=md("x" * 76))]})),
        "must be less than 76 characters",
        "/view/blocks/0/element/options/0/text/text",
    ),
    (
        modal(
            section(accessory={**GROUPED, "option_groups": [{**GROUP, "label": plain("x" * 76)}]})
        ),
        "must be less than 76 characters",
        "/view/blocks/0/accessory/option_groups/0/label/text",
    ),
    (
        modal(section(accessory={**GROUPED, "option_groups": [{**GROUP, "options": []}]})),
        "must provide at least 1 items",
        "/view/blocks/0/accessory/option_groups/0/options",
    ),
    (
        modal(section(accessory={**GROUPED, "option_groups": [{**GROUP, "options": MANY}]})),
        "no more than 100 items allowed",
        "/view/blocks/0/accessory/option_groups/0/options",
    ),
    (
        modal(section(accessory={**GROUPED, "option_groups": [GROUP] * 101})),
        "no more than 100 items allowed",
        "/view/blocks/0/accessory/option_groups",
    ),
    (
        modal(section(accessory={**GROUPED, "initial_option": option("b")})),
        "must match one of the options",
        "/view/blocks/0/accessory/initial_option",
    ),
]


@pytest.mark.parametrize(("view", "sentence", "pointer"), ELEMENTS)
def test_elements_are_refused_in_slacks_words(view: object, sentence: str, pointer: str) -> None:
    assert check_view(view) == [Problem(sentence, pointer)]
