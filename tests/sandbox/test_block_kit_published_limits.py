"""Limits that public conformance suites of Block Kit name: at the limit valid, beyond it refused.

The facts are those of the `slackblocks` specification; the payloads are our own.
"""

import pytest

from bot.sandbox.blockkit import check_message, check_view
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
    plain,
    raw,
    section,
    select,
)

URL = "https://cdn.example.com/a.png"
IMAGE = {"type": "image", "alt_text": "A chart", "image_url": URL}
TASK = {"task_id": "1", "title": "Send", "status": "complete"}
SOURCE = {"type": "url", "url": URL, "text": "The list"}


def x(length: int) -> str:
    return "x" * length


def link(length: int) -> str:
    return URL + x(length - len(URL))


def card(**fields: object) -> Json:
    return {"type": "card", "title": md(), **fields}


def container(**fields: object) -> Json:
    return {"type": "container", "title": plain(), "child_blocks": [section()], **fields}


def feedback(**fields: object) -> Json:
    positive = {"text": plain(), "value": "yes", **fields}
    negative = {"text": plain(), "value": "no"}
    buttons = {"type": "feedback_buttons", "positive_button": positive, "negative_button": negative}
    return message({"type": "context_actions", "elements": [buttons]})


def icon_button(**fields: object) -> Json:
    icon = {"type": "icon_button", "icon": "trash", "text": plain(), **fields}
    return message({"type": "context_actions", "elements": [icon]})


def data_table(**fields: object) -> Json:
    rows = [[raw(), raw()], [raw(), raw()]]
    return message({"type": "data_table", "caption": "Targets", "rows": rows, **fields})


def table(*rows: list[Json]) -> Json:
    return {"type": "table", "rows": list(rows)}


def formatted(text: str) -> Json:
    said = {"type": "link", "url": URL, "text": text}
    section = {"type": "rich_text_section", "elements": [said]}
    return {"type": "rich_text", "elements": [section]}


def menu(name: str, count: int) -> Json:
    return actions(
        {"type": name, "action_id": "a", "options": [option(str(i)) for i in range(count)]}
    )


def groups(count: int, options: int = 1, label: int = 5) -> Json:
    group = {"label": plain(x(label)), "options": [option(str(i)) for i in range(options)]}
    chosen = select(option_groups=[group] * count)
    del chosen["options"]
    return actions(chosen)


def pie(segments: int = 2, label: int = 5, value: float = 1, title: int = 5) -> Json:
    shares = [{"label": x(label), "value": value}] * segments
    chart = {"type": "pie", "segments": shares}
    return {"type": "data_visualization", "title": x(title), "chart": chart}


def on_axes(
    kind: str = "bar",
    series: int = 1,
    points: int = 2,
    name: int = 5,
    label: int = 3,
    axis: int = 5,
) -> Json:
    labels = [f"{point:02}".ljust(label, "x") for point in range(points)]
    data = [{"label": one, "value": -1.5} for one in labels]
    chart = {
        "type": kind,
        "series": [{"name": x(name), "data": data}] * series,
        "axis_config": {"categories": labels, "x_label": x(axis), "y_label": x(axis)},
    }
    return {"type": "data_visualization", "title": "Files a day", "chart": chart}


# What is limited, a payload at its limit, the same beyond it.
LIMITS: list[tuple[str, Json, Json]] = [
    ("text", message(section(text=md(x(3000)))), message(section(text=md(x(3001))))),
    ("empty text", message(section(text=md("x"))), message(section(text=md("")))),
    ("block_id", message(section(block_id=x(255))), message(section(block_id=x(256)))),
    (
        "action_id",
        message(actions(button(action_id=x(255)))),
        message(actions(button(action_id=x(256)))),
    ),
    (
        "button text",
        message(actions(button(text=plain(x(75))))),
        message(actions(button(text=plain(x(76))))),
    ),
    (
        "button url",
        message(actions(button(url=link(3000)))),
        message(actions(button(url=link(3001)))),
    ),
    (
        "button value",
        message(actions(button(value=x(2000)))),
        message(actions(button(value=x(2001)))),
    ),
    (
        "accessibility label",
        message(actions(button(accessibility_label=x(75)))),
        message(actions(button(accessibility_label=x(76)))),
    ),
    *(
        (
            f"confirmation {name}",
            message(actions(button(confirm=confirm(**{name: plain(x(most))})))),
            message(actions(button(confirm=confirm(**{name: plain(x(most + 1))})))),
        )
        for name, most in {"title": 100, "text": 300, "confirm": 30, "deny": 30}.items()
    ),
    *(
        (
            f"option {name}",
            message(actions(select(options=[{**option(), name: good}]))),
            message(actions(select(options=[{**option(), name: bad}]))),
        )
        for name, good, bad in (
            ("text", plain(x(75)), plain(x(76))),
            ("value", x(150), x(151)),
            ("description", plain(x(75)), plain(x(76))),
        )
    ),
    ("group label", message(groups(1, label=75)), message(groups(1, label=76))),
    ("options of a group", message(groups(1, options=100)), message(groups(1, options=101))),
    ("no option in a group", message(groups(1, options=1)), message(groups(1, options=0))),
    ("groups", message(groups(100)), message(groups(101))),
    ("options", message(menu("static_select", 100)), message(menu("static_select", 101))),
    ("overflow", message(menu("overflow", 5)), message(menu("overflow", 6))),
    ("empty overflow", message(menu("overflow", 1)), message(menu("overflow", 0))),
    ("checkboxes", message(menu("checkboxes", 10)), message(menu("checkboxes", 11))),
    ("empty checkboxes", message(menu("checkboxes", 1)), message(menu("checkboxes", 0))),
    ("radio buttons", message(menu("radio_buttons", 10)), message(menu("radio_buttons", 11))),
    ("empty radio buttons", message(menu("radio_buttons", 1)), message(menu("radio_buttons", 0))),
    (
        "placeholder",
        message(actions(select(placeholder=plain(x(150))))),
        message(actions(select(placeholder=plain(x(151))))),
    ),
    *(
        (
            f"source {name}",
            message({"type": "task_card", **TASK, "sources": [{**SOURCE, "url": good}]}),
            message({"type": "task_card", **TASK, "sources": [{**SOURCE, "url": bad}]}),
        )
        for name, good, bad in (("empty", URL, ""), ("url", link(3000), link(3001)))
    ),
    (
        "rows of a table",
        message({"type": "table", "rows": [[raw()]] * 100}),
        message({"type": "table", "rows": [[raw()]] * 101}),
    ),
    (
        "files",
        form(field({"type": "file_input", "action_id": "f", "max_files": 10})),
        form(field({"type": "file_input", "action_id": "f", "max_files": 11})),
    ),
    (
        "no file",
        form(field({"type": "file_input", "action_id": "f", "max_files": 1})),
        form(field({"type": "file_input", "action_id": "f", "max_files": 0})),
    ),
    (
        "typed text",
        form(field({"type": "plain_text_input", "action_id": "t", "max_length": 3000})),
        form(field({"type": "plain_text_input", "action_id": "t", "max_length": 3001})),
    ),
    (
        "elements of actions",
        message(actions(*(button(action_id=str(i)) for i in range(25)))),
        message(actions(*(button(action_id=str(i)) for i in range(26)))),
    ),
    (
        "elements of context",
        message({"type": "context", "elements": [md()] * 10}),
        message({"type": "context", "elements": [md()] * 11}),
    ),
    (
        "header",
        message({"type": "header", "text": plain(x(150))}),
        message({"type": "header", "text": plain(x(151))}),
    ),
    (
        "image url",
        message({**IMAGE, "image_url": link(3000)}),
        message({**IMAGE, "image_url": link(3001)}),
    ),
    ("alt text", message({**IMAGE, "alt_text": x(2000)}), message({**IMAGE, "alt_text": x(2001)})),
    *(
        (
            f"input {name}",
            form({**field({"type": "plain_text_input", "action_id": "t"}), name: plain(x(2000))}),
            form({**field({"type": "plain_text_input", "action_id": "t"}), name: plain(x(2001))}),
        )
        for name in ("label", "hint")
    ),
    (
        "markdown",
        message({"type": "markdown", "text": x(12_000)}),
        message({"type": "markdown", "text": x(12_001)}),
    ),
    ("fields", message(section(fields=[md()] * 10)), message(section(fields=[md()] * 11))),
    ("a field", message(section(fields=[md(x(2000))])), message(section(fields=[md(x(2001))]))),
    ("no field", message(section(fields=[md()])), message(section(fields=[]))),
    ("blocks of a message", message(*[section()] * 50), message(*[section()] * 51)),
    (
        "alert",
        modal({"type": "alert", "text": md(x(200))}),
        modal({"type": "alert", "text": md(x(201))}),
    ),
    *(
        (
            f"card {name}",
            message(card(**{name: md(x(most))})),
            message(card(**{name: md(x(most + 1))})),
        )
        for name, most in {"title": 150, "subtitle": 150, "body": 200, "subtext": 200}.items()
    ),
    (
        "buttons of a card",
        message(card(actions=[button(action_id=str(i)) for i in range(3)])),
        message(card(actions=[button(action_id=str(i)) for i in range(4)])),
    ),
    (
        "icons of a card",
        message(card(slack_icon={"type": "icon", "name": "bot"})),
        message(card(slack_icon={"type": "icon", "name": "bot"}, icon=IMAGE)),
    ),
    (
        "cards",
        message({"type": "carousel", "elements": [card()] * 10}),
        message({"type": "carousel", "elements": [card()] * 11}),
    ),
    (
        "no card",
        message({"type": "carousel", "elements": [card()]}),
        message({"type": "carousel", "elements": []}),
    ),
    (
        "container title",
        message(container(title=plain(x(150)))),
        message(container(title=plain(x(151)))),
    ),
    (
        "container subtitle",
        message(container(subtitle=md(x(150)))),
        message(container(subtitle=md(x(151)))),
    ),
    (
        "children",
        message(container(child_blocks=[section()] * 10)),
        message(container(child_blocks=[section()] * 11)),
    ),
    ("feedback text", feedback(text=plain(x(75))), feedback(text=plain(x(76)))),
    ("feedback value", feedback(value=x(2000)), feedback(value=x(2001))),
    ("feedback label", feedback(accessibility_label=x(75)), feedback(accessibility_label=x(76))),
    (
        "readers of an icon button",
        icon_button(visible_to_user_ids=[f"U{i}" for i in range(10)]),
        icon_button(visible_to_user_ids=[f"U{i}" for i in range(11)]),
    ),
    ("data rows", data_table(rows=[[raw()]] * 201), data_table(rows=[[raw()]] * 202)),
    ("one data row", data_table(rows=[[raw()]] * 2), data_table(rows=[[raw()]])),
    ("columns", data_table(rows=[[raw()] * 20] * 2), data_table(rows=[[raw()] * 21] * 2)),
    ("no column", data_table(rows=[[raw()]] * 2), data_table(rows=[[]] * 2)),
    ("large page", data_table(page_size=100), data_table(page_size=101)),
    ("small page", data_table(page_size=1), data_table(page_size=0)),
    ("empty cell", data_table(rows=[[raw("a")]] * 2), data_table(rows=[[raw("")]] * 2)),
    ("row lengths", data_table(), data_table(rows=[[raw()], [raw(), raw()]])),
    (
        "row header",
        data_table(row_header_column_index=1),
        data_table(row_header_column_index=2),
    ),
    (
        "characters of a data table",
        data_table(rows=[[raw("Name")], [raw(x(19_996))]]),
        data_table(rows=[[raw("Name")], [raw(x(19_997))]]),
    ),
    (
        "short row of a table",
        message(table([raw(), raw()], [raw(), raw()])),
        message(table([raw(), raw()], [raw()])),
    ),
    (
        "long row of a table",
        message(table([raw()], [raw()])),
        message(table([raw()], [raw()], [raw(), raw()])),
    ),
    ("empty row of a table", message(table([raw()])), message(table([raw()], []))),
    (
        "characters of a table",
        message(table([raw(x(4_000)), formatted(x(6_000))])),
        message(table([raw(x(4_000)), formatted(x(6_001))])),
    ),
    (
        "characters of two tables",
        message(table([raw(x(5_000))]), table([raw(x(5_000))])),
        message(table([raw(x(5_000))]), table([raw(x(5_001))])),
    ),
    (
        "characters of a table on the home tab",
        home(table([raw(x(10_000))])),
        home(table([raw(x(10_001))])),
    ),
    (
        "characters of a table in a container",
        message(container(child_blocks=[table([raw(x(10_000))])])),
        message(container(child_blocks=[table([raw(x(10_001))])])),
    ),
    (
        "tasks",
        message({"type": "plan", "title": "Send", "tasks": [TASK] * 50}),
        message({"type": "plan", "title": "Send", "tasks": [TASK] * 51}),
    ),
    ("charts", message(pie(), on_axes()), message(pie(), on_axes(), pie())),
    ("chart title", message(pie(title=50)), message(pie(title=51))),
    ("segments", message(pie(segments=12)), message(pie(segments=13))),
    ("no segment", message(pie(segments=1)), message(pie(segments=0))),
    ("segment label", message(pie(label=20)), message(pie(label=21))),
    ("segment value", message(pie(value=0.1)), message(pie(value=0))),
    *(
        ("series of a chart", message(on_axes(kind, 12)), message(on_axes(kind, 13)))
        for kind in ("bar", "area", "line")
    ),
    ("no series", message(on_axes(series=1)), message(on_axes(series=0))),
    ("series name", message(on_axes(name=20)), message(on_axes(name=21))),
    ("points", message(on_axes(points=20)), message(on_axes(points=21))),
    ("no point", message(on_axes(points=1)), message(on_axes(points=0))),
    ("point label", message(on_axes(label=20)), message(on_axes(label=21))),
    ("axis label", message(on_axes(axis=50)), message(on_axes(axis=51))),
    ("view title", modal(section(), title=plain(x(24))), modal(section(), title=plain(x(25)))),
    ("submit", modal(section(), submit=plain(x(24))), modal(section(), submit=plain(x(25)))),
    ("close", modal(section(), close=plain(x(24))), modal(section(), close=plain(x(25)))),
    (
        "metadata",
        home(section(), private_metadata=x(3000)),
        home(section(), private_metadata=x(3001)),
    ),
    ("callback", home(section(), callback_id=x(255)), home(section(), callback_id=x(256))),
    ("blocks of a view", home(*[section()] * 100), home(*[section()] * 101)),
    ("no block", home(section()), home()),
    (
        "place of a block",
        message({"type": "markdown", "text": "a"}),
        modal({"type": "markdown", "text": "a"}),
    ),
    (
        "place of an alert",
        modal({"type": "alert", "text": md()}),
        message({"type": "alert", "text": md()}),
    ),
    ("place of a chart", home(pie()), modal(pie())),
    (
        "input without submit",
        form(field({"type": "plain_text_input", "action_id": "t"})),
        modal(field({"type": "plain_text_input", "action_id": "t"})),
    ),
    (
        "both sources of options",
        message(actions(select())),
        message(actions(select(option_groups=[{"label": plain(), "options": [option()]}]))),
    ),
    (
        "both sources of an image",
        message(IMAGE),
        message({**IMAGE, "slack_file": {"id": "F123"}}),
    ),
]


def problems(payload: Json) -> list[object]:
    return [*(check_view(payload) if "type" in payload else check_message(payload))]


@pytest.mark.parametrize(("limit", "valid", "broken"), LIMITS, ids=[case[0] for case in LIMITS])
def test_payload_is_taken_at_the_limit_and_refused_beyond(
    limit: str, valid: Json, broken: Json
) -> None:
    assert problems(valid) == []
    assert problems(broken) != []


def test_each_series_has_a_point_for_each_category() -> None:
    chart = on_axes()
    chart["chart"]["series"][0]["data"].pop()

    assert [str(problem) for problem in problems(message(chart))] != []


def test_chart_of_another_kind_is_refused() -> None:
    chart = on_axes("scatter")

    assert problems(message(chart)) != []
