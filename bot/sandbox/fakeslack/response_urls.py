"""response_url: a way back to one conversation, five times within half an hour."""

import json
import secrets
from collections.abc import Callable, Set
from dataclasses import dataclass
from typing import Any

from bot.sandbox.fakeslack.content import Content, read_content
from bot.sandbox.fakeslack.identifiers import Identifiers
from bot.sandbox.fakeslack.json_types import Json
from bot.sandbox.fakeslack.refusals import ApiError
from bot.sandbox.fakeslack.workspace import Message, Workspace

MOST_USES = 5
LIFETIME_SECONDS = 1800.0


@dataclass(slots=True)
class ResponseUrl:
    """`message_ts` is the message whose button was clicked, when there was one."""

    channel_id: str
    user_id: str
    issued_at: float
    message_ts: str | None = None
    uses: int = 0


@dataclass(frozen=True, slots=True)
class UrlAnswer:
    status: int
    text: str


class ResponseUrls:
    def __init__(
        self,
        *,
        ids: Identifiers,
        workspace: Workspace,
        team_id: str,
        now: Callable[[], float],
        unknown_blocks: Set[str],
    ) -> None:
        self._ids = ids
        self._workspace = workspace
        self._team_id = team_id
        self._now = now
        self._unknown_blocks = unknown_blocks
        self._issued: dict[str, ResponseUrl] = {}
        self.base = ""

    def issue(
        self, kind: str, *, channel_id: str, user_id: str, message_ts: str | None = None
    ) -> str:
        """`kind` is Slack's word in the path: commands, actions or app."""
        path = f"{kind}/{self._team_id}/{len(self._issued) + 1}/{secrets.token_hex(12)}"
        self._issued[path] = ResponseUrl(channel_id, user_id, self._now(), message_ts)
        return f"{self.base}{path}"

    def post(self, path: str, body: str) -> UrlAnswer:
        url = self._issued.get(path)
        if url is None and path.split("/")[1:2] != [self._team_id]:
            return UrlAnswer(404, "no_team")
        if url is None:
            return UrlAnswer(404, "no_service")
        if self._now() - url.issued_at > LIFETIME_SECONDS:
            return UrlAnswer(404, "expired_url")
        if url.uses >= MOST_USES:
            return UrlAnswer(404, "used_url")
        try:
            self._apply(url, _object(body))
        except ApiError as error:
            return UrlAnswer(400, error.error)
        url.uses += 1
        return UrlAnswer(200, "ok")

    def _apply(self, url: ResponseUrl, given: Json) -> None:
        original = self._original(url)
        if given.get("delete_original"):
            if original is not None:
                self._workspace.delete(original)
            return
        content = read_content(given, self._ids, unknown_blocks=self._unknown_blocks)
        if content.is_empty:
            raise ApiError("no_text")
        if given.get("replace_original") and original is not None:
            self._replace(original, content)
        else:
            answer(self._workspace, url.channel_id, url.user_id, given, content)

    def _original(self, url: ResponseUrl) -> Message | None:
        if url.message_ts is None:
            return None
        return self._workspace.message(url.channel_id, url.message_ts)

    def _replace(self, original: Message, content: Content) -> None:
        blank: dict[str, Any] = {"text": "", "blocks": [], "attachments": []}
        self._workspace.edit(original, **(blank | content.parts()))


def answer(
    workspace: Workspace, channel_id: str, user_id: str, given: Json, content: Content
) -> Message:
    """Show what an app answers in a conversation, to one person unless it says in_channel."""
    public = given.get("response_type") == "in_channel"
    return workspace.post(
        channel_id,
        workspace.bot_user_id,
        **content.parts(),
        thread_ts=given.get("thread_ts"),
        only_for=None if public else user_id,
    )


def _object(body: str) -> Json:
    try:
        given = json.loads(body)
    except ValueError:
        raise ApiError("invalid_payload") from None
    if not isinstance(given, dict):
        raise ApiError("invalid_payload")
    return given
