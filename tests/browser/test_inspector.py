"""Behind the scenes: envelopes, calls, ledger, log, and the levers that break things."""

import re

import pytest
from playwright.async_api import Locator

from tests.helpers.browser_window import Window, expect

pytestmark = pytest.mark.asyncio(loop_scope="session")

FILM = "https://cdn.example.com/launch/film.mp4"


def tab(window: Window, name: str) -> Locator:
    return window.page.get_by_role("tab", name=name)


def panel(window: Window, name: str) -> Locator:
    return window.page.get_by_role("tabpanel", name=name)


async def prefetch(window: Window) -> None:
    await window.say(f"/prefetch {FILM}")
    card = await window.next_card("Prefetch 1 file")
    await expect(card).to_contain_text("1 of 1 ready")


async def test_envelopes_show_their_acknowledgement_and_calls_their_answer(
    window: Window,
) -> None:
    await prefetch(window)
    await tab(window, "Slack").click()
    envelope = panel(window, "Slack").locator("li", has_text="/prefetch").first

    await expect(envelope).to_contain_text(re.compile(r"ack [\d.,]+ ms"))
    await envelope.locator("summary").click()
    await expect(envelope.locator("pre").first).to_contain_text('"trigger_id"')
    call = panel(window, "Slack").locator("li", has_text="views.open").first
    await call.locator("summary").click()
    await expect(call.locator("pre").last).to_contain_text('"ok": true')


async def test_calls_to_the_cloud_show_what_was_signed(window: Window) -> None:
    await prefetch(window)
    await tab(window, "Cloud").click()
    call = panel(window, "Cloud").locator("li", has_text="POST create").first
    await call.locator("summary").click()

    await expect(call).to_contain_text("Canonical request")
    await expect(call).to_contain_text("content-type;host;x-project-id;x-sdk-date")


async def test_ledger_shows_the_day_as_it_stands(window: Window) -> None:
    await prefetch(window)
    await tab(window, "Ledger").click()

    await expect(panel(window, "Ledger")).to_contain_text(re.compile(r"\d+ of 1,000 left"))
    await expect(panel(window, "Ledger").get_by_role("cell", name="settle").first).to_be_visible()


async def test_log_of_the_bot_is_there_to_read(window: Window) -> None:
    await tab(window, "Bot log").click()

    await expect(panel(window, "Bot log")).to_contain_text("the bot is up")


async def test_switch_breaks_the_cloud_and_mends_it(window: Window) -> None:
    switch = window.page.get_by_role("switch", name="vod-500 500 with")
    await switch.click()
    await expect(switch).to_have_attribute("aria-checked", "true")
    await expect(window.page.locator(".top-bar .fault")).to_have_text("vod-500")

    await switch.click()

    await expect(switch).to_have_attribute("aria-checked", "false")
    assert window.sandbox.scene.vod.faults == ()


async def test_fault_for_one_call_ends_by_itself(window: Window) -> None:
    await window.page.get_by_label("Each switch below holds for").select_option("the next call")
    switch = window.page.get_by_role("switch", name="vod-429")
    await switch.click()
    await expect(switch).to_contain_text("1 more")

    await prefetch(window)

    await expect(switch).to_have_attribute("aria-checked", "false")


async def test_error_code_is_chosen_and_switched_on_for_one_call(window: Window) -> None:
    code = window.page.get_by_role("switch", name="VOD.10110")
    await expect(code).to_be_hidden()
    await window.page.get_by_label("Code", exact=True).select_option("VOD.10110")
    await window.page.get_by_label("Each switch below holds for").select_option("the next call")
    await code.click()
    await expect(window.page.locator(".top-bar .fault")).to_have_text("VOD.10110")

    await window.say(f"/prefetch {FILM}")
    card = await window.next_card("Prefetch 1 file")

    await expect(card).to_contain_text("VOD.10110")
    await expect(code).to_have_attribute("aria-checked", "false")


async def test_dropped_socket_is_opened_again(window: Window) -> None:
    slack = window.sandbox.scene.slack
    hellos = len(slack.log.of("socket", "hello"))
    await window.page.get_by_role("button", name="Drop the socket").click()
    await slack.wait_until(lambda: len(slack.log.of("socket", "hello")) > hellos, 60)

    await prefetch(window)


async def test_redelivered_envelope_does_nothing_more(window: Window) -> None:
    await prefetch(window)
    rows = await window.messages.count()

    await window.page.get_by_role("button", name="Redeliver the last envelope").click()
    await tab(window, "Slack").click()

    await expect(panel(window, "Slack").locator("li").first).to_contain_text(
        re.compile("view_sub|chat")
    )
    await expect(window.messages).to_have_count(rows)


async def test_lever_that_is_out_of_bounds_says_so(window: Window) -> None:
    speed = window.page.get_by_label("A task takes, in seconds")
    await speed.fill("0")
    await speed.press("Enter")

    await expect(window.page.locator(".toasts")).to_contain_text("from 0.1 to 3600")
