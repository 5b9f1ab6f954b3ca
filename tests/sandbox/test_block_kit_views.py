"""The view itself, which blocks it may hold, ids that occur twice."""

import json
import timeit

import pytest

from bot.sandbox.blockkit import Problem, check_view
from tests.helpers.block_kit_payloads import (
    actions,
    button,
    home,
    md,
    modal,
    plain,
    raw,
    section,
    without,
)

TASK = {"type": "task_card", "task_id": "1", "title": "Send", "status": "pending"}
CONTAINER = {"type": "container", "title": plain(), "child_blocks": [section()]}
TOO_LARGE = Problem("view_too_large", "/view")

VIEWS: list[tuple[object, str, str]] = [
    # the view itself
    ([], "must provide an object", "/view"),
    (None, "must provide an object", "/view"),
    (without(modal(section()), "type"), "missing required field: type", "/view"),
    (modal(section(), type=None), "must provide a string", "/view/type"),
    (modal(section(), type="popup"), "unsupported type: popup", "/view/type"),
    (modal(section(), type="workflow_step"), "unsupported type: workflow_step", "/view/type"),
    (without(modal(section()), "title"), "missing required field: title", "/view"),
    (without(modal(section()), "blocks"), "missing required field: blocks", "/view"),
    (modal(section(), title=None), "must provide an object", "/view/title"),
    (modal(section(), title="Prefetch"), "must provide an object", "/view/title"),
    (modal(section(), title=md()), "unsupported type: mrkdwn", "/view/title/type"),
    (
        modal(section(), title=plain("x" * 25)),
        "must be less than 25 characters",
        "/view/title/text",
    ),
    (modal(section(), title=plain("")), "must be more than 0 characters", "/view/title/text"),
    (modal(section(), submit=None), "must provide an object", "/view/submit"),
    (
        modal(section(), submit=plain("x" * 25)),
        "must be less than 25 characters",
        "/view/submit/text",
    ),
    (
        modal(section(), close=plain("x" * 25)),
        "must be less than 25 characters",
        "/view/close/text",
    ),
    (
        modal(section(), private_metadata="x" * 3001),
        "must be less than 3001 characters",
        "/view/private_metadata",
    ),
    (
        modal(section(), private_metadata={"draft": 1}),
        "must provide a string",
        "/view/private_metadata",
    ),
    (
        modal(section(), callback_id="x" * 256),
        "must be less than 256 characters",
        "/view/callback_id",
    ),
    (
        modal(section(), external_id="x" * 256),
        "must be less than 256 characters",
        "/view/external_id",
    ),
    (modal(section(), notify_on_close="yes"), "must be a boolean", "/view/notify_on_close"),
    (
        modal(section(), submit_disabled=True),
        "invalid additional property: submit_disabled",
        "/view",
    ),
    (modal(section(), blocks={}), "must provide an array", "/view/blocks"),
    (modal(), "must provide at least 1 items", "/view/blocks"),
    (modal(*[section()] * 101), "no more than 100 items allowed", "/view/blocks"),
    (
        modal(*[section(fields=[md("x" * 2000)] * 10)] * 13),
        "view_too_large",
        "/view",
    ),
    (home(section(), submit=plain()), "invalid additional property: submit", "/view"),
    (home(section(), close=plain()), "invalid additional property: close", "/view"),
    (home(section(), title=plain()), "invalid additional property: title", "/view"),
    (home(), "must provide at least 1 items", "/view/blocks"),
    # which blocks may stand where
    (modal({"type": "sektion"}), "unsupported type: sektion", "/view/blocks/0/type"),
    (modal({"text": md()}), "missing required field: type", "/view/blocks/0"),
    (modal("section"), "must provide an object", "/view/blocks/0"),
    (modal(section(), None), "must provide an object", "/view/blocks/1"),
    (
        modal({"type": "markdown", "text": "a"}),
        "unsupported type: markdown",
        "/view/blocks/0/type",
    ),
    (
        modal({"type": "table", "rows": [[raw()]]}),
        "unsupported type: table",
        "/view/blocks/0/type",
    ),
    (modal(CONTAINER), "unsupported type: container", "/view/blocks/0/type"),
    (home({"type": "alert", "text": md()}), "unsupported type: alert", "/view/blocks/0/type"),
    (home(TASK), "unsupported type: task_card", "/view/blocks/0/type"),
    # ids
    (
        modal(section(block_id="a"), section(block_id="a")),
        "duplicate block_id: a",
        "/view/blocks/1/block_id",
    ),
    (
        home({**CONTAINER, "child_blocks": [section(block_id="a")]}, section(block_id="a")),
        "duplicate block_id: a",
        "/view/blocks/1/block_id",
    ),
    (
        modal(section(block_id="x" * 256)),
        "must be less than 256 characters",
        "/view/blocks/0/block_id",
    ),
    (modal(section(block_id="")), "must be more than 0 characters", "/view/blocks/0/block_id"),
    (
        modal(actions(button(), button())),
        "duplicate action_id: go",
        "/view/blocks/0/elements/1/action_id",
    ),
    (
        modal(actions(button(action_id="x" * 256))),
        "must be less than 256 characters",
        "/view/blocks/0/elements/0/action_id",
    ),
    (home(*[section()] * 101), "no more than 100 items allowed", "/view/blocks"),
    (
        modal(actions(button(action_id=""))),
        "must be more than 0 characters",
        "/view/blocks/0/elements/0/action_id",
    ),
]


@pytest.mark.parametrize(("view", "sentence", "pointer"), VIEWS)
def test_views_are_refused_in_slacks_words(view: object, sentence: str, pointer: str) -> None:
    assert check_view(view) == [Problem(sentence, pointer)]


def test_every_problem_of_a_view_is_named() -> None:
    view = modal(section(text=md("")), {"type": "box"}, title=plain("x" * 25), submit=None)

    problems = check_view(view)

    assert problems == [
        Problem("must be less than 25 characters", "/view/title/text"),
        Problem("must be more than 0 characters", "/view/blocks/0/text/text"),
        Problem("unsupported type: box", "/view/blocks/1/type"),
        Problem("must provide an object", "/view/submit"),
    ]


@pytest.mark.parametrize(("spare", "problems"), [(0, []), (-1, [TOO_LARGE])])
def test_view_may_weigh_250_kilobytes_and_no_more(spare: int, problems: list[Problem]) -> None:
    view = modal(*[section(text=md("x" * 2900))] * 84, section(text=md()), private_metadata="")
    room = 250_000 - len(json.dumps(view, separators=(",", ":")))

    view["private_metadata"] = "x" * (room - spare)

    assert check_view(view) == problems


MOST_TIMES_AS_LONG = 20


def test_view_of_12_kilobytes_is_checked_in_little_more_time_than_it_is_written() -> None:
    view = modal(*[section(accessory=button(), fields=[md("x" * 20)] * 3)] * 40)

    checked = min(timeit.repeat(lambda: check_view(view), number=1, repeat=30))
    written = min(timeit.repeat(lambda: json.dumps(view), number=1, repeat=30))

    assert len(json.dumps(view)) > 12_000
    assert checked / written < MOST_TIMES_AS_LONG
