"""A request in short: what a line of a list says of it, without all of its files."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.rules.policy import Actor
from bot.rules.quota import Quota
from bot.rules.states import Counts, RequestStatus
from bot.rules.target import Target


class Decidable(Protocol):
    """What has to be known of a request to offer what can be decided about it.

    `queued` files wait to be sent; it `goes_on` where the cloud has another call, or may get it.
    """

    @property
    def id(self) -> str: ...
    @property
    def status(self) -> RequestStatus: ...
    @property
    def quota(self) -> Quota: ...
    @property
    def files(self) -> int: ...
    @property
    def counts(self) -> Counts: ...
    @property
    def queued(self) -> int: ...
    @property
    def goes_on(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class RequestSummary:
    """Read for many requests at once, however many files they have; `first` are some targets."""

    id: str
    status: RequestStatus
    user_id: str
    channel_id: str
    confirmed_at: datetime
    files: int
    counts: Counts
    quota: Quota
    first: tuple[Target, ...] = ()
    run_at: datetime | None = None
    queued: int = 0
    goes_on: bool = False
    no_card: str | None = None


@dataclass(frozen=True, slots=True)
class Listed:
    """The first requests of a list; `total` counts all of it, also what the reader may not see."""

    shown: tuple[RequestSummary, ...] = ()
    total: int = 0
    hidden: int = 0

    @property
    def more(self) -> int:
        """How many the reader may see beyond those shown."""
        return self.total - self.hidden - len(self.shown)


@dataclass(frozen=True, slots=True)
class Reader:
    """Who looks, and whether they are an operator, who sees every request of the workspace."""

    actor: Actor
    is_operator: bool = False
