"""What a person is shown before confirming."""

from dataclasses import dataclass
from datetime import datetime

from bot.rules.plan import Plan
from bot.rules.policy import Actor
from bot.rules.quota import Quota
from bot.rules.request import Rejected


@dataclass(frozen=True, slots=True)
class Draft:
    """A stored plan; the modal carries only its `id`. Without `run_at` it is sent at once."""

    id: str
    actor: Actor
    channel_id: str
    plan: Plan
    rejected: tuple[Rejected, ...]
    duplicates: int
    run_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Proposal:
    """A draft beside the quota, as it stood when the draft was made, of the day it will run."""

    draft: Draft
    quota: Quota

    @property
    def left_after(self) -> int:
        return self.quota.left - self.draft.plan.files


@dataclass(frozen=True, slots=True)
class Receipt:
    """A confirmed request; `repeated` when this draft had been confirmed before."""

    request_id: str
    repeated: bool
