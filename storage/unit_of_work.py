"""What a change of the database is made with: the transaction, for which tenant, by whom, when."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from bot.rules.policy import Actor


@dataclass(frozen=True, slots=True)
class UnitOfWork:
    """A transaction under way; `actor` is None for what the bot does by itself."""

    session: Session
    tenant: str
    now: datetime
    actor: Actor | None = None
