"""The app as it is installed: its manifest, tokens and identifiers."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from bot.sandbox.fakeslack.cast import BOT_USER, DOMAINS, SISTER_TEAM, TEAM
from bot.sandbox.fakeslack.identifiers import new_token
from bot.sandbox.fakeslack.json_types import Json


@dataclass(slots=True)
class Installation:
    manifest: Mapping[str, Any]
    scopes: set[str]
    bot_token: str = field(default_factory=lambda: new_token("xoxb", "100200300400", "500600700"))
    app_token: str = field(default_factory=lambda: new_token("xapp", "1", "A0PREFETCH", "800900"))
    signing_secret: str = field(default_factory=lambda: secrets.token_hex(16))
    verification_token: str = field(default_factory=lambda: secrets.token_hex(12))
    app_id: str = "A0PREFETCH"
    bot_id: str = "B0PREFETCH"
    bot_user_id: str = BOT_USER
    team_id: str = TEAM
    enterprise_id: str | None = "E0LAUNCHCO"
    enterprise_name: str = "Launch Co"
    is_org_wide: bool = False
    workflow_tokens: set[str] = field(default_factory=set)
    unknown_blocks: set[str] = field(default_factory=set)
    """Kinds of blocks that Slack has not brought to this workspace yet."""

    @classmethod
    def of(cls, manifest: Mapping[str, Any]) -> "Installation":
        oauth = manifest.get("oauth_config", {}).get("scopes", {})
        return cls(manifest=manifest, scopes=set(oauth.get("bot", ())))

    def command(self, name: str) -> Json | None:
        return _named(self._features.get("slash_commands", ()), "command", name)

    def shortcut(self, kind: str, callback_id: str) -> Json | None:
        offered = [s for s in self._features.get("shortcuts", ()) if s.get("type") == kind]
        return _named(offered, "callback_id", callback_id)

    def step(self, callback_id: str) -> Json | None:
        found: Json | None = self.manifest.get("functions", {}).get(callback_id)
        return found

    def hears(self, event: str) -> bool:
        """Whether the manifest subscribes to the event."""
        subscriptions = self.manifest.get("settings", {}).get("event_subscriptions", {})
        return event in subscriptions.get("bot_events", ())

    def request_path(self, envelope_type: str, payload: Json) -> str | None:
        """Where on its host the manifest has such a payload sent; None: nowhere, or to sockets."""
        settings = self.manifest.get("settings", {})
        if self.has_socket_mode:
            return None
        match envelope_type:
            case "slash_commands":
                url = (self.command(payload.get("command", "")) or self._any_command).get("url")
            case "events_api":
                url = settings.get("event_subscriptions", {}).get("request_url")
            case _:
                url = settings.get("interactivity", {}).get("request_url")
        return urlsplit(url).path if url else None

    @property
    def team_domain(self) -> str:
        return DOMAINS[self.team_id]

    @property
    def installed_in(self) -> str:
        """The workspace of the installation, or the organisation of one for all its workspaces."""
        return self.enterprise_id if self.is_org_wide and self.enterprise_id else self.team_id

    def organisation_of(self, team_id: str) -> str | None:
        """The organisation of a workspace; a plain workspace and a stranger's have none."""
        return self.enterprise_id if team_id in {self.team_id, SISTER_TEAM} else None

    def is_colleague(self, team_id: str) -> bool:
        """Whether the workspace is the installation's, or of its organisation."""
        return team_id == self.team_id or self.organisation_of(team_id) is not None

    @property
    def has_socket_mode(self) -> bool:
        return bool(self.manifest.get("settings", {}).get("socket_mode_enabled"))

    @property
    def has_home_tab(self) -> bool:
        return bool(self._features.get("app_home", {}).get("home_tab_enabled"))

    @property
    def has_messages_tab(self) -> bool:
        """Inferred: a manifest that does not mention the tab leaves it on."""
        return bool(self._features.get("app_home", {}).get("messages_tab_enabled", True))

    @property
    def is_interactive(self) -> bool:
        settings = self.manifest.get("settings", {})
        return bool(settings.get("interactivity", {}).get("is_enabled"))

    @property
    def _any_command(self) -> Json:
        return next(iter(self._features.get("slash_commands", ())), {})

    @property
    def _features(self) -> Mapping[str, Any]:
        features: Mapping[str, Any] = self.manifest.get("features", {})
        return features


def _named(entries: object, key: str, name: str) -> Json | None:
    if not isinstance(entries, list | tuple):
        return None
    return next((entry for entry in entries if entry.get(key) == name), None)
