"""What the bot refuses to do, as values; `bot/words` has a sentence for each.

Refusal
├── NotAllowed          ask the person named
│   ├── MayNotDecide    ask the person named, or leave it to an operator
│   └── NotSentAgain    ask the person named, or choose other calls
├── NothingToSend       send something else
├── ListTooLong         send less
├── OwnCard             use the card's buttons
├── QuotaExceeded       send less, or wait for the reset
├── NotThen             choose another time
│   ├── PastTime
│   ├── FarTime
│   └── DayFull
├── DraftGone           start again
├── PlanChanged         look at the new plan, confirm again
├── RequestUnknown      check the ID
├── NothingToDecide     look at the card again
├── HeldUp              try again in a minute
└── PayloadUnreadable   try again; report it when it comes back
"""

# A refusal is an answer, not a fault.
# ruff: noqa: N818

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.rules.policy import Denied
from bot.rules.quota import Quota
from bot.rules.target import Rejected

STATUS = "status"
"""The subcommand that shows a request, by its ID or by a task_id."""


class Refusal(Exception):
    """A definite no to the person who asked."""

    def __str__(self) -> str:
        return repr(self)


@dataclass(eq=False)
class NotAllowed(Refusal):
    """A setting denies it; `ask` are the IDs of people who can change that."""

    denied: Denied
    ask: tuple[str, ...]


@dataclass(eq=False)
class MayNotDecide(NotAllowed):
    """The request of somebody else goes on as it was."""


@dataclass(eq=False)
class NotSentAgain(NotAllowed):
    """What was allowed when the request was confirmed is allowed no longer."""


@dataclass(eq=False)
class NothingToSend(Refusal):
    """No target was accepted; `rejected` tells why each was not."""

    rejected: tuple[Rejected, ...] = ()


class ListUnit(StrEnum):
    """What is counted in a list before it is read."""

    CHARACTERS = "characters"
    LINES = "lines"
    ITEMS = "items"


@dataclass(eq=False)
class ListTooLong(Refusal):
    """A list is longer than one request may hold; nothing of it is used.

    `limit` is in characters, or else in files.
    """

    unit: ListUnit
    found: int
    limit: int


@dataclass(eq=False)
class OwnCard(Refusal):
    """The message is a card of this bot: its task_ids look like asset IDs."""

    command: str


@dataclass(eq=False)
class QuotaExceeded(Refusal):
    """More files than the day has left, by the bot's own count or by the cloud's word."""

    files: int
    quota: Quota
    now: datetime
    ask: tuple[str, ...]


class NotThen(Refusal):
    """The moment that was asked for cannot be promised."""


@dataclass(eq=False)
class PastTime(NotThen):
    """The moment is over, perhaps since the modal was shown a minute ago."""

    moment: datetime
    zone: ZoneInfo


@dataclass(eq=False)
class FarTime(NotThen):
    """The moment is so far ahead that nobody can say what the quota will be."""

    moment: datetime
    zone: ZoneInfo


@dataclass(eq=False)
class DayFull(NotThen):
    """The quota of the day on which the files would be sent has less left."""

    files: int
    quota: Quota


@dataclass(eq=False)
class DraftGone(Refusal):
    """The modal is older than its draft, or belongs to somebody else."""

    command: str


@dataclass(eq=False)
class PlanChanged(Refusal):
    """What was shown is no longer what would run."""

    command: str


@dataclass(eq=False)
class RequestUnknown(Refusal):
    """No request of this workspace has the ID; `restored_at` is when the database was put back.

    `word` is the subcommand that asked for it.
    """

    reference: str
    command: str
    restored_at: datetime | None = None
    word: str = STATUS


class Undecidable(StrEnum):
    """Why there is nothing to decide about a request."""

    ALL_SENT = "all_sent"
    CANCELLED = "cancelled"
    NEVER_SENT = "never_sent"
    DECIDED = "decided"
    STILL_RUNS = "still_runs"
    NOTHING_FAILED = "nothing_failed"
    NOTHING_CANCELLED = "nothing_cancelled"
    NO_CALL_CHOSEN = "no_call_chosen"


@dataclass(eq=False)
class NothingToDecide(Refusal):
    """What the button was for is no longer so; `why` says what is."""

    why: Undecidable


@dataclass(eq=False)
class HeldUp(Refusal):
    """Something else has locked the database, for instance a backup."""


@dataclass(eq=False)
class PayloadUnreadable(Refusal):
    """Slack sent a payload without something that it always has."""

    missing: str
