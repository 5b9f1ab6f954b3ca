"""Modals and home tabs: what each person has open, and what Slack refuses about them."""

from collections.abc import Mapping, Set
from dataclasses import dataclass, field, replace
from typing import Any

from bot.sandbox.blockkit import check_view, not_there_yet
from bot.sandbox.fakeslack.elements import interactive, with_ids
from bot.sandbox.fakeslack.forms import Values, first_values
from bot.sandbox.fakeslack.identifiers import Identifiers
from bot.sandbox.fakeslack.json_types import Blocks, Json
from bot.sandbox.fakeslack.refusals import ApiError, invalid_arguments, invalid_view

STACK_LIMIT = 3
DEFAULTS: Json = {
    "private_metadata": "",
    "callback_id": "",
    "external_id": "",
    "clear_on_close": False,
    "notify_on_close": False,
    "close": None,
    "submit": None,
}


@dataclass(frozen=True, slots=True)
class View:
    """A modal or home tab as one person sees it; `channel_id` is where it was opened from."""

    id: str
    user_id: str
    body: Json
    hash: str
    root_id: str
    previous_id: str | None = None
    channel_id: str | None = None
    values: Values = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)
    notice: str | None = None

    @property
    def blocks(self) -> Blocks:
        blocks: Blocks = self.body["blocks"]
        return blocks

    @property
    def title(self) -> str:
        return str((self.body.get("title") or {}).get("text", ""))

    @property
    def callback_id(self) -> str:
        return str(self.body["callback_id"])

    @property
    def private_metadata(self) -> str:
        return str(self.body["private_metadata"])


class Views:
    """Of the `scopes` of the app only one says what a view may hold: that for files.

    `unknown_blocks` are kinds of blocks that the workspace does not have yet.
    """

    def __init__(self, ids: Identifiers, scopes: Set[str], unknown_blocks: Set[str]) -> None:
        self._ids = ids
        self._scopes = scopes
        self._unknown_blocks = unknown_blocks
        self._open: dict[str, View] = {}
        self._stacks: dict[str, list[str]] = {}
        self._homes: dict[str, str] = {}

    def get(self, view_id: str) -> View | None:
        return self._open.get(view_id)

    def stack(self, user_id: str) -> tuple[View, ...]:
        return tuple(self._open[view_id] for view_id in self._stacks.get(user_id, ()))

    def home(self, user_id: str) -> View | None:
        return self._open.get(self._homes.get(user_id, ""))

    def find(self, view_id: str | None, external_id: str | None) -> View:
        for view in self._open.values() if external_id and not view_id else ():
            if view.body["external_id"] == external_id:
                return view
        if view_id and (found := self._open.get(view_id)):
            return found
        raise ApiError("not_found")

    def open(self, user_id: str, body: object, channel_id: str | None) -> View:
        checked = self._checked(body, "modal")
        self.clear(user_id)
        return self._add(user_id, checked, previous=None, channel_id=channel_id)

    def push(self, user_id: str, body: object) -> View:
        checked = self._checked(body, "modal")
        stack = self.stack(user_id)
        if not stack:
            raise ApiError("not_found")
        if len(stack) >= STACK_LIMIT:
            raise ApiError("push_limit_reached")
        return self._add(user_id, checked, previous=stack[-1], channel_id=stack[-1].channel_id)

    def update(self, view: View, body: object, given_hash: str | None = None) -> View:
        checked = self._checked(body, view.body["type"], replacing=view)
        if given_hash is not None and given_hash != view.hash:
            raise ApiError("hash_conflict")
        values = first_values(checked["blocks"], kept=view.values)
        return self.keep(
            replace(view, body=checked, hash=self._hash(), values=values, errors={}, notice=None)
        )

    def publish(self, user_id: str, body: object, given_hash: str | None) -> View:
        if shown := self.home(user_id):
            return self.update(shown, body, given_hash)
        view = self._add_home(user_id, self._checked(body, "home"))
        self._homes[user_id] = view.id
        return view

    def keep(self, view: View) -> View:
        self._open[view.id] = view
        return view

    def close(self, view: View) -> None:
        self._open.pop(view.id, None)
        stack = self._stacks.get(view.user_id, [])
        if view.id in stack:
            stack.remove(view.id)

    def clear(self, user_id: str) -> None:
        for view in self.stack(user_id):
            self.close(view)

    def _add(self, user_id: str, body: Json, previous: View | None, channel_id: str | None) -> View:
        view_id = self._ids.new("V")
        view = View(
            id=view_id,
            user_id=user_id,
            body=body,
            hash=self._hash(),
            root_id=previous.root_id if previous else view_id,
            previous_id=previous.id if previous else None,
            channel_id=channel_id,
            values=first_values(_with_conversation(body["blocks"], channel_id)),
        )
        self._stacks.setdefault(user_id, []).append(view_id)
        return self.keep(view)

    def _add_home(self, user_id: str, body: Json) -> View:
        view_id = self._ids.new("V")
        values = first_values(body["blocks"])
        return self.keep(View(view_id, user_id, body, self._hash(), view_id, values=values))

    def _checked(self, body: object, kind: str, replacing: View | None = None) -> Json:
        problems = check_view(body)
        if any(problem.message == "view_too_large" for problem in problems):
            raise ApiError("view_too_large")
        if problems or not isinstance(body, dict):
            raise invalid_view(problems)
        if body["type"] != kind:
            message = f"must be a {kind} view [json-pointer:/view/type]"
            raise invalid_arguments(message)
        self._check_external_id(body.get("external_id"), replacing)
        self._check_scope(body["blocks"])
        if problems := list(not_there_yet(body["blocks"], "/view/blocks", self._unknown_blocks)):
            raise invalid_view(problems)
        return {**DEFAULTS, **body, "blocks": with_ids(body["blocks"], self._ids)}

    def _check_external_id(self, external_id: str | None, replacing: View | None) -> None:
        for view in self._open.values() if external_id else ():
            if view.body["external_id"] == external_id and view is not replacing:
                raise ApiError("duplicate_external_id")

    def _check_scope(self, blocks: Blocks) -> None:
        """Slack says that a file input needs the scope; what it answers without is inferred."""
        needs_files = any(element["type"] == "file_input" for _, element in interactive(blocks))
        if needs_files and "files:read" not in self._scopes:
            raise invalid_arguments("unsupported type: file_input [json-pointer:/view/blocks]")

    def _hash(self) -> str:
        return f"{self._ids.timestamp()}.{self._ids.short()}"


def _with_conversation(blocks: Blocks, channel_id: str | None) -> Blocks:
    """Put the channel at hand into inputs that ask for the current conversation."""
    return [_defaulted(block, channel_id) for block in blocks] if channel_id else blocks


def _defaulted(block: Json, channel_id: str | None) -> Json:
    element: Any = block.get("element")
    if isinstance(element, dict) and element.get("default_to_current_conversation"):
        many = element["type"].startswith("multi_")
        key = "initial_conversations" if many else "initial_conversation"
        return {**block, "element": {**element, key: [channel_id] if many else channel_id}}
    return block
