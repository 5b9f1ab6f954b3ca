"""Finds in an app manifest what Slack would refuse, or take and then never deliver."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from bot.sandbox.blockkit.interpreter import problems_of
from bot.sandbox.manifest_shape import MANIFEST
from bot.sandbox.slack_scopes import BOT_SCOPES, BUILT_IN_COMMANDS, EVENT_SCOPES

_Manifest = Mapping[str, Any]

_BOT_SCOPES = "oauth_config.scopes.bot"
_BOT_EVENTS = "settings.event_subscriptions.bot_events"


def lint(manifest: Mapping[str, object]) -> list[str]:
    """One sentence a finding: where it is, what is wrong, what to do.

    Only a manifest of the right shape is searched for contradictions.
    """
    misshapen = problems_of(manifest, MANIFEST, "")
    if misshapen:
        return [f"{_dotted(problem.pointer)}: {problem.message}" for problem in misshapen]
    return [finding for rule in _RULES for finding in rule(manifest)]


def _scopes_exist(manifest: _Manifest) -> Iterator[str]:
    for name in ("bot", "bot_optional"):
        for index, scope in enumerate(_listed(manifest, f"oauth_config.scopes.{name}")):
            if scope not in BOT_SCOPES:
                where = f"oauth_config.scopes.{name}[{index}]"
                yield f"{where}: {scope} is no bot scope; {_suggestion(scope, BOT_SCOPES)}"


def _events_exist(manifest: _Manifest) -> Iterator[str]:
    for index, event in enumerate(_listed(manifest, _BOT_EVENTS)):
        if event not in EVENT_SCOPES:
            where = f"{_BOT_EVENTS}[{index}]"
            yield f"{where}: {event} is no event for a bot; {_suggestion(event, EVENT_SCOPES)}"


def _events_have_their_scope(manifest: _Manifest) -> Iterator[str]:
    granted = _listed(manifest, _BOT_SCOPES)
    for index, event in enumerate(_listed(manifest, _BOT_EVENTS)):
        needed = EVENT_SCOPES.get(event, ())
        if needed and not set(needed) & set(granted):
            yield (
                f"{_BOT_EVENTS}[{index}]: {event} needs the scope {' or '.join(needed)}; "
                f"add it to {_BOT_SCOPES}"
            )


def _home_events_have_a_home(manifest: _Manifest) -> Iterator[str]:
    has_tab = any(
        _is_on(manifest, f"features.app_home.{tab}_tab_enabled") for tab in ("home", "messages")
    )
    if "app_home_opened" in _listed(manifest, _BOT_EVENTS) and not has_tab:
        yield (
            f"{_BOT_EVENTS}: app_home_opened never comes without a tab to open; "
            "set features.app_home.home_tab_enabled to true"
        )


def _commands_are_free(manifest: _Manifest) -> Iterator[str]:
    for index, command in enumerate(_listed(manifest, "features.slash_commands")):
        name = command["command"]
        if name in BUILT_IN_COMMANDS:
            where = f"features.slash_commands[{index}].command"
            yield f"{where}: {name} is one of Slack's own commands; choose another name"


def _nothing_is_there_twice(manifest: _Manifest) -> Iterator[str]:
    commands = _listed(manifest, "features.slash_commands")
    shortcuts = _listed(manifest, "features.shortcuts")
    named = {
        "features.slash_commands": [command["command"] for command in commands],
        "features.shortcuts": [shortcut["callback_id"] for shortcut in shortcuts],
        _BOT_SCOPES: _listed(manifest, _BOT_SCOPES),
        _BOT_EVENTS: _listed(manifest, _BOT_EVENTS),
    }
    for where, names in named.items():
        for index, name in enumerate(names):
            if name in names[:index]:
                yield f"{where}[{index}]: {name} is there twice; remove one"


def _features_have_their_scope(manifest: _Manifest) -> Iterator[str]:
    for feature in ("features.slash_commands", "features.shortcuts"):
        if _listed(manifest, feature) and "commands" not in _listed(manifest, _BOT_SCOPES):
            yield f"{feature}: needs the scope commands; add it to {_BOT_SCOPES}"


def _bot_scopes_have_a_bot(manifest: _Manifest) -> Iterator[str]:
    if _listed(manifest, _BOT_SCOPES) and not _is_on(manifest, "features.bot_user"):
        yield f"{_BOT_SCOPES}: no bot to hold these scopes; add features.bot_user.display_name"


def _shortcuts_are_interactive(manifest: _Manifest) -> Iterator[str]:
    enabled = _is_on(manifest, "settings.interactivity.is_enabled")
    if _listed(manifest, "features.shortcuts") and not enabled:
        yield (
            "settings.interactivity: shortcuts, buttons and modals stay silent without it; "
            "set is_enabled to true"
        )


def _slack_knows_where_to_send(manifest: _Manifest) -> Iterator[str]:
    if _is_on(manifest, "settings.socket_mode_enabled"):
        return
    remedy = "add it, or set settings.socket_mode_enabled to true"
    for index, command in enumerate(_listed(manifest, "features.slash_commands")):
        if "url" not in command:
            yield f"features.slash_commands[{index}]: has no url; {remedy}"
    if _is_on(manifest, "settings.interactivity.is_enabled") and not _is_on(
        manifest, "settings.interactivity.request_url"
    ):
        yield f"settings.interactivity: has no request_url; {remedy}"
    if _listed(manifest, _BOT_EVENTS) and not _is_on(
        manifest, "settings.event_subscriptions.request_url"
    ):
        yield f"settings.event_subscriptions: has no request_url; {remedy}"


_RULES = (
    _scopes_exist,
    _events_exist,
    _events_have_their_scope,
    _home_events_have_a_home,
    _commands_are_free,
    _nothing_is_there_twice,
    _features_have_their_scope,
    _bot_scopes_have_a_bot,
    _shortcuts_are_interactive,
    _slack_knows_where_to_send,
)


def _listed(manifest: _Manifest, path: str) -> Sequence[Any]:
    found = _found(manifest, path)
    return found if isinstance(found, list) else ()


def _is_on(manifest: _Manifest, path: str) -> bool:
    return bool(_found(manifest, path))


def _found(manifest: _Manifest, path: str) -> object:
    """The value at a dotted path, None where nothing is."""
    value: Any = manifest
    for name in path.split("."):
        if name not in value:
            return None
        value = value[name]
    return value


def _suggestion(word: str, known: Iterable[str]) -> str:
    close = get_close_matches(word, list(known), n=1)
    return f"did you mean {close[0]}?" if close else "remove it"


def _dotted(pointer: str) -> str:
    path = ""
    for part in pointer.split("/")[1:]:
        path += f"[{part}]" if part.isdigit() else f".{part}"
    return path.removeprefix(".") or "manifest"
