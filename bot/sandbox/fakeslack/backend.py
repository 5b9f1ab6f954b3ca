"""Everything that Slack's servers remember, in one place for whoever acts on it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from bot.sandbox.fakeslack.cast import BOT_USER, CHANNELS, USERGROUPS, USERS
from bot.sandbox.fakeslack.changes import Changes
from bot.sandbox.fakeslack.faults import FaultPlan
from bot.sandbox.fakeslack.forms import Values
from bot.sandbox.fakeslack.identifiers import Identifiers
from bot.sandbox.fakeslack.installation import Installation
from bot.sandbox.fakeslack.journal import Journal
from bot.sandbox.fakeslack.json_types import Json
from bot.sandbox.fakeslack.response_urls import ResponseUrls
from bot.sandbox.fakeslack.socket_mode import SocketMode
from bot.sandbox.fakeslack.tiers import Tiers
from bot.sandbox.fakeslack.triggers import Triggers
from bot.sandbox.fakeslack.views import Views
from bot.sandbox.fakeslack.workspace import Upload, Workspace

Found = TypeVar("Found")
LAST_RECORDS = 8


@dataclass(frozen=True, slots=True)
class StepRun:
    """One run of a Workflow Builder step; `outcome` is running, succeeded or failed."""

    id: str
    callback_id: str
    outcome: str = "running"
    outputs: Json = field(default_factory=dict)
    error: str = ""


class Backend:
    def __init__(self, manifest: Json, now: Callable[[], float], tiers: Tiers) -> None:
        self.now = now
        self.tiers = tiers
        self.app = Installation.of(manifest)
        self.ids = Identifiers(now)
        self.changes = Changes()
        self.log = Journal(now)
        self.workspace = Workspace(
            ids=self.ids,
            bot_user_id=BOT_USER,
            users=USERS,
            channels=CHANNELS,
            usergroups=USERGROUPS,
        )
        self.triggers = Triggers(now)
        self.views = Views(self.ids, self.app.scopes, self.app.unknown_blocks)
        self.response_urls = ResponseUrls(
            ids=self.ids,
            workspace=self.workspace,
            team_id=self.app.team_id,
            now=now,
            unknown_blocks=self.app.unknown_blocks,
        )
        self.sockets = SocketMode(app_id=self.app.app_id, log=self.log, changes=self.changes)
        self.faults = FaultPlan()
        self.step_runs: dict[str, StepRun] = {}
        self.uploads: dict[str, Upload] = {}
        self.message_values: dict[tuple[str, str, str], Values] = {}
        self.suggestions: dict[tuple[str, str, str], list[dict[str, Any]]] = {}
        self.base_url = ""

    async def wait_until(self, look: Callable[[], Found | None], within_s: float) -> Found:
        """As Changes does it; the TimeoutError tells what happened last."""
        try:
            return await self.changes.wait_until(look, within_s)
        except TimeoutError:
            last = [f"{record.kind} {record.name}" for record in self.log[-LAST_RECORDS:]]
            message = f"not within {within_s} s; last of all: {', '.join(last) or 'nothing'}"
            raise TimeoutError(message) from None

    def listen_at(self, base_url: str) -> None:
        """Remember where the server listens, for the addresses that Slack hands out."""
        self.base_url = base_url
        self.response_urls.base = f"{base_url}/response/"
