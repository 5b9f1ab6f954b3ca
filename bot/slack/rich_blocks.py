"""Charts and tables in Slack's newer blocks, which not every workspace takes."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Protocol

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.errors import code_of

log = logging.getLogger(__name__)

REMEMBERED = timedelta(days=1)
"""Slack brings new blocks to one workspace after another, so it is asked once more."""

REFUSALS = frozenset({"invalid_arguments", "invalid_blocks", "invalid_blocks_format"})
"""How Slack answers blocks that it does not know: of a view, and of a message."""


class Make(Protocol):
    """Makes what is shown, with these blocks or without."""

    def __call__(self, *, is_rich: bool) -> dict[str, Any]: ...


class RichBlocks:
    """Remembers for each workspace, in this process, that Slack has refused these blocks."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._refused: dict[str, datetime] = {}

    def are_taken(self, team_id: str) -> bool:
        """Whether to try them there."""
        refused_at = self._refused.get(team_id)
        return refused_at is None or self._now() - refused_at > REMEMBERED

    def refused(self, team_id: str) -> None:
        """Slack took the same without them."""
        log.info("Slack takes no charts and tables in %s: plain text for a day", team_id)
        self._refused[team_id] = self._now()

    async def publish(
        self, client: AsyncWebClient, make: Make, *, user_id: str, team_id: str
    ) -> None:
        """Publish a home, without these blocks where Slack refuses them."""
        if not self.are_taken(team_id):
            await client.views_publish(user_id=user_id, view=make(is_rich=False))
            return
        try:
            await client.views_publish(user_id=user_id, view=make(is_rich=True))
        except SlackApiError as error:
            if code_of(error) not in REFUSALS:
                raise
            # What is refused without them as well was refused for another reason, and is told.
            await client.views_publish(user_id=user_id, view=make(is_rich=False))
            self.refused(team_id)
