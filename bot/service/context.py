"""What every module of the service works with, and finding the request that a person means."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from bot.fetching.fetcher import Fetcher
from bot.rules.deployment import Terms
from bot.rules.policy import Actor, Policy
from bot.rules.refusals import STATUS, RequestUnknown
from bot.service.reservations import Reservations
from storage import database_identity, requests
from storage.database import Database
from storage.tables import RequestRow
from storage.unit_of_work import UnitOfWork

Enqueue = Callable[[Session, str], None]
"""Hands a request, as its row now is, to the workflow, inside the caller's transaction."""


@dataclass(frozen=True, slots=True)
class Hooks:
    """Who is told of what the service does with a request, each by its ID.

    `begin` hears of a request that was just confirmed, `changed` of one whose card shows something
    new, and `found_card` also of the channel and ts of a card that somebody has used.
    """

    enqueue: Enqueue
    begin: Callable[[str], None]
    changed: Callable[[str], None]
    found_card: Callable[[str, str, str], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Context:
    """The database, the settings, the ways to the workflows and to addresses, and the clock."""

    database: Database
    policy: Policy
    terms: Terms
    enqueue: Enqueue
    now: Callable[[], datetime]
    fetcher: Fetcher

    @property
    def reservations(self) -> Reservations:
        return Reservations(self.policy, self.terms)

    def work(self, session: Session, actor: Actor) -> UnitOfWork:
        """What this person changes now, in the transaction of the session."""
        return UnitOfWork(session, self.terms.tenant, self.now(), actor)

    def find(self, session: Session, reference: str, actor: Actor, *, word: str = STATUS) -> str:
        """The ID of the request with this ID or task_id; raises `RequestUnknown`.

        `word` is the subcommand that asks.
        """
        found = requests.id_by_reference(session, reference, team_id=actor.team_id)
        if found is None:
            raise self.not_found(session, reference, word=word)
        return found

    def lock(self, session: Session, reference: str, actor: Actor) -> RequestRow:
        """The request as it stays until the commit; raises `RequestUnknown`.

        Two people who decide at the same moment decide one after the other.
        """
        return requests.lock(session, self.find(session, reference, actor))

    def not_found(self, session: Session, reference: str, *, word: str = STATUS) -> RequestUnknown:
        """The refusal for a request that is not stored, or that the person may not see."""
        restored_at = database_identity.restored_at(session)
        return RequestUnknown(reference, self.terms.command, restored_at, word)

    def reopen(self, session: Session, request_id: str) -> None:
        """There is work again for a request that had ended."""
        requests.reopen(session, request_id)
        self.enqueue(session, request_id)
