"""Posting one message of notices: a step at a time, each remembered over restarts."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from slack_sdk.errors import SlackApiError
from sqlmodel import Session

from bot.blocks import notices as blocks
from bot.rules.retry import POSTS_IN_ALL, POSTS_IN_CHANNEL, card_wait_s
from bot.slack.announcer import NotThere
from bot.slack.teller import CannotLook, Teller
from bot.slack.troubles import (
    UNSHOWABLE,
    SlackFailed,
    Trouble,
    in_a_word,
    proves_that_nothing_was_posted,
    retry_after_s,
    trouble_of,
)
from bot.workflows.cancellation import uninterrupted
from bot.workflows.slack_pacing import DELETE, POST, SlackTurns
from storage import notice_messages, pacing
from storage.database import Database
from storage.notice_messages import Message

log = logging.getLogger(__name__)

LANDS_WITHIN_S = 15.0
"""After so long a post without an answer stands, or never will: more than Slack is waited for."""

WAITS_FOR_A_TURN_S = 10.0

STANDS_STILL_S = 5.0
"""A process that stood still so long before a post may have been declared dead."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait before another try, by the number of troubles, and before a look."""

    wait_s: Callable[[int], float] = card_wait_s
    lands_within_s: float = LANDS_WITHIN_S


class NoticePosting:
    """`me` is this process, as it stands among the living of the database."""

    def __init__(
        self,
        database: Database,
        teller: Teller,
        turns: SlackTurns,
        *,
        me: str,
        now: Callable[[], datetime],
        patience: Patience | None = None,
    ) -> None:
        self._database = database
        self._teller = teller
        self._turns = turns
        self.me = me
        self._now = now
        self._patience = patience or Patience()
        self._troubles: dict[str, int] = {}
        self._without_blocks: set[str] = set()

    async def tell(self, message_id: str) -> None:
        """Take the next step of a message that is due, unless another process is at it."""
        message = await self._database.transaction(notice_messages.claim, message_id, me=self.me)
        if message is not None and message.begun_at is not None:
            message = await self._look(message, message.begun_at)
        if message is None:
            return
        if not message.notices:
            await self._settle(message, notice_messages.DROPPED)
            return
        opens_in_s = await self._turns.opens_in_s(POST, channel=message.channel)
        if opens_in_s > WAITS_FOR_A_TURN_S:
            # Slack has asked for a long pause there; meanwhile others are told elsewhere.
            await self._later(message, await self._clock() + timedelta(seconds=opens_in_s))
            return
        await self._turns.take(POST, channel=message.channel)
        # One whose place is not known would have to be looked for by the next life.
        await uninterrupted(self._post(message))

    async def _look(self, message: Message, begun_at: datetime) -> Message | None:
        """Find out whether it stands; the message when it is to be posted now, else None."""
        lands_at = begun_at + timedelta(seconds=self._patience.lands_within_s)
        if await self._clock() < lands_at:
            await self._later(message, lands_at)
            return None
        try:
            at = await self._find(message)
        except CannotLook as why:
            log.warning("nobody can see whether a notice stands (%s); it is told again", why)
            await self._change(notice_messages.stays_unknown, message)
        except SlackFailed as error:
            await self._later(message, await self._next_at(message, error))
            return None
        else:
            if at is not None:
                await self._settle(message, notice_messages.POSTED, at)
                return None
            await self._change(notice_messages.is_not_there, message)
        return await self._database.transaction(notice_messages.read, message.id)

    async def _find(self, message: Message) -> tuple[str, str] | None:
        channel = message.channel
        if message.is_direct:
            channel = message.dm or await self._teller.conversation_with(channel)
        return await self._teller.find(
            message.keys, channel=channel, thread_ts=message.thread_ts, since=message.made_at
        )

    async def _post(self, message: Message) -> None:
        """Write down that it goes out, post it, and write down what became of that."""
        asked_at = self._now()
        # Read anew: what it tells may be over, now that its turn has come.
        begun = await self._database.transaction(self._begin, message.id)
        if begun is None:
            return
        stood_still_s = (self._now() - asked_at).total_seconds()
        if stood_still_s > STANDS_STILL_S or not begun.notices:
            await self._change(notice_messages.not_posted, message)
            return
        try:
            at = await self._teller.post(
                blocks.message(
                    self._teller.words,
                    begun.notices,
                    users=begun.users,
                    is_direct=begun.is_direct,
                    may_repeat=begun.posts > 1,
                ),
                channel=begun.channel,
                thread_ts=begun.thread_ts,
                keys=begun.keys,
                with_blocks=begun.id not in self._without_blocks,
            )
        except NotThere as never:
            await self._elsewhere(begun, str(never))
        except SlackFailed as error:
            await self._failed(begun, error)
        else:
            await self._settle(begun, notice_messages.POSTED, at)

    def _begin(self, session: Session, message_id: str) -> Message | None:
        now = pacing.shared_clock(session, self._now())
        if not notice_messages.begin(session, message_id, me=self.me, now=now):
            return None
        return notice_messages.read(session, message_id)

    async def _failed(self, message: Message, error: Exception) -> None:
        code, trouble = in_a_word(error), trouble_of(error)
        log.log(
            logging.DEBUG if trouble is Trouble.TOKEN else logging.WARNING,
            "a notice is not told yet: Slack answers %s",
            code,
        )
        next_at = await self._next_at(message, error)
        if trouble is Trouble.REFUSED:
            await self._refused(message, code, next_at)
        elif proves_that_nothing_was_posted(error):
            await self._change(notice_messages.not_posted, message, next_at=next_at)
        else:
            await self._later(message, next_at)

    async def _next_at(self, message: Message, error: Exception) -> datetime:
        """When to try again after what a call raised."""
        troubles = self._troubles[message.id] = self._troubles.get(message.id, 0) + 1
        wait_s = self._patience.wait_s(troubles)
        if trouble_of(error) is Trouble.RATE_LIMITED and isinstance(error, SlackApiError):
            wait_s = retry_after_s(error, self._now)
            await self._turns.push_back(POST, channel=message.channel, wait_s=wait_s)
        return await self._clock() + timedelta(seconds=wait_s)

    async def _refused(self, message: Message, code: str, next_at: datetime) -> None:
        """Slack refused it by a word that may be for ever: something else is tried in the end."""
        if code in UNSHOWABLE and message.id not in self._without_blocks:
            self._without_blocks.add(message.id)
            await self._change(notice_messages.not_posted, message)
            return
        refusals = message.refusals + 1
        if refusals >= (POSTS_IN_ALL if message.is_direct else POSTS_IN_CHANNEL):
            await self._elsewhere(message, code)
            return
        await self._change(
            notice_messages.not_posted, message, next_at=next_at, refusals=refusals, refusal=code
        )

    async def _elsewhere(self, message: Message, code: str) -> None:
        """It can never stand there: each is told in a direct message, or it is given up."""
        if not message.is_direct and await self._database.patiently(
            notice_messages.redirect, message.id, now=self._now()
        ):
            log.info("a notice cannot stand in its place: %s", code)
            return
        log.error("%s cannot be told: %s", ", ".join(message.keys), code)
        await self._settle(message, notice_messages.GIVEN_UP)

    async def _settle(
        self, message: Message, outcome: str, at: tuple[str, str] | None = None
    ) -> None:
        is_kept = await self._database.patiently(
            notice_messages.settle, message.id, outcome, now=self._now(), at=at
        )
        self._troubles.pop(message.id, None)
        self._without_blocks.discard(message.id)
        if not is_kept and at is not None:
            # Another process declared this one dead in the middle of the post, and posted too.
            await self._turns.take(DELETE)
            await self._teller.withdraw(*at)

    async def _later(self, message: Message, next_at: datetime) -> None:
        await self._database.patiently(
            notice_messages.later, message.id, me=self.me, next_at=next_at
        )

    async def _change(self, change: Callable[..., bool], message: Message, **more: object) -> None:
        await self._database.patiently(change, message.id, me=self.me, **more)

    async def _clock(self) -> datetime:
        return await self._database.transaction(pacing.shared_clock, self._now())
