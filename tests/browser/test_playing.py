"""What a newcomer plays: from the typed command to the card that has ended."""

import re

import pytest

from bot.sandbox.fakeslack import JUN, LAUNCH, RANDOM, SAM
from tests.helpers.browser_window import Window, expect

pytestmark = pytest.mark.asyncio(loop_scope="session")

FILM = "https://cdn.example.com/launch/film.mp4"
TEASER = "https://cdn.example.com/launch/teaser.m3u8"
TASK_ID = re.compile(r"^[0-9a-f]{32}$")


async def test_command_with_arguments_runs_to_a_card_that_has_ended(window: Window) -> None:
    await window.say(f"/prefetch {FILM} {TEASER}")
    await expect(window.modal).to_contain_text("2 files in 1 call to the cloud · posted to #launch")
    card = await window.next_card("Prefetch 2 files")

    await expect(card).to_contain_text("▓▓▓▓▓▓▓▓▓▓ 2 of 2 ready")
    await expect(card.locator("code").first).to_have_text(TASK_ID)


async def test_command_without_arguments_asks_and_goes_on_when_its_error_is_mended(
    window: Window,
) -> None:
    await window.say("/prefetch")
    field = window.modal.get_by_label("Playback URLs or asset IDs")
    await expect(field).to_be_focused()
    await field.fill("ftp://cdn.example.com/x")
    await window.modal.get_by_role("button", name="Next").click()
    await expect(field).to_have_attribute("aria-invalid", "true")
    await expect(field).to_have_accessible_description(re.compile("begin with http:// or https://"))
    await expect(field).to_be_focused()

    await field.fill(FILM)
    await window.modal.get_by_role("button", name="Next").click()

    await expect(window.modal.get_by_role("button", name="Prefetch 1 file")).to_be_visible()
    await expect(window.modal).to_contain_text(FILM)


async def test_form_that_is_sent_empty_marks_its_required_field(window: Window) -> None:
    await window.say("/prefetch")
    await window.modal.get_by_role("button", name="Next").click()

    await expect(window.modal.locator(".error")).to_have_text(
        "Please complete this required field."
    )


async def test_details_button_shows_every_file(window: Window) -> None:
    await window.say(f"/prefetch {FILM} {TEASER}")
    card = await window.next_card("Prefetch 2 files")
    await expect(card).to_contain_text("2 of 2 ready")

    await card.get_by_role("button", name="Details").click()

    await expect(window.modal).to_contain_text(FILM)
    await expect(window.modal).to_contain_text(TEASER)
    await window.page.keyboard.press("Escape")
    await expect(window.modal).to_have_count(0)
    await expect(card.get_by_role("button", name="Details")).to_be_focused()


async def test_message_shortcut_takes_the_links_of_the_message(window: Window) -> None:
    await window.say(f"Tonight: {FILM} and {TEASER}, see you there")
    message = window.messages.last
    await expect(message).to_contain_text("Tonight")

    await window.choose_in_menu(message, "Prefetch these links")

    await expect(window.modal).to_contain_text("2 files")
    await expect(window.modal).to_contain_text(TEASER)


async def test_right_click_opens_the_same_menu(window: Window) -> None:
    await window.say(f"Again: {FILM}")
    beginning = window.messages.last.get_by_text("Again")
    await beginning.click(button="right", position={"x": 5, "y": 5})

    await expect(window.page.get_by_role("menuitem", name="Prefetch these links")).to_be_focused()


async def test_global_shortcut_asks_where_to_report(window: Window) -> None:
    await window.page.get_by_role("button", name="Shortcuts").click()
    await window.page.get_by_role("menuitem", name="Prefetch files").click()
    await window.modal.get_by_label("Playback URLs or asset IDs").fill(FILM)
    where = window.modal.get_by_role("combobox", name="Where should the result be posted?")
    await where.click()
    await expect(window.page.get_by_role("option", name="#old-launch")).to_have_count(0)
    await where.fill("laun")
    await where.press("Enter")
    await expect(where).to_have_value("#launch")

    await window.modal.get_by_role("button", name="Next").click()

    await expect(window.modal).to_contain_text("posted to #launch")


async def test_app_home_shows_the_quota_and_opens_the_form(window: Window) -> None:
    await window.page.get_by_role("button", name="prefetch-bot App Home").click()
    home = window.page.get_by_role("region", name="App Home")
    await expect(home).to_contain_text("Quota today")
    await expect(home.locator(".gap")).to_have_count(0)

    await home.get_by_role("button", name="Prefetch…").click()

    await expect(window.modal.get_by_role("combobox")).to_be_visible()


async def test_another_person_reads_the_card_but_no_private_note(window: Window) -> None:
    await window.say("/prefetch quota")
    await expect(window.messages.last).to_contain_text("Only visible to you")
    await window.say(f"/prefetch {FILM}")
    card = await window.next_card("Prefetch 1 file")
    ts = await card.get_attribute("data-ts")

    await window.page.get_by_role("button", name="Jun Zhao").click()

    await expect(window.page.get_by_role("button", name="Jun Zhao")).to_have_attribute(
        "aria-pressed", "true"
    )
    await expect(window.page.locator(f'.message[data-ts="{ts}"]')).to_contain_text("@mei")
    await expect(window.page.get_by_text("Only visible to you")).to_have_count(0)
    assert window.page.url.endswith(f"#{JUN}/{LAUNCH}")


async def test_card_goes_to_the_asker_where_the_bot_is_no_member(window: Window) -> None:
    await window.go(RANDOM)
    await window.say(f"/prefetch {FILM}")
    await window.modal.get_by_role("button", name="Prefetch 1 file").click()
    await window.page.get_by_role("button", name="Messages what the bot wrote").click()

    await expect(window.messages.last).to_contain_text("not in #random")


async def test_bot_killed_in_the_middle_ends_the_card_after_its_restart(window: Window) -> None:
    window.sandbox.scene.vod.levers.task_seconds = 3.0
    await window.say(f"/prefetch {FILM} {TEASER}")
    card = await window.next_card("Prefetch 2 files")
    await expect(card).to_contain_text("processing")

    await window.page.get_by_role("button", name="Kill the bot").click()
    await expect(window.page.get_by_text("bot down")).to_be_visible()
    await window.say("/prefetch quota")
    await expect(window.messages.last).to_contain_text("dispatch_failed")
    await window.page.get_by_role("button", name="Start the bot").first.click()

    await expect(window.page.get_by_text("bot running")).to_be_visible(timeout=30_000)
    await expect(card).to_contain_text("2 of 2 ready", timeout=30_000)


async def test_guest_reads_a_channel_that_she_cannot_write_in(window: Window) -> None:
    await window.go(RANDOM, "U0NORA001")

    await expect(window.page.get_by_text("is not a member of #random")).to_be_visible()
    await expect(window.box).to_be_hidden()


async def test_archived_channel_has_no_message_box(window: Window) -> None:
    await window.page.get_by_role("button", name="old-launch").click()

    await expect(window.page.get_by_text("This channel is archived")).to_be_visible()
    await expect(window.box).to_be_hidden()


async def test_reply_in_a_thread_stands_under_its_message(window: Window) -> None:
    await window.say("Who starts the launch?")
    message = window.messages.filter(has_text="Who starts").last
    await window.choose_in_menu(message, "Reply in thread")
    await window.page.keyboard.type("Sam does")
    await window.page.keyboard.press("Enter")

    await expect(message.locator(".replies")).to_contain_text("Sam does")
    await window.go(LAUNCH, SAM)
    await expect(message.get_by_role("button", name="1 reply")).to_be_visible()
