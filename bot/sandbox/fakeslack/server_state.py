"""What an app is told when it is installed, and what there is to see of its workspace."""

from collections.abc import Mapping
from typing import Any

from bot.sandbox.fakeslack.backend import Backend, StepRun
from bot.sandbox.fakeslack.files import file_body
from bot.sandbox.fakeslack.journal import Journal
from bot.sandbox.fakeslack.json_types import Json
from bot.sandbox.fakeslack.tiers import Tiers
from bot.sandbox.fakeslack.workspace import File, Message, Workspace


class ServerState:
    """One app, installed in one workspace or in its whole organisation."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend

    # What the app is told of.

    @property
    def api_url(self) -> str:
        return f"{self._backend.base_url}/api/"

    @property
    def bot_token(self) -> str:
        return self._backend.app.bot_token

    @property
    def app_token(self) -> str:
        return self._backend.app.app_token

    @property
    def signing_secret(self) -> str:
        return self._backend.app.signing_secret

    @property
    def team_id(self) -> str:
        return self._backend.app.team_id

    @property
    def enterprise_id(self) -> str | None:
        """The organisation of the workspace; None makes it a plain workspace, without one."""
        return self._backend.app.enterprise_id

    @enterprise_id.setter
    def enterprise_id(self, enterprise_id: str | None) -> None:
        self._backend.app.enterprise_id = enterprise_id

    @property
    def is_org_wide(self) -> bool:
        """Whether the app is installed for the whole organisation, not for one workspace."""
        return self._backend.app.is_org_wide

    @is_org_wide.setter
    def is_org_wide(self, is_org_wide: bool) -> None:
        if is_org_wide and self.enterprise_id is None:
            message = "a plain workspace has no organisation"
            raise ValueError(message)
        self._backend.app.is_org_wide = is_org_wide

    @property
    def bot_user_id(self) -> str:
        return self._backend.app.bot_user_id

    # What is there to see.

    @property
    def workspace(self) -> Workspace:
        return self._backend.workspace

    @property
    def log(self) -> Journal:
        return self._backend.log

    @property
    def step_runs(self) -> Mapping[str, StepRun]:
        return self._backend.step_runs

    @property
    def scopes(self) -> set[str]:
        """The granted bot scopes; taking one away is felt by the next call."""
        return self._backend.app.scopes

    def grant_optional_scopes(self) -> None:
        """As whoever installs the app and takes up all that the manifest offers as optional."""
        oauth = self._backend.app.manifest.get("oauth_config", {}).get("scopes", {})
        self._backend.app.scopes.update(oauth.get("bot_optional", ()))

    @property
    def tiers(self) -> Tiers:
        """The rate limits; `tiers.enforced = False` is for what is about something else."""
        return self._backend.tiers

    @property
    def connections(self) -> int:
        """How many sockets the app has open."""
        return self._backend.sockets.connections

    def message(self, channel_id: str, ts: str) -> Message | None:
        """The newest state of a message."""
        return self._backend.workspace.message(channel_id, ts)

    @property
    def manifest(self) -> Mapping[str, Any]:
        return self._backend.app.manifest

    def file_body(self, file: File) -> Json:
        """The file as messages and inputs carry it."""
        return file_body(self._backend, file)
