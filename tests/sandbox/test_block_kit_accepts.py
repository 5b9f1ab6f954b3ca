"""What Slack takes: one payload for each block and element, filled to its limits."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sandbox.blockkit import (
    MESSAGE_BLOCK_TEXT,
    block_text_length,
    check_message,
    check_view,
)
from tests.helpers.block_kit_payloads import (
    Json,
    actions,
    button,
    confirm,
    field,
    form,
    home,
    md,
    message,
    modal,
    option,
    paragraph,
    plain,
    raw,
    rich,
    said,
    section,
    select,
)

URL = "https://cdn.example.com/a.png"
IMAGE = {"type": "image", "alt_text": "A chart", "image_url": URL}
CARD = {"type": "card", "title": md("x" * 150), "body": md("x" * 200), "actions": [button()]}
TASK = {"type": "task_card", "task_id": "1", "title": "Send", "status": "in_progress"}
SOURCE = {"type": "url", "url": URL, "text": "The list"}
STYLES = {"bold": True, "italic": True, "strike": False, "code": True}

BLOCKS: list[Json] = [
    section(text=md("x" * 3000), block_id="x" * 255, expand=True),
    {"type": "section", "fields": [md("x" * 2000)] * 10},
    section(text={**plain(), "emoji": True}, accessory=IMAGE),
    section(text={**md(), "verbatim": True}, accessory=select(initial_option=option())),
    section(accessory={"type": "overflow", "options": [option(url=URL)] * 5}),
    {"type": "header", "text": plain("x" * 150)},
    {"type": "divider"},
    {"type": "context", "elements": [md("x" * 3000), plain(), *[IMAGE] * 8]},
    {**IMAGE, "alt_text": "x" * 2000, "title": plain("x" * 2000)},
    {"type": "image", "alt_text": "A chart", "slack_file": {"id": "F123"}},
    {"type": "image", "alt_text": "A chart", "slack_file": {"url": URL}},
    {
        "type": "video",
        "alt_text": "A film",
        "title": plain("x" * 199),
        "video_url": URL,
        "thumbnail_url": URL,
        "author_name": "x" * 49,
    },
    actions(*[button(action_id=f"go-{n}", style="primary") for n in range(25)]),
    actions(button(text=plain("x" * 75), value="x" * 2000, url=URL, confirm=confirm())),
    actions(button(confirm=confirm(text=md("x" * 300), style="danger", deny=plain("x" * 30)))),
    actions(button(), button(action_id="other"), {"type": "users_select"}),
    CARD,
    rich(
        paragraph(
            said(style=STYLES),
            {"type": "link", "url": URL, "text": "here", "style": STYLES},
            {"type": "user", "user_id": "U1"},
            {"type": "usergroup", "usergroup_id": "S1"},
            {"type": "channel", "channel_id": "C1", "style": {"bold": True}},
            {"type": "emoji", "name": "wave", "skin_tone": 2, "unicode": "1f44b"},
            {"type": "broadcast", "range": "here"},
            {"type": "date", "timestamp": 1_800_000_000, "format": "{date}", "fallback": "soon"},
            {"type": "color", "value": "#1d3557"},
        ),
        paragraph(said(), kind="quote", border=1),
        paragraph(said("GET /"), {"type": "link", "url": URL}, kind="preformatted", border=0),
        paragraph(paragraph(said()), paragraph(), kind="list", style="ordered", indent=1, offset=3),
    ),
]

ELEMENTS: list[Json] = [
    {"type": "plain_text_input", "multiline": True, "min_length": 0, "max_length": 3000},
    {"type": "plain_text_input", "initial_value": "", "focus_on_load": True},
    {
        "type": "plain_text_input",
        "dispatch_action_config": {
            "trigger_actions_on": ["on_enter_pressed", "on_character_entered"]
        },
    },
    {"type": "email_text_input", "initial_value": "a@example.com"},
    {"type": "url_text_input", "placeholder": plain("x" * 150)},
    {"type": "number_input", "is_decimal_allowed": False, "min_value": "1", "max_value": "9"},
    {"type": "file_input", "filetypes": ["txt", "csv"], "max_files": 10},
    {"type": "rich_text_input", "initial_value": rich(paragraph(said()))},
    {"type": "datepicker", "initial_date": "2026-11-18", "confirm": confirm()},
    {"type": "timepicker", "initial_time": "23:59", "timezone": "Asia/Shanghai"},
    {"type": "datetimepicker", "initial_date_time": 1_800_000_000},
    select(options=[option(f"{n}") for n in range(100)], initial_option=option("99")),
    {
        "type": "static_select",
        "option_groups": [{"label": plain(), "options": [option(), option("b")]}],
        "initial_option": option("b"),
    },
    {"type": "multi_static_select", "options": [option()], "initial_options": [option()]},
    {"type": "external_select", "min_query_length": 3},
    {"type": "multi_external_select", "max_selected_items": 1},
    {"type": "users_select", "initial_user": "U1"},
    {"type": "multi_users_select", "initial_users": ["U1", "U2"]},
    {
        "type": "conversations_select",
        "default_to_current_conversation": True,
        "response_url_enabled": True,
        "filter": {"include": ["public", "private"], "exclude_bot_users": True},
    },
    {"type": "multi_conversations_select", "initial_conversations": ["C1"]},
    {"type": "channels_select", "initial_channel": "C1"},
    {"type": "multi_channels_select", "initial_channels": ["C1"]},
    {
        "type": "checkboxes",
        # Slack takes mrkdwn here although its types forbid it.
        "options": [option(text=md("*a*"), description=md("x" * 75))],
        "initial_options": [option(text=md("*a*"), description=md("x" * 75))],
    },
    {"type": "radio_buttons", "options": [option()], "initial_option": option()},
]

MESSAGE_BLOCKS: list[Json] = [
    {"type": "markdown", "text": "x" * 12_000},
    {
        "type": "table",
        "rows": [[raw(), {"type": "raw_number", "value": 3}, rich(paragraph(said()))]] * 100,
        "column_settings": [{"align": "right", "is_wrapped": True}, None],
    },
    {"type": "data_table", "caption": "Targets", "rows": [[raw()], [raw()]], "page_size": 100},
    {"type": "carousel", "elements": [CARD] * 10},
    {
        "type": "container",
        "title": plain(),
        "child_blocks": [section(), {"type": "divider"}],
        "is_collapsible": True,
    },
    {"type": "plan", "title": "Send", "tasks": [TASK, {**TASK, "task_id": "2"}]},
    {
        **TASK,
        "details": rich(paragraph(said())),
        "sources": [{"type": "url", "url": URL, "text": "a"}],
    },
    {
        "type": "context_actions",
        "elements": [
            {
                "type": "feedback_buttons",
                "positive_button": {"text": plain(), "value": "yes"},
                "negative_button": {"text": plain(), "value": "no"},
            },
            {"type": "icon_button", "icon": "trash", "text": plain()},
        ],
    },
    {"type": "file", "external_id": "1", "source": "remote"},
    {"type": "call", "call_id": "R1"},
]


@pytest.mark.parametrize("block", BLOCKS)
def test_block_is_taken_in_modal_home_and_message(block: Json) -> None:
    assert check_view(modal(block)) == []
    assert check_view(home(block)) == []
    assert check_message(message(block)) == []


@pytest.mark.parametrize("element", ELEMENTS)
def test_element_is_taken_in_an_input_block(element: Json) -> None:
    block = field(element, hint=plain("x" * 2000), optional=True, dispatch_action=True)

    assert check_view(form(block)) == []


@pytest.mark.parametrize("block", MESSAGE_BLOCKS)
def test_block_of_messages_is_taken_in_a_message(block: Json) -> None:
    assert check_message(message(block)) == []


def test_modal_filled_to_its_limits_is_taken() -> None:
    view = form(
        *[{"type": "divider"}] * 99,
        {"type": "alert", "text": md("x" * 200), "level": "warning"},
        title=plain("x" * 24),
        close=plain("x" * 24),
        private_metadata="x" * 3000,
        callback_id="x" * 255,
        external_id="x" * 255,
        clear_on_close=True,
        notify_on_close=False,
    )

    assert check_view(view) == []


def test_home_may_hold_an_input_without_submit() -> None:
    assert check_view(home(field({"type": "plain_text_input"}))) == []


def test_same_action_id_in_two_blocks_is_taken() -> None:
    assert check_view(modal(actions(button()), actions(button()))) == []


def test_message_of_fifty_blocks_is_taken() -> None:
    assert check_message(message(*[section()] * 50)) == []


@pytest.mark.parametrize(
    "payload",
    [
        {"text": "x" * 50_000},
        {"blocks": [section()]},
        {"attachments": [{"text": "a", "color": "#fff"}, {"blocks": [section()]}]},
        {"text": "a", "channel": "C1", "metadata": {"event_type": "prefetch"}},
    ],
)
def test_message_needs_only_one_kind_of_content(payload: Json) -> None:
    assert check_message(payload) == []


def test_block_text_length_counts_every_text_of_a_message() -> None:
    blocks = [
        section(text=md("12345"), fields=[plain("678")], accessory=button(text=plain("90"))),
        {"type": "markdown", "text": "1234"},
        rich(paragraph(said("12"), {"type": "user", "user_id": "U1"})),
    ]

    assert block_text_length(blocks) == 16


def test_valid_message_may_still_be_too_long_for_slack() -> None:
    blocks = [section(text=md("x" * 3000))] * 5

    assert check_message(message(*blocks)) == []
    assert block_text_length(blocks) > MESSAGE_BLOCK_TEXT


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["type", "text", "blocks", "elements", "title", "options", "x"]),
            inner | st.sampled_from(["modal", "section", "actions", "rich_text", "mrkdwn"]),
            max_size=4,
        )
    ),
    max_leaves=20,
)


@given(JSON)
def test_nonsense_is_answered_without_a_crash(nonsense: object) -> None:
    as_view = check_view(nonsense)
    as_blocks = check_view({"type": "modal", "title": plain(), "blocks": nonsense})
    as_message = check_message({"text": "a", "blocks": nonsense})

    assert as_view
    assert all(problem.pointer.startswith("/view") for problem in [*as_view, *as_blocks])
    assert all(problem.pointer.startswith("/blocks") for problem in as_message)
