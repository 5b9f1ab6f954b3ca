"""Who tells notices, on a clock that a test moves, and what people have read of them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.rules.notices import Address, Ended
from bot.rules.states import Counts, RequestStatus
from bot.sandbox.fakeslack import LAUNCH, MEI, Message
from bot.slack.teller import EVENT_TYPE, Teller
from bot.words.english import ENGLISH
from bot.workflows.notice_posting import NoticePosting, Patience
from bot.workflows.notices import Notices
from bot.workflows.slack_pacing import SlackTurns
from storage import notices
from storage.unit_of_work import UnitOfWork
from tests.helpers.workflow_harness import QUICK_CARDS, TEAM, BotParts, utc_now

MAY_READ = frozenset({"channels:history", "groups:history", "im:history", "im:write"})


@dataclass
class Clock:
    """Ahead of the true time by as much as the test says; PostgreSQL has its own clock."""

    ahead: timedelta = timedelta()

    def __call__(self) -> datetime:
        return utc_now() + self.ahead

    def pass_s(self, seconds: float) -> None:
        self.ahead += timedelta(seconds=seconds)


def make_notices(
    parts: BotParts, clock: Clock, *, me: str = "local", waits: bool = True
) -> Notices:
    """As a process of its own makes them; `me` stands among the living of PostgreSQL."""
    turns = SlackTurns(parts.database, workspace=TEAM, pace=QUICK_CARDS, now=clock)
    patience = None if waits else Patience(wait_s=lambda _: 0.0, lands_within_s=0.0)
    posting = NoticePosting(
        parts.database,
        Teller(parts.web, ENGLISH),
        turns,
        me=me,
        now=clock,
        patience=patience,
    )
    return Notices(parts.database, posting, now=clock)


async def tell_for(notices: Notices, clock: Clock, seconds: float, *, step_s: float = 5.0) -> None:
    """What the process does in so many seconds."""
    for _ in range(int(seconds / step_s) + 1):
        await notices.settled()
        clock.pass_s(step_s)


def ended(request_id: str, *, failed: int = 1, channel_id: str = LAUNCH) -> Ended:
    return Ended(
        request_id,
        1,
        RequestStatus.FAILED,
        channel_id,
        Counts(failed=failed),
        utc_now(),
        name="a.mp4",
    )


async def add(
    parts: BotParts,
    notice: Ended,
    clock: Clock,
    *,
    user_id: str = MEI,
    channel_id: str | None = None,
    after_s: float = 0.0,
    key: str | None = None,
    bundle: str | None = "ended",
) -> bool:
    """Store the notice as its cause does."""
    address = Address(user_id, channel_id=channel_id, request_id=notice.request_id, bundle=bundle)
    return await parts.database.transaction(
        lambda session: notices.add(
            UnitOfWork(session, "default", clock()),
            key or f"ended:{notice.request_id}:{notice.run}:{user_id}",
            notice,
            address,
            team_id=TEAM,
            due_at=clock() + timedelta(seconds=after_s),
        )
    )


def told(parts: BotParts, channels: Collection[str] = ()) -> list[Message]:
    """Every message that tells notices, in the order of their posting."""
    found = [
        message
        for channel, messages in parts.slack.workspace.messages.items()
        if not channels or channel in channels
        for message in messages.values()
        if (message.metadata or {}).get("event_type") == EVENT_TYPE
    ]
    return sorted(found, key=lambda message: float(message.ts))
