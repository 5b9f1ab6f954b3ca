"""The manifest of this repository, then broken ones with what the lint says of them."""

from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.sandbox.manifest import lint

MANIFEST = Path(__file__).parents[2] / "manifest.yml"

Manifest = dict[str, Any]


def shipped() -> Manifest:
    manifest: Manifest = yaml.safe_load(MANIFEST.read_text(encoding="utf-8"))
    return manifest


def put(path: str, value: object, /) -> Callable[[Manifest], None]:
    """A change that sets the value at a path such as `features.shortcuts.0.name`."""

    def change(manifest: Manifest) -> None:
        *parents, last = [int(p) if p.isdigit() else p for p in path.split(".")]
        place: Any = manifest
        for name in parents:
            place = place[name] if isinstance(name, int) else place.setdefault(name, {})
        place[last] = value

    return change


def drop(path: str) -> Callable[[Manifest], None]:
    def change(manifest: Manifest) -> None:
        *parents, last = [int(p) if p.isdigit() else p for p in path.split(".")]
        place: Any = manifest
        for name in parents:
            place = place[name]
        del place[last]

    return change


def double(path: str) -> Callable[[Manifest], None]:
    def change(manifest: Manifest) -> None:
        place: Any = manifest
        for name in path.split("."):
            place = place[name]
        place.append(deepcopy(place[0]))

    return change


def scopes(*names: str) -> Callable[[Manifest], None]:
    return put("oauth_config.scopes.bot", list(names))


def events(*names: str) -> Callable[[Manifest], None]:
    return put("settings.event_subscriptions.bot_events", list(names))


COMMAND = "features.slash_commands.0.command"

BROKEN = [
    # lengths and counts
    (
        put("display_information.name", "x" * 36),
        "display_information.name: must be less than 36 characters",
    ),
    (
        put("display_information.description", "x" * 141),
        "display_information.description: must be less than 141 characters",
    ),
    (
        put("display_information.long_description", "short"),
        "display_information.long_description: must be more than 174 characters",
    ),
    (
        put("display_information.background_color", "blue"),
        "display_information.background_color: input must be a valid: colour such as #1d3557",
    ),
    (drop("display_information"), "manifest: missing required field: display_information"),
    (
        put("features.bot_user.display_name", "x" * 81),
        "features.bot_user.display_name: must be less than 81 characters",
    ),
    (
        drop("features.slash_commands.0.description"),
        "features.slash_commands[0]: missing required field: description",
    ),
    (
        put("features.slash_commands.0.description", "x" * 2001),
        "features.slash_commands[0].description: must be less than 2001 characters",
    ),
    (
        put("features.slash_commands.0.usage_hint", "x" * 1001),
        "features.slash_commands[0].usage_hint: must be less than 1001 characters",
    ),
    (
        put("features.shortcuts.0.name", "x" * 25),
        "features.shortcuts[0].name: must be less than 25 characters",
    ),
    (
        put("features.shortcuts.0.description", "x" * 151),
        "features.shortcuts[0].description: must be less than 151 characters",
    ),
    (
        put("features.shortcuts.0.type", "channel"),
        "features.shortcuts[0].type: must be a valid enum value",
    ),
    (
        drop("features.shortcuts.1.callback_id"),
        "features.shortcuts[1]: missing required field: callback_id",
    ),
    (
        put("features.shortcuts", [{}] * 11),
        "features.shortcuts: no more than 10 items allowed",
    ),
    (
        put("features.slash_commands", [{}] * 51),
        "features.slash_commands: no more than 50 items allowed",
    ),
    (put("features.slash_commands", None), "features.slash_commands: must provide an array"),
    # unknown names
    (put("setings", {}), "manifest: invalid additional property: setings"),
    (
        put("settings.socket_mode", True),  # noqa: FBT003
        "settings: invalid additional property: socket_mode",
    ),
    (
        scopes("commands", "chat:wirte"),
        "oauth_config.scopes.bot[1]: chat:wirte is no bot scope; did you mean chat:write?",
    ),
    (
        put("oauth_config.scopes.bot_optional", ["admin"]),
        "oauth_config.scopes.bot_optional[0]: admin is no bot scope; remove it",
    ),
    (
        events("app_mentions"),
        (
            "settings.event_subscriptions.bot_events[0]: app_mentions is no event for a bot; "
            "did you mean app_mention?"
        ),
    ),
    # commands
    (
        put(COMMAND, "prefetch"),
        "features.slash_commands[0].command: input must be a valid: command",
    ),
    (
        put(COMMAND, "/Prefetch"),
        "features.slash_commands[0].command: input must be a valid: command",
    ),
    (put(COMMAND, "/pre fetch"), "features.slash_commands[0].command: input must be a valid"),
    (put(COMMAND, "/"), "features.slash_commands[0].command: must be more than 1 characters"),
    (
        put(COMMAND, "/" + "x" * 32),
        "features.slash_commands[0].command: must be less than 33 characters",
    ),
    *[
        (
            put(COMMAND, name),
            (
                f"features.slash_commands[0].command: {name} is one of Slack's own commands; "
                "choose another name"
            ),
        )
        for name in ("/remind", "/status", "/invite", "/help")
    ],
    # things that contradict each other
    (
        double("features.slash_commands"),
        "features.slash_commands[1]: /prefetch is there twice; remove one",
    ),
    (
        double("features.shortcuts"),
        "features.shortcuts[2]: prefetch_message is there twice; remove one",
    ),
    (
        scopes("commands", "chat:write", "commands"),
        "oauth_config.scopes.bot[2]: commands is there twice; remove one",
    ),
    (
        events("app_mention"),
        (
            "settings.event_subscriptions.bot_events[0]: app_mention needs the scope "
            "app_mentions:read; add it to oauth_config.scopes.bot"
        ),
    ),
    (
        events("member_joined_channel"),
        (
            "settings.event_subscriptions.bot_events[0]: member_joined_channel needs the scope "
            "channels:read or groups:read; add it to oauth_config.scopes.bot"
        ),
    ),
    (
        put("features.app_home", {}),
        (
            "settings.event_subscriptions.bot_events: app_home_opened never comes without a tab "
            "to open; set features.app_home.home_tab_enabled to true"
        ),
    ),
    (
        scopes("chat:write"),
        "features.slash_commands: needs the scope commands; add it to oauth_config.scopes.bot",
    ),
    (
        drop("features.bot_user"),
        "oauth_config.scopes.bot: no bot to hold these scopes; add features.bot_user.display_name",
    ),
    (
        drop("settings.interactivity"),
        (
            "settings.interactivity: shortcuts, buttons and modals stay silent without it; "
            "set is_enabled to true"
        ),
    ),
    (
        put("settings.interactivity.is_enabled", False),  # noqa: FBT003
        (
            "settings.interactivity: shortcuts, buttons and modals stay silent without it; "
            "set is_enabled to true"
        ),
    ),
    (
        drop("settings.socket_mode_enabled"),
        (
            "features.slash_commands[0]: has no url; "
            "add it, or set settings.socket_mode_enabled to true"
        ),
    ),
    (
        drop("settings.socket_mode_enabled"),
        (
            "settings.interactivity: has no request_url; "
            "add it, or set settings.socket_mode_enabled to true"
        ),
    ),
]


def test_shipped_manifest_is_clean() -> None:
    assert lint(shipped()) == []


def test_shipped_manifest_asks_for_the_least_scopes() -> None:
    assert shipped()["oauth_config"]["scopes"] == {
        "bot": ["commands", "chat:write"],
        "bot_optional": ["users:read", "files:read", "files:write"],
    }


def test_every_scope_says_which_feature_needs_it() -> None:
    lines = MANIFEST.read_text(encoding="utf-8").splitlines()
    scope_lines = [line for line in lines if line.strip().startswith(("- commands", "- chat:"))]

    assert len(scope_lines) == 2
    assert all("#" in line for line in scope_lines)


@pytest.mark.parametrize(("change", "finding"), BROKEN, ids=[finding for _, finding in BROKEN])
def test_broken_manifest_is_told_where_and_what(
    change: Callable[[Manifest], None], finding: str
) -> None:
    manifest = shipped()

    change(manifest)

    assert any(found.startswith(finding) for found in lint(manifest)), lint(manifest)


@pytest.mark.parametrize(
    ("granted", "event"),
    [
        ("app_mentions:read", "app_mention"),
        ("groups:read", "member_joined_channel"),
        ("channels:read", "member_joined_channel"),
        ("im:history", "message.im"),
        ("commands", "function_executed"),
    ],
)
def test_event_with_its_scope_is_clean(granted: str, event: str) -> None:
    manifest = shipped()

    scopes(*{"commands", "chat:write", granted})(manifest)
    events(event)(manifest)

    assert lint(manifest) == []


def test_http_manifest_with_every_url_is_clean() -> None:
    manifest = shipped()
    url = "https://bot.example.com/slack/events"

    put("settings.socket_mode_enabled", False)(manifest)  # noqa: FBT003
    put("features.slash_commands.0.url", url)(manifest)
    put("settings.interactivity.request_url", url)(manifest)
    put("settings.event_subscriptions.request_url", url)(manifest)

    assert lint(manifest) == []
