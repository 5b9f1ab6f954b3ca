"""How Slack's sockets misbehave on demand."""

import asyncio
from dataclasses import dataclass, field

ALWAYS = 1_000_000


@dataclass(slots=True)
class SocketLevers:
    """Each holds until it is set back; the defaults are Slack in good health.

    `refuse_with`: the HTTP status of the next `refusals` handshakes, with `retry_after` if any.
    `greets`: a new socket says hello and is given envelopes. `answers_pings`: pings get their pong.
    `goodbye`: the reason with which each new socket is sent away at once, after its hello, or
    before it where `greets` is False.
    `is_allowed`: Socket Mode is switched on for the app.
    """

    refuse_with: int | None = None
    refusals: int = ALWAYS
    retry_after: str | None = None
    greets: bool = True
    answers_pings: bool = True
    goodbye: str | None = None
    is_allowed: bool = True
    _answering: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self._answering.set()

    def refuse(self, status: int, *, times: int = ALWAYS, retry_after: str | None = None) -> None:
        """Answer handshakes with this status."""
        self.refuse_with, self.refusals, self.retry_after = status, times, retry_after

    def hang(self) -> None:
        """Leave handshakes without an answer until `heal`."""
        self._answering.clear()

    def heal(self) -> None:
        """Set back everything."""
        self.refuse_with = self.retry_after = self.goodbye = None
        self.greets = self.answers_pings = self.is_allowed = True
        self._answering.set()

    async def answering(self) -> None:
        """Wait while handshakes hang."""
        await self._answering.wait()

    def refusal(self) -> int | None:
        """The status of the handshake in hand, used up by one."""
        if self.refuse_with is None or self.refusals <= 0:
            return None
        self.refusals -= 1
        return self.refuse_with
