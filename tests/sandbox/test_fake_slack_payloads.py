"""The payloads of FakeSlack have every key that recorded ones have."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.sandbox.fakeslack import (
    JUN,
    LAUNCH,
    MEI,
    NORA,
    WAR_ROOM,
    CannotDoError,
    FakeSlack,
    Person,
)
from tests.helpers.slack_app import MANIFEST, SocketApp, button, call, modal, section, text

pytestmark = pytest.mark.integration

USER = {"id", "username", "name", "team_id"}
TEAM = {"id", "domain", "enterprise_id", "enterprise_name"}
VIEW = {
    "id",
    "team_id",
    "type",
    "blocks",
    "private_metadata",
    "callback_id",
    "state",
    "hash",
    "title",
    "clear_on_close",
    "notify_on_close",
    "close",
    "submit",
    "previous_view_id",
    "root_view_id",
    "app_id",
    "external_id",
    "app_installed_team_id",
    "bot_id",
}


@pytest.fixture
async def slack() -> AsyncIterator[FakeSlack]:
    async with FakeSlack(MANIFEST) as server, SocketApp(server):
        yield server


@pytest.fixture
def mei(slack: FakeSlack) -> Person:
    return slack.person(MEI)


async def card(slack: FakeSlack, *elements: dict[str, Any]) -> None:
    blocks = [
        section("card", block_id="card"),
        {"type": "actions", "block_id": "buttons", "elements": list(elements)},
    ]
    await call(slack, "chat.postMessage", channel=LAUNCH, text="card", blocks=blocks)


def missing(payload: dict[str, Any], keys: set[str]) -> set[str]:
    return keys - set(payload)


async def test_slash_command(slack: FakeSlack, mei: Person) -> None:
    payload = (await mei.command(LAUNCH, "/prefetch", "a b")).envelope["payload"]

    assert not missing(
        payload,
        {
            "token",
            "team_id",
            "team_domain",
            "channel_id",
            "channel_name",
            "user_id",
            "user_name",
            "command",
            "text",
            "enterprise_id",
            "enterprise_name",
            "response_url",
            "trigger_id",
            "api_app_id",
            "is_enterprise_install",
        },
    )
    assert (payload["text"], payload["channel_name"]) == ("a b", "launch")


async def test_message_shortcut_carries_the_whole_message(slack: FakeSlack, mei: Person) -> None:
    said = await slack.person(JUN).say(
        LAUNCH,
        "https://cdn.example.com/a",
        attachments=[{"text": "more"}],
        files=[{"id": "F0LINKS"}],
    )

    delivery = await mei.message_shortcut("on_message", LAUNCH, said.ts)

    payload = delivery.envelope["payload"]
    assert payload["type"] == "message_action"
    assert not missing(
        payload,
        {
            "token",
            "action_ts",
            "team",
            "user",
            "channel",
            "callback_id",
            "trigger_id",
            "message_ts",
            "message",
            "response_url",
        },
    )
    assert not missing(
        payload["message"],
        {
            "client_msg_id",
            "type",
            "text",
            "user",
            "ts",
            "team",
            "blocks",
            "attachments",
            "files",
        },
    )


async def test_global_shortcut_has_neither_channel_nor_response_url(mei: Person) -> None:
    payload = (await mei.global_shortcut("anywhere")).envelope["payload"]

    keys = {"type", "token", "action_ts", "team", "user", "callback_id", "trigger_id"}
    assert not missing(payload, keys)
    assert set(payload["user"]) == {"id", "username", "team_id"}
    assert "channel" not in payload
    assert "response_url" not in payload


async def test_shortcut_outside_the_manifest_is_not_offered(mei: Person) -> None:
    with pytest.raises(CannotDoError, match="offers no global shortcut"):
        await mei.global_shortcut("on_message")


async def test_click_in_a_message_brings_message_container_and_response_url(
    slack: FakeSlack, mei: Person
) -> None:
    await card(slack, button("retry", "Retry", value="R-1"), button("retry2", "Other"))

    delivery = await mei.click(await slack.next_message(LAUNCH), "retry")

    payload = delivery.envelope["payload"]
    keys = {"user", "api_app_id", "token", "container", "trigger_id", "team", "channel"}
    assert not missing(payload, keys | {"response_url", "actions", "message", "state"})
    assert set(payload["user"]) == USER
    assert set(payload["team"]) == TEAM
    assert payload["container"]["is_ephemeral"] is False
    (action,) = payload["actions"]
    assert not missing(action, {"action_id", "block_id", "text", "value", "type", "action_ts"})
    assert (action["block_id"], action["value"]) == ("buttons", "R-1")


async def test_click_in_an_ephemeral_message_brings_no_message(
    slack: FakeSlack, mei: Person
) -> None:
    blocks = [section("card", accessory=button("retry"))]
    await call(slack, "chat.postEphemeral", channel=LAUNCH, user=MEI, blocks=blocks)

    payload = (await mei.click(mei.sees(LAUNCH)[-1], "retry")).envelope["payload"]

    assert payload["container"]["is_ephemeral"] is True
    assert "message" not in payload


async def test_button_of_somebody_elses_ephemeral_message_cannot_be_clicked(
    slack: FakeSlack, mei: Person
) -> None:
    blocks = [section("card", accessory=button("retry"))]
    await call(slack, "chat.postEphemeral", channel=LAUNCH, user=MEI, blocks=blocks)

    with pytest.raises(CannotDoError, match="does not see"):
        await slack.person(JUN).click(mei.sees(LAUNCH)[-1], "retry")


async def test_button_that_an_edit_took_away_cannot_be_clicked(
    slack: FakeSlack, mei: Person
) -> None:
    await card(slack, button("retry"))
    message = await slack.next_message(LAUNCH)
    await call(slack, "chat.update", channel=LAUNCH, ts=message.ts, text="done", blocks=[])

    with pytest.raises(CannotDoError, match="0 elements"):
        await mei.click(message, "retry")


async def test_twin_buttons_are_told_apart_by_value(slack: FakeSlack, mei: Person) -> None:
    blocks = [section(name, block_id=name, accessory=button("retry", value=name)) for name in "ab"]
    await call(slack, "chat.postMessage", channel=LAUNCH, text="card", blocks=blocks)
    message = await slack.next_message(LAUNCH)

    delivery = await mei.click(message, "retry", value="b")

    assert delivery.envelope["payload"]["actions"][0]["block_id"] == "b"
    with pytest.raises(CannotDoError, match="2 elements"):
        await mei.click(message, "retry")


async def test_overflow_and_select_report_the_option(slack: FakeSlack, mei: Person) -> None:
    options = [{"text": text(name), "value": name} for name in ("a", "b")]
    overflow = {"type": "overflow", "action_id": "more", "options": options}
    select = {"type": "static_select", "action_id": "pick", "options": options}
    await card(slack, overflow, select)
    message = await slack.next_message(LAUNCH)

    clicked = await mei.click(message, "more", value="b")
    chosen = await mei.choose(message, "pick", "a")

    assert chosen is not None
    assert clicked.envelope["payload"]["actions"][0]["selected_option"] == options[1]
    assert chosen.envelope["payload"]["actions"][0]["selected_option"] == options[0]
    state = chosen.envelope["payload"]["state"]["values"]
    assert state["buttons"]["pick"]["selected_option"] == options[0]


async def test_guest_is_told_apart_by_their_team(slack: FakeSlack) -> None:
    await card(slack, button("retry"))

    delivery = await slack.person(NORA).click(await slack.next_message(LAUNCH), "retry")

    payload = delivery.envelope["payload"]
    assert payload["user"]["team_id"] != payload["team"]["id"] == slack.team_id


async def test_view_payloads(slack: FakeSlack, mei: Person) -> None:
    command = await mei.command(LAUNCH, "/prefetch")
    trigger = command.envelope["payload"]["trigger_id"]
    body = modal(section("x", accessory=button("more")), notify_on_close=True)
    await call(slack, "views.open", trigger_id=trigger, view=body)
    view = await mei.next_view()

    click = (await mei.click(view, "more")).envelope["payload"]
    submission = (await mei.submit(view)).envelope["payload"]

    keys = {"type", "team", "user", "api_app_id", "token", "view"}
    assert not missing(click, keys | {"container", "actions", "trigger_id"})
    assert click["container"] == {"type": "view", "view_id": view.id}
    assert not missing(submission, keys | {"trigger_id", "response_urls"})
    assert not missing(submission["view"], VIEW)
    assert set(submission["user"]) == USER


async def test_app_home_opened(slack: FakeSlack, mei: Person) -> None:
    delivery = await mei.open_home()

    assert delivery is not None
    payload = delivery.envelope["payload"]
    assert not missing(
        payload,
        {
            "token",
            "team_id",
            "enterprise_id",
            "api_app_id",
            "event",
            "type",
            "event_id",
            "event_time",
            "authorizations",
            "is_ext_shared_channel",
        },
    )
    assert not missing(payload["event"], {"type", "user", "channel", "tab", "event_ts"})


async def test_workflow_step_ends_as_the_app_says(slack: FakeSlack, mei: Person) -> None:
    run = await mei.run_step("prefetch_step", {"urls": "https://cdn.example.com/a"})
    arguments: dict[str, Any] = {"function_execution_id": run.id, "outputs": {"task_id": "t-1"}}

    first = await call(slack, "functions.completeSuccess", **arguments)
    second = await call(slack, "functions.completeSuccess", **arguments)

    assert first["ok"]
    assert slack.step_runs[run.id].outputs == {"task_id": "t-1"}
    assert second["error"] == "function_execution_not_in_running_state"


@pytest.mark.parametrize(("channel", "name"), [(WAR_ROOM, "privategroup"), (None, "directmessage")])
async def test_command_learns_no_name_of_a_closed_conversation(
    slack: FakeSlack, mei: Person, channel: str | None, name: str
) -> None:
    place = channel or slack.workspace.direct_message(MEI).id

    payload = (await mei.command(place, "/prefetch")).envelope["payload"]

    assert (payload["channel_id"], payload["channel_name"]) == (place, name)
