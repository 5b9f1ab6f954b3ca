"""What a person sees at their Slack client."""

from bot.sandbox.fakeslack.backend import Backend
from bot.sandbox.fakeslack.views import View
from bot.sandbox.fakeslack.workspace import Message

WAIT_SECONDS = 30.0
"""A green test waits no longer than it must; a busy machine needs patience."""


class Onlooker:
    def __init__(self, backend: Backend, user_id: str) -> None:
        self._backend = backend
        self.user = backend.workspace.users[user_id]
        self.id = user_id
        self._views_taken: set[tuple[str, str]] = set()
        self._messages_taken: set[tuple[str, str]] = set()

    @property
    def views(self) -> tuple[View, ...]:
        """Open modals, the one on top last."""
        return self._backend.views.stack(self.id)

    @property
    def home(self) -> View | None:
        return self._backend.views.home(self.id)

    def sees(self, channel_id: str) -> list[Message]:
        """Messages of the channel in their newest state, oldest first."""
        return self._backend.workspace.seen_by(self.id, channel_id)

    async def next_view(self, within_s: float = WAIT_SECONDS) -> View:
        """The modal on top, once it is another or a newer one than this gave before."""
        view = await self._backend.wait_until(self._untaken_view, within_s)
        self._views_taken.add((view.id, view.hash))
        return view

    async def next_message(self, channel_id: str, within_s: float = WAIT_SECONDS) -> Message:
        """The next message of the app in this channel that this person has not been given yet."""
        message = await self._backend.wait_until(
            lambda: self._untaken_message(channel_id), within_s
        )
        self._messages_taken.add((channel_id, message.ts))
        return message

    def _untaken_view(self) -> View | None:
        top = self.views[-1:]
        return next((v for v in top if (v.id, v.hash) not in self._views_taken), None)

    def _untaken_message(self, channel_id: str) -> Message | None:
        for message in self.sees(channel_id):
            from_app = message.user_id == self._backend.app.bot_user_id
            if from_app and (channel_id, message.ts) not in self._messages_taken:
                return message
        return None
