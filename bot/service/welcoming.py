"""Welcoming: what the bot is, said once in each channel to which it is invited."""

from sqlmodel import Session

from bot.rules.notices import Address, Welcome
from bot.rules.policy import Actor
from bot.service.context import Context
from storage import notices


class Welcoming:
    """Stored before it is posted, so that one event that comes twice is one welcome."""

    def __init__(self, context: Context) -> None:
        self._context = context

    async def invited(self, bot: Actor, channel_id: str, *, invitation: str) -> None:
        """The bot has joined a channel; `invitation` is the moment by Slack's clock."""
        await self._context.database.patiently(self._invited, bot, channel_id, invitation)

    def _invited(self, session: Session, bot: Actor, channel_id: str, invitation: str) -> None:
        policy, command = self._context.policy, self._context.terms.command
        notices.add(
            self._context.work(session, bot),
            f"welcome:{channel_id}:{invitation}",
            Welcome(command, policy.whom_to_ask, is_allowed=policy.allows_channel(channel_id)),
            Address(channel_id=channel_id),
            team_id=bot.team_id,
        )
