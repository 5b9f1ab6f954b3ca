"""What has changed since a tab was last told: one class a kind of frame."""

from collections.abc import Iterator, Sequence
from typing import Protocol

from bot.sandbox.fakeslack import FAULTS as SLACK_FAULTS
from bot.sandbox.fakeslack import Person, View
from bot.sandbox.fakevod import CODE_FAULTS
from bot.sandbox.fakevod import FAULTS as CLOUD_FAULTS
from bot.sandbox.page.scene import Scene
from bot.sandbox.page.shown import (
    Shown,
    call_shown,
    channel_shown,
    record_shown,
    user_shown,
    view_shown,
)

NEWEST = 300
LOG_LINES = 50
LONGEST_LINE = 500


class News(Protocol):
    def look(self) -> Iterator[Shown]:
        """The frames that are due; looking again at once gives none."""
        ...


class Hello:
    def __init__(self, scene: Scene, person: Person) -> None:
        self._scene = scene
        self._person = person
        self._told: Shown = {}

    def look(self) -> Iterator[Shown]:
        slack = self._scene.slack
        # Everybody has a direct message with the bot, even before anything was said in it.
        slack.workspace.direct_message(self._person.id)
        users = [user_shown(slack, user) for user in slack.workspace.users.values()]
        features = slack.manifest.get("features", {})
        hello = {
            "type": "hello",
            "person": user_shown(slack, self._person.user),
            "people": [user for user in users if not user["is_bot"]],
            "users": users,
            "bot": slack.bot_user_id,
            "channels": list(self._channels()),
            "commands": features.get("slash_commands", []),
            "shortcuts": features.get("shortcuts", []),
            "app_home": features.get("app_home", {}),
            "faults": _faults(),
        }
        if hello != self._told:
            self._told = hello
            yield hello

    def _channels(self) -> Iterator[Shown]:
        slack = self._scene.slack
        for channel in slack.workspace.channels.values():
            is_open = not (channel.is_private or channel.is_im)
            if is_open or self._person.id in channel.members:
                yield channel_shown(slack, channel, self._person.id)


class Modals:
    def __init__(self, person: Person) -> None:
        self._person = person
        self._told: tuple[View, ...] | None = None

    def look(self) -> Iterator[Shown]:
        stack = self._person.views
        if self._told is None or not _same(stack, self._told):
            self._told = stack
            yield {"type": "views", "stack": [view_shown(view) for view in stack]}


class Home:
    def __init__(self, person: Person) -> None:
        self._person = person
        self._told: tuple[View | None] | None = None

    def look(self) -> Iterator[Shown]:
        home = self._person.home
        if self._told is None or self._told[0] is not home:
            self._told = (home,)
            yield {"type": "home", "view": view_shown(home) if home else None}


class Records:
    def __init__(self, scene: Scene) -> None:
        self._log = scene.slack.log
        self._next = max(0, len(self._log) - NEWEST)

    def look(self) -> Iterator[Shown]:
        if new := self._log[self._next :]:
            self._next += len(new)
            yield {"type": "records", "records": [record_shown(record) for record in new]}


class Calls:
    def __init__(self, scene: Scene) -> None:
        self._vod = scene.vod
        self._next = max(0, len(self._vod.calls) - NEWEST)

    def look(self) -> Iterator[Shown]:
        if new := self._vod.calls[self._next :]:
            self._next += len(new)
            yield {"type": "calls", "calls": [call_shown(call) for call in new]}


class Ledger:
    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._told: Shown | None = {}

    def look(self) -> Iterator[Shown]:
        vod, shown = self._scene.vod, self._scene.ledger.shown
        cloud = {
            "day": vod.today.isoformat(),
            "charged": vod.charged(vod.today),
            "spent": vod.books.spent(vod.today),
        }
        ledger = None if shown is None else {**shown, "cloud": cloud}
        if ledger != self._told:
            self._told = ledger
            yield {"type": "ledger", **(ledger or {"days": None, "cloud": cloud})}


class Status:
    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._told: Shown = {}

    def look(self) -> Iterator[Shown]:
        bot, slack, vod = self._scene.bot, self._scene.slack, self._scene.vod
        left = {**slack.faults, **{ordered.name: ordered.left for ordered in vod.faults}}
        status = {
            "type": "status",
            "bot": bot.state,
            "exit_code": bot.exit_code,
            "sockets": slack.connections,
            "faults": [{"name": name, "left": times} for name, times in left.items()],
            "levers": {
                "task_seconds": vod.levers.task_seconds,
                "creates_per_minute": vod.levers.creates_per_minute,
                "queries_per_minute": vod.levers.queries_per_minute,
                "daily_limit": vod.levers.daily_limit,
                "fail_urls_with": list(vod.levers.fail_urls_with),
            },
            "bot_log": [line[:LONGEST_LINE] for line in bot.log(LOG_LINES)],
        }
        if status != self._told:
            self._told = status
            yield status


def _faults() -> list[Shown]:
    slack = [{"name": name, "side": "slack", "text": text} for name, text in SLACK_FAULTS.items()]
    cloud = [{"name": n, "side": "cloud", "text": fault.text} for n, fault in CLOUD_FAULTS.items()]
    codes = [{"name": n, "side": "code", "text": fault.text} for n, fault in CODE_FAULTS.items()]
    return [*slack, *cloud, *codes]


def _same(some: Sequence[object], others: Sequence[object]) -> bool:
    return len(some) == len(others) and all(a is b for a, b in zip(some, others, strict=True))
