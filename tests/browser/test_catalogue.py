"""Every view and message that people can be shown, rendered without a gap."""

from typing import Any

import pytest

from bot.sandbox.fakeslack import LAUNCH, MEI
from tests.helpers.browser_window import Window, expect
from tests.helpers.screen_catalogue import Exhibit, catalogue
from tests.helpers.slack_app import SocketApp, call, modal

pytestmark = pytest.mark.asyncio(loop_scope="session")

Json = dict[str, Any]
EXHIBITS = catalogue()


def of_kind(kind: str, view_type: str | None = None) -> list[Exhibit]:
    return [
        exhibit
        for exhibit in EXHIBITS
        if exhibit.kind == kind and exhibit.payload.get("type") == view_type
    ]


async def test_every_modal_is_shown_whole(quiet_window: Window) -> None:
    window, slack = quiet_window, quiet_window.sandbox.scene.slack
    async with SocketApp(slack) as app:
        await slack.connected()
        await slack.person(MEI).global_shortcut("prefetch_files")
        trigger_id = app.heard[-1]["payload"]["trigger_id"]
        opened = await call(slack, "views.open", trigger_id=trigger_id, view=modal())
        assert opened["ok"], opened

        for exhibit in of_kind("view", "modal"):
            view_id = opened["view"]["id"]
            shown = {**exhibit.payload, "callback_id": exhibit.name[:255]}
            answer = await call(slack, "views.update", view_id=view_id, view=shown)
            assert answer["ok"], (exhibit.name, answer)
            await expect(window.modal.locator(".block")).to_have_count(len(shown["blocks"]))
            await expect(window.page.locator("dialog")).to_have_attribute(
                "data-callback", shown["callback_id"]
            )
            await expect(window.page.locator(".gap"), exhibit.name).to_have_count(0)


async def test_every_home_is_shown_whole(quiet_window: Window) -> None:
    window, slack = quiet_window, quiet_window.sandbox.scene.slack
    await window.go("home")
    home = window.page.get_by_role("region", name="App Home")

    for exhibit in of_kind("view", "home"):
        answer = await call(slack, "views.publish", user_id=MEI, view=exhibit.payload)
        assert answer["ok"], (exhibit.name, answer)
        await expect(home.locator(".block")).to_have_count(len(exhibit.payload["blocks"]))
        await expect(window.page.locator(".gap"), exhibit.name).to_have_count(0)


async def test_every_message_is_shown_whole(quiet_window: Window) -> None:
    window, slack = quiet_window, quiet_window.sandbox.scene.slack
    for exhibit in of_kind("message"):
        blocks = exhibit.payload["blocks"]
        answer = await _posted(window, exhibit.payload)
        assert answer["ok"], (exhibit.name, answer)
        ts = answer.get("ts") or answer["message_ts"]
        message = window.page.locator(f'.message[data-ts="{ts}"]')

        await expect(message.locator(".block"), exhibit.name).to_have_count(len(blocks))
        await expect(message.locator(".gap"), exhibit.name).to_have_count(0)
    assert slack.person(MEI).sees(LAUNCH)


async def test_unknown_block_leaves_a_visible_gap(quiet_window: Window) -> None:
    card = {"type": "card", "title": {"type": "mrkdwn", "text": "A film"}}
    answer = await call(
        quiet_window.sandbox.scene.slack,
        "chat.postMessage",
        channel=LAUNCH,
        text="x",
        blocks=[card],
    )
    assert answer["ok"], answer

    gap = quiet_window.messages.last.locator(".gap")
    await expect(gap).to_have_text("[unsupported block: card]")


async def _posted(window: Window, payload: Json) -> Json:
    content = {name: payload[name] for name in ("text", "blocks")}
    slack = window.sandbox.scene.slack
    if payload.get("response_type") == "ephemeral":
        return await call(slack, "chat.postEphemeral", channel=LAUNCH, user=MEI, **content)
    return await call(slack, "chat.postMessage", channel=LAUNCH, **content)
