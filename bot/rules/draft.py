"""The draft of a request, as a person is shown it before confirming."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.rules.plan import Plan
from bot.rules.policy import Actor
from bot.rules.quota import Quota
from bot.rules.reading import Places, Reading
from bot.rules.states import Counts
from bot.rules.target import Rejected, Target

OVERLAPS_WITHIN = timedelta(days=1)
"""How long a request that has ended is pointed out to who asks for its files again."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A stored plan; the modal carries only its `id`. Without `run_at` it is sent at once.

    `reading` says how its list was read; None for targets that came in no list. `at` is where the
    targets of the plan stand in it.
    """

    id: str
    actor: Actor
    channel_id: str
    plan: Plan
    rejected: tuple[Rejected, ...]
    duplicates: int
    run_at: datetime | None = None
    reading: Reading | None = None
    at: Mapping[Target, Places] = field(default_factory=dict, compare=False)


@dataclass(frozen=True, slots=True)
class Overlap:
    """A request that holds some of a draft's targets already; `counts` is of those alone.

    `run_at` is set while the request waits for its time.
    """

    request_id: str
    user_id: str
    confirmed_at: datetime
    counts: Counts
    run_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Proposal:
    """A draft beside the quota of the day it will run, and what was asked for before it.

    Quota and overlaps are as they stood at `made_at`; the newest comes first.
    `own_zone` is the person's, where it is known: the times that they type are read in it.
    `readable` are the positions in the plan of playlists that the bot may read.
    """

    draft: Draft
    quota: Quota
    made_at: datetime
    overlaps: tuple[Overlap, ...] = ()
    readable: tuple[int, ...] = ()
    own_zone: ZoneInfo | None = None

    @property
    def left_after(self) -> int:
        return self.quota.left - self.draft.plan.files


@dataclass(frozen=True, slots=True)
class Receipt:
    """A confirmed request; `repeated` when this draft had been confirmed before."""

    request_id: str
    repeated: bool
