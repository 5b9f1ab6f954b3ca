"""Plain workspaces, Enterprise Grid and Slack Connect, in every kind of payload."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.sandbox.fakeslack import (
    GUEST_TEAM,
    IDA,
    LAUNCH,
    MEI,
    NORA,
    SISTER_TEAM,
    CannotDoError,
    FakeSlack,
    Person,
)
from tests.helpers.slack_app import MANIFEST, SocketApp, button, call, modal, post, section

pytestmark = pytest.mark.integration

Payload = dict[str, Any]
KINDS = (
    "slash_commands",
    "shortcut",
    "message_action",
    "block_actions in a message",
    "block_actions in a view",
    "view_submission",
    "view_closed",
    "app_home_opened",
)


@pytest.fixture
async def slack() -> AsyncIterator[FakeSlack]:
    async with FakeSlack(MANIFEST) as server, SocketApp(server):
        yield server


async def payloads(slack: FakeSlack, person: Person) -> dict[str, Payload]:
    """One payload of each kind that this person makes Slack send."""
    command = await person.command(LAUNCH, "/prefetch")
    body = modal(section("x", accessory=button("more")), notify_on_close=True)
    trigger = command.envelope["payload"]["trigger_id"]
    assert (await call(slack, "views.open", trigger_id=trigger, view=body))["ok"]
    in_view = await person.click(person.views[-1], "more")
    closed = await person.close(person.views[-1])
    again = in_view.envelope["payload"]["trigger_id"]
    assert (await call(slack, "views.open", trigger_id=again, view=body))["ok"]
    submitted = await person.submit(person.views[-1])
    blocks = [section("card", accessory=button("retry"))]
    posted = await call(slack, "chat.postMessage", channel=LAUNCH, text="card", blocks=blocks)
    message = slack.message(LAUNCH, posted["ts"])
    assert message is not None
    deliveries = (
        command,
        await person.global_shortcut("anywhere"),
        await person.message_shortcut("on_message", LAUNCH, posted["ts"]),
        await person.click(message, "retry"),
        in_view,
        submitted,
        closed,
        await person.open_home(),
    )
    found = [delivery.envelope["payload"] for delivery in deliveries if delivery is not None]
    return dict(zip(KINDS, found, strict=True))


def workspace_of(payload: Payload) -> str | None:
    """What the payload names outside of its person."""
    if "team" in payload:
        return payload["team"] and str(payload["team"]["id"])
    return str(payload["team_id"])


def organisation_of(payload: Payload) -> str | None:
    named = payload.get("enterprise") or {}
    flat = payload.get("enterprise_id") or (payload.get("team") or {}).get("enterprise_id")
    return named.get("id") or flat


async def test_plain_workspace_names_no_organisation(slack: FakeSlack) -> None:
    slack.enterprise_id = None

    found = await payloads(slack, slack.person(MEI))

    assert {kind: organisation_of(payload) for kind, payload in found.items()} == dict.fromkeys(
        KINDS
    )
    assert {workspace_of(payload) for payload in found.values()} == {slack.team_id}
    assert "enterprise_id" not in found["slash_commands"]
    assert found["view_submission"]["enterprise"] is None
    (authorization,) = found["app_home_opened"]["authorizations"]
    assert authorization["enterprise_id"] is None


@pytest.mark.parametrize(
    ("user_id", "workspace", "organisation", "is_shared"),
    [
        (IDA, SISTER_TEAM, "E0LAUNCHCO", False),
        (NORA, GUEST_TEAM, None, True),
    ],
    ids=["Grid", "Connect"],
)
async def test_person_of_another_workspace_is_named_by_each_kind_as_slack_does(
    slack: FakeSlack, user_id: str, workspace: str, organisation: str | None, *, is_shared: bool
) -> None:
    found = await payloads(slack, slack.person(user_id))

    clicked = found.pop("block_actions in a message")
    assert (workspace_of(clicked), clicked["user"]["team_id"]) == (slack.team_id, workspace)
    assert {workspace_of(payload) for payload in found.values()} == {workspace}
    assert {organisation_of(payload) for payload in found.values()} == {organisation}
    views = [payload["view"] for payload in found.values() if "view" in payload]
    assert {(view["team_id"], view["app_installed_team_id"]) for view in views} == {
        (workspace, slack.team_id)
    }
    opened = found["app_home_opened"]
    assert opened["is_ext_shared_channel"] is is_shared
    assert opened.get("context_team_id") == (slack.team_id if is_shared else None)
    assert opened["authorizations"][0]["team_id"] == slack.team_id


async def test_installation_for_a_whole_organisation_names_no_workspace_in_views(
    slack: FakeSlack,
) -> None:
    slack.is_org_wide = True

    found = await payloads(slack, slack.person(IDA))
    identity = await call(slack, "auth.test")

    assert identity["is_enterprise_install"] is True
    assert (identity["team_id"], identity["enterprise_id"]) == ("E0LAUNCHCO", "E0LAUNCHCO")
    command, opened = found.pop("slash_commands"), found.pop("app_home_opened")
    assert (command["is_enterprise_install"], command["team_id"]) == ("true", SISTER_TEAM)
    (authorization,) = opened["authorizations"]
    assert authorization["team_id"] is None
    assert authorization["is_enterprise_install"] is True
    assert opened["team_id"] == SISTER_TEAM
    assert {payload["is_enterprise_install"] for payload in found.values()} == {True}
    nameless = {kind for kind, payload in found.items() if workspace_of(payload) is None}
    assert nameless == {"shortcut", "block_actions in a view", "view_submission", "view_closed"}
    assert found["view_submission"]["user"]["team_id"] == SISTER_TEAM
    assert found["view_submission"]["view"]["app_installed_team_id"] == "E0LAUNCHCO"


async def test_person_of_an_organisation_acts_in_any_of_its_workspaces(slack: FakeSlack) -> None:
    ida = slack.person(IDA)
    ida.act_in(slack.team_id)

    payload = (await ida.command(LAUNCH, "/prefetch")).envelope["payload"]
    shortcut = (await ida.global_shortcut("anywhere")).envelope["payload"]

    assert (payload["team_id"], payload["user_id"]) == (slack.team_id, IDA)
    assert (shortcut["team"]["id"], shortcut["user"]["team_id"]) == (slack.team_id, SISTER_TEAM)


async def test_nobody_acts_in_a_workspace_of_strangers(slack: FakeSlack) -> None:
    with pytest.raises(CannotDoError, match="no account"):
        slack.person(NORA).act_in(slack.team_id)
    with pytest.raises(CannotDoError, match="no account"):
        slack.person(IDA).act_in(GUEST_TEAM)
    slack.enterprise_id = None
    with pytest.raises(CannotDoError, match="no account"):
        slack.person(IDA).act_in(slack.team_id)


async def test_plain_workspace_cannot_be_installed_for_an_organisation(slack: FakeSlack) -> None:
    slack.enterprise_id = None

    with pytest.raises(ValueError, match="no organisation"):
        slack.is_org_wide = True


async def test_trigger_and_response_url_are_of_no_use_in_another_workspace(
    slack: FakeSlack,
) -> None:
    payload = (await slack.person(MEI).command(LAUNCH, "/prefetch")).envelope["payload"]
    path = payload["response_url"].partition("/response/")[2]
    async with FakeSlack(MANIFEST) as other, SocketApp(other):
        await other.person(MEI).command(LAUNCH, "/prefetch")
        base = other.api_url.replace("/api/", "/response/")

        opened = await call(other, "views.open", trigger_id=payload["trigger_id"], view=modal())
        with_this_token = await call(slack, "views.open", other.bot_token, view=modal())
        answered = await post(base + path, {"text": "hello"})
        of_no_team = await post(base + path.replace(slack.team_id, GUEST_TEAM), {"text": "hello"})

    assert opened["error"] == "invalid_trigger_id"
    assert with_this_token["error"] == "invalid_auth"
    assert answered == (404, "no_service")
    assert of_no_team == (404, "no_team")
