"""Each element of a form: how it is filled in, and what the app is then told."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from bot.sandbox.fakeslack import LAUNCH, MEI
from tests.helpers.browser_window import Window, expect
from tests.helpers.slack_app import SocketApp, button, call, modal, section, text

pytestmark = pytest.mark.asyncio(loop_scope="session")

Json = dict[str, Any]


def option(label: str) -> Json:
    return {"text": text(label), "value": label.lower()}


def field(block_id: str, kind: str, **element: object) -> Json:
    return {
        "type": "input",
        "block_id": block_id,
        "label": text(block_id.capitalize()),
        "optional": True,
        "element": {"type": kind, "action_id": "it", **element},
    }


OPTIONS = [option("Red"), option("Green"), option("Blue")]
FORM = [
    field("note", "plain_text_input", max_length=20),
    field("mail", "email_text_input"),
    field("link", "url_text_input"),
    field("number", "number_input", is_decimal_allowed=False),
    field("day", "datepicker"),
    field("hour", "timepicker"),
    field("moment", "datetimepicker"),
    field("one", "static_select", options=OPTIONS),
    field("grouped", "static_select", option_groups=[{"label": text("All"), "options": OPTIONS}]),
    field("several", "multi_static_select", options=OPTIONS, max_selected_items=2),
    field("asset", "external_select", min_query_length=2),
    field("person", "users_select"),
    field("channel", "channels_select"),
    field("boxes", "checkboxes", options=OPTIONS),
    field("choice", "radio_buttons", options=OPTIONS),
    field("files", "file_input", filetypes=["txt"], max_files=2),
    field("rich", "rich_text_input"),
]


@asynccontextmanager
async def shown(window: Window, *blocks: Json, **view: object) -> AsyncIterator[SocketApp]:
    """The modal on the screen, and the app that has opened it."""
    slack = window.sandbox.scene.slack
    async with SocketApp(slack) as app:
        await slack.connected()
        await slack.person(MEI).global_shortcut("prefetch_files")
        trigger_id = app.heard[-1]["payload"]["trigger_id"]
        opened = await call(
            slack,
            "views.open",
            trigger_id=trigger_id,
            view=modal(*blocks, **view),  # type: ignore[arg-type]
        )
        assert opened["ok"], opened
        await expect(window.modal).to_be_visible()
        yield app


def told(app: SocketApp, kind: str) -> Json:
    payloads = [one["payload"] for one in app.heard if "payload" in one]
    found: Json = next(one for one in reversed(payloads) if one["type"] == kind)
    return found


async def submitted(window: Window, app: SocketApp) -> Json:
    await window.modal.get_by_role("button", name="Send").click()
    await expect(window.modal).to_have_count(0)
    values: Json = told(app, "view_submission")["view"]["state"]["values"]
    return {block: held["it"] for block, held in values.items()}


async def test_typed_fields_are_told_as_typed(quiet_window: Window) -> None:
    async with shown(quiet_window, *FORM) as app:
        await expect(quiet_window.page.locator(".gap")).to_have_count(0)
        form = quiet_window.modal
        await form.get_by_label("Note").fill("12345678901234567890123")
        await form.get_by_label("Mail").fill("mei@example.com")
        await form.get_by_label("Link").fill("https://example.com")
        await form.get_by_label("Number").fill("42")
        await form.get_by_label("Day").fill("2026-11-24")
        await form.get_by_label("Hour").fill("18:30")
        await form.get_by_label("Moment").fill("2026-11-24T18:30")
        await form.get_by_label("Rich").fill("rich words")
        values = await submitted(quiet_window, app)

    moment = await quiet_window.page.evaluate("new Date('2026-11-24T18:30').getTime() / 1000")
    assert values["note"]["value"] == "12345678901234567890"
    assert values["mail"]["value"] == "mei@example.com"
    assert values["link"]["value"] == "https://example.com"
    assert values["number"]["value"] == "42"
    assert values["day"]["selected_date"] == "2026-11-24"
    assert values["hour"]["selected_time"] == "18:30"
    assert values["moment"]["selected_date_time"] == moment
    assert "rich words" in str(values["rich"]["rich_text_value"])


async def test_choices_are_told_as_options(quiet_window: Window) -> None:
    async with shown(quiet_window, *FORM) as app:
        form = quiet_window.modal
        for name, typed in (
            ("One", "gre"),
            ("Grouped", "blu"),
            ("Person", "jun"),
            ("Channel", "ran"),
        ):
            box = form.get_by_role("combobox", name=name)
            await box.fill(typed)
            await box.press("Enter")
        several = form.get_by_role("combobox", name="Several")
        for typed in ("red", "blue", "green"):
            await several.fill(typed)
            await several.press("Enter")
        await form.get_by_role("checkbox", name="Green").check()
        await form.get_by_role("radio", name="Blue").check()
        values = await submitted(quiet_window, app)

    assert values["one"]["selected_option"]["value"] == "green"
    assert values["grouped"]["selected_option"]["value"] == "blue"
    assert [one["value"] for one in values["several"]["selected_options"]] == ["red", "blue"]
    assert values["person"]["selected_user"].startswith("U0JUN")
    assert values["channel"]["selected_channel"].startswith("C0RANDOM")
    assert [one["value"] for one in values["boxes"]["selected_options"]] == ["green"]
    assert values["choice"]["selected_option"]["value"] == "blue"


async def test_external_select_asks_the_app_while_one_types(quiet_window: Window) -> None:
    async with shown(quiet_window, *FORM) as app:
        app.answer = {"options": [option("Trailer"), option("Teaser")]}
        box = quiet_window.modal.get_by_role("combobox", name="Asset")
        await box.press_sequentially("te")
        await expect(quiet_window.page.get_by_role("option", name="Teaser")).to_be_visible()
        await quiet_window.page.get_by_role("option", name="Teaser").click()
        await expect(box).to_have_value("Teaser")
        app.answer = None
        values = await submitted(quiet_window, app)

    assert told(app, "block_suggestion")["value"] == "te"
    assert values["asset"]["selected_option"]["value"] == "teaser"


async def test_files_are_uploaded_and_told_by_their_ids(
    quiet_window: Window, tmp_path: Path
) -> None:
    listed = tmp_path / "list.txt"
    listed.write_text("https://cdn.example.com/a.mp4\n", "utf-8")
    async with shown(quiet_window, *FORM) as app:
        await quiet_window.modal.locator("[type=file]").set_input_files(listed)
        await expect(quiet_window.modal.get_by_text("list.txt")).to_be_visible()
        values = await submitted(quiet_window, app)

    assert [file["name"] for file in values["files"]["files"]] == ["list.txt"]


async def test_question_of_a_button_can_be_declined(quiet_window: Window) -> None:
    confirm = {
        "title": text("Send again?"),
        "text": text("It may spend 10 more."),
        "confirm": text("Send again"),
        "deny": text("Leave it"),
    }
    block = {"type": "actions", "elements": [button("again", "Again", value="x", confirm=confirm)]}
    async with shown(quiet_window, block, section("Words")) as app:
        await quiet_window.modal.get_by_role("button", name="Again").click()
        question = quiet_window.page.get_by_role("alertdialog", name="Send again?")
        await expect(question).to_have_accessible_description("It may spend 10 more.")
        await question.get_by_role("button", name="Leave it").click()
        await expect(quiet_window.modal.get_by_role("button", name="Again")).to_be_focused()
        heard = len(app.heard)

        await quiet_window.modal.get_by_role("button", name="Again").click()
        await question.get_by_role("button", name="Send again").click()
        await expect(question).to_have_count(0)
        await quiet_window.sandbox.scene.slack.wait_until(lambda: len(app.heard) > heard)

    assert told(app, "block_actions")["actions"][0]["action_id"] == "again"


async def test_overflow_menu_and_select_of_a_message_tell_the_app(quiet_window: Window) -> None:
    overflow = {
        "type": "overflow",
        "action_id": "more",
        "options": [option("Retry"), option("Stop")],
    }
    select = {"type": "static_select", "action_id": "pick", "options": OPTIONS}
    slack = quiet_window.sandbox.scene.slack
    async with SocketApp(slack) as app:
        await slack.connected()
        posted = await call(
            slack, "chat.postMessage", channel=LAUNCH, text="Card",
            blocks=[section("A", accessory=overflow), {"type": "actions", "elements": [select]}],
        )  # fmt: skip
        assert posted["ok"], posted
        await quiet_window.messages.last.locator(".overflow").click()
        await quiet_window.page.get_by_role("menuitem", name="Stop").click()
        await slack.wait_until(lambda: len(app.heard) == 1)
        box = quiet_window.messages.last.get_by_role("combobox")
        await box.fill("green")
        await box.press("Enter")
        await slack.wait_until(lambda: len(app.heard) == 2)

    actions = [one["payload"]["actions"][0] for one in app.heard]
    assert [one["selected_option"]["value"] for one in actions] == ["stop", "green"]


async def test_pushed_modal_covers_the_first_and_gives_it_back(quiet_window: Window) -> None:
    async with shown(quiet_window, field("note", "plain_text_input")) as app:
        note = quiet_window.modal.get_by_label("Note")
        await note.fill("half done")
        app.answer = {"response_action": "push", "view": modal(section("Second"), title="Second")}
        await quiet_window.modal.get_by_role("button", name="Send").click()
        await expect(quiet_window.modal.locator("h2")).to_have_text("Second")
        await expect(quiet_window.modal).to_contain_text("2 of 2")
        app.answer = None

        await quiet_window.page.keyboard.press("Escape")

        await expect(note).to_have_value("half done")


async def test_app_that_does_not_answer_is_told_in_the_modal(quiet_window: Window) -> None:
    async with shown(quiet_window, field("note", "plain_text_input")):
        pass
    await quiet_window.modal.get_by_role("button", name="Send").click()

    await expect(quiet_window.modal.get_by_role("alert")).to_have_text(
        "We had some trouble connecting. Try again?"
    )
