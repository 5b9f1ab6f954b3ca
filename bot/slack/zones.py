"""The time zones of people, as Slack knows them from their computers."""

import logging

from bot.slack.client import SlackClient
from bot.slack.troubles import SlackFailed, in_a_word

log = logging.getLogger(__name__)

SCOPE = "users:read"


class SlackZones:
    """Asks Slack for one person at a time; silent without the scope `users:read`."""

    def __init__(self, client: SlackClient) -> None:
        self._client = client

    @property
    def is_granted(self) -> bool:
        """Whether Slack last said that the app has the scope."""
        return self._client.bot_token.grants(SCOPE)

    async def name_of(self, user_id: str) -> str:
        """An IANA name as `Europe/Berlin`; empty where Slack does not tell one."""
        try:
            answer = await self._client.users_info(user=user_id)
        except SlackFailed as error:
            log.info("a time zone is not known: %s", in_a_word(error))
            return ""
        user = answer.get("user")
        name = user.get("tz") if isinstance(user, dict) else None
        return name if isinstance(name, str) else ""
